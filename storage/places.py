"""Where one track stands in a person's vault: liked or not, in which playlists, and how often it was played."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.catalogue import load_tracks
from storage.database import Database
from storage.records import ListName, SavedKind, Track
from storage.tables import PlaylistEventRow, PlaylistItemRow, PlaylistRow, PlayRow, SavedRow, TopEntryRow, TrackRow

Query = Select[*tuple[Any, ...]]
Liked = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Places:
    """What a vault knows of a track. `liked_until` is when it was seen that the like was gone.

    `playlists` are those it stands in, the ones gone from Spotify last; `plays` counts the kept ones of this track,
    and the oldest that is kept of anything was at `plays_since`.
    """

    track: Track
    liked_since: datetime | None = None
    liked_until: datetime | None = None
    playlists: tuple[ListName, ...] = ()
    plays: int = 0
    last_played: datetime | None = None
    plays_since: datetime | None = None


class PlacesRepository:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def places(self, discord_id: int, uri: str) -> Places | None:
        """Everywhere a track stands; None where this person never had it, whoever else may."""
        return await self._database.read_large(partial(places, discord_id=discord_id, uri=uri))


def places(connection: Connection, discord_id: int, uri: str) -> Places | None:
    """The same within large work."""
    wanted = select(TrackRow.id).where(TrackRow.uri == uri)
    for track_id, track in load_tracks(connection, wanted).items():
        since, until = _liked(connection, discord_id, track_id)
        playlists = _playlists(connection, discord_id, track_id)
        plays, last_played = _plays(connection, discord_id, track_id)
        if since or playlists or plays or _was_met(connection, discord_id, track_id):
            oldest = select(func.min(PlayRow.played_at)).where(PlayRow.discord_id == discord_id)
            return Places(track, since, until, playlists, plays, last_played, connection.scalar(oldest))
    return None


def _liked(connection: Connection, discord_id: int, track_id: int) -> Liked:
    """Since when it is liked; where it is no longer, from when until when it last was."""
    its = (SavedRow.discord_id == discord_id, SavedRow.kind == SavedKind.TRACK.value, SavedRow.track_id == track_id)
    statement: Query = select(SavedRow.added_at, SavedRow.seen_at, SavedRow.removed_at).where(*its)
    rows = connection.execute(statement).all()
    if not rows:
        return None, None
    if now := [row.added_at or row.seen_at for row in rows if row.removed_at is None]:
        return min(now), None
    last = max(rows, key=lambda row: row.removed_at)
    return last.added_at or last.seen_at, last.removed_at


def _playlists(connection: Connection, discord_id: int, track_id: int) -> tuple[ListName, ...]:
    holding = select(PlaylistItemRow.playlist_id).where(PlaylistItemRow.track_id == track_id)
    statement: Query = (
        select(PlaylistRow.spotify_id, PlaylistRow.name, PlaylistRow.removed_at)
        .where(PlaylistRow.discord_id == discord_id, PlaylistRow.id.in_(holding))
        .order_by(PlaylistRow.removed_at.is_not(None), PlaylistRow.place, PlaylistRow.id)
    )
    return tuple(ListName(*row) for row in connection.execute(statement))


def _plays(connection: Connection, discord_id: int, track_id: int) -> tuple[int, datetime | None]:
    its = (PlayRow.discord_id == discord_id, PlayRow.track_id == track_id)
    row = connection.execute(select(func.count(), func.max(PlayRow.played_at)).where(*its)).one()
    return row[0], row[1]


def _was_met(connection: Connection, discord_id: int, track_id: int) -> bool:
    """Whether it was among the person's favourites, or in a playlist once."""
    favourite = select(TopEntryRow.track_id).where(
        TopEntryRow.discord_id == discord_id, TopEntryRow.track_id == track_id
    )
    own = select(PlaylistRow.id).where(PlaylistRow.discord_id == discord_id)
    once = select(PlaylistEventRow.track_id).where(
        PlaylistEventRow.track_id == track_id, PlaylistEventRow.playlist_id.in_(own)
    )
    return any(connection.execute(statement.limit(1)).first() is not None for statement in (favourite, once))
