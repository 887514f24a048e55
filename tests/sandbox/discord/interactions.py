"""Interactions: what a person does, how the bot may answer it, within which time."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from tests.sandbox.discord import shapes
from tests.sandbox.discord.gateway import Gateway
from tests.sandbox.discord.messages import Messages
from tests.sandbox.discord.modals import check_modal
from tests.sandbox.discord.refusal import Faults, Json, Refusal, unknown
from tests.sandbox.discord.state import (
    ACKNOWLEDGE_WITHIN,
    APPLICATION_ID,
    EPHEMERAL,
    LOADING,
    MEMBER_PERMISSIONS,
    SERVER_CHANNEL_ID,
    TOKEN_LIVES,
    Interaction,
    Message,
    State,
    Upload,
)
from tests.sandbox.people import GUILD_ID

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, SHOW_MODAL = 4, 5, 6, 7, 8, 9


@dataclass(frozen=True)
class Answered:
    """What a callback left behind."""

    interaction: Interaction
    message: Message | None


class Interactions:
    """Every act of a person and the bot's answers to it."""

    def __init__(self, state: State, gateway: Gateway, messages: Messages) -> None:
        self._state = state
        self._gateway = gateway
        self._messages = messages

    async def begin(
        self,
        kind: int,
        discord_id: int,
        channel_id: int,
        data: Json,
        *,
        source: Message | None = None,
        opener: Interaction | None = None,
    ) -> Interaction:
        """Tell the bot what the person did."""
        state = self._state
        interaction = Interaction(
            state.snowflake(),
            secrets.token_urlsafe(48),
            kind,
            discord_id,
            channel_id,
            state.clock.now(),
            source,
            opener,
        )
        interaction.user_installed_only = discord_id not in state.members
        state.interactions[interaction.id] = interaction
        guild_id = GUILD_ID if channel_id == SERVER_CHANNEL_ID else None
        interaction.lost = not await self._gateway.dispatch(
            "INTERACTION_CREATE", self._event(interaction, data), guild_id
        )
        return interaction

    def _event(self, interaction: Interaction, data: Json) -> Json:
        state, in_server = self._state, interaction.channel_id == SERVER_CHANNEL_ID
        owners = {} if interaction.user_installed_only else {"0": str(GUILD_ID)}
        if interaction.user_installed_only:
            owners["1"] = str(interaction.user_id)
        event: Json = {
            "id": str(interaction.id),
            "application_id": str(APPLICATION_ID),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "data": data,
            "channel_id": str(interaction.channel_id),
            "channel": shapes.channel(state, interaction.channel_id),
            "app_permissions": str(MEMBER_PERMISSIONS),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": owners if in_server else owners | {"0": "0"},
            "context": 0 if in_server else 1,
            "attachment_size_limit": state.told_limit or state.file_limit,
        }
        if in_server:
            event |= {"guild_id": str(GUILD_ID), "guild_locale": "en-US"}
            event["guild"] = {"id": str(GUILD_ID), "locale": "en-US", "features": []}
            event["member"] = shapes.member(state, interaction.user_id, permissions=True)
        else:
            event["user"] = shapes.user(state, interaction.user_id)
        if interaction.source is not None:
            event["message"] = shapes.message(state, interaction.source)
        return event

    def answer(self, interaction_id: int, token: str, payload: Json, uploads: dict[int, Upload]) -> Answered:
        """The bot's first answer: once, within three seconds, of a type that fits."""
        state = self._state
        interaction = state.interactions.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise unknown("Interaction")
        if interaction.answer is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        if state.clock.now() - interaction.created_at > ACKNOWLEDGE_WITHIN:
            interaction.settled.set()  # whoever waits for it need not wait longer
            raise unknown("Interaction")
        faults = Faults()
        faults.one_of(("type",), payload.get("type"), _fitting(interaction))
        faults.refuse()
        data = payload.get("data") or {}
        message = self._handlers()[payload["type"]](interaction, data, uploads)
        interaction.answer = payload["type"]
        interaction.original_id = message.id if message else None
        interaction.settled.set()
        state.touch(interaction.user_id)
        return Answered(interaction, message)

    def _handlers(self) -> dict[int, Callable[[Interaction, Json, dict[int, Upload]], Message | None]]:
        return {
            REPLY: self._reply,
            DEFER: self._defer,
            DEFER_UPDATE: lambda interaction, _data, _uploads: interaction.source,
            UPDATE: self._update,
            CHOICES: self._choices,
            SHOW_MODAL: self._modal,
        }

    def _reply(self, interaction: Interaction, data: Json, uploads: dict[int, Upload]) -> Message:
        return self._messages.create(interaction.channel_id, data, uploads, interaction)

    def _defer(self, interaction: Interaction, data: Json, _: dict[int, Upload]) -> Message:
        interaction.first_followup_edits = True
        return self._messages.thinking(interaction, int(data.get("flags") or 0))

    def _update(self, interaction: Interaction, data: Json, uploads: dict[int, Upload]) -> Message:
        assert interaction.source is not None
        return self._messages.edit(interaction.source, data, uploads)

    def _choices(self, interaction: Interaction, data: Json, _: dict[int, Upload]) -> None:
        faults = Faults()
        choices = data.get("choices")
        if faults.count(("data", "choices"), choices, 0, 25):
            for index, choice in enumerate(choices or []):
                faults.length(("data", "choices", index, "name"), choice.get("name"), 1, 100)
                if isinstance(choice.get("value"), str):
                    faults.length(("data", "choices", index, "value"), choice["value"], 1, 100)
        faults.refuse()
        interaction.choices = choices

    def _modal(self, interaction: Interaction, data: Json, _: dict[int, Upload]) -> None:
        check_modal(data)
        interaction.modal = data

    def by_token(self, token: str) -> Interaction:
        """The interaction a webhook call belongs to, while its token lives and once it was acknowledged."""
        for interaction in self._state.interactions.values():
            if interaction.token == token:
                if self._state.clock.now() - interaction.created_at > TOKEN_LIVES:
                    break
                if interaction.answer is None:
                    raise unknown("Webhook")
                return interaction
        raise Refusal(401, 50027, "Invalid Webhook Token")

    def message_of(self, interaction: Interaction, name: str) -> Message:
        """The "@original" or one of the follow-ups, by id."""
        own = [interaction.original_id, *interaction.followups]
        if name == "@original":
            wanted = interaction.original_id
        else:
            wanted = int(name) if name.isdecimal() and int(name) in own else None
        if wanted is None:
            raise unknown("Message")
        return self._state.message(wanted)

    def edit(self, interaction: Interaction, name: str, payload: Json, uploads: dict[int, Upload]) -> Message:
        """Edit through the token."""
        message = self._messages.edit(self.message_of(interaction, name), payload, uploads)
        if message.id == interaction.original_id:
            interaction.first_followup_edits = False
        self._state.touch(interaction.user_id)
        return message

    def follow_up(self, interaction: Interaction, payload: Json, uploads: dict[int, Upload]) -> Message:
        """A further message; the first after a defer fills the deferred one, with the privacy the defer chose."""
        if interaction.first_followup_edits and interaction.original_id is not None:
            original = self._state.messages[interaction.original_id]
            interaction.first_followup_edits = False
            if original.flags & LOADING and not original.deleted:
                kept = {name: value for name, value in payload.items() if name != "flags"}
                asked = int(payload.get("flags") or 0) & ~EPHEMERAL
                return self._messages.edit(original, kept | {"flags": asked}, uploads)
        if interaction.user_installed_only and len(interaction.followups) >= 5:
            raise Refusal(400, 40094, "This interaction has reached the maximum number of follow-up messages.")
        message = self._messages.create(interaction.channel_id, payload, uploads, interaction)
        interaction.followups.append(message.id)
        self._state.touch(interaction.user_id)
        return message


def _fitting(interaction: Interaction) -> tuple[int, ...]:
    if interaction.kind == AUTOCOMPLETE:
        return (CHOICES,)
    types = (REPLY, DEFER) if interaction.kind == MODAL else (REPLY, DEFER, SHOW_MODAL)
    return (*types, DEFER_UPDATE, UPDATE) if interaction.source is not None else types
