"""The time machine: what was observed of a person's lists, and what each of them held at any moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.database import Database
from storage.history.contents import likes_at, playlist_at, playlist_contents, saved_at, saved_contents
from storage.history.observed import observed
from storage.history.rows import Span, moment_of, number_of, saved_moments, states
from storage.records import (
    Contents,
    Like,
    ListName,
    Observed,
    Playlist,
    Saved,
    SavedKind,
    Which,
)
from storage.tables import PlaylistRow, PlaylistVersionRow

__all__ = ["HistoryRepository", "moment_of", "number_of"]


class HistoryRepository:
    """Reads only; the history itself is written by whatever changes a library."""

    def __init__(self, database: Database) -> None:
        self._read = database.read_large

    async def changes(
        self,
        discord_id: int,
        *,
        which: Which | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        offset: int = 0,
        limit: int = 10,
    ) -> tuple[Observed, ...]:
        """What was observed from `since` on and before `until`, newest first; of one list or of all."""
        return await self._read(
            lambda connection: observed(connection, _page(connection, discord_id, which, since, until, offset, limit))
        )

    async def summary(self, discord_id: int, since: datetime) -> tuple[Observed, ...]:
        """What is different in the end since a moment: one record a list, saved lists first."""
        return await self._read(lambda connection: observed(connection, _since(connection, discord_id, since)))

    async def contents(self, discord_id: int, which: Which, number: int, offset: int = 0, limit: int = 20) -> Contents:
        """A page of what a list held in a state; NotFound where there is no such state."""
        if isinstance(which, SavedKind):
            return await self._read(lambda it: saved_contents(it, discord_id, which, number, offset, limit))
        return await self._read(lambda it: playlist_contents(it, discord_id, which, number, offset, limit))

    async def lists(self, discord_id: int) -> tuple[ListName, ...]:
        """All that has a history: saved lists, then playlists in their order, those gone from Spotify last."""
        return await self._read(lambda connection: _lists(connection, discord_id))

    async def owners(self, discord_id: int) -> dict[str, str]:
        """The names of people whose playlists are in this library, by their Spotify id."""
        return await self._read(lambda connection: _owners(connection, discord_id))

    async def likes_at(self, discord_id: int, moment: datetime) -> tuple[Like, ...]:
        """The liked songs as they were, newest first."""
        return await self._read(lambda connection: likes_at(connection, discord_id, moment))

    async def saved_at(self, discord_id: int, kind: SavedKind, moment: datetime) -> tuple[Saved, ...]:
        """A saved list as it was, newest first."""
        return await self._read(lambda connection: saved_at(connection, discord_id, kind, moment))

    async def playlist_at(self, discord_id: int, spotify_id: str, number: int) -> tuple[datetime, Playlist]:
        """A playlist as it was at a version, whole, and when that was seen; NotFound where there is none such."""
        return await self._read(lambda connection: playlist_at(connection, discord_id, spotify_id, number))


def _page(
    connection: Connection,
    discord_id: int,
    which: Which | None,
    since: datetime | None,
    until: datetime | None,
    offset: int,
    limit: int,
) -> Sequence[Span]:
    seen = states(discord_id, which).c
    statement = select(seen.kind, seen.playlist_id, seen.number, seen.moment)
    if since is not None:
        statement = statement.where(seen.moment >= since)
    if until is not None:
        statement = statement.where(seen.moment < until)
    newest = statement.order_by(seen.moment.desc(), seen.playlist_id, seen.kind, seen.number.desc())
    return [
        _span(discord_id, row.kind, row.playlist_id, (row.number, row.number), (row.moment, row.moment))
        for row in connection.execute(newest.offset(offset).limit(limit))
    ]


def _since(connection: Connection, discord_id: int, since: datetime) -> Sequence[Span]:
    moments = saved_moments(discord_id).subquery("moments").c
    saved = (
        select(moments.kind, func.min(moments.moment).label("low"), func.max(moments.moment).label("high"))
        .where(moments.moment >= since)
        .group_by(moments.kind)
    )
    version = PlaylistVersionRow
    playlists = (
        select(
            version.playlist_id,
            func.min(version.number).label("low"),
            func.max(version.number).label("high"),
            func.max(version.observed_at).label("moment"),
        )
        .join(PlaylistRow, PlaylistRow.id == version.playlist_id)
        .where(PlaylistRow.discord_id == discord_id, version.observed_at >= since)
        .group_by(version.playlist_id, PlaylistRow.place)
        .order_by(PlaylistRow.place)
    )
    order = list(SavedKind)
    of_saved = sorted(connection.execute(saved), key=lambda row: order.index(SavedKind(row.kind)))
    return [
        *(_span(discord_id, row.kind, 0, (0, 0), (row.low, row.high)) for row in of_saved),
        *(
            _span(discord_id, None, row.playlist_id, (row.low, row.high), (row.moment, row.moment))
            for row in connection.execute(playlists)
        ),
    ]


def _span(
    discord_id: int, kind: str | None, playlist_id: int, numbers: tuple[int, int], moments: tuple[datetime, datetime]
) -> Span:
    """A saved list's states are numbered by their moments."""
    if kind is None:
        return Span(discord_id, None, playlist_id, *numbers, observed_at=moments[1])
    low, high = map(number_of, moments)
    return Span(discord_id, SavedKind(kind), playlist_id, low, high, observed_at=moments[1])


def _lists(connection: Connection, discord_id: int) -> tuple[ListName, ...]:
    moments = saved_moments(discord_id).subquery("moments").c
    saved = {row.kind for row in connection.execute(select(moments.kind).distinct())}
    playlists: Any = (
        select(PlaylistRow.spotify_id, PlaylistRow.name, PlaylistRow.removed_at)
        .where(PlaylistRow.discord_id == discord_id)
        .order_by(PlaylistRow.removed_at.is_not(None), PlaylistRow.place, PlaylistRow.id)
    )
    return (
        *(ListName(kind) for kind in SavedKind if kind.value in saved),
        *(ListName(*row) for row in connection.execute(playlists)),
    )


def _owners(connection: Connection, discord_id: int) -> dict[str, str]:
    named = (PlaylistRow.discord_id == discord_id, PlaylistRow.owner_name.is_not(None))
    statement = select(PlaylistRow.owner_id, PlaylistRow.owner_name).where(*named).distinct()
    return {owner_id: name for owner_id, name in connection.execute(statement) if name}
