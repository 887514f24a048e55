"""Two hundred people on forty apps: the bot was off when their night began and catches up until the morning.

The night after, a tenth of them have changed something.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import _build
from bot.config import Config
from bot.duties import Duties
from bot.jobs import WORKERS, Jobs
from bot.rooms import Rooms, opened
from storage.records import ArchiveState, Run, RunKind, RunState
from tests.bench.sync.agreement import at_spotify, check, in_vault
from tests.bench.sync.product import Product
from tests.bench.sync.town import Guest
from tests.sandbox.clock import Clock
from tests.sandbox.control import Control
from tests.sandbox.operator import configuration
from tests.sandbox.people import PEOPLE, resident
from tests.sandbox.sandbox import Sandbox
from tests.sandbox.spotify.door import SpotifyDoor
from tests.soak.passing import Passing

APPS, PLACES, APPS_A_DEVELOPER = 40, 5, 5
PEOPLE_COUNT = APPS * PLACES
A_SECOND = 4.0  # requests an app may begin, as the configuration says by default
RATE = 125  # requests of an app in 30 s that Spotify takes: what is asked for, and a few that were late
QUOTA = 800  # requests of a developer account in a day and family
START = timedelta(hours=10, minutes=10)  # from the evening on; everybody's turn has passed by then
MORNING = timedelta(hours=14)
DAY = timedelta(days=1)
CHANGED = PEOPLE_COUNT // 10
TICK = 300.0
COMMANDS = 3
AHEAD = 2 * WORKERS + COMMANDS
"""Nights that may end before a command does: those that had begun, and the next of the workers beside it."""


@dataclass
class Town:
    """Everybody, the bot's parts that work at night, and the time both share."""

    control: Control
    clock: Clock
    time: Passing
    rooms: Rooms
    jobs: Jobs
    duties: Duties
    guests: tuple[Guest, ...]

    async def nights(self) -> list[Run | None]:
        """Each person's night, in their order."""
        return [await self.rooms.kept.runs.latest(one.discord_id, RunKind.NIGHT) for one in self.guests]

    async def done(self, since: datetime) -> int:
        """How many nights that began after that are over."""
        runs = await self.nights()
        return sum(run is not None and run.state is RunState.DONE and run.created_at >= since for run in runs)

    async def backups(self, guests: Sequence[Guest]) -> Counter[int]:
        """How many of them have how many verified backups."""
        archives = [await self.rooms.kept.archives.of(guest.discord_id) for guest in guests]
        return Counter(sum(each.state is ArchiveState.VERIFIED for each in theirs) for theirs in archives)

    async def ticks(self) -> None:
        """As the schedule does, for ever."""
        while True:
            for duty in self.duties.all:
                await duty()
            await self.time.sleep(TICK)

    async def command(self, guest: Guest) -> Run:
        """Somebody's own `/vault sync`, followed to its end."""
        run = await self.jobs.enqueue(RunKind.SYNC, guest.discord_id)
        while (now := await self.rooms.kept.runs.get(run.id)).state not in (RunState.DONE, RunState.FAILED):
            await self.time.sleep(1)
        return now


@asynccontextmanager
async def a_town(folder: Path) -> AsyncIterator[Town]:
    """Linked in the evening, and nobody synced yet."""
    clock = Clock()
    door = SpotifyDoor(clock, PEOPLE)
    counts = door.hands._journal
    time = Passing(clock, lambda: counts.counts.api + counts.counts.images)
    async with Sandbox({"spotify": door}, clock) as sandbox:
        apps = await _apps(sandbox.control)
        config = Config.model_validate(_configuration(folder, sandbox.endpoints, apps))
        async with opened(config, clock=clock, sleep=time.sleep) as rooms:
            services, work, duties = _build(config, rooms, clock, time.sleep)
            services.jobs.handlers = work.handlers
            time.busy = lambda: bool(services.jobs._held)
            guests = await _settled(sandbox.control, apps, Product(rooms, clock))
            yield Town(sandbox.control, clock, time, rooms, services.jobs, duties, guests)


async def _apps(control: Control) -> list[dict[str, Any]]:
    apps = [
        {
            "name": f"app {number}",
            "client_id": f"app-{number:02}",
            "developer": f"developer {number // APPS_A_DEVELOPER}",
        }
        for number in range(APPS)
    ]
    for app in apps:
        await control.spotify("add_app", **app, secret="s", places=PLACES)
    await control.spotify("limits", rate_per_30s=RATE, quota={"*": QUOTA})
    return [{**app, "client_secret": "s", "people": PLACES} for app in apps]


def _configuration(folder: Path, endpoints: dict[str, str], apps: list[dict[str, Any]]) -> dict[str, object]:
    spotify = {"apps": apps, "requests_per_second": A_SECOND, "daily_requests": QUOTA}
    return configuration(folder, endpoints, 1, spotify=spotify, drive={"client_id": "", "client_secret": ""})


async def _settled(control: Control, apps: list[dict[str, Any]], bot: Product) -> tuple[Guest, ...]:
    ids = [app["client_id"] for app in apps]
    keys = await control.spotify("settle", count=PEOPLE_COUNT, client_ids=ids, likes=220, playlists=5, items=60)
    guests = []
    for number, key in enumerate(keys):
        person = resident(number + 1)
        guests.append(Guest(key, person.discord_id, person.spotify_id, ids[number // PLACES]))
        await bot.link(guests[-1], control)
    return tuple(guests)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_missed_night_of_two_hundred_people_and_the_next_are_over_by_morning(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        evening = town.clock.now()
        town.clock.jump_to(evening + START)
        await town.jobs.start()
        ticking = asyncio.create_task(town.ticks())
        try:
            async with town.time.passes():
                await _own_commands_go_first(town, evening)
                await _until_all_are_done(town, evening, evening + MORNING)
                assert await town.backups(town.guests) == {1: PEOPLE_COUNT}
                changed = await _change_a_tenth(town)
                await _until_all_are_done(town, evening + DAY, evening + DAY + MORNING)
                assert await town.backups(changed) == {2: CHANGED}
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
            await town.jobs.stop()
            await town.duties.stop()
        await _everybody_is_synced(town)
        await _nobody_asked_too_much(town)


async def _change_a_tenth(town: Town) -> tuple[Guest, ...]:
    changed = town.guests[:: PEOPLE_COUNT // CHANGED]
    for guest in changed:
        await town.control.spotify("unlike_newest", user=guest.key, n=2)
    return changed


async def _own_commands_go_first(town: Town, evening: datetime) -> None:
    """Those who wait at the very end of the line ask for themselves."""
    while await town.done(evening) < PEOPLE_COUNT // 4:
        await town.time.sleep(5)
    waiting = [guest for guest, run in zip(town.guests, await town.nights(), strict=True) if _waits(run)]
    before = await town.done(evening)
    ran = await asyncio.gather(*(town.command(guest) for guest in waiting[-COMMANDS:]))
    assert [run.state for run in ran] == [RunState.DONE] * COMMANDS
    assert len(waiting) > 5 * AHEAD
    assert await town.done(evening) - before <= AHEAD


def _waits(run: Run | None) -> bool:
    return run is not None and run.state is RunState.QUEUED


async def _until_all_are_done(town: Town, evening: datetime, morning: datetime) -> None:
    while (done := await town.done(evening)) < PEOPLE_COUNT:
        assert town.clock.now() < morning, f"{PEOPLE_COUNT - done} people are not synced by morning"
        await town.time.sleep(30)


async def _everybody_is_synced(town: Town) -> None:
    for guest in town.guests:
        there = at_spotify(await town.control.spotify("library", user=guest.key))
        check(there, await in_vault(town.rooms.kept.library, guest.discord_id), guest.key)


async def _nobody_asked_too_much(town: Town) -> None:
    """Neither half-minute nor day; and no answer but good ones."""
    ledger = await town.control.spotify("ledger")
    assert len(ledger["apps"]) == APPS
    for name, window in ledger["apps"].items():
        assert window["refused"] == 0, name
        assert window["highest"] <= RATE, name
    for name, families in ledger["developers"].items():
        assert all(window["refused"] == 0 and window["highest"] <= QUOTA for window in families.values()), name
    counts = await town.control.spotify("counts")
    assert set(counts["by_status"]) == {"200"}
