"""What a person listens to: every play that was seen once, and a list of favourites of each kind and term a week."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, select

from storage.catalogue import keep_things, load_artists, load_tracks, row_ids
from storage.database import Database, add_rows, table_of
from storage.people import add_person
from storage.records import Artist, Play, SavedKind, Top, TopKind, TopTerm, Track
from storage.tables import PlayRow, TopEntryRow

Query = Select[*tuple[Any, ...]]


class ListeningRepository:
    """Plays and favourites."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_plays(self, discord_id: int, plays: Sequence[Play]) -> int:
        """Merges plays into those kept, without doubles; how many were new."""
        return await self._database.write_large(lambda connection: _keep_plays(connection, discord_id, plays))

    async def plays(
        self, discord_id: int, *, since: datetime | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[Play, ...]:
        """The plays from `since` on, newest first."""
        statement: Query = select(table_of(PlayRow)).where(PlayRow.discord_id == discord_id)
        if since is not None:
            statement = statement.where(PlayRow.played_at >= since)
        newest = statement.order_by(PlayRow.played_at.desc(), PlayRow.track_id).limit(limit).offset(offset)
        return await self._database.read_large(lambda connection: _plays(connection, newest))

    async def count_since(self, discord_id: int, since: datetime) -> int:
        """How much was played from a moment on, as far as it is kept."""
        count = select(func.count()).where(PlayRow.discord_id == discord_id, PlayRow.played_at >= since)
        return await self._database.read_large(lambda connection: connection.execute(count).scalar_one())

    async def keep_top(self, discord_id: int, top: Top, at: datetime) -> None:
        """Keeps a list of favourites; another one of the same week gives way."""
        await self._database.write_large(lambda connection: _keep_top(connection, discord_id, top, at))

    async def tops(self, discord_id: int) -> tuple[Top, ...]:
        """The newest list of each kind and term."""
        return await self._database.read_large(lambda connection: _tops(connection, discord_id))


def _keep_plays(connection: Connection, discord_id: int, plays: Sequence[Play]) -> int:
    if not plays:
        return 0
    add_person(connection, discord_id)
    keep_things(connection, (play.track for play in plays))
    ids = row_ids(connection, SavedKind.TRACK, (play.track.uri for play in plays))
    told = {(play.played_at, ids[play.track.uri]): play.context_uri for play in plays}
    times = [played_at for played_at, _ in told]
    known: Query = select(PlayRow.played_at, PlayRow.track_id).where(
        PlayRow.discord_id == discord_id, PlayRow.played_at.between(min(times), max(times))
    )
    stored = {(played_at, track_id) for played_at, track_id in connection.execute(known)}
    new = [
        {"discord_id": discord_id, "played_at": played_at, "track_id": track_id, "context_uri": context_uri}
        for (played_at, track_id), context_uri in told.items()
        if (played_at, track_id) not in stored
    ]
    add_rows(connection, PlayRow, new)
    return len(new)


def _plays(connection: Connection, statement: Query) -> tuple[Play, ...]:
    wanted = statement.with_only_columns(PlayRow.track_id).subquery()
    tracks = load_tracks(connection, select(wanted.c.track_id))
    return tuple(Play(tracks[row.track_id], row.played_at, row.context_uri) for row in connection.execute(statement))


def _keep_top(connection: Connection, discord_id: int, top: Top, at: datetime) -> None:
    add_person(connection, discord_id)
    keep_things(connection, top.things)
    of_artists = top.kind is TopKind.ARTISTS
    uris = [thing.uri for thing in top.things if thing.uri is not None]
    ids = row_ids(connection, SavedKind.ARTIST if of_artists else SavedKind.TRACK, uris)
    list_of_week = {"discord_id": discord_id, "kind": top.kind.value, "term": top.term.value, "week": _monday(at)}
    table = table_of(TopEntryRow)
    connection.execute(delete(table).where(*(table.c[name] == value for name, value in list_of_week.items())))
    name = "artist_id" if of_artists else "track_id"
    rows = [{**list_of_week, "position": position, name: ids[uri]} for position, uri in enumerate(uris)]
    add_rows(connection, TopEntryRow, rows)


def _monday(at: datetime) -> str:
    day = at.astimezone(UTC).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def _tops(connection: Connection, discord_id: int) -> tuple[Top, ...]:
    entry = TopEntryRow
    mine = entry.discord_id == discord_id
    weeks = select(entry.kind, entry.term, func.max(entry.week).label("week")).where(mine)
    newest = weeks.group_by(entry.kind, entry.term).subquery()
    same = and_(newest.c.kind == entry.kind, newest.c.term == entry.term, newest.c.week == entry.week)
    rows = connection.execute(select(table_of(entry)).join(newest, same).where(mine).order_by(entry.position)).all()
    tracks = load_tracks(connection, select(entry.track_id).where(mine))
    artists: dict[int, Artist] = load_artists(connection, select(entry.artist_id).where(mine))
    lists: dict[tuple[str, str], list[Track | Artist]] = {}
    for row in rows:
        thing = artists[row.artist_id] if row.track_id is None else tracks[row.track_id]
        lists.setdefault((row.kind, row.term), []).append(thing)
    return tuple(
        Top(kind, term, tuple(lists[kind, term])) for kind in TopKind for term in TopTerm if (kind, term) in lists
    )
