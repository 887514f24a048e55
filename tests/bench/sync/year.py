"""How much a year of history takes: playlists that are edited every day, each state kept as the vault keeps it."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from storage.database import Database, migrate
from storage.library import LibraryRepository
from storage.records import ItemKey, PlaylistDetails
from tests import builders
from tests.bench.sync.size import Size
from tests.bench.sync.watch import MB

OWNER = builders.ADA
MEASURED = ("playlist_versions", "playlist_events", "playlist_items")
SONGS = 5_000
Items = list[ItemKey]
Edit = Callable[[Items, random.Random, datetime], None]


def _append(items: Items, rng: random.Random, now: datetime) -> None:
    items.append(_song(rng, now))


def _remove(items: Items, rng: random.Random, _: datetime) -> None:
    del items[rng.randrange(len(items))]


def _drag(items: Items, rng: random.Random, _: datetime) -> None:
    items.insert(rng.randrange(len(items)), items.pop(rng.randrange(len(items))))


def _swap(items: Items, rng: random.Random, now: datetime) -> None:
    _remove(items, rng, now)
    _append(items, rng, now)


EDITS: tuple[Edit, ...] = (_append, _append, _remove, _remove, _drag, _drag, _swap, _swap)
"""What happens to a playlist on a day, in equal parts, so that it stays about as long as it was."""


async def year_of_versions_mb(file: Path, size: Size) -> float:
    """Megabytes of the versions, their events and the present contents, with all indexes."""
    url = f"sqlite+aiosqlite:///{file}"
    await migrate(url)
    database = Database(url)
    try:
        await _live(LibraryRepository(database), size)
    finally:
        await database.close()
    return _taken(file) / MB


async def _live(library: LibraryRepository, size: Size) -> None:
    rng = random.Random(size.days_of_the_year)
    await library.keep_things([builders.track(f"song {number}") for number in range(SONGS)])
    long_ago = builders.NOON - timedelta(days=1)
    held = [[_song(rng, long_ago) for _ in range(size.items_of_the_year)] for _ in range(size.playlists_of_the_year)]
    for day in range(size.days_of_the_year + 1):
        now = builders.NOON + timedelta(days=day)
        for number, items in enumerate(held):
            if day > 0:
                rng.choice(EDITS if len(items) > 1 else (_append,))(items, rng, now)
            details = replace(_details(number), snapshot_id=f"snapshot {day}")
            await library.keep_playlist(OWNER, details, items, now)


def _details(number: int) -> PlaylistDetails:
    return builders.playlist(f"Mix {number}").details


def _song(rng: random.Random, now: datetime) -> ItemKey:
    """A random second of the day before."""
    uri = f"spotify:track:song {rng.randrange(SONGS)}"
    return (uri, now - timedelta(seconds=rng.randrange(80_000)), "ada_spotify")


def _taken(file: Path) -> int:
    """Bytes of whole pages, as SQLite counts them."""
    names = ", ".join("?" * len(MEASURED))
    statement = f"""
        SELECT sum(pgsize) FROM dbstat
        WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name IN ({names}))
    """
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(statement, MEASURED).fetchone()[0])
