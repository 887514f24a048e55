"""The rows of a person's playlists: current contents, and a version with its events for every state that was seen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Row, Select, delete, func, select, update

from storage.catalogue import row_ids
from storage.database import sliced, streamed, table_of
from storage.errors import NotFound
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
Key = tuple[int, str]
UNSAID: Mapping[str, object] = {
    "version": 1,
    "removed_at": None,
    "read_at": None,
    "closed": False,
    "listed_items": None,
}
"""What a new playlist's row says where nothing else is said."""


class Seen(NamedTuple):
    """A playlist as it was just seen. Without `keys` its items stay what they are; `state` are other columns.

    A playlist that is seen is there: `removed_at` is None unless the state says something else.
    """

    discord_id: int
    details: PlaylistDetails
    keys: Sequence[ItemKey] | None
    observed_at: datetime
    state: Mapping[str, object]

    @property
    def key(self) -> Key:
        """Whose it is, and which."""
        return self.discord_id, self.details.spotify_id


class Edited(NamedTuple):
    """The edits that lead to a version of a playlist; what it held goes with its rows of the catalogue."""

    playlist_id: int
    number: int
    script: Sequence[Edit]
    before: Sequence[tuple[ItemKey, int | None]]
    after: Sequence[ItemKey]


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


def keep_playlists(connection: Connection, seen: Sequence[Seen]) -> None:
    """Makes the stored playlists these, whatever is stored; a state not seen before becomes a version.

    Those that are new take a few statements together: a first sync sees nothing else.
    """
    known = _ids(connection, seen)
    new: dict[Key, Seen] = {}
    others: list[Seen] = []
    for one in seen:
        if one.key in known or one.key in new:
            others.append(one)
        else:
            new[one.key] = one
    _add(connection, new)
    for one in others:
        _renew(connection, one)


def mark_removed(connection: Connection, discord_id: int, spotify_ids: Sequence[str], observed_at: datetime) -> None:
    """Says since when playlists are gone from Spotify; their contents stay."""
    for spotify_id in spotify_ids:
        stored = _stored(connection, discord_id, spotify_id)
        if stored is None or stored.removed_at is not None:
            continue
        number = stored.version + 1
        gone_now = _version(stored.id, number, observed_at, None, Presence.GONE)
        add_plain(connection, table_of(PlaylistVersionRow), [gone_now])
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


def _ids(connection: Connection, seen: Iterable[Seen]) -> dict[Key, int]:
    """The rows of those that are stored."""
    wanted: defaultdict[int, list[str]] = defaultdict(list)
    for one in seen:
        wanted[one.discord_id].append(one.details.spotify_id)
    ids: dict[Key, int] = {}
    for discord_id, spotify_ids in wanted.items():
        for part in sliced(spotify_ids):
            these = (PlaylistRow.discord_id == discord_id, PlaylistRow.spotify_id.in_(part))
            for spotify_id, row_id in connection.execute(select(PlaylistRow.spotify_id, PlaylistRow.id).where(*these)):
                ids[discord_id, spotify_id] = row_id
    return ids


def _add(connection: Connection, new: Mapping[Key, Seen]) -> None:
    """Playlists that are not stored yet, behind those that are, each with its first version."""
    if not new:
        return
    places = {discord_id: next_place(connection, discord_id) for discord_id in {owner for owner, _ in new}}
    rows = []
    for (discord_id, _), one in new.items():
        rows.append(
            {"discord_id": discord_id, "place": places[discord_id], **UNSAID, **asdict(one.details), **one.state}
        )
        places[discord_id] += 1
    add_plain(connection, table_of(PlaylistRow), rows)
    ids = _ids(connection, new.values())
    add_plain(
        connection,
        table_of(PlaylistVersionRow),
        [_version(ids[key], 1, one.observed_at, one.details, None) for key, one in new.items()],
    )
    first = [(ids[key], one.keys or ()) for key, one in new.items()]
    _write(connection, [Edited(playlist_id, 1, edits((), keys), (), keys) for playlist_id, keys in first])


def next_place(connection: Connection, discord_id: int) -> int:
    """The place behind all playlists."""
    last = connection.scalar(select(func.max(PlaylistRow.place)).where(PlaylistRow.discord_id == discord_id))
    return 0 if last is None else last + 1


def _renew(connection: Connection, seen: Seen) -> None:
    """A playlist that is stored."""
    stored = _stored(connection, *seen.key)
    if stored is None:
        raise NotFound(what="That playlist")
    details, keys = seen.details, seen.keys
    values = {"removed_at": None, **asdict(details), **seen.state}
    renewed = _details(stored).lasting != details.lasting
    presence = _presence(stored.removed_at, values["removed_at"])
    before = [] if keys is None else _items(connection, stored.id)
    script = [] if keys is None else edits([key for key, _ in before], keys)
    number = stored.version
    if script or renewed or presence:
        number += 1
        version = _version(stored.id, number, seen.observed_at, details if renewed else None, presence)
        add_plain(connection, table_of(PlaylistVersionRow), [version])
    if script:
        _write(connection, [Edited(stored.id, number, script, before, keys or ())])
    connection.execute(
        update(table_of(PlaylistRow)).where(PlaylistRow.id == stored.id).values(version=number, **values)
    )


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


def _version(
    playlist_id: int,
    number: int,
    observed_at: datetime,
    details: PlaylistDetails | None,
    presence: Presence | None,
) -> dict[str, object]:
    return {
        "playlist_id": playlist_id,
        "number": number,
        "observed_at": observed_at,
        "details": None if details is None else orjson.dumps(asdict(details)).decode(),
        "presence": None if presence is None else presence.value,
    }


def _write(connection: Connection, edited: Sequence[Edited]) -> None:
    """The edits as events, and the contents anew from the first difference on: what is appended costs itself alone."""
    ids: Ids = {key[0]: track_id for one in edited for key, track_id in one.before}
    new = (uri for one in edited for uri, _, _ in one.after if uri is not None and uri not in ids)
    ids.update(row_ids(connection, SavedKind.TRACK, new))
    add_plain(connection, table_of(PlaylistEventRow), [row for one in edited for row in _events(one, ids)])
    add_plain(connection, table_of(PlaylistItemRow), [row for one in edited for row in _replaced(connection, one, ids)])


def _events(edited: Edited, ids: Ids) -> Iterator[dict[str, object]]:
    for seq, (kind, position, index) in enumerate(edited.script):
        key = edited.before[index][0] if kind is EventKind.REMOVE else edited.after[index]
        place = {"playlist_id": edited.playlist_id, "number": edited.number, "seq": seq, "position": position}
        yield {**place, "kind": kind.value, **_entry(key, ids)}


def _replaced(connection: Connection, edited: Edited, ids: Ids) -> Iterator[dict[str, object]]:
    """Takes away the items behind the first difference, and gives those that stand there now."""
    known = [key for key, _ in edited.before]
    shorter = min(len(known), len(edited.after))
    first = next((index for index in range(shorter) if known[index] != edited.after[index]), shorter)
    item = PlaylistItemRow
    if first < len(known):
        behind = (item.playlist_id == edited.playlist_id, item.position >= first)
        connection.execute(delete(table_of(item)).where(*behind))
    for position in range(first, len(edited.after)):
        yield {"playlist_id": edited.playlist_id, "position": position, **_entry(edited.after[position], ids)}


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
