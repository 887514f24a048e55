"""One large vault written as an archive: time, size and memory, beside the plain way to write the same members."""

import asyncio
import gc
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from zipfile import ZipFile

import requests

from bot.services.progress import ignore
from storage import archive
from storage.archive.layout import MANIFEST
from storage.database import Database
from storage.library import LibraryRepository
from tests.bench.archive.plain import write_plainly
from tests.bench.sync.peer import read_everything
from tests.bench.sync.product import product
from tests.bench.sync.size import Library, Size
from tests.bench.sync.town import Guest, Town, a_town
from tests.bench.sync.watch import watched
from tests.bench.sync.year import Life
from tests.storage.seeing import identity

RUNS = 5
AT = datetime(2026, 11, 21, tzinfo=UTC)
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Vault:
    """A database with one person's vault, and how many bytes of JSON Spotify sent for it."""

    file: Path
    guest: Guest
    raw_bytes: int


@dataclass(frozen=True)
class Written:
    """What it took; seconds as medians, and `speedup` as the median of pairs. Sizes in bytes, covers among them."""

    write_verify_seconds: float
    plain_seconds: float
    speedup: float
    archive_bytes: int
    plain_bytes: int
    cover_bytes: int
    raw_json_bytes: int
    memory_growth_mb: float
    loop_lag_max_ms: float


async def written(folder: Path, library: Library, tell: Tell) -> Written:
    """In an empty folder, again and again, each time beside the plain way."""
    tell("a large vault with a year of history")
    vault = await _vault(folder, library)
    database = Database(f"sqlite:///{vault.file}")
    try:
        tell("written and verified, watched")
        path, theirs = folder / "ours.zip", folder / "plain.zip"
        async with watched() as watch:
            await _write(database, vault.guest, path)
        ours, plain = [], []
        for run in range(RUNS):
            tell(f"written and verified, and the plain way, {run + 1} of {RUNS}")
            ours.append(await _timed(_write(database, vault.guest, path)))
            plain.append(await asyncio.to_thread(write_plainly, vault.file, vault.guest.discord_id, theirs))
    finally:
        await database.close()
    await asyncio.to_thread(_compare, path, theirs)
    covers = sum(
        member.bytes for name, member in archive.read(path).manifest.members.items() if name.startswith("covers/")
    )
    return Written(
        write_verify_seconds=median(ours),
        plain_seconds=median(plain),
        speedup=median(other / mine for mine, other in zip(ours, plain, strict=True)),
        archive_bytes=path.stat().st_size,
        plain_bytes=theirs.stat().st_size,
        cover_bytes=covers,
        raw_json_bytes=vault.raw_bytes,
        memory_growth_mb=watch.growth_mb,
        loop_lag_max_ms=watch.lag_ms(1),
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


def _compare(path: Path, theirs: Path) -> None:
    """Both hold the same: pictures to the byte, lines as JSON. Ours has the manifest besides."""
    with ZipFile(path) as ours, ZipFile(theirs) as plain:
        assert set(ours.namelist()) == {*plain.namelist(), MANIFEST}
        for name in plain.namelist():
            mine, other = ours.read(name), plain.read(name)
            assert mine == other or [*map(json.loads, mine.splitlines())] == [*map(json.loads, other.splitlines())]


async def _write(database: Database, guest: Guest, path: Path) -> None:
    libraries = LibraryRepository(database)
    await libraries.write_archive(guest.discord_id, path, spotify_id=guest.spotify_id, created_at=AT)


async def _timed(work: Awaitable[None]) -> float:
    gc.collect()
    began = time.perf_counter()
    await work
    return time.perf_counter() - began
