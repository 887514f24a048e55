"""Removes from the catalogue what nobody has any more: the names in somebody's own files are theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, exists, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from storage.database import sliced, table_of
from storage.records import RunState
from storage.tables import (
    AlbumArtistRow,
    AlbumRow,
    ArtistRow,
    PlaylistEventRow,
    PlaylistItemRow,
    PlaylistRow,
    PlayRow,
    RunRow,
    SavedRow,
    ShowRow,
    StagedPageRow,
    TopEntryRow,
    TrackArtistRow,
    TrackRow,
)

CatalogueRow = type[TrackRow] | type[AlbumRow] | type[ShowRow] | type[ArtistRow]
Own = Mapping[CatalogueRow, Sequence[int]]
USERS: Sequence[tuple[CatalogueRow, Sequence[InstrumentedAttribute[Any]]]] = (
    (
        TrackRow,
        (
            SavedRow.track_id,
            PlaylistItemRow.track_id,
            PlaylistEventRow.track_id,
            PlayRow.track_id,
            TopEntryRow.track_id,
        ),
    ),
    (AlbumRow, (TrackRow.album_id, SavedRow.album_id)),
    (ShowRow, (TrackRow.show_id, SavedRow.show_id)),
    (ArtistRow, (TrackArtistRow.artist_id, AlbumArtistRow.artist_id, SavedRow.artist_id, TopEntryRow.artist_id)),
)


def forget_unused(connection: Connection, among: Own | None = None) -> None:
    """Removes what no library and no history refers to; of these rows alone where they are given."""
    for row, users in USERS:
        unused = [~exists().where(user == row.id) for user in users]
        if among is None:
            connection.execute(delete(table_of(row)).where(*unused))
        for part in sliced((among or {}).get(row, ())):
            connection.execute(delete(table_of(row)).where(row.id.in_(part), *unused))


def under_way(connection: Connection, besides: int | None = None) -> bool:
    """Whether somebody reads their library: what they have met so far is in the catalogue, and in nothing else."""
    running = select(RunRow.id).where(RunRow.state == RunState.RUNNING.value)
    staged = select(StagedPageRow.discord_id)
    if besides is not None:
        running, staged = running.where(RunRow.discord_id != besides), staged.where(StagedPageRow.discord_id != besides)
    return connection.execute(select(or_(running.exists(), staged.exists()))).scalar_one()


def own_files(connection: Connection, discord_id: int) -> Own:
    """The rows of a person's own files, which have no Spotify id, and of the albums and artists named in them."""
    mine = select(PlaylistRow.id).where(PlaylistRow.discord_id == discord_id)
    files = select(TrackRow.id).where(
        TrackRow.spotify_id.is_(None),
        or_(
            TrackRow.id.in_(select(SavedRow.track_id).where(SavedRow.discord_id == discord_id)),
            TrackRow.id.in_(select(PlaylistItemRow.track_id).where(PlaylistItemRow.playlist_id.in_(mine))),
            TrackRow.id.in_(select(PlaylistEventRow.track_id).where(PlaylistEventRow.playlist_id.in_(mine))),
        ),
    )
    albums = select(TrackRow.album_id).where(TrackRow.id.in_(files), TrackRow.album_id.is_not(None))
    artists = union(
        select(TrackArtistRow.artist_id).where(TrackArtistRow.track_id.in_(files)),
        select(AlbumArtistRow.artist_id).where(AlbumArtistRow.album_id.in_(albums)),
    )
    wanted: dict[CatalogueRow, Any] = {TrackRow: files, AlbumRow: albums.distinct(), ArtistRow: artists}
    return {row: list(connection.scalars(statement)) for row, statement in wanted.items()}
