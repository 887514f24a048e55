"""A gateway on a wire: real spotipy, real HTTP, time that only moves when somebody sleeps."""

import random
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiohttp import web

from bot.spotify.gateway import Access, SpotifyGateway
from bot.spotify.oauth import SpotifyOAuth
from bot.spotify.pacing import Pacing
from storage.database import Database, migrate
from storage.ledger import LedgerRepository
from tests.bot.spotify.sandboxed import PUBLIC, REDIRECT, SECRET, Spotify
from tests.bot.spotify.time import Time
from tests.bot.spotify.wire import Wire
from tests.sandbox.clock import Clock
from tests.sandbox.people import PEOPLE
from tests.sandbox.serving import serving
from tests.sandbox.spotify.door import SpotifyDoor


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", wire.handle)
    async with serving(app) as wire.url:
        yield wire


@pytest.fixture
def gateway(wire: Wire, time: Time, executor: ThreadPoolExecutor) -> Iterator[SpotifyGateway]:
    gateway = SpotifyGateway(f"{wire.url}/v1", Pacing(2, time, time.sleep, random.Random(1)), executor)
    yield gateway
    gateway.close()


@pytest.fixture
def access() -> Access:
    return Access("client", "secret-token")


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[LedgerRepository]:
    """What outlives a restart."""
    url = f"sqlite+aiosqlite:///{tmp_path}/musivault.db"
    await migrate(url)
    database = Database(url)
    yield LedgerRepository(database)
    await database.close()


@pytest.fixture
async def spotify(time: Time, executor: ThreadPoolExecutor) -> AsyncIterator[Spotify]:
    clock = Clock()
    door = SpotifyDoor(clock, PEOPLE)
    async with serving(door.app) as door.base_url:
        for app in (SECRET, PUBLIC):
            await door.hands.register_redirect(app.client_id, REDIRECT)
        gateway = SpotifyGateway(f"{door.base_url}/v1", Pacing(2, time, time.sleep, random.Random(1)), executor)
        yield Spotify(door.hands, clock, SpotifyOAuth(door.base_url, REDIRECT, clock, executor), gateway, time)
        gateway.close()
