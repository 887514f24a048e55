"""The archive: time, size and memory of one large vault, beside the plain way to write the same rows."""

import asyncio
import gc
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import requests

from bot.services.progress import ignore
from storage import archive
from storage.database import Database
from storage.library import LibraryRepository
from storage.versions import identity
from tests.bench.archive.plain import write_plainly
from tests.bench.report import Bar, Result
from tests.bench.sync.peer import read_everything
from tests.bench.sync.product import product
from tests.bench.sync.size import Library, Size
from tests.bench.sync.town import Guest, Town, a_town
from tests.bench.sync.watch import watched
from tests.bench.sync.year import Life

NAME = "archive"
BARS = {
    "speedup": Bar(3.0, at_least=True),
    "size_over_raw": Bar(0.1),
    "memory_growth_mb": Bar(100.0),
}
RUNS = 5
AT = datetime(2026, 11, 21, tzinfo=UTC)
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Vault:
    """A database with one person's vault, and how many bytes of JSON Spotify sent for it."""

    file: Path
    guest: Guest
    raw_bytes: int


async def benchmark(folder: Path, library: Library, tell: Tell) -> Result:
    """All of it, in an empty folder; `tell` hears what is being measured."""
    tell("a large vault with a year of history")
    vault = await _vault(folder, library)
    database = Database(f"sqlite:///{vault.file}")
    try:
        tell("written and verified, watched")
        path = folder / "ours.zip"
        async with watched() as watch:
            await _write_and_prove(database, vault.guest, path)
        ours, plain = [], []
        for run in range(RUNS):
            tell(f"written and verified, and the plain way, {run + 1} of {RUNS}")
            ours.append(await _timed(_write_and_prove(database, vault.guest, path)))
            theirs = folder / "plain.zip"
            plain.append(await asyncio.to_thread(write_plainly, vault.file, vault.guest.discord_id, theirs))
    finally:
        await database.close()
    covers = sum(
        member.bytes for name, member in archive.read(path).manifest.members.items() if name.startswith("covers/")
    )
    size = path.stat().st_size
    return Result(
        name=NAME,
        figures={
            "write_verify_seconds": median(ours),
            "archive_bytes": size,
            "cover_bytes": covers,
            "raw_json_bytes": vault.raw_bytes,
            "memory_growth_mb": watch.growth_mb,
            "loop_lag_max_ms": watch.lag_ms(1),
        },
        peer={"plain_seconds": median(plain), "plain_bytes": (folder / "plain.zip").stat().st_size},
        ratio={
            "speedup": median(other / mine for mine, other in zip(ours, plain, strict=True)),
            "size_over_raw": (size - covers) / vault.raw_bytes,
        },
        bars=BARS,
    )


async def _vault(folder: Path, library: Library) -> Vault:
    """Synced once from the stand-in."""
    async with a_town(folder, Size(library=library, at_once=1)) as town:
        (guest,) = town.guests
        async with product(town.checked(folder / "vault"), town.world.clock) as bot:
            await bot.link(guest, town.world.control)
            await bot.rooms.engine.sync(guest.discord_id, ignore)
            await _live(bot.rooms.kept.library, guest.discord_id)
        return Vault(folder / "vault" / "musivault.db", guest, await _raw_bytes(town, guest))


async def _live(library: LibraryRepository, discord_id: int) -> None:
    """A year in which each of their own playlists is edited every second week."""
    now = await library.load(discord_id)
    songs = [like.track.uri for like in now.likes if like.track]
    held = [(playlist.details, [identity(item) for item in playlist.items]) for playlist in now.playlists]
    await Life(discord_id, songs, random.Random(0)).edit(library, held, days=26, every=timedelta(weeks=2))


async def _raw_bytes(town: Town, guest: Guest) -> int:
    """The pages as Spotify sends them, read by a plain loop."""
    granted = await town.hand("grant", user=guest.key, client_id=guest.client_id)
    sizes: list[int] = []
    with requests.Session() as session:
        session.hooks["response"].append(lambda answer, *_, **__: sizes.append(len(answer.content)))
        api = town.world.endpoints["spotify_api"]
        await asyncio.to_thread(read_everything, api, granted["access_token"], session)
    return sum(sizes)


async def _write_and_prove(database: Database, guest: Guest, path: Path) -> None:
    libraries = LibraryRepository(database)
    await libraries.write_archive(guest.discord_id, path, spotify_id=guest.spotify_id, created_at=AT)


async def _timed(work: Awaitable[None]) -> float:
    gc.collect()
    began = time.perf_counter()
    await work
    return time.perf_counter() - began
