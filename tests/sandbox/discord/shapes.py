"""State as Discord's JSON: users, members, channels, guild, messages."""

from tests.sandbox.discord.refusal import Json
from tests.sandbox.discord.state import (
    APPLICATION_ID,
    BOT_NAME,
    EPHEMERAL,
    MEMBER_PERMISSIONS,
    SERVER_CHANNEL_ID,
    Interaction,
    Message,
    State,
)
from tests.sandbox.people import GUILD_ID, GUILD_NAME

JOINED = "2025-01-01T00:00:00+00:00"


def bot_user() -> Json:
    return {
        "id": str(APPLICATION_ID),
        "username": BOT_NAME,
        "discriminator": "0001",
        "global_name": None,
        "avatar": None,
        "bot": True,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def user(state: State, discord_id: int) -> Json:
    if discord_id == APPLICATION_ID:
        return bot_user()
    seed = state.by_id[discord_id]
    return _account(str(discord_id), seed.discord_name, seed.display_name)


def _account(discord_id: str, name: str, display_name: str) -> Json:
    return {
        "id": discord_id,
        "username": name,
        "discriminator": "0",
        "global_name": display_name,
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def member(state: State, discord_id: int, *, permissions: bool = False) -> Json:
    found: Json = {
        "user": user(state, discord_id),
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": JOINED,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    return found | {"permissions": str(state.permissions(discord_id))} if permissions else found


def server_channel() -> Json:
    return {
        "id": str(SERVER_CHANNEL_ID),
        "guild_id": str(GUILD_ID),
        "type": 0,
        "name": "general",
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "rate_limit_per_user": 0,
        "flags": 0,
        "last_message_id": None,
    }


def dm_channel(state: State, channel_id: int) -> Json:
    recipient = user(state, state.dm_channels[channel_id])
    return {"id": str(channel_id), "type": 1, "last_message_id": None, "flags": 0, "recipients": [recipient]}


def channel(state: State, channel_id: int) -> Json:
    return server_channel() if channel_id == SERVER_CHANNEL_ID else dm_channel(state, channel_id)


def guild(state: State) -> Json:
    everyone = {
        "id": str(GUILD_ID),
        "name": "@everyone",
        "permissions": str(MEMBER_PERMISSIONS),
        "position": 0,
        "color": 0,
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(GUILD_ID),
        "name": GUILD_NAME,
        "owner_id": str(min(state.administrators, default=1)),
        "icon": None,
        "roles": [everyone],
        "channels": [server_channel()],
        "members": [member(state, APPLICATION_ID)],
        "member_count": len(state.members) + 1,
        "emojis": [],
        "stickers": [],
        "features": [],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "large": False,
        "unavailable": False,
        "preferred_locale": "en-US",
        "afk_timeout": 300,
        "verification_level": 0,
        "premium_tier": 0,
        "nsfw_level": 0,
        "joined_at": JOINED,
    }


def application() -> Json:
    return {
        "id": str(APPLICATION_ID),
        "name": BOT_NAME,
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "00" * 32,
        "flags": 0,
        "flags_new": "0",
        "type": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "owner": _account("1", "operator", "Operator"),
        "team": None,
        "integration_types_config": {"0": {}, "1": {}},
    }


def message(state: State, found: Message) -> Json:
    body: Json = {
        "id": str(found.id),
        "channel_id": str(found.channel_id),
        "author": bot_user(),
        "type": 0,
        "content": found.content,
        "timestamp": found.created_at.isoformat(),
        "edited_timestamp": found.edited_at.isoformat() if found.edited_at else None,
        "flags": found.flags,
        "embeds": found.embeds,
        "components": found.components,
        "attachments": found.attachments,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
    }
    if found.nonce is not None:
        body["nonce"] = found.nonce
    if found.interaction is not None:
        act = found.interaction
        body |= {"type": 20 if act.kind == 2 else 19, "webhook_id": str(APPLICATION_ID)}
        body["interaction_metadata"] = _metadata(state, act)
    return body


def _metadata(state: State, act: Interaction) -> Json:
    told: Json = {
        "id": str(act.id),
        "type": act.kind,
        "user": user(state, act.user_id),
        "authorizing_integration_owners": {"0": str(GUILD_ID)},
    }
    if act.kind == 3 and act.source is not None:
        told["interacted_message_id"] = str(act.source.id)
    if act.opener is not None:
        told["triggering_interaction_metadata"] = _metadata(state, act.opener)
    return told


def is_ephemeral(found: Message) -> bool:
    return bool(found.flags & EPHEMERAL)
