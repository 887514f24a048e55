"""The rows of a person's saved lists, all five kinds alike: what is in them now, and what was at any moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from storage.catalogue import row_ids
from storage.database import sliced, streamed, table_of
from storage.plain import add_plain, all_plain, moment_of
from storage.records import Like, SavedKey, SavedKind, Track
from storage.tables import AlbumRow, ArtistRow, SavedRow, ShowRow, TrackRow
from storage.versions import kept

Query = Select[*tuple[Any, ...]]
GAP = 1024
"""Between two ordinals, so that what comes back in the middle of a list changes no other row."""

THINGS: Mapping[SavedKind, InstrumentedAttribute[int | None]] = {
    SavedKind.TRACK: SavedRow.track_id,
    SavedKind.EPISODE: SavedRow.track_id,
    SavedKind.ALBUM: SavedRow.album_id,
    SavedKind.SHOW: SavedRow.show_id,
    SavedKind.ARTIST: SavedRow.artist_id,
}
ADDRESSES: Mapping[SavedKind, tuple[str, Any, InstrumentedAttribute[Any]]] = {
    SavedKind.TRACK: ("", TrackRow, TrackRow.uri),
    SavedKind.EPISODE: ("", TrackRow, TrackRow.uri),
    SavedKind.ALBUM: ("spotify:album:", AlbumRow, AlbumRow.spotify_id),
    SavedKind.SHOW: ("spotify:show:", ShowRow, ShowRow.spotify_id),
    SavedKind.ARTIST: ("spotify:artist:", ArtistRow, ArtistRow.spotify_id),
}
"""What a URI is made of, and in which table."""


class Entry(NamedTuple):
    """A row that is not removed."""

    row_id: int
    ordinal: int
    key: SavedKey


def load_likes(connection: Connection, discord_id: int, tracks: dict[int, Track]) -> tuple[Like, ...]:
    """The liked songs, newest first."""
    statement: Query = select(SavedRow.track_id, SavedRow.added_at).where(*_here(discord_id, SavedKind.TRACK))
    rows = streamed(connection, statement.order_by(SavedRow.ordinal.desc()))
    return tuple([Like(None if row.track_id is None else tracks[row.track_id], row.added_at) for row in rows])


def saved_keys(connection: Connection, discord_id: int, kind: SavedKind) -> tuple[SavedKey, ...]:
    """What a list holds, newest first."""
    return tuple([entry.key for entry in _stored(connection, discord_id, kind)][::-1])


def apply_saved(
    connection: Connection, discord_id: int, kind: SavedKind, keys: Sequence[SavedKey], observed_at: datetime
) -> None:
    """Makes the stored list this one, newest first. A row never moves: what stands elsewhere now is a new row."""
    wanted = keys[::-1]
    stored = _stored(connection, discord_id, kind)
    pairs = kept([entry.key for entry in stored], wanted)
    if len(pairs) == len(stored) == len(wanted):
        return
    stays = {index for index, _ in pairs}
    gone = [entry.row_id for index, entry in enumerate(stored) if index not in stays]
    _mark_removed(connection, gone, observed_at)
    places: list[int | None] = [None] * len(wanted)
    for index, place in pairs:
        places[place] = stored[index].ordinal
    ordinals = fitted(places)
    if ordinals is None:
        _spread(connection, discord_id, kind, room=len(wanted))
        apply_saved(connection, discord_id, kind, keys, observed_at)
        return
    ids = row_ids(
        connection, kind, [uri for (uri, _), known in zip(wanted, places, strict=True) if uri and known is None]
    )
    new = [
        {
            "discord_id": discord_id,
            "kind": kind.value,
            THINGS[kind].key: None if uri is None else ids[uri],
            "added_at": added_at,
            "ordinal": ordinal,
            "seen_at": observed_at,
        }
        for (uri, added_at), known, ordinal in zip(wanted, places, ordinals, strict=True)
        if known is None
    ]
    add_plain(connection, table_of(SavedRow), new)


def fitted(ordinals: Sequence[int | None]) -> list[int] | None:
    """Rising ordinals with those given in their places; None where they leave too little room between them."""
    result: list[int] = []
    for new, run in groupby(ordinals, key=lambda ordinal: ordinal is None):
        values = list(run)
        if not new:
            result += [ordinal for ordinal in values if ordinal is not None]
            continue
        count = len(values)
        low = result[-1] if result else None
        high = ordinals[len(result) + count] if len(result) + count < len(ordinals) else None
        if low is None:
            low = (0 if high is None else high) - GAP * (count + 1)
        if high is None:
            high = low + GAP * (count + 1)
        if high - low <= count:
            return None
        result += [low + (high - low) * number // (count + 1) for number in range(1, count + 1)]
    return result


def _stored(connection: Connection, discord_id: int, kind: SavedKind) -> list[Entry]:
    """What is not removed, the oldest first."""
    prefix, thing, name = ADDRESSES[kind]
    statement: Query = (
        select(SavedRow.id, SavedRow.ordinal, name, SavedRow.added_at)
        .join(thing, THINGS[kind] == thing.id, isouter=True)
        .where(*_here(discord_id, kind))
        .order_by(SavedRow.ordinal)
    )
    return [
        Entry(row_id, ordinal, (None if name is None else prefix + name, moment_of(added_at)))
        for row_id, ordinal, name, added_at in all_plain(connection, statement)
    ]


def _here(discord_id: int, kind: SavedKind) -> tuple[ColumnElement[bool], ...]:
    return (SavedRow.discord_id == discord_id, SavedRow.kind == kind.value, SavedRow.removed_at.is_(None))


def _mark_removed(connection: Connection, row_ids: Sequence[int], observed_at: datetime) -> None:
    """An entry that was first seen at this very moment was never there."""
    for part in sliced(row_ids):
        these = SavedRow.id.in_(part)
        connection.execute(delete(table_of(SavedRow)).where(these, SavedRow.seen_at >= observed_at))
        connection.execute(update(table_of(SavedRow)).where(these).values(removed_at=observed_at))


def _spread(connection: Connection, discord_id: int, kind: SavedKind, room: int) -> None:
    """Moves all ordinals apart, those of removed rows too: the order at no moment changes."""
    table = table_of(SavedRow)
    statement = select(table.c.id).where(table.c.discord_id == discord_id, table.c.kind == kind.value)
    ids = connection.scalars(statement.order_by(table.c.ordinal, table.c.id)).all()
    step = max(GAP, room + 1)
    moved = update(table).where(table.c.id == bindparam("row_id")).values(ordinal=bindparam("new"))
    for part in sliced([{"row_id": row_id, "new": step * place} for place, row_id in enumerate(ids)]):
        connection.execute(moved, part)
