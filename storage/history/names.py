"""What rows of the catalogue are called: titles and who they are by, for a few rows at a time."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, null, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.history.rows import Query
from storage.records import SavedKind
from storage.tables import AlbumArtistRow, AlbumRow, ArtistRow, ShowRow, TrackArtistRow, TrackRow


@dataclass(frozen=True, slots=True)
class Name:
    """A thing in words."""

    uri: str | None
    title: str
    artists: str = ""


LOST = Name(None, "")
Names = dict[int, Name]


def names_of(connection: Connection, kind: SavedKind, ids: Collection[int]) -> Names:
    """The names of rows; `kind` says of which table, since likes, episodes and playlists all hold tracks."""
    match kind:
        case SavedKind.ALBUM:
            return _albums(connection, ids)
        case SavedKind.SHOW:
            shows = select(ShowRow.id, ShowRow.spotify_id, ShowRow.name, ShowRow.publisher)
            return _plain(connection, shows.where(ShowRow.id.in_(ids)), kind)
        case SavedKind.ARTIST:
            artists = select(ArtistRow.id, ArtistRow.spotify_id, ArtistRow.name, null())
            return _plain(connection, artists.where(ArtistRow.id.in_(ids)), kind)
        case _:
            return _tracks(connection, ids)


def _tracks(connection: Connection, ids: Collection[int]) -> Names:
    by = _artists(connection, TrackArtistRow.track_id, TrackArtistRow.artist_id, TrackArtistRow.position, ids)
    statement = (
        select(TrackRow.id, TrackRow.uri, TrackRow.name, ShowRow.name.label("show"))
        .join(ShowRow, ShowRow.id == TrackRow.show_id, isouter=True)
        .where(TrackRow.id.in_(ids))
    )
    return {row.id: Name(row.uri, row.name, row.show or by[row.id]) for row in connection.execute(statement)}


def _albums(connection: Connection, ids: Collection[int]) -> Names:
    by = _artists(connection, AlbumArtistRow.album_id, AlbumArtistRow.artist_id, AlbumArtistRow.position, ids)
    statement = select(AlbumRow.id, AlbumRow.spotify_id, AlbumRow.name).where(AlbumRow.id.in_(ids))
    return {
        row.id: Name(f"spotify:album:{row.spotify_id}", row.name, by[row.id]) for row in connection.execute(statement)
    }


def _plain(connection: Connection, statement: Query, kind: SavedKind) -> Names:
    found = connection.execute(statement)
    return {row_id: Name(f"spotify:{kind}:{key}", name, by or "") for row_id, key, name, by in found}


def _artists(
    connection: Connection,
    owner: InstrumentedAttribute[int],
    artist: InstrumentedAttribute[int],
    position: InstrumentedAttribute[int],
    ids: Collection[int],
) -> defaultdict[int, str]:
    statement = (
        select(owner.label("owner"), ArtistRow.name)
        .join(ArtistRow, ArtistRow.id == artist)
        .where(owner.in_(ids))
        .order_by(owner, position)
    )
    by: defaultdict[int, str] = defaultdict(str)
    for row in connection.execute(statement):
        by[row.owner] = f"{by[row.owner]}, {row.name}" if by[row.owner] else row.name
    return by
