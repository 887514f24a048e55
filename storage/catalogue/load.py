"""Makes records of the catalogue again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, SelectBase, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.database import sliced, streamed, table_of
from storage.records import Album, Artist, SavedKind, Show, Thing, Track, TrackKind
from storage.tables import AlbumArtistRow, AlbumRow, ArtistRow, ShowRow, TrackArtistRow, TrackRow

Query = Select[*tuple[Any, ...]]
Artists = defaultdict[int, list[Artist]]


def load_tracks(connection: Connection, wanted: SelectBase) -> dict[int, Track]:
    """Tracks by row id, each a single object that says what Spotify says of a track; `wanted` selects the ids."""
    album_ids = select(TrackRow.album_id).where(TrackRow.id.in_(wanted))
    show_ids = select(TrackRow.show_id).where(TrackRow.id.in_(wanted))
    known: dict[int, Artist] = {}
    album_artists = _artists_of(connection, AlbumArtistRow.album_id, AlbumArtistRow, album_ids, known)
    track_artists = _artists_of(connection, TrackArtistRow.track_id, TrackArtistRow, wanted, known)
    albums: Query = select(table_of(AlbumRow)).where(AlbumRow.id.in_(album_ids))
    shows: Query = select(table_of(ShowRow)).where(ShowRow.id.in_(show_ids))
    tracks: Query = select(table_of(TrackRow)).where(TrackRow.id.in_(wanted))
    album_of = {row.id: _album(row, tuple(album_artists[row.id])) for row in streamed(connection, albums)}
    show_of = {row.id: _show(row) for row in streamed(connection, shows)}
    return {
        row.id: _track(row, tuple(track_artists[row.id]), album_of.get(row.album_id), show_of.get(row.show_id))
        for row in streamed(connection, tracks)
    }


def load_artists(connection: Connection, wanted: SelectBase) -> dict[int, Artist]:
    """Artists by row id, with all that is known of them."""
    artists: Query = select(table_of(ArtistRow)).where(ArtistRow.id.in_(wanted))
    return {row.id: Artist(row.name, row.spotify_id, row.image_url) for row in streamed(connection, artists)}


def load_things(connection: Connection, uris: Iterable[str]) -> dict[str, Thing]:
    """Things of any kind by URI, with all that is known of them; what the catalogue has not is left out."""
    found: dict[str, Thing] = {}
    for part in sliced(dict.fromkeys(uris)):
        found |= {thing.uri: thing for thing in _things(connection, part) if thing.uri is not None}
    return found


def _things(connection: Connection, uris: Sequence[str]) -> Iterator[Thing]:
    def keys(kind: SavedKind) -> list[str]:
        prefix = f"spotify:{kind}:"
        return [uri.removeprefix(prefix) for uri in uris if uri.startswith(prefix)]

    yield from load_tracks(connection, select(TrackRow.id).where(TrackRow.uri.in_(uris))).values()
    yield from _albums(connection, keys(SavedKind.ALBUM))
    shows: Query = select(table_of(ShowRow)).where(ShowRow.key.in_(keys(SavedKind.SHOW)))
    yield from (_show(row) for row in connection.execute(shows))
    yield from load_artists(connection, select(ArtistRow.id).where(ArtistRow.key.in_(keys(SavedKind.ARTIST)))).values()


def _albums(connection: Connection, keys: Sequence[str]) -> Iterator[Album]:
    ids = select(AlbumRow.id).where(AlbumRow.key.in_(keys))
    artists = _artists_of(connection, AlbumArtistRow.album_id, AlbumArtistRow, ids, {})
    albums: Query = select(table_of(AlbumRow)).where(AlbumRow.key.in_(keys))
    for row in connection.execute(albums):
        yield replace(_album(row, tuple(artists[row.id])), upc=row.upc)


def _artists_of(
    connection: Connection,
    owner: InstrumentedAttribute[int],
    link: type[AlbumArtistRow] | type[TrackArtistRow],
    owners: SelectBase,
    known: dict[int, Artist],
) -> Artists:
    """The artists of albums or tracks, in order; `known` shares the records between both."""
    statement: Query = (
        select(owner.label("owner"), ArtistRow.id, ArtistRow.name, ArtistRow.spotify_id)
        .join(ArtistRow, ArtistRow.id == link.artist_id)
        .where(owner.in_(owners))
        .order_by(owner, link.position)
    )
    artists: Artists = defaultdict(list)
    for row in streamed(connection, statement):
        artist = known.get(row.id) or known.setdefault(row.id, Artist(row.name, row.spotify_id))
        artists[row.owner].append(artist)
    return artists


def _album(row: Row[Any], artists: tuple[Artist, ...]) -> Album:
    return Album(
        name=row.name,
        spotify_id=row.spotify_id,
        artists=artists,
        kind=row.kind,
        release_date=row.release_date,
        release_precision=row.release_precision,
        total_tracks=row.total_tracks,
        image_url=row.image_url,
    )


def _show(row: Row[Any]) -> Show:
    return Show(row.name, row.spotify_id, row.publisher, row.image_url)


def _track(row: Row[Any], artists: tuple[Artist, ...], album: Album | None, show: Show | None) -> Track:
    return Track(
        uri=row.uri,
        name=row.name,
        kind=TrackKind(row.kind),
        spotify_id=row.spotify_id,
        artists=artists,
        album=album,
        show=show,
        duration_ms=row.duration_ms,
        explicit=row.explicit,
        isrc=row.isrc,
        disc_number=row.disc_number,
        track_number=row.track_number,
        release_date=row.release_date,
    )
