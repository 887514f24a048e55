"""Writes what an archive holds into a vault: every list, every state that was seen, plays and pictures."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, exists, select, update

from storage.archive.contents import Contents, details_of
from storage.archive.layout import EventLine, ItemLine, PlayLine, SavedLine, TopLine, VersionLine
from storage.archive.lines import SAVED, vault_lines
from storage.catalogue import thing_ids
from storage.covers import forget_unused_covers
from storage.database import put_rows, table_of
from storage.merging import History, histories, top_of
from storage.people import add_person
from storage.plain import add_plain
from storage.playlists import next_place
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
Ids = Mapping[int, int]
Members = Mapping[str, bytes]
OWN = (SavedRow, PlaylistRow, PlayRow, TopEntryRow)
"""What is a person's own; the rest hangs on these."""


def is_empty(connection: Connection, discord_id: int) -> bool:
    """Whether a vault has never held anything."""
    held = [exists().where(table.discord_id == discord_id) for table in OWN]
    return not any(connection.execute(select(*held)).one())


def held(connection: Connection, discord_id: int) -> Members:
    """All that a vault holds, as in an archive; for a transaction that only reads, as it leaves tables behind."""
    return {lines.name: lines.content for lines in vault_lines(connection, discord_id)}


def clear(connection: Connection, discord_id: int) -> None:
    """A vault that holds nothing; what others have too stays in the catalogue."""
    for table in OWN:
        connection.execute(delete(table_of(table)).where(table.discord_id == discord_id))
    forget_unused_covers(connection)


def bring(
    connection: Connection,
    discord_id: int,
    before: Contents,
    after: Contents,
    covers: Mapping[str, Image],
    now: datetime,
) -> None:
    """Makes a vault that holds what was `before` hold what comes `after`; only what differs is written.

    Its things are in the catalogue, else it raises Forgotten. Playlists, plays and lists of favourites never go.
    Whatever numbers the rows had elsewhere, they have others here.
    """
    add_person(connection, discord_id)
    ids = dict(
        zip(("artist", "album", "show", "track"), (_ids(connection, kind) for kind in after.things), strict=True)
    )
    for name, (kind, thing) in SAVED.items():
        if before.saved[name] != after.saved[name]:
            mine = (SavedRow.discord_id == discord_id, SavedRow.kind == kind.value)
            connection.execute(delete(table_of(SavedRow)).where(*mine))
            add_plain(connection, table_of(SavedRow), _saved(discord_id, kind, thing, after.saved[name], ids[thing]))
    _keep_covers(connection, covers, now)
    _bring_playlists(connection, discord_id, before, after, ids["track"])
    plays, tops = set(before.plays), set(before.tops)
    new_plays = [line for line in after.plays if line not in plays]
    add_plain(connection, table_of(PlayRow), _plays(discord_id, new_plays, ids["track"]))
    new_tops = [line for line in after.tops if line not in tops]
    add_plain(connection, table_of(TopEntryRow), _tops(discord_id, new_tops, ids))


def _ids(connection: Connection, things: Sequence[Thing]) -> Ids:
    """The rows of things, by their numbers: of all but the albums and artists of local files, which nothing lists."""
    listed = {number: thing for number, thing in enumerate(things) if thing.uri is not None}
    return dict(zip(listed, thing_ids(connection, list(listed.values())), strict=True))


def _saved(discord_id: int, kind: SavedKind, thing: str, lines: Sequence[SavedLine], ids: Ids) -> list[Row]:
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


def _bring_playlists(connection: Connection, discord_id: int, before: Contents, after: Contents, tracks: Ids) -> None:
    known = {history.line.spotify_id: history for history in histories(before)}
    new = [history for history in histories(after) if history.line.spotify_id not in known]
    place = next_place(connection, discord_id)
    rows = [_playlist(discord_id, place + number, history) for number, history in enumerate(new)]
    add_plain(connection, table_of(PlaylistRow), rows)
    mine = select(PlaylistRow.spotify_id, PlaylistRow.id).where(PlaylistRow.discord_id == discord_id)
    by_key: dict[str, int] = dict(connection.execute(mine).all())
    changed = [history for history in histories(after) if known.get(history.line.spotify_id, history) != history]
    for history in changed:
        _forget(connection, by_key[history.line.spotify_id], history, known[history.line.spotify_id])
    ids = [by_key[line.spotify_id] for line in after.playlists]
    told = [*new, *changed]
    versions = [_version(line, ids) for history in told for line in history.versions]
    add_plain(connection, table_of(PlaylistVersionRow), versions)
    events = [row for history in told for row in _events(history.events, ids, tracks)]
    add_plain(connection, table_of(PlaylistEventRow), events)
    fresh = [history for history in changed if history.items != known[history.line.spotify_id].items]
    items = [row for history in (*new, *fresh) for row in _items(history.items, ids, tracks)]
    add_plain(connection, table_of(PlaylistItemRow), items)


def _forget(connection: Connection, playlist_id: int, after: History, before: History) -> None:
    """A known playlist's versions, which are written anew; and its items where others are known now."""
    versions, items = table_of(PlaylistVersionRow), table_of(PlaylistItemRow)
    connection.execute(delete(versions).where(versions.c.playlist_id == playlist_id))
    if after.items != before.items:
        connection.execute(delete(items).where(items.c.playlist_id == playlist_id))
    values = {"version": _newest(after), "cover_sha256": after.line.cover}
    connection.execute(update(table_of(PlaylistRow)).where(PlaylistRow.id == playlist_id).values(**values))


def _newest(history: History) -> int:
    return max((version.number for version in history.versions), default=1)


def _playlist(discord_id: int, place: int, history: History) -> Row:
    line = history.line
    return {
        "discord_id": discord_id,
        "place": place,
        "version": _newest(history),
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


def _events(lines: Sequence[EventLine], ids: Sequence[int], tracks: Ids) -> Iterator[Row]:
    seqs: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        seq = seqs[line.number]
        seqs[line.number] += 1
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


def _items(lines: Sequence[ItemLine], ids: Sequence[int], tracks: Ids) -> Iterator[Row]:
    for position, line in enumerate(lines):
        yield {
            "playlist_id": ids[line.playlist],
            "position": position,
            "track_id": _id(tracks, line.track),
            "added_at": line.added_at,
            "added_by": line.added_by,
        }


def _plays(discord_id: int, lines: Sequence[PlayLine], tracks: Ids) -> list[Row]:
    return [
        {
            "discord_id": discord_id,
            "played_at": line.played_at,
            "track_id": tracks[line.track],
            "context_uri": line.context_uri,
        }
        for line in lines
    ]


def _tops(discord_id: int, lines: Sequence[TopLine], ids: Mapping[str, Ids]) -> list[Row]:
    positions: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    rows = []
    for line in lines:
        which = top_of(line)
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


def _id(ids: Ids, number: int | None) -> int | None:
    return None if number is None else ids[number]
