"""The peer: the same members made row by row with `json.dumps`, zipped at level 6, read back and hashed."""

import gc
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from storage.archive.layout import COVERS, ENDINGS, UNKNOWN, Name

Line = dict[str, Any]

MY_PLAYLISTS = "SELECT id FROM playlists WHERE discord_id = :who"
MINE = {
    "tracks": f"""SELECT track_id FROM saved WHERE discord_id = :who
        UNION SELECT track_id FROM plays WHERE discord_id = :who
        UNION SELECT track_id FROM top_entries WHERE discord_id = :who
        UNION SELECT track_id FROM playlist_items WHERE playlist_id IN ({MY_PLAYLISTS})
        UNION SELECT track_id FROM playlist_events WHERE playlist_id IN ({MY_PLAYLISTS})""",
    "albums": "SELECT album_id FROM saved WHERE discord_id = :who UNION SELECT album_id FROM tracks",
    "shows": "SELECT show_id FROM saved WHERE discord_id = :who UNION SELECT show_id FROM tracks",
    "artists": """SELECT artist_id FROM saved WHERE discord_id = :who
        UNION SELECT artist_id FROM top_entries WHERE discord_id = :who
        UNION SELECT artist_id FROM album_artists UNION SELECT artist_id FROM track_artists""",
}
"""Whose things they are; the database of the benchmark has one person's only."""


class PlainWriter:
    """Reads each table once, in the order of its member, and remembers the line of every thing that is referred to."""

    def __init__(self, connection: sqlite3.Connection, discord_id: int) -> None:
        self._connection = connection
        self._who = {"who": discord_id}
        self._lines: dict[str, dict[int, int]] = {}

    def members(self) -> Iterator[tuple[str, Iterable[Line]]]:
        """Each member's name and its lines."""
        yield Name.ARTISTS, self._things("artists", "key", ("spotify_id", "name", "image_url"))
        plain = ("spotify_id", "name", "kind", "release_date", "release_precision", "total_tracks", "image_url", "upc")
        yield Name.ALBUMS, self._by("albums", "album", self._things("albums", "key", ("id", *plain)))
        yield Name.SHOWS, self._things("shows", "key", ("spotify_id", "name", "publisher", "image_url"))
        yield Name.TRACKS, self._tracks()
        saved = {
            Name.LIKES: ("track", "track"),
            Name.ALBUMS_SAVED: ("album", "album"),
            Name.SHOWS_SAVED: ("show", "show"),
            Name.EPISODES_SAVED: ("episode", "track"),
            Name.ARTISTS_FOLLOWED: ("artist", "artist"),
        }
        for name, (kind, thing) in saved.items():
            yield name, self._saved(kind, thing)
        yield Name.PLAYLISTS, self._playlists()
        yield Name.ITEMS, self._items()
        yield Name.VERSIONS, self._versions()
        yield Name.EVENTS, self._events()
        yield Name.PLAYS, self._plays()
        yield Name.TOPS, self._tops()

    def covers(self) -> Iterator[tuple[str, bytes]]:
        """Each picture's name and bytes."""
        shown = "SELECT cover_sha256 FROM playlists WHERE discord_id = :who"
        for row in self._rows(f"SELECT * FROM images WHERE sha256 IN ({shown})"):
            yield f"{COVERS}{row['sha256']}{ENDINGS.get(row['content_type'], UNKNOWN)}", row["data"]

    def _rows(self, statement: str) -> sqlite3.Cursor:
        return self._connection.execute(statement, self._who)

    def _things(self, table: str, order: str, wanted: tuple[str, ...]) -> Iterator[Line]:
        lines = self._lines[table] = {}
        for row in self._rows(f"SELECT * FROM {table} WHERE id IN ({MINE[table]}) ORDER BY {order}"):
            lines[row["id"]] = len(lines)
            yield {name: row[name] for name in wanted}

    def _artists_of(self, owner: str) -> dict[int, list[int]]:
        artists: dict[int, list[int]] = {}
        for row in self._rows(f"SELECT * FROM {owner}_artists ORDER BY {owner}_id, position"):
            artists.setdefault(row[f"{owner}_id"], []).append(self._lines["artists"][row["artist_id"]])
        return artists

    def _by(self, table: str, owner: str, things: Iterator[Line]) -> Iterator[Line]:
        artists = self._artists_of(owner)
        for line in things:
            line["artists"] = artists.get(line.pop("id"), [])
            yield line

    def _tracks(self) -> Iterator[Line]:
        plain = ("uri", "kind", "spotify_id", "name", "duration_ms", "isrc", "disc_number", "track_number")
        wanted = ("id", *plain, "release_date", "explicit", "album_id", "show_id")
        for line in self._by("tracks", "track", self._things("tracks", "uri", wanted)):
            line["explicit"] = bool(line["explicit"])
            line["album"] = self._lines["albums"].get(line.pop("album_id"))
            line["show"] = self._lines["shows"].get(line.pop("show_id"))
            yield line

    def _saved(self, kind: str, thing: str) -> Iterator[Line]:
        entries = f"SELECT * FROM saved WHERE discord_id = :who AND kind = '{kind}' ORDER BY ordinal DESC, id DESC"
        for row in self._rows(entries):
            yield {
                thing: self._lines[f"{thing}s"].get(row[f"{thing}_id"]),
                "added_at": moment(row["added_at"]),
                "seen_at": moment(row["seen_at"]),
                "removed_at": moment(row["removed_at"]),
            }

    def _playlists(self) -> Iterator[Line]:
        lines = self._lines["playlists"] = {}
        plain = ("spotify_id", "name", "owner_id", "owner_name", "description", "snapshot_id", "listed_items")
        mine = "SELECT * FROM playlists WHERE discord_id = :who ORDER BY removed_at IS NOT NULL, place, id"
        for row in self._rows(mine):
            lines[row["id"]] = len(lines)
            yield {
                **{name: row[name] for name in plain},
                "public": None if row["public"] is None else bool(row["public"]),
                "collaborative": bool(row["collaborative"]),
                "closed": bool(row["closed"]),
                "removed_at": moment(row["removed_at"]),
                "cover": row["cover_sha256"],
            }

    def _of_playlists(self, table: str, order: str) -> list[sqlite3.Row]:
        rows = self._rows(f"SELECT * FROM {table} WHERE playlist_id IN ({MY_PLAYLISTS}) ORDER BY {order}").fetchall()
        return sorted(rows, key=lambda row: self._lines["playlists"][row["playlist_id"]])

    def _items(self) -> Iterator[Line]:
        for row in self._of_playlists("playlist_items", "position"):
            yield {
                "playlist": self._lines["playlists"][row["playlist_id"]],
                "track": self._lines["tracks"].get(row["track_id"]),
                "added_at": moment(row["added_at"]),
                "added_by": row["added_by"],
            }

    def _versions(self) -> Iterator[Line]:
        for row in self._of_playlists("playlist_versions", "number"):
            yield {
                "playlist": self._lines["playlists"][row["playlist_id"]],
                "number": row["number"],
                "observed_at": moment(row["observed_at"]),
                "details": row["details"] and json.loads(row["details"]),
                "presence": row["presence"],
            }

    def _events(self) -> Iterator[Line]:
        for row in self._of_playlists("playlist_events", "number, seq"):
            yield {
                "playlist": self._lines["playlists"][row["playlist_id"]],
                **{name: row[name] for name in ("number", "kind", "position")},
                "track": self._lines["tracks"].get(row["track_id"]),
                "added_at": moment(row["added_at"]),
                "added_by": row["added_by"],
            }

    def _plays(self) -> Iterator[Line]:
        mine = """SELECT plays.*, tracks.uri FROM plays JOIN tracks ON tracks.id = track_id
            WHERE discord_id = :who ORDER BY played_at, uri"""
        for row in self._rows(mine):
            yield {
                "track": self._lines["tracks"][row["track_id"]],
                "played_at": moment(row["played_at"]),
                "context_uri": row["context_uri"],
            }

    def _tops(self) -> Iterator[Line]:
        for row in self._rows("SELECT * FROM top_entries WHERE discord_id = :who ORDER BY week, kind, term, position"):
            yield {
                **{name: row[name] for name in ("kind", "term", "week")},
                "track": self._lines["tracks"].get(row["track_id"]),
                "artist": self._lines["artists"].get(row["artist_id"]),
            }


def moment(text: str | None) -> str | None:
    """As the archive says it."""
    return text and f"{text.replace(' ', 'T')}Z"


def write_plainly(vault: Path, discord_id: int, path: Path) -> float:
    """One archive of a vault; how many seconds it took."""
    gc.collect()
    began = time.perf_counter()
    with closing(sqlite3.connect(vault)) as connection, ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as made:
        connection.row_factory = sqlite3.Row
        plain, hashes = PlainWriter(connection, discord_id), {}
        for name, lines in plain.members():
            content = "".join(json.dumps(line) + "\n" for line in lines).encode()
            hashes[name] = sha256(content).hexdigest()
            made.writestr(name, content)
        for name, data in plain.covers():
            hashes[name] = sha256(data).hexdigest()
            made.writestr(name, data)
    with ZipFile(path) as opened:
        for name, digest in hashes.items():
            assert sha256(opened.read(name)).hexdigest() == digest
    return time.perf_counter() - began
