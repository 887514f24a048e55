"""The stand-in Spotify in a process of its own, with people who all have a large library and an app each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.config import Config
from tests.bench.sync.size import Library, Size
from tests.sandbox.operator import configuration
from tests.sandbox.people import resident
from tests.sandbox.processes import World, processes

IN_FLIGHT = 8  # requests of the whole process


@dataclass(frozen=True)
class Guest:
    """Somebody of the town; `discord_id` is whose vault it is."""

    key: str
    discord_id: int
    spotify_id: str
    client_id: str


@dataclass(frozen=True)
class Town:
    """Everybody, and the world they live in."""

    world: World
    guests: tuple[Guest, ...]
    concurrency: int

    def config(self, folder: Path) -> dict[str, Any]:
        """The bot's configuration with all apps, on a vault in that folder."""
        apps = [{"name": one.client_id, "client_id": one.client_id, "client_secret": "s"} for one in self.guests]
        spotify = {
            "apps": apps,
            "concurrency": self.concurrency,
            "in_flight": IN_FLIGHT,
            "requests_per_second": 1000.0,
            "daily_requests": 0,
        }
        return configuration(folder, self.world.endpoints, 1, spotify=spotify)

    def checked(self, folder: Path) -> Config:
        """The same, as the bot reads it."""
        return Config.model_validate(self.config(folder))

    async def latency(self, seconds: float) -> None:
        """How long each answer takes from now on."""
        await self.world.control.spotify("latency", seconds=seconds)

    async def hand(self, method: str, /, **given: object) -> Any:  # noqa: ANN401 - JSON of any shape
        """Any hand of the stand-in."""
        return await self.world.control.spotify(method, **given)


@asynccontextmanager
async def a_town(folder: Path, size: Size) -> AsyncIterator[Town]:
    """So many people as sync at once, each furnished."""
    async with processes(folder, start=False) as world:
        guests = await _settled(world, size.at_once, size.library)
        yield Town(world, guests, size.concurrency)


async def _settled(world: World, count: int, library: Library) -> tuple[Guest, ...]:
    """Each on an app of their own, so that nobody waits for another's turn."""
    apps = [f"bench-{number:03}" for number in range(1, count + 1)]
    for app in apps:
        await world.control.spotify("add_app", client_id=app, secret="s", name=app, developer=app, places=1)
    keys = await world.control.spotify("settle", count=count, client_ids=apps, likes=1, playlists=1, items=1)
    for key in keys:
        await world.control.spotify("furnish", user=key, **asdict(library))
    people = [resident(number) for number in range(1, count + 1)]
    assert [person.key for person in people] == keys
    return tuple(
        Guest(person.key, person.discord_id, person.spotify_id, app) for person, app in zip(people, apps, strict=True)
    )
