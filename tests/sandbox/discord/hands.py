"""What people and fate do at Discord: type, press, choose, look, wait; close DMs, cut the line, make calls fail."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from tests.sandbox.discord import shapes
from tests.sandbox.discord.components import BUTTON, LINK, SELECT, SELECTS, walk
from tests.sandbox.discord.gateway import Gateway
from tests.sandbox.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, SHOW_MODAL, Interactions
from tests.sandbox.discord.messages import Messages
from tests.sandbox.discord.modals import fill
from tests.sandbox.discord.refusal import Json
from tests.sandbox.discord.routes import Routes
from tests.sandbox.discord.state import ACKNOWLEDGE_WITHIN, LOADING, Interaction, Message, State, Upload
from tests.sandbox.discord.switches import Spell, Switches
from tests.sandbox.discord.typed import CannotType, Typing, keep


class DiscordHands:
    """JSON in, JSON out; `user` is always a person's key. A person's act returns once the bot has acknowledged it."""

    def __init__(
        self,
        state: State,
        gateway: Gateway,
        messages: Messages,
        interactions: Interactions,
        routes: Routes,
        switches: Switches,
    ) -> None:
        self._state = state
        self._gateway = gateway
        self._messages = messages
        self._interactions = interactions
        self._routes = routes
        self._switches = switches

    # --- what people do

    async def type_command(self, user: str, command: str, options: Json | None = None, channel: str = "dm") -> Json:
        """Send a slash command such as "/vault sync"."""
        who = self._state.person(user).discord_id
        channel_id = self._state.channel_id(who, channel)
        data = Typing(self._state, who, channel_id).command(command, options or {})
        return await self._outcome(await self._interactions.begin(COMMAND, who, channel_id, data))

    async def autocomplete(
        self, user: str, command: str, focused: str, text: str, options: Json | None = None, channel: str = "dm"
    ) -> Json:
        """Type into an option that completes; "choices" are what is offered."""
        who = self._state.person(user).discord_id
        channel_id = self._state.channel_id(who, channel)
        data = Typing(self._state, who, channel_id).unfinished(command, options or {}, focused, text)
        return await self._outcome(await self._interactions.begin(AUTOCOMPLETE, who, channel_id, data))

    async def press(self, user: str, message_id: str, custom_id: str) -> Json:
        """Press a button of a message that person sees."""
        who, message, component = self._reach(user, message_id, custom_id)
        if component["type"] != BUTTON or component.get("style") == LINK:
            raise CannotType(f"{custom_id!r} is not a button to press")
        data = {"custom_id": custom_id, "component_type": BUTTON, "id": component["id"]}
        return await self._act_on(who, message, data)

    async def select(self, user: str, message_id: str, custom_id: str, values: list[str]) -> Json:
        """Choose in a menu: options by value or label, people by key."""
        who, message, component = self._reach(user, message_id, custom_id)
        if component["type"] not in SELECTS:
            raise CannotType(f"{custom_id!r} is not a menu")
        if not component.get("min_values", 1) <= len(values) <= component.get("max_values", 1):
            raise CannotType(f"{custom_id!r} does not take {len(values)} values")
        typing = Typing(self._state, who, message.channel_id)
        chosen = [
            _chosen(component, value) if component["type"] == SELECT else typing._mentioned(value) for value in values
        ]
        data: Json = {
            "custom_id": custom_id,
            "component_type": component["type"],
            "id": component["id"],
            "values": chosen,
        }
        if typing.resolved:
            data["resolved"] = typing.resolved
        return await self._act_on(who, message, data)

    async def submit_modal(self, user: str, modal_id: str, values: Json) -> Json:
        """Hand in the form that interaction `modal_id` opened; `values` by label or custom_id."""
        who = self._state.person(user).discord_id
        opener = self._state.interactions.get(int(modal_id))
        if opener is None or opener.modal is None or opener.user_id != who:
            raise CannotType("there is no such form open")
        uploads: dict[str, Upload] = {}
        components = fill(opener.modal, values, uploads)
        resolved: Json = {}
        names = {name: keep(self._state, opener.channel_id, upload, resolved) for name, upload in uploads.items()}
        for field in walk(components):
            if field["type"] == 19:
                field["values"] = [names[name] for name in field["values"]]
        data: Json = {"custom_id": opener.modal["custom_id"], "components": components}
        data |= {"resolved": resolved} if resolved else {}
        opener.modal = None
        begun = await self._interactions.begin(MODAL, who, opener.channel_id, data, source=opener.source, opener=opener)
        return await self._outcome(begun)

    def _reach(self, user: str, message_id: str, custom_id: str) -> tuple[int, Message, Json]:
        who = self._state.person(user).discord_id
        message = self._state.messages.get(int(message_id))
        if message is None or message.deleted or who not in self._state.viewers(message):
            raise CannotType("that person does not see such a message")
        for component in walk(message.components):
            if component.get("custom_id") == custom_id:
                if component.get("disabled"):
                    raise CannotType(f"{component.get('label') or custom_id!r} is disabled")
                return who, message, component
        raise CannotType(f"the message has nothing with the custom_id {custom_id!r}")

    async def _act_on(self, who: int, message: Message, data: Json) -> Json:
        begun = await self._interactions.begin(COMPONENT, who, message.channel_id, data, source=message)
        return await self._outcome(begun)

    async def _outcome(self, interaction: Interaction) -> Json:
        if not interaction.lost:
            with suppress(TimeoutError):  # then the person sees that it failed
                async with asyncio.timeout(ACKNOWLEDGE_WITHIN / timedelta(seconds=1)):
                    await interaction.settled.wait()
        return await self.interaction(str(interaction.id))

    # --- what people see

    async def interaction(self, interaction_id: str) -> Json:
        """What became of an act: whether it was answered, with which message, follow-ups, form or choices."""
        found = self._state.interactions[int(interaction_id)]
        followups = [each for each in found.followups if not self._state.messages[each].deleted]
        return {
            "interaction_id": str(found.id),
            "answered": found.answer is not None,
            "answer": found.answer,
            "channel_id": str(found.channel_id),
            "message_id": str(found.original_id) if found.original_id else None,
            "followups": [str(each) for each in followups],
            "modal": found.modal if found.answer == SHOW_MODAL else None,
            "choices": found.choices,
        }

    async def messages(self, user: str, channel: str = "dm") -> Json:
        """All that person sees there, oldest first, and the revision to wait on."""
        who = self._state.person(user).discord_id
        channel_id = self._state.channel_id(who, channel)
        seen = [each for each in self._state.messages.values() if each.channel_id == channel_id and not each.deleted]
        return {
            "revision": self._state.revision_of(who),
            "messages": [self._seen(each) for each in seen if who in self._state.viewers(each)],
        }

    async def message(self, user: str, message_id: str) -> Json:
        """One message as that person sees it now: None when it is gone."""
        who = self._state.person(user).discord_id
        found = self._state.messages.get(int(message_id))
        visible = found is not None and not found.deleted and who in self._state.viewers(found)
        return {
            "revision": self._state.revision_of(who),
            "message": self._seen(found) if found is not None and visible else None,
        }

    def _seen(self, message: Message) -> Json:
        interaction = message.interaction
        return shapes.message(self._state, message) | {
            "ephemeral": message.viewer_id is not None,
            "thinking": bool(message.flags & LOADING),
            "interaction_id": str(interaction.id) if interaction else None,
        }

    async def wait_change(self, user: str, since: int, within: float = 10.0) -> int:
        """Long poll: the person's revision once it is above `since`, or after `within` real seconds."""
        return await self._state.wait_change(self._state.person(user).discord_id, since, min(within, 60.0))

    async def commands(self) -> list[Json]:
        """What the bot registered everywhere."""
        return self._state.commands[None]

    # --- what fate does

    async def close_dms(self, user: str, closed: bool = True) -> None:
        """That person stops (or starts again) taking direct messages."""
        who = self._state.person(user).discord_id
        (self._state.closed_dms.add if closed else self._state.closed_dms.discard)(who)

    async def leave_server(self, user: str) -> None:
        """No server is shared any more: DMs are refused with 50278."""
        self._state.members.discard(self._state.person(user).discord_id)

    async def make_administrator(self, user: str) -> None:
        """That person may do everything in the server."""
        self._state.administrators.add(self._state.person(user).discord_id)

    async def delete_message(self, message_id: str) -> None:
        """Somebody removes the bot's message."""
        self._messages.remove(self._state.messages[int(message_id)])

    async def next_status(self, route: str, status: int, times: int = 1, code: int = 0, message: str = "") -> None:
        """The next calls whose "METHOD /route" contains `route` are refused."""
        self._switches.cast(Spell(route, times, status=status, code=code, message=message))

    async def slow(self, route: str, seconds: float, times: int = 1) -> None:
        """The next such calls take that long."""
        self._switches.cast(Spell(route, times, delay=seconds))

    async def rate_limit(self, route: str, retry_after: float, times: int = 1) -> None:
        """The next such calls get a 429 as Discord's own servers send it."""
        self._switches.cast(Spell(route, times, retry_after=retry_after))

    async def limit_files(self, size: int, told: int | None = None) -> None:
        """How large the files of a message may be, in bytes; `told` is what the bot is told, where that differs."""
        self._state.file_limit, self._state.told_limit = size, told

    async def dms_too_fast(self, times: int = 1) -> None:
        """Opening DM channels is refused with 40003."""
        self._routes.dms_too_fast = times

    async def all_well(self) -> None:
        """No more bad luck."""
        self._switches.clear()
        self._routes.dms_too_fast = 0

    async def drop_connections(self, how: str = "close") -> None:
        """Cut the gateway: "close", "reconnect" or "invalidate"."""
        await self._gateway.drop(how)

    # --- what a test asks

    async def wait_ready(self, within: float = 10.0) -> bool:
        """Until a bot is logged in."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._gateway.ready.wait()
        return self._gateway.ready.is_set()

    async def registrations(self) -> int:
        """How often commands were registered."""
        return self._state.registrations

    async def connections(self) -> Json:
        """How often the bot logged in and resumed."""
        return {"identified": self._gateway.identified, "resumed": self._gateway.resumed}

    async def traffic(self) -> list[Json]:
        """Every REST call of the bot: method, route, query, payload, files, status, response."""
        return self._state.traffic


def _chosen(component: Json, wanted: str) -> str:
    for option in component["options"]:
        if wanted in (option["value"], option["label"]):
            return str(option["value"])
    raise CannotType(f"there is no option {wanted!r}; there are {[option['label'] for option in component['options']]}")
