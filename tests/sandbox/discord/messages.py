"""Writing, changing and removing messages, with their files; DMs refused where Discord refuses them."""

import mimetypes
import re
from copy import deepcopy

from tests.sandbox.discord.components import number
from tests.sandbox.discord.refusal import Json, Refusal
from tests.sandbox.discord.rules import check_mentions, check_message, check_uploads, resolve_addresses
from tests.sandbox.discord.state import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    SERVER_CHANNEL_ID,
    Interaction,
    Message,
    State,
    Upload,
)

SETTABLE = EPHEMERAL | COMPONENTS_V2 | 4 | 4096  # the flags a bot may send
NO_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
"""What Discord does not leave in the name of an attachment, so that attachment:// with it leads nowhere."""
PARTS = ("content", "embeds", "components", "attachments")


class Messages:
    """The bot's messages."""

    def __init__(self, state: State) -> None:
        self._state = state

    def deliver(self, channel_id: int, payload: Json, uploads: dict[int, Upload]) -> Message:
        """A message of the bot's own accord; the same nonce gives the same message."""
        state = self._state
        if channel_id != SERVER_CHANNEL_ID:
            self._may_write_to(state.dm_channels[channel_id])
        nonce = payload.get("nonce")
        if nonce is not None and payload.get("enforce_nonce"):
            for known in state.messages.values():
                if known.nonce == str(nonce) and known.channel_id == channel_id:
                    return known
        payload = payload | {"flags": int(payload.get("flags") or 0) & ~EPHEMERAL}
        message = self.create(channel_id, payload, uploads, None)
        message.nonce = None if nonce is None else str(nonce)
        return message

    def _may_write_to(self, discord_id: int) -> None:
        if discord_id not in self._state.members:
            raise Refusal(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
        if discord_id in self._state.closed_dms:
            raise Refusal(403, 50007, "Cannot send messages to this user")

    def create(
        self, channel_id: int, payload: Json, uploads: dict[int, Upload], interaction: Interaction | None
    ) -> Message:
        """A message as the payload says, checked."""
        state = self._state
        flags = int(payload.get("flags") or 0) & SETTABLE
        message = Message(state.snowflake(), channel_id, state.clock.now(), flags=flags, interaction=interaction)
        if interaction is not None and flags & EPHEMERAL:
            message.viewer_id = interaction.user_id
        self._write(message, payload, uploads)
        state.messages[message.id] = message
        state.touch(*state.viewers(message))
        return message

    def thinking(self, interaction: Interaction, flags: int) -> Message:
        """The "thinking…" of a deferred answer; whether it is ephemeral is decided here."""
        state = self._state
        flags = (flags & EPHEMERAL) | LOADING
        message = Message(
            state.snowflake(), interaction.channel_id, state.clock.now(), flags=flags, interaction=interaction
        )
        message.viewer_id = interaction.user_id if flags & EPHEMERAL else None
        state.messages[message.id] = message
        state.touch(*state.viewers(message))
        return message

    def edit(self, message: Message, payload: Json, uploads: dict[int, Upload]) -> Message:
        """Change what the payload names, keep the rest; ephemeral stays what it was."""
        asked = int(payload.get("flags") or 0)
        if (
            message.flags & COMPONENTS_V2
            and "flags" in payload
            and not asked & COMPONENTS_V2
            and payload.get("content")
        ):
            raise Refusal(400, 50035, "Invalid Form Body", _flag_is_final())
        before = message.flags
        message.flags = (before | (asked & COMPONENTS_V2)) & ~LOADING
        try:
            self._write(message, payload, uploads)
        except Refusal:
            message.flags = before
            raise
        if not before & LOADING:
            message.edited_at = self._state.clock.now()
        self._state.touch(*self._state.viewers(message))
        return message

    def remove(self, message: Message) -> None:
        """Gone for everybody."""
        message.deleted = True
        self._state.touch(*self._state.viewers(message))

    def _write(self, message: Message, payload: Json, uploads: dict[int, Upload]) -> None:
        check_uploads(payload, uploads, self._state.file_limit)
        check_mentions(payload)
        whole: Json = {
            "content": message.content,
            "embeds": message.embeds,
            "components": message.components,
        }
        whole |= {part: deepcopy(payload[part]) or whole[part][:0] for part in PARTS[:3] if part in payload}
        kept, fresh = self._attachments(message, payload, uploads)
        whole["attachments"] = kept + fresh
        filenames = {attachment["filename"] for attachment in whole["attachments"]}
        check_message(whole, message.flags, filenames)
        number(whole["components"])
        resolve_addresses(whole)
        for attachment, upload in zip(fresh, uploads.values(), strict=True):
            self._state.files[int(attachment["id"])] = upload
        message.content, message.embeds = whole["content"], whole["embeds"]
        message.components, message.attachments = whole["components"], whole["attachments"]

    def _attachments(
        self, message: Message, payload: Json, uploads: dict[int, Upload]
    ) -> tuple[list[Json], list[Json]]:
        named = payload.get("attachments")
        by_id = {str(entry.get("id")): entry for entry in named or []}
        kept = [known for known in message.attachments if named is None or known["id"] in by_id]
        fresh = [self._attachment(message, upload, by_id.get(str(n), {})) for n, upload in uploads.items()]
        return kept, fresh

    def _attachment(self, message: Message, upload: Upload, described: Json) -> Json:
        return attachment(self._state, message.channel_id, upload, described)


def attachment(state: State, channel_id: int, upload: Upload, described: Json) -> Json:
    """An attachment object with an address under which the file is served."""
    number_, name = state.snowflake(), NO_FILE_NAME.sub("_", str(described.get("filename") or upload.filename))
    url = f"{state.base_url}/attachments/{channel_id}/{number_}/{name}"
    found: Json = {
        "id": str(number_),
        "filename": name,
        "size": len(upload.content),
        "url": url,
        "proxy_url": url,
        "content_type": mimetypes.guess_type(name)[0] or upload.content_type,
    }
    if described.get("description"):
        found["description"] = described["description"]
    return found


def _flag_is_final() -> Json:
    message = "The flag IS_COMPONENTS_V2 cannot be removed from a message"
    return {"flags": {"_errors": [{"code": "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "message": message}]}}


def by_bot(message: Message, channel_id: int) -> bool:
    """Whether the bot reaches this message through its channel: not if it is ephemeral."""
    return message.channel_id == channel_id and message.viewer_id is None
