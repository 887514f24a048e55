"""The whole product on the whole sandbox in one process: what every journey starts from."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.app import running
from bot.config import Config
from tests.sandbox.clock import Clock
from tests.sandbox.discord.contract import DESCRIPTION, Contract
from tests.sandbox.operator import configuration, free_port, register_redirects
from tests.sandbox.page import Page
from tests.sandbox.person import Person
from tests.sandbox.reply import NeverSaw, Reply
from tests.sandbox.sandbox import Sandbox
from tests.sandbox.waiting import PATIENCE, Deadline
from tests.sandbox.whole import whole

CONTRACT = Contract()
TICK = timedelta(seconds=0.15)
KEEPS = re.compile(r"\*\*(Sync|Backup)( waits)?:\*\*")
UNDER_WAY = re.compile(
    r"\*\*(Sync|Backup|Nightly backup|Restore|Export|Check|Weekly check|Comparing[^*]*)( waits)?:\*\*"
)
BETWEEN_LOOKS = 0.08


@dataclass
class Town:
    """A running sandbox, and a bot that can be started, stopped and started again on the same data."""

    sandbox: Sandbox
    folder: Path
    port: int = field(default_factory=free_port)
    changes: dict[str, object] = field(default_factory=dict)
    _bot: AsyncExitStack | None = None

    @property
    def clock(self) -> Clock:
        return self.sandbox.clock

    async def register_redirects(self) -> None:
        """What the operator does in both dashboards."""
        await register_redirects(self.sandbox.control, self.port)

    async def start(self) -> None:
        """Start the bot."""
        values = configuration(self.folder, self.sandbox.endpoints, self.port, **self.changes)
        self._bot = AsyncExitStack()
        bot = running(Config.model_validate(values), clock=self.clock, sleep=self.sleep, tick=TICK)
        await self._bot.enter_async_context(bot)

    async def sleep(self, seconds: float) -> None:
        """How the bot waits here: the town's time passes, nobody's does."""
        self.clock.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    async def stop(self) -> None:
        """Stop it as a container would."""
        if self._bot is not None:
            await self._bot.aclose()
            self._bot = None

    async def database(self, *statements: str) -> list[object]:
        """What somebody with a hand in the database does, aside so that the bot can finish its own; the last's rows."""

        def execute() -> list[object]:
            with closing(sqlite3.connect(self.folder / "musivault.db", isolation_level=None)) as database:
                rows = [database.execute(statement).fetchall() for statement in statements]
                return rows[-1]

        return await asyncio.to_thread(execute)

    async def faults(self) -> list[str]:
        """Where the bot's traffic differs from Discord's own description, if that is at hand."""
        traffic = await self.sandbox.control.discord("traffic")
        return CONTRACT.faults(traffic) if DESCRIPTION.exists() else []

    def person(self, key: str) -> Person:
        return self.sandbox.person(key)

    async def fate(self, door: str, method: str, **given: object) -> object:
        """What nobody in particular does: failures, switches, what the services remember."""
        return await self.sandbox.control.ask(door, method, **given)


@asynccontextmanager
async def a_town(folder: Path, *, started: bool = True, **changes: object) -> AsyncIterator[Town]:
    """A town with its redirect addresses registered, and the bot running unless told otherwise."""
    async with whole(Clock()) as sandbox:
        town = Town(sandbox, folder, changes=changes)
        await town.register_redirects()
        try:
            if started:
                await town.start()
            yield town
        finally:
            await town.stop()
        assert await town.faults() == []


async def begin_link(person: Person, account: str = "spotify") -> Page:
    """Ask for a link and open it: the landing page."""
    service = "Spotify" if account == "spotify" else "Google Drive"
    await person.types(f"/link {account}")
    offer = await person.gets_dm(f"Link {service}")
    return await person.opens(offer.links[f"Link {service}"])


async def link_spotify(person: Person) -> Reply:
    """The whole way; returns the DM that says so."""
    page = await (await begin_link(person)).press("Continue to Spotify")
    await page.press("Agree")
    return await person.gets_dm("Spotify linked")


async def first_sync(person: Person) -> Reply:
    """Links Spotify and looks at the vault until what the link started, a first backup too, is done; the status."""
    await link_spotify(person)
    return await vault_at_rest(person)


async def vault_at_rest(person: Person) -> Reply:
    """The status of the vault once it is neither read nor backed up any more."""
    return await _status_without(KEEPS, person)


async def work_done(person: Person) -> Reply:
    """The status of the vault once nothing is under way or waits for its time any more."""
    return await _status_without(UNDER_WAY, person)


async def _status_without(work: re.Pattern[str], person: Person) -> Reply:
    """A busy machine may not answer in Discord's three seconds: then the person asks again."""
    deadline = Deadline(PATIENCE)
    while not deadline.is_over:
        status = await person.types("/vault status")
        if not status.failed and not work.search(status.text):
            return status
        await asyncio.sleep(BETWEEN_LOOKS)
    raise NeverSaw(f"{person.key}'s vault never came to rest: {status.text}")


async def link_drive(person: Person) -> Reply:
    """The whole way, and the first backup that goes there at once; returns the DM that says so."""
    page = await (await begin_link(person, "drive")).press("Continue to Google")
    await page.press("Continue")
    dm = await person.gets_dm("Google Drive linked")
    await vault_at_rest(person)
    return dm
