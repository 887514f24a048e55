import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from storage.archives import ArchiveRepository
from storage.columns import Base
from storage.database import Database, _set_up_sqlite, migrate
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.migrations import downgrade, upgrade
from storage.people import PeopleRepository
from storage.records import ArchiveState, Policy, SavedKind
from storage.tokens import TokenCipher
from tests.builders import ADA, at

FIRST_RELEASE = """
INSERT INTO people (discord_id, name, nightly, dms_open) VALUES ({ada}, 'Ada', 1, 1);
INSERT INTO artists (id, key, spotify_id, name) VALUES (1, 'x', 'x', 'Röyksopp');
INSERT INTO albums (id, key, spotify_id, name) VALUES (1, 'y', 'y', 'Melody');
INSERT INTO album_artists VALUES (1, 0, 1);
INSERT INTO tracks (id, uri, digest, kind, spotify_id, name, album_id, duration_ms, explicit) VALUES
    (1, 'spotify:track:A', 'd', 'track', 'A', 'A', 1, 1000, 0),
    (2, 'spotify:track:B', 'd', 'track', 'B', 'B', 1, 1000, 0);
INSERT INTO track_artists VALUES (1, 0, 1), (2, 0, 1);
INSERT INTO likes (id, discord_id, track_id, added_at, ordinal, seen_at, removed_at) VALUES
    (4, {ada}, 1, '{0}', 0, '{0}', NULL),
    (5, {ada}, 2, '{0}', 1, '{0}', '{1}'),
    (6, {ada}, NULL, NULL, 2, '{1}', NULL),
    (7, {ada}, 2, '{1}', 3, '{1}', NULL);
INSERT INTO playlists (id, discord_id, spotify_id, name, owner_id, description, collaborative, place, version) VALUES
    (9, {ada}, 'road', 'Road', 'ada', '', 0, 0, 2);
INSERT INTO playlist_items VALUES (9, 0, 2, '{1}', 'ben'), (9, 1, NULL, NULL, NULL);
INSERT INTO playlist_versions VALUES
    (9, 1, '{0}', '{{"spotify_id": "road", "name": "Road", "owner_id": "ada"}}'), (9, 2, '{1}', NULL);
INSERT INTO playlist_events VALUES
    (9, 1, 0, 'insert', 0, 1, '{0}', NULL), (9, 1, 1, 'insert', 1, NULL, NULL, NULL),
    (9, 2, 0, 'remove', 0, 1, '{0}', NULL), (9, 2, 1, 'insert', 0, 2, '{1}', 'ben');
"""
TIMES = [at(minute).strftime("%Y-%m-%d %H:%M:%S.%f") for minute in (0, 1)]
B, NOTHING = ("spotify:track:B", at(1)), (None, None)


def _run(path: Path, work: Callable[[Connection], None]) -> None:
    engine = create_engine(f"sqlite:///{path}")
    _set_up_sqlite(engine, ["foreign_keys=OFF"])
    with engine.begin() as connection:
        work(connection)
    engine.dispose()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the first release in which there is something of everything."""
    path = tmp_path / "old.db"
    _run(path, lambda connection: upgrade(connection, "0001"))
    connection = sqlite3.connect(path)
    connection.executescript(FIRST_RELEASE.format(*TIMES, ada=ADA))
    connection.close()
    return path


def _rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


async def _check(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    libraries = LibraryRepository(database)
    assert await libraries.saved_keys(ADA, SavedKind.TRACK) == (B, NOTHING, ("spotify:track:A", at(0)))
    assert await libraries.playlist_keys(ADA, "road") == ((*B, "ben"), (None, None, None))
    second, first = await HistoryRepository(database).changes(ADA, which="road")
    assert first.details
    assert (first.observed_at, first.details.name, second.observed_at) == (at(0), "Road", at(1))
    assert (second.added.total, second.removed.total) == (1, 1)
    (road,) = await libraries.playlist_heads(ADA)
    assert (road.closed, road.items, road.read_at) == (False, 2, None)
    library = await libraries.load(ADA)
    track = library.likes[0].track
    assert track
    assert track.album
    assert (track.artists[0].name, track.album.artists) == ("Röyksopp", track.artists)
    await database.close()


async def test_what_the_first_release_kept_is_all_found_again(old: Path) -> None:
    await migrate(f"sqlite:///{old}")
    await _check(old)
    removed = _rows(old, "SELECT kind, track_id, seen_at, removed_at FROM saved WHERE removed_at IS NOT NULL")
    assert removed == [("track", 2, *TIMES)]


async def test_a_list_of_the_first_release_goes_on_changing(old: Path) -> None:
    await migrate(f"sqlite:///{old}")
    database = Database(f"sqlite:///{old}")
    keys = [("spotify:track:A", at(5)), B, ("spotify:track:B", at(-3)), NOTHING]
    libraries = LibraryRepository(database)
    await libraries.apply_saved(ADA, SavedKind.TRACK, keys, at(9))
    assert await libraries.saved_keys(ADA, SavedKind.TRACK) == tuple(keys)
    await database.close()


async def test_the_way_back_to_the_first_release_keeps_its_likes_and_playlists(old: Path) -> None:
    await migrate(f"sqlite:///{old}")
    database = Database(f"sqlite:///{old}")
    libraries = LibraryRepository(database)
    await libraries.apply_saved(ADA, SavedKind.EPISODE, [("spotify:track:A", at(0))], at(9))
    details = (await libraries.playlist_heads(ADA))[0].details
    closed = type(details)("closed", "Closed", "somebody")
    await libraries.keep_playlist(ADA, closed, None, at(9), closed=True)
    await database.close()
    _run(old, lambda connection: downgrade(connection, "0001"))
    likes = _rows(old, "SELECT track_id, ordinal, removed_at FROM likes ORDER BY ordinal")
    assert likes == [(1, 0, None), (2, 1, TIMES[1]), (None, 2, None), (2, 3, None)]
    assert _rows(old, "SELECT spotify_id FROM playlists") == [("road",)]
    assert _rows(old, "SELECT DISTINCT playlist_id FROM playlist_versions") == [(9,)]
    assert _rows(old, "SELECT count(*) FROM playlist_events") == [(4,)]
    await migrate(f"sqlite:///{old}")
    await _check(old)


ARCHIVES_BEFORE = """
INSERT INTO people (discord_id, name, nightly, dms_open, keeps_plays) VALUES ({ada}, 'Ada', 1, 1, 0);
INSERT INTO archives
    (id, discord_id, store, state, created_at, name, content_hash, sha256, size, likes, playlists, items)
    VALUES ('a1', {ada}, 'folder', 'verified', '{0}', 'one.zip', 'c', 's', 7, 1, 2, 3);
"""


async def test_backups_made_before_there_was_a_trash_are_neither_pinned_nor_in_it(
    tmp_path: Path, cipher: TokenCipher
) -> None:
    path = tmp_path / "old.db"
    _run(path, lambda connection: upgrade(connection, "0002"))
    connection = sqlite3.connect(path)
    connection.executescript(ARCHIVES_BEFORE.format(*TIMES, ada=ADA))
    connection.close()
    await migrate(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    archives = ArchiveRepository(database, cipher)
    (archive,) = await archives.of(ADA)
    assert (archive.name, archive.state) == ("one.zip", ArchiveState.VERIFIED)
    assert (archive.pinned, archive.trashed_at) == (False, None)
    assert (archive.missing_since, archive.checked_at, archive.fault, archive.untold) == (None, None, None, False)
    spare = replace(archive, id="a2")
    torn = replace(archive, id="a3", state=ArchiveState.DAMAGED)
    for each in (spare, torn):
        await archives.add(each)
    await archives.let_go(ADA, ["a1"])
    await PeopleRepository(database).set_keeping(ADA, Policy(last=2))
    await database.close()
    _run(path, lambda connection: downgrade(connection, "0002"))
    assert _rows(path, "SELECT id, state FROM archives") == [("a1", "missing"), ("a2", "verified"), ("a3", "missing")]


def test_the_same_tables_are_compact_whether_made_or_migrated(migrated: Path, tmp_path: Path) -> None:
    """The comparison of Alembic does not look at this."""
    made = tmp_path / "made.db"
    _run(made, Base.metadata.create_all)
    compact = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%' ORDER BY name"
    assert _rows(migrated, compact) == _rows(made, compact)
    assert ("playlist_events",) in _rows(made, compact)
