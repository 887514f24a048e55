"""Writes an archive into a vault that has nothing yet: every list, every state that was seen, plays and pictures."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, exists, select

from storage.archive.contents import Contents, details_of
from storage.archive.layout import SavedLine, VersionLine
from storage.archive.lines import SAVED
from storage.catalogue import keep_things, thing_ids
from storage.database import put_rows, sliced, table_of
from storage.people import add_person
from storage.plain import add_plain
from storage.records import Image, SavedKind, Thing
from storage.saved import GAP, THINGS
from storage.tables import (
    ImageRow,
    PlaylistEventRow,
    PlaylistItemRow,
    PlaylistRow,
    PlaylistVersionRow,
    PlayRow,
    SavedRow,
    TopEntryRow,
)

Row = dict[str, Any]


def is_empty(connection: Connection, discord_id: int) -> bool:
    """Whether a vault has never held anything."""
    held = [exists().where(table.discord_id == discord_id) for table in (SavedRow, PlaylistRow, PlayRow, TopEntryRow)]
    return not any(connection.execute(select(*held)).one())


def bring_back(
    connection: Connection, discord_id: int, contents: Contents, covers: Mapping[str, Image], now: datetime
) -> None:
    """Makes an empty vault what the archive holds; whatever numbers the rows had, they have others now."""
    add_person(connection, discord_id)
    things: Sequence[Thing] = (*contents.artists, *contents.albums, *contents.shows, *contents.tracks)
    for part in sliced(things):
        keep_things(connection, part)
    ids = {
        "track": thing_ids(connection, contents.tracks),
        "album": thing_ids(connection, contents.albums),
        "show": thing_ids(connection, contents.shows),
        "artist": thing_ids(connection, contents.artists),
    }
    for name, (kind, thing) in SAVED.items():
        rows = _saved(discord_id, kind, thing, contents.saved[name], ids[thing])
        add_plain(connection, table_of(SavedRow), rows)
    _keep_covers(connection, covers, now)
    _bring_playlists(connection, discord_id, contents, ids["track"])
    add_plain(connection, table_of(PlayRow), _plays(discord_id, contents, ids["track"]))
    add_plain(connection, table_of(TopEntryRow), _tops(discord_id, contents, ids))


def _saved(discord_id: int, kind: SavedKind, thing: str, lines: Sequence[SavedLine], ids: Sequence[int]) -> list[Row]:
    """Newest first in an archive; the ordinal rises from the oldest up."""
    return [
        {
            "discord_id": discord_id,
            "kind": kind.value,
            THINGS[kind].key: _id(ids, getattr(line, thing)),
            "added_at": line.added_at,
            "ordinal": GAP * (number + 1),
            "seen_at": line.seen_at,
            "removed_at": line.removed_at,
        }
        for number, line in enumerate(reversed(lines))
    ]


def _keep_covers(connection: Connection, covers: Mapping[str, Image], now: datetime) -> None:
    rows = [
        {"sha256": digest, "content_type": image.content_type, "data": image.data, "kept_at": now}
        for digest, image in covers.items()
    ]
    put_rows(connection, ImageRow, rows, ["sha256"], overwrite=False)


def _bring_playlists(connection: Connection, discord_id: int, contents: Contents, tracks: Sequence[int]) -> None:
    add_plain(connection, table_of(PlaylistRow), list(_playlists(discord_id, contents)))
    mine = select(PlaylistRow.spotify_id, PlaylistRow.id).where(PlaylistRow.discord_id == discord_id)
    by_key: dict[str, int] = dict(connection.execute(mine).all())
    ids = [by_key[line.spotify_id] for line in contents.playlists]
    add_plain(connection, table_of(PlaylistVersionRow), [_version(line, ids) for line in contents.versions])
    add_plain(connection, table_of(PlaylistEventRow), list(_events(contents, ids, tracks)))
    add_plain(connection, table_of(PlaylistItemRow), list(_items(contents, ids, tracks)))


def _playlists(discord_id: int, contents: Contents) -> Iterator[Row]:
    newest: defaultdict[int, int] = defaultdict(lambda: 1)
    for version in contents.versions:
        newest[version.playlist] = max(newest[version.playlist], version.number)
    for number, line in enumerate(contents.playlists):
        yield {
            "discord_id": discord_id,
            "place": number,
            "version": newest[number],
            **asdict(details_of(line)),
            "closed": line.closed,
            "listed_items": line.listed_items,
            "removed_at": line.removed_at,
            "cover_sha256": line.cover,
        }


def _version(line: VersionLine, ids: Sequence[int]) -> Row:
    return {
        "playlist_id": ids[line.playlist],
        "number": line.number,
        "observed_at": line.observed_at,
        "details": None if line.details is None else orjson.dumps(asdict(line.details)).decode(),
        "presence": line.presence,
    }


def _events(contents: Contents, ids: Sequence[int], tracks: Sequence[int]) -> Iterator[Row]:
    seqs: defaultdict[tuple[int, int], int] = defaultdict(int)
    for line in contents.events:
        seq = seqs[line.playlist, line.number]
        seqs[line.playlist, line.number] += 1
        yield {
            "playlist_id": ids[line.playlist],
            "number": line.number,
            "seq": seq,
            "kind": line.kind.value,
            "position": line.position,
            "track_id": _id(tracks, line.track),
            "added_at": line.added_at,
            "added_by": line.added_by,
        }


def _items(contents: Contents, ids: Sequence[int], tracks: Sequence[int]) -> Iterator[Row]:
    positions: defaultdict[int, int] = defaultdict(int)
    for line in contents.items:
        position = positions[line.playlist]
        positions[line.playlist] += 1
        yield {
            "playlist_id": ids[line.playlist],
            "position": position,
            "track_id": _id(tracks, line.track),
            "added_at": line.added_at,
            "added_by": line.added_by,
        }


def _plays(discord_id: int, contents: Contents, tracks: Sequence[int]) -> list[Row]:
    return [
        {
            "discord_id": discord_id,
            "played_at": line.played_at,
            "track_id": tracks[line.track],
            "context_uri": line.context_uri,
        }
        for line in contents.plays
    ]


def _tops(discord_id: int, contents: Contents, ids: Mapping[str, Sequence[int]]) -> list[Row]:
    positions: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    rows = []
    for line in contents.tops:
        which = (line.kind.value, line.term.value, line.week)
        rows.append(
            {
                "discord_id": discord_id,
                "kind": line.kind.value,
                "term": line.term.value,
                "week": line.week,
                "position": positions[which],
                "track_id": _id(ids["track"], line.track),
                "artist_id": _id(ids["artist"], line.artist),
            }
        )
        positions[which] += 1
    return rows


def _id(ids: Sequence[int], number: int | None) -> int | None:
    return None if number is None else ids[number]
