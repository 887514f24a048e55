"""A person at Discord and in a browser: all that journeys and the demo use, working through the control door."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.sandbox.browser import Browser
from tests.sandbox.control import Control
from tests.sandbox.discord.reading import text
from tests.sandbox.discord.refusal import Json
from tests.sandbox.page import Page
from tests.sandbox.people import PEOPLE, PersonSeed
from tests.sandbox.reply import Act, NeverSaw, Reply
from tests.sandbox.transcript import Event, Listener, nobody_listens
from tests.sandbox.waiting import PATIENCE, Deadline


@dataclass(frozen=True)
class Choice:
    """What an option's autocompletion offers."""

    name: str
    value: str | int | float


class Hands:
    """What this person does at another service: `await ada.spotify.delete_playlist(name="Focus")`."""

    def __init__(self, control: Control, door: str, user: str, listener: Listener) -> None:
        self._control = control
        self._door = door
        self._user = user
        self._listener = listener

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        if method.startswith("_"):
            raise AttributeError(method)

        async def act(**given: object) -> Any:  # noqa: ANN401 - JSON of any shape
            told = ", ".join(f"{name}={value}" for name, value in given.items())
            self._listener(Event(self._user, "does", f"{self._door}: {method}", told))
            return await self._control.ask(self._door, method, user=self._user, **given)

        return act


class Person:
    """One of tests.sandbox.people, by key."""

    def __init__(self, control: Control, key: str, listener: Listener = nobody_listens) -> None:
        self.control = control
        self.key = key
        self.seed: PersonSeed = PEOPLE[key]
        self.listener = listener
        self.spotify = Hands(control, "spotify", key, listener)
        self.drive = Hands(control, "google", key, listener)
        self._dms_met: set[str] = set()

    @property
    def discord_id(self) -> int:
        return self.seed.discord_id

    @cached_property
    def browser(self) -> Browser:
        """The person's browser, signed in at Spotify and Google."""
        return Browser(self.key, listener=self.listener)

    async def opens(self, url: str) -> Page:
        """Open an address in the browser."""
        return await self.browser.open(url)

    async def types(self, command: str, /, in_: str = "dm", **options: object) -> Reply:
        """Send a slash command; returns once the bot has acknowledged it (or failed to)."""
        words = " ".join(f"{name}:{value}" for name, value in options.items())
        self.listener(Event(self.key, "types", f"{command} {words}".strip()))
        act: Act = await self.control.discord(
            "type_command", user=self.key, command=command, options=options, channel=in_
        )
        return await Reply.after(self, act, "The application did not respond.")

    async def completes(
        self, command: str, option: str, typed: str = "", /, in_: str = "dm", **options: object
    ) -> list[Choice]:
        """What is offered while typing into an option."""
        self.listener(Event(self.key, "completes", f"{command} {option}:{typed}"))
        given = {"command": command, "focused": option, "text": typed, "options": options, "channel": in_}
        act: Act = await self.control.discord("autocomplete", user=self.key, **given)
        return [Choice(each["name"], each["value"]) for each in act["choices"] or []]

    async def sees(self, in_: str = "dm") -> list[Reply]:
        """Every message there, oldest first."""
        seen = await self.control.discord("messages", user=self.key, channel=in_)
        return [Reply(self, each, seen["revision"]) for each in seen["messages"]]

    async def dms(self) -> list[Reply]:
        """The direct messages the bot sent of its own accord, oldest first."""
        return [each for each in await self.sees("dm") if each.of_its_own_accord]

    async def gets_dm(self, words: str, within: float = PATIENCE) -> Reply:
        """Wait for a direct message with these words that was not met before."""
        deadline = Deadline(within)
        while True:
            seen = await self.control.discord("messages", user=self.key, channel="dm")
            for each in seen["messages"]:
                met = each["interaction_id"] is not None or each["id"] in self._dms_met
                if not met and words.casefold() in text(each).casefold():
                    self._dms_met.add(each["id"])
                    reply = Reply(self, each, seen["revision"])
                    self.listener(Event(self.key, "gets_dm", each["id"], reply.text))
                    return reply
            if deadline.is_over:
                raise NeverSaw(f"{self.key} got no DM saying {words!r}. In the DMs:\n{_told(seen['messages'])}")
            await self.wait_change(seen["revision"], deadline.left)

    async def wait_change(self, since: int, within: float) -> int:
        """Until something this person sees at Discord changes."""
        return int(await self.control.discord("wait_change", user=self.key, since=since, within=within))

    async def closes_dms(self, closed: bool = True) -> None:
        """Take no direct messages (or take them again)."""
        await self.control.discord("close_dms", user=self.key, closed=closed)

    async def close(self) -> None:
        """Close the browser."""
        if "browser" in self.__dict__:
            await self.browser.close()


def _told(messages: list[Json]) -> str:
    return "\n---\n".join(text(each) or "(thinking…)" for each in messages) or "(nothing)"
