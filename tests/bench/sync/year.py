"""How much a year of history takes: playlists that are edited every day, each state kept as the vault keeps it."""

import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from storage.database import Database, migrate
from storage.library import LibraryRepository
from storage.records import ItemKey, PlaylistDetails
from tests import builders
from tests.bench.sync.size import Size
from tests.bench.sync.watch import MB

MEASURED = ("playlist_versions", "playlist_events", "playlist_items")
SONGS = 5_000
DAY = timedelta(days=1)
Items = list[ItemKey]
Held = Sequence[tuple[PlaylistDetails, Items]]
Edit = Callable[[Items, "Life", datetime], None]


@dataclass(frozen=True)
class Life:
    """Playlists that are edited again and again with these songs, by chance."""

    owner: int
    songs: Sequence[str]
    rng: random.Random

    def song(self, now: datetime) -> ItemKey:
        """One, added at a random second of the day before."""
        return (self.rng.choice(self.songs), now - timedelta(seconds=self.rng.randrange(80_000)), "ada_spotify")

    async def edit(self, library: LibraryRepository, held: Held, days: int, every: timedelta) -> None:
        """Each of them once a day or whatever lies between; kept as a sync keeps them."""
        for day in range(1, days + 1):
            now = builders.NOON + day * every
            for number, (details, items) in enumerate(held):
                self.rng.choice(EDITS if len(items) > 1 else (_append,))(items, self, now)
                await library.keep_playlist(self.owner, replace(details, snapshot_id=f"{day}-{number}"), items, now)


def _append(items: Items, life: Life, now: datetime) -> None:
    items.append(life.song(now))


def _remove(items: Items, life: Life, _: datetime) -> None:
    del items[life.rng.randrange(len(items))]


def _drag(items: Items, life: Life, _: datetime) -> None:
    items.insert(life.rng.randrange(len(items)), items.pop(life.rng.randrange(len(items))))


def _swap(items: Items, life: Life, now: datetime) -> None:
    _remove(items, life, now)
    _append(items, life, now)


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
    tracks = [builders.track(f"song {number}") for number in range(SONGS)]
    await library.keep_things(tracks)
    life = Life(builders.ADA, [track.uri for track in tracks], random.Random(size.days_of_the_year))
    held = [
        (_details(number), [life.song(builders.NOON - DAY) for _ in range(size.items_of_the_year)])
        for number in range(size.playlists_of_the_year)
    ]
    for details, items in held:
        await library.keep_playlist(life.owner, details, items, builders.NOON)
    await life.edit(library, held, size.days_of_the_year, DAY)


def _details(number: int) -> PlaylistDetails:
    return builders.playlist(f"Mix {number}").details


def _taken(file: Path) -> int:
    """Bytes of whole pages, as SQLite counts them."""
    names = ", ".join("?" * len(MEASURED))
    statement = f"""
        SELECT sum(pgsize) FROM dbstat
        WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name IN ({names}))
    """
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(statement, MEASURED).fetchone()[0])
