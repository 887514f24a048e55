"""The rows of a person's playlists: current contents, and a version with its events for every state that was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from storage.catalogue import row_ids
from storage.database import add_rows, streamed, table_of
from storage.plain import add_plain, all_plain, moment_of
from storage.records import (
    EventKind,
    ItemKey,
    Playlist,
    PlaylistDetails,
    PlaylistHead,
    PlaylistItem,
    Presence,
    SavedKind,
    Track,
)
from storage.tables import PlaylistEventRow, PlaylistItemRow, PlaylistRow, PlaylistVersionRow, TrackRow
from storage.versions import Edit, edits

Query = Select[*tuple[Any, ...]]
Ids = dict[str | None, int | None]


def load_playlists(connection: Connection, discord_id: int, tracks: dict[int, Track]) -> tuple[Playlist, ...]:
    """All whose contents are known, in their order, the removed ones last."""
    rows = [row for row in _rows(connection, discord_id) if not row.closed]
    items: dict[int, list[PlaylistItem]] = {row.id: [] for row in rows}
    statement: Query = select(table_of(PlaylistItemRow)).where(PlaylistItemRow.playlist_id.in_(_open(discord_id)))
    in_order = statement.order_by(PlaylistItemRow.playlist_id, PlaylistItemRow.position)
    for row in streamed(connection, in_order):
        items[row.playlist_id].append(item_of(row, tracks))
    return tuple(Playlist(_details(row), tuple(items[row.id]), row.removed_at) for row in rows)


def load_heads(connection: Connection, discord_id: int) -> tuple[PlaylistHead, ...]:
    """All playlists without their items, in their order, the removed ones last."""
    mine = select(PlaylistRow.id).where(PlaylistRow.discord_id == discord_id)
    statement: Query = select(PlaylistItemRow.playlist_id, func.count()).where(PlaylistItemRow.playlist_id.in_(mine))
    items: dict[int, int] = dict(connection.execute(statement.group_by(PlaylistItemRow.playlist_id)).all())
    return tuple(
        PlaylistHead(
            details=_details(row),
            removed_at=row.removed_at,
            closed=row.closed,
            listed_items=row.listed_items,
            cover_sha256=row.cover_sha256,
            read_at=row.read_at,
            items=items.get(row.id, 0),
        )
        for row in _rows(connection, discord_id)
    )


def playlist_keys(connection: Connection, discord_id: int, spotify_id: str) -> tuple[ItemKey, ...]:
    """What a playlist holds; nothing where it is unknown."""
    stored = _stored(connection, discord_id, spotify_id)
    return () if stored is None else tuple([key for key, _ in _items(connection, stored.id)])


def item_of(row: Row[Any], tracks: dict[int, Track]) -> PlaylistItem:
    """The record of an item's or an event's row."""
    return PlaylistItem(None if row.track_id is None else tracks[row.track_id], row.added_at, row.added_by)


def keep_playlist(
    connection: Connection,
    discord_id: int,
    details: PlaylistDetails,
    keys: Sequence[ItemKey] | None,
    observed_at: datetime,
    **state: object,
) -> None:
    """Makes the stored playlist this one, whatever is stored; a state not seen before becomes a version.

    Without `keys` the items stay what they are. `state` are other columns; `removed_at` is None if not among them.
    """
    stored = _stored(connection, discord_id, details.spotify_id)
    values = {"removed_at": None, **asdict(details), **state}
    if stored is None:
        playlist_id = _insert(connection, discord_id, values)
        _add_version(connection, playlist_id, 1, observed_at, asdict(details), None)
        _write(connection, playlist_id, 1, edits((), keys or ()), (), keys or ())
        return
    number = stored.version
    renewed = _details(stored).lasting != details.lasting
    presence = _presence(stored.removed_at, values["removed_at"])
    before = [] if keys is None else _items(connection, stored.id)
    script = [] if keys is None else edits([key for key, _ in before], keys)
    if script or renewed or presence:
        number += 1
        _add_version(connection, stored.id, number, observed_at, asdict(details) if renewed else None, presence)
    if script:
        _write(connection, stored.id, number, script, before, keys or ())
    connection.execute(
        update(table_of(PlaylistRow)).where(PlaylistRow.id == stored.id).values(version=number, **values)
    )


def mark_removed(connection: Connection, discord_id: int, spotify_ids: Sequence[str], observed_at: datetime) -> None:
    """Says since when playlists are gone from Spotify; their contents stay."""
    for spotify_id in spotify_ids:
        stored = _stored(connection, discord_id, spotify_id)
        if stored is None or stored.removed_at is not None:
            continue
        number = stored.version + 1
        _add_version(connection, stored.id, number, observed_at, None, Presence.GONE)
        gone = update(table_of(PlaylistRow)).where(PlaylistRow.id == stored.id)
        connection.execute(gone.values(version=number, removed_at=observed_at))


def put_in_order(connection: Connection, discord_id: int, order: Sequence[str]) -> None:
    """Gives the playlists the places that the order says; one not in it keeps its own."""
    statement: Query = select(PlaylistRow.spotify_id, PlaylistRow.id, PlaylistRow.place)
    mine = connection.execute(statement.where(PlaylistRow.discord_id == discord_id))
    places = {spotify_id: (row_id, place) for spotify_id, row_id, place in mine}
    for place, spotify_id in enumerate(order):
        row_id, before = places.get(spotify_id, (None, place))
        if row_id is not None and before != place:
            connection.execute(update(table_of(PlaylistRow)).where(PlaylistRow.id == row_id).values(place=place))


def _presence(before: datetime | None, after: object) -> Presence | None:
    if (before is None) == (after is None):
        return None
    return Presence.BACK if after is None else Presence.GONE


def _rows(connection: Connection, discord_id: int) -> Sequence[Row[Any]]:
    order = (PlaylistRow.removed_at.is_not(None), PlaylistRow.place, PlaylistRow.id)
    statement: Query = select(table_of(PlaylistRow)).where(PlaylistRow.discord_id == discord_id)
    return connection.execute(statement.order_by(*order)).all()


def _open(discord_id: int) -> Select[int]:
    return select(PlaylistRow.id).where(PlaylistRow.discord_id == discord_id, ~PlaylistRow.closed)


def _stored(connection: Connection, discord_id: int, spotify_id: str) -> Row[Any] | None:
    mine = (PlaylistRow.discord_id == discord_id, PlaylistRow.spotify_id == spotify_id)
    statement: Query = select(table_of(PlaylistRow)).where(*mine)
    return connection.execute(statement).one_or_none()


def _insert(connection: Connection, discord_id: int, values: Mapping[str, object]) -> int:
    last = connection.scalar(select(func.max(PlaylistRow.place)).where(PlaylistRow.discord_id == discord_id))
    row = {"discord_id": discord_id, "place": 0 if last is None else last + 1, "version": 1, **values}
    made = connection.execute(table_of(PlaylistRow).insert().values(**row).returning(PlaylistRow.id))
    return made.scalar_one()


def _items(connection: Connection, playlist_id: int) -> list[tuple[ItemKey, int | None]]:
    """The items by their keys, each with its row of the catalogue."""
    item = PlaylistItemRow
    statement: Query = (
        select(TrackRow.uri, item.added_at, item.added_by, item.track_id)
        .join_from(item, TrackRow, item.track_id == TrackRow.id, isouter=True)
        .where(item.playlist_id == playlist_id)
        .order_by(item.position)
    )
    return [((uri, moment_of(at), by), track_id) for uri, at, by, track_id in all_plain(connection, statement)]


def _add_version(
    connection: Connection,
    playlist_id: int,
    number: int,
    observed_at: datetime,
    details: Mapping[str, object] | None,
    presence: Presence | None,
) -> None:
    version = {
        "playlist_id": playlist_id,
        "number": number,
        "observed_at": observed_at,
        "details": details,
        "presence": presence,
    }
    add_rows(connection, PlaylistVersionRow, [version])


def _write(
    connection: Connection,
    playlist_id: int,
    number: int,
    script: Sequence[Edit],
    before: Sequence[tuple[ItemKey, int | None]],
    after: Sequence[ItemKey],
) -> None:
    """The edits as events, and the contents anew from the first difference on: what is appended costs itself alone."""
    ids: Ids = {key[0]: track_id for key, track_id in before}
    new = (uri for uri, _, _ in after if uri is not None and uri not in ids)
    ids.update(row_ids(connection, SavedKind.TRACK, new))
    known = [key for key, _ in before]
    events = [
        {
            "playlist_id": playlist_id,
            "number": number,
            "seq": seq,
            "kind": kind.value,
            "position": position,
            **_entry(known[index] if kind is EventKind.REMOVE else after[index], ids),
        }
        for seq, (kind, position, index) in enumerate(script)
    ]
    add_plain(connection, table_of(PlaylistEventRow), events)
    shorter = min(len(known), len(after))
    first = next((index for index in range(shorter) if known[index] != after[index]), shorter)
    item = PlaylistItemRow
    if first < len(known):
        connection.execute(delete(table_of(item)).where(item.playlist_id == playlist_id, item.position >= first))
    rows = [
        {"playlist_id": playlist_id, "position": position, **_entry(after[position], ids)}
        for position in range(first, len(after))
    ]
    add_plain(connection, table_of(item), rows)


def _entry(key: ItemKey, ids: Ids) -> dict[str, object]:
    uri, added_at, added_by = key
    return {"track_id": None if uri is None else ids[uri], "added_at": added_at, "added_by": added_by}


def _details(row: Row[Any]) -> PlaylistDetails:
    return PlaylistDetails(
        spotify_id=row.spotify_id,
        name=row.name,
        owner_id=row.owner_id,
        description=row.description,
        public=row.public,
        collaborative=row.collaborative,
        owner_name=row.owner_name,
        snapshot_id=row.snapshot_id,
        image_url=row.image_url,
    )
