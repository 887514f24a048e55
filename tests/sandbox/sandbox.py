"""The sandbox: all doors and the control door, each on a loopback port of its own."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Protocol, Self

from aiohttp import web

from tests.sandbox.browser import Browser
from tests.sandbox.clock import Clock
from tests.sandbox.control import ClockHands, Control, control_app
from tests.sandbox.discord.door import DiscordDoor
from tests.sandbox.people import PEOPLE
from tests.sandbox.person import Person
from tests.sandbox.serving import serving
from tests.sandbox.transcript import Listener, nobody_listens


class Door(Protocol):
    """A stand-in for one service."""

    base_url: str

    @property
    def app(self) -> web.Application:
        """Its routes."""

    @property
    def hands(self) -> object:
        """What people and fate do there."""

    def endpoints(self) -> dict[str, str]:
        """The keys of `[endpoints]` it stands in for, once `base_url` is known."""


class Sandbox:
    """Doors by name ("discord", "spotify", "google"), open while the context lasts."""

    def __init__(self, doors: Mapping[str, Door], clock: Clock) -> None:
        self.doors = doors
        self.clock = clock
        self.control_url = ""
        self._stack = AsyncExitStack()

    @property
    def endpoints(self) -> dict[str, str]:
        """The whole `[endpoints]` section."""
        return {key: url for door in self.doors.values() for key, url in door.endpoints().items()}

    @property
    def control(self) -> Control:
        """The control door's other end, closed with the sandbox."""
        return self._control

    def person(self, key: str, listener: Listener = nobody_listens) -> Person:
        """Somebody to act as, closed with the sandbox."""
        person = Person(self._control, key, listener)
        self._stack.push_async_callback(person.close)
        return person

    def browser(self, key: str) -> Browser:
        """A further browser of somebody, closed with the sandbox."""
        browser = Browser(key)
        self._stack.push_async_callback(browser.close)
        return browser

    async def __aenter__(self) -> Self:
        for door in self.doors.values():
            door.base_url = await self._open(door.app)
        hands = {name: door.hands for name, door in self.doors.items()} | {"clock": ClockHands(self.clock)}
        self.control_url = await self._open(control_app(hands))
        self._control = Control(self.control_url)
        self._stack.push_async_callback(self._control.close)
        return self

    async def _open(self, app: web.Application) -> str:
        return await self._stack.enter_async_context(serving(app))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()


def discord_only(clock: Clock) -> Sandbox:
    """A sandbox with nothing but Discord."""
    return Sandbox({"discord": DiscordDoor(clock, PEOPLE)}, clock)
