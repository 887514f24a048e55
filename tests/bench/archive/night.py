"""A night of many people: their libraries read, archived and sent to their own Drives; most have changed nothing."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.app import _build
from bot.config import Config
from bot.duties import Duties
from bot.rooms import Rooms, opened
from storage.records import DriveAccount, RunKind, RunState
from storage.tables import RunRow
from tests.bench.sync.product import Product
from tests.bench.sync.town import Guest
from tests.bench.sync.watch import MB, watched
from tests.sandbox.operator import configuration
from tests.sandbox.people import resident
from tests.sandbox.processes import World, processes

LOOK_EVERY = 0.1
TO_MONDAY = timedelta(days=2)
"""The nights that follow are of one week: favourites are kept by the week, and a new week changes every vault."""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Nights:
    """How many people there are, what each of them has, and how many change something in a day."""

    people: int = 500
    changed: int = 50
    apps: int = 20
    likes: int = 220
    playlists: int = 5
    items: int = 60
    latency: float = 0.08  # seconds for each answer of Spotify's and of Google's


@dataclass(frozen=True)
class Night:
    """A night in which few changed something; of the others the most requests of one, and the bytes of all of them."""

    people_per_minute: float
    spotify_requests: int
    drive_requests: int
    drive_bytes: int
    peak_mb: float
    unchanged_requests: int
    unchanged_upload_bytes: int


@dataclass(frozen=True)
class _City:
    """Everybody, the bot's parts that work at night, and the world around them."""

    world: World
    rooms: Rooms
    duties: Duties
    guests: tuple[Guest, ...]

    async def night(self) -> float:
        """A day later: everybody's night, begun by a tick and done by the workers; how many seconds it took."""
        self.world.clock.advance(timedelta(days=1))
        began = time.perf_counter()
        assert await self.duties.nights.enqueue_due() == len(self.guests)
        while await self._left():  # noqa: ASYNC110 - nobody tells when the last of them is over
            await asyncio.sleep(LOOK_EVERY)
        took = time.perf_counter() - began
        assert not await self._count(RunState.FAILED), "a night failed"
        return took

    async def _left(self) -> int:
        return await self._count(RunState.QUEUED) + await self._count(RunState.RUNNING)

    async def _count(self, state: RunState) -> int:
        nights = select(func.count()).where(RunRow.kind == RunKind.NIGHT.value, RunRow.state == state.value)
        async with self.rooms.database.read() as session:
            return (await session.execute(nights)).scalar_one()

    async def change(self, count: int) -> frozenset[str]:
        """So many of them take a heart away; who."""
        chosen = random.Random(count).sample(self.guests, count)
        for guest in chosen:
            await self.world.control.spotify("unlike_newest", user=guest.key, n=1)
        return frozenset(guest.key for guest in chosen)

    async def latency(self, seconds: float) -> None:
        """How long each answer takes from now on."""
        await self.world.control.spotify("latency", seconds=seconds)
        await self.world.control.google("latency", seconds=seconds)

    async def spotify_requests(self) -> int:
        """Since the last time that was asked."""
        counts = await self.world.control.spotify("counts")
        await self.world.control.spotify("reset_requests")
        return int(counts["api"])

    async def drive_requests(self) -> list[dict[str, Any]]:
        """What Drive was asked since the last time."""
        asked = await self.world.control.google("requests")
        await self.world.control.google("forget_requests")
        return [one for one in asked if "/drive/v3/" in one["path"]]


async def a_night(folder: Path, size: Nights, tell: Tell) -> Night:
    """In an empty folder. Two nights go before it: in the second the catalogue that all share settles."""
    async with _city(folder, size) as city:
        city.world.clock.advance(TO_MONDAY)
        for number in ("first", "second"):
            tell(f"{size.people} people's {number} night")
            await city.night()
        changed = await city.change(size.changed)
        await city.spotify_requests()
        await city.drive_requests()
        await city.latency(size.latency)
        tell(f"{size.people} people's night, {size.changed} of whom changed something")
        async with watched() as watch:
            took = await city.night()
        asked = await city.drive_requests()
        idle = [one for one in asked if one["person"] not in changed]
        return Night(
            people_per_minute=60 * size.people / took,
            spotify_requests=await city.spotify_requests(),
            drive_requests=len(asked),
            drive_bytes=_sent(asked),
            peak_mb=watch.highest / MB,
            unchanged_requests=max(Counter(one["person"] for one in idle).values()),
            unchanged_upload_bytes=_sent(idle),
        )


@asynccontextmanager
async def _city(folder: Path, size: Nights) -> AsyncIterator[_City]:
    async with processes(folder, start=False) as world:
        apps = [f"city-{number:02}" for number in range(size.apps)]
        config = Config.model_validate(_configuration(folder, world, apps, size))
        async with opened(config, clock=world.clock, sleep=asyncio.sleep) as rooms:
            services, work, duties = _build(config, rooms, world.clock, asyncio.sleep)
            services.jobs.handlers = work.handlers
            guests = await _settled(world, Product(rooms, world.clock), apps, size)
            await services.jobs.start()
            try:
                yield _City(world, rooms, duties, guests)
            finally:
                await services.jobs.stop()


def _configuration(folder: Path, world: World, apps: list[str], size: Nights) -> dict[str, object]:
    """Spotify's limits are left out: what is measured is the bot."""
    places = -(-size.people // size.apps)
    spotify = {
        "apps": [{"name": app, "client_id": app, "client_secret": "s", "people": places} for app in apps],
        "requests_per_second": 1000.0,
        "daily_requests": 0,
    }
    return configuration(folder, world.endpoints, 1, spotify=spotify)


async def _settled(world: World, bot: Product, apps: list[str], size: Nights) -> tuple[Guest, ...]:
    """Everybody has linked Spotify and Drive."""
    places = -(-size.people // size.apps)
    for app in apps:
        await world.control.spotify("add_app", client_id=app, secret="s", name=app, developer=app, places=places)
    amounts = {"likes": size.likes, "playlists": size.playlists, "items": size.items}
    await world.control.spotify("settle", count=size.people, client_ids=apps, **amounts)
    guests = []
    for number in range(1, size.people + 1):
        person, app = resident(number), apps[(number - 1) // places]
        guest = Guest(person.key, person.discord_id, person.spotify_id, app)
        await bot.link(guest, world.control)
        refresh_token = await world.control.google("move_in", number=number)
        account = DriveAccount(person.discord_id, refresh_token, world.clock.now(), email=person.email)
        await bot.rooms.kept.accounts.save_drive(account)
        guests.append(guest)
    return tuple(guests)


def _sent(asked: Iterable[dict[str, Any]]) -> int:
    """Bytes of files, and none for questions how far an upload came."""
    spans = (str(one["content_range"] or "").removeprefix("bytes ").partition("/")[0] for one in asked)
    return sum(int(last) - int(first) + 1 for first, dash, last in (span.partition("-") for span in spans) if dash)
