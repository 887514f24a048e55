"""A gateway on a wire: real spotipy, real HTTP, time that only moves when somebody sleeps."""

import random
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiohttp import web

from bot.spotify.gateway import Access, SpotifyGateway
from bot.spotify.pacing import Pacing
from storage.database import Database, migrate
from storage.ledger import LedgerRepository
from tests.bot.spotify.time import Time
from tests.bot.spotify.wire import Wire, serving


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
