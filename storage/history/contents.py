"""What a list held in one of its states: by rows of the catalogue, in order."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from storage.catalogue import load_things, load_tracks
from storage.database import sliced
from storage.errors import NotFound
from storage.history.names import Names, names_of
from storage.history.rows import Query, moment_of, number_of, saved_moments, saved_rows
from storage.history.tally import entry
from storage.records import Contents, EventKind, Like, Playlist, PlaylistDetails, PlaylistItem, Saved, SavedKind
from storage.tables import PlaylistEventRow, PlaylistRow, PlaylistVersionRow

Held = tuple[int | None, datetime | None, str | None]
"""An entry: its thing's row, when it was added, and by whom."""


def playlist_contents(
    connection: Connection, discord_id: int, spotify_id: str, number: int, offset: int, limit: int
) -> Contents:
    """A page of a playlist as it was at a version; NotFound where there is none such."""
    head, details, observed_at = playlist_state(connection, discord_id, spotify_id, number)
    held = playlist_held(connection, head.id, number)
    page = held[offset : offset + limit]
    names = names_of(connection, SavedKind.TRACK, {thing for thing, _, _ in page if thing is not None})
    return Contents(
        which=spotify_id,
        number=number,
        observed_at=observed_at,
        items=len(held),
        entries=tuple(entry(names, *each) for each in page),
        offset=offset,
        details=details,
        closed=head.closed,
        removed_at=head.removed_at,
        earlier=number - 1 if number > 1 else None,
        later=number + 1 if number < head.version else None,
    )


def playlist_state(
    connection: Connection, discord_id: int, spotify_id: str, number: int
) -> tuple[Row[Any], PlaylistDetails, datetime]:
    """The playlist's row, its details as they were at a version, and when that was observed."""
    version = PlaylistVersionRow
    heads: Query = select(PlaylistRow.id, PlaylistRow.version, PlaylistRow.closed, PlaylistRow.removed_at)
    mine = (PlaylistRow.discord_id == discord_id, PlaylistRow.spotify_id == spotify_id)
    head = connection.execute(heads.where(*mine)).one_or_none()
    if head is None or not 1 <= number <= head.version:
        raise NotFound(what="That version of the playlist")
    up_to = (version.playlist_id == head.id, version.number <= number)
    details: Query = select(version.details).where(*up_to, version.details.is_not(None)).order_by(version.number.desc())
    observed_at = select(version.observed_at).where(version.playlist_id == head.id, version.number == number)
    return (
        head,
        PlaylistDetails(**connection.execute(details.order_by(version.number.desc()).limit(1)).scalar_one()),
        connection.execute(observed_at).scalar_one(),
    )


def playlist_held(connection: Connection, playlist_id: int, number: int) -> list[Held]:
    """The items of a version, replayed from the first one on."""
    event = PlaylistEventRow
    statement = (
        select(event.kind, event.position, event.track_id, event.added_at, event.added_by)
        .where(event.playlist_id == playlist_id, event.number <= number)
        .order_by(event.number, event.seq)
    )
    held: list[Held] = []
    for kind, position, thing, added_at, added_by in connection.execute(statement):
        if kind == EventKind.REMOVE.value:
            del held[position]
        else:
            held.insert(position, (thing, added_at, added_by))
    return held


def saved_contents(
    connection: Connection, discord_id: int, kind: SavedKind, number: int, offset: int, limit: int
) -> Contents:
    """A page of a saved list as it was at a moment, newest first; NotFound before anything was seen."""
    at = moment_of(number)
    moments = saved_moments(discord_id, kind).subquery("moments").c.moment
    if connection.execute(select(func.min(moments)).where(moments <= at)).scalar_one() is None:
        raise NotFound(what="That state of the list")
    count = saved_held(discord_id, kind, at).with_only_columns(func.count()).order_by(None)
    page = connection.execute(saved_held(discord_id, kind, at).offset(offset).limit(limit)).all()
    names = names_of(connection, kind, {row.thing for row in page if row.thing is not None})
    return Contents(
        which=kind,
        number=number,
        observed_at=at,
        items=connection.execute(count).scalar_one(),
        entries=tuple(entry(names, row.thing, row.added_at, None) for row in page),
        offset=offset,
        earlier=_next_to(connection, func.max(moments), moments < at),
        later=_next_to(connection, func.min(moments), moments > at),
    )


def saved_held(discord_id: int, kind: SavedKind, at: datetime) -> Query:
    """Selects `thing` and `added_at` of what a saved list held at a moment, newest first."""
    rows = saved_rows(discord_id).c
    return (
        select(rows.thing, rows.added_at)
        .where(rows.kind == kind.value, rows.seen_at <= at, or_(rows.removed_at.is_(None), rows.removed_at > at))
        .order_by(rows.ordinal.desc())
    )


def _next_to(connection: Connection, nearest: ColumnElement[Any], where: ColumnElement[bool]) -> int | None:
    moment: datetime | None = connection.execute(select(nearest).where(where)).scalar_one()
    return None if moment is None else number_of(moment)


def playlist_at(connection: Connection, discord_id: int, spotify_id: str, number: int) -> tuple[datetime, Playlist]:
    """When a version was seen, and the playlist as it was, with full records."""
    head, details, observed_at = playlist_state(connection, discord_id, spotify_id, number)
    event = PlaylistEventRow
    ever = select(event.track_id).where(event.playlist_id == head.id, event.number <= number)
    tracks = load_tracks(connection, ever)
    held = playlist_held(connection, head.id, number)
    items = (PlaylistItem(None if thing is None else tracks[thing], at, by) for thing, at, by in held)
    return observed_at, Playlist(details, tuple(items))


def saved_at(connection: Connection, discord_id: int, kind: SavedKind, moment: datetime) -> tuple[Saved, ...]:
    """A saved list as it was, newest first, with full records; None for what Spotify had lost."""
    held = connection.execute(saved_held(discord_id, kind, moment)).all()
    names: Names = {}
    for part in sliced([row.thing for row in held if row.thing is not None]):
        names |= names_of(connection, kind, part)
    things = load_things(connection, [name.uri for name in names.values() if name.uri is not None])
    uris = [None if row.thing is None else names[row.thing].uri for row in held]
    return tuple(Saved(things.get(uri or ""), row.added_at) for uri, row in zip(uris, held, strict=True))


def likes_at(connection: Connection, discord_id: int, moment: datetime) -> tuple[Like, ...]:
    """The liked songs as they were, newest first, with full records."""
    held = saved_held(discord_id, SavedKind.TRACK, moment)
    tracks = load_tracks(connection, held.with_only_columns(held.selected_columns.thing).order_by(None))
    return tuple(
        Like(None if row.thing is None else tracks[row.thing], row.added_at) for row in connection.execute(held)
    )
