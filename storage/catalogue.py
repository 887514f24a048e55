"""The catalogue all people share: writes tracks with what belongs to them, and makes records of them again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import Row, SelectBase, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.database import insert_rows, sliced, streamed, table_of, upsert
from storage.records import Album, Artist, Show, Track, TrackKind
from storage.tables import (
    AlbumArtistRow,
    AlbumRow,
    ArtistRow,
    LikeRow,
    PlaylistEventRow,
    PlaylistItemRow,
    ShowRow,
    TrackArtistRow,
    TrackRow,
)

Ids = dict[str, int]
KeyedRow = type[ArtistRow] | type[AlbumRow] | type[ShowRow]


async def keep_tracks(session: AsyncSession, tracks: Iterable[Track]) -> Ids:
    """Makes the catalogue say what these tracks say, the newer word counting; returns their row ids by URI."""
    by_uri = {track.uri: track for track in tracks}
    ids: Ids = {}
    stale: list[Track] = []
    for part in sliced(by_uri.values()):
        statement = select(TrackRow.uri, TrackRow.id, TrackRow.digest).where(
            TrackRow.uri.in_([track.uri for track in part])
        )
        known = {uri: (row_id, digest) for uri, row_id, digest in await session.execute(statement)}
        ids |= {uri: row_id for uri, (row_id, _) in known.items()}
        stale += [track for track in part if track.uri not in known or known[track.uri][1] != _digest(track)]
    for part in sliced(stale):
        ids |= await _write_tracks(session, part)
    return ids


async def load_tracks(session: AsyncSession, wanted: SelectBase) -> dict[int, Track]:
    """Tracks by row id, each a single object; `wanted` selects the ids."""
    album_ids = select(TrackRow.album_id).where(TrackRow.id.in_(wanted))
    show_ids = select(TrackRow.show_id).where(TrackRow.id.in_(wanted))
    known: dict[int, Artist] = {}
    album_artists = await _load_artists(session, AlbumArtistRow.album_id, AlbumArtistRow, album_ids, known)
    track_artists = await _load_artists(session, TrackArtistRow.track_id, TrackArtistRow, wanted, known)
    albums = {
        row.id: _album(row, tuple(album_artists[row.id]))
        async for row in streamed(session, select(table_of(AlbumRow)).where(AlbumRow.id.in_(album_ids)))
    }
    shows = {
        row.id: Show(row.name, row.spotify_id, row.publisher, row.image_url)
        async for row in streamed(session, select(table_of(ShowRow)).where(ShowRow.id.in_(show_ids)))
    }
    return {
        row.id: _track(row, tuple(track_artists[row.id]), albums.get(row.album_id), shows.get(row.show_id))
        async for row in streamed(session, select(table_of(TrackRow)).where(TrackRow.id.in_(wanted)))
    }


async def forget_unused(session: AsyncSession) -> None:
    """Removes what no library and no history refers to: the names in somebody's own files are theirs."""
    for row, users in (
        (TrackRow, (LikeRow.track_id, PlaylistItemRow.track_id, PlaylistEventRow.track_id)),
        (AlbumRow, (TrackRow.album_id,)),
        (ShowRow, (TrackRow.show_id,)),
        (ArtistRow, (TrackArtistRow.artist_id, AlbumArtistRow.artist_id)),
    ):
        unused = [~exists().where(user == row.id) for user in users]
        await session.execute(delete(row).where(*unused).execution_options(synchronize_session=False))


async def _load_artists(
    session: AsyncSession,
    owner: InstrumentedAttribute[int],
    link: type[AlbumArtistRow] | type[TrackArtistRow],
    owners: SelectBase,
    known: dict[int, Artist],
) -> defaultdict[int, list[Artist]]:
    """The artists of albums or tracks, in order; `known` shares the records between both."""
    statement = (
        select(owner.label("owner"), ArtistRow.id, ArtistRow.name, ArtistRow.spotify_id)
        .join(ArtistRow, ArtistRow.id == link.artist_id)
        .where(owner.in_(owners))
        .order_by(owner, link.position)
    )
    artists: defaultdict[int, list[Artist]] = defaultdict(list)
    async for row in streamed(session, statement):
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


async def _write_tracks(session: AsyncSession, tracks: Collection[Track]) -> Ids:
    artists = await _keep_artists(session, tracks)
    albums = await _keep_albums(session, tracks, artists)
    shows = await _keep_shows(session, tracks)
    rows = [
        {
            "uri": track.uri,
            "digest": _digest(track),
            "kind": track.kind.value,
            "spotify_id": track.spotify_id,
            "name": track.name,
            "album_id": None if track.album is None else albums[_key(track.album)],
            "show_id": None if track.show is None else shows[_key(track.show)],
            "duration_ms": track.duration_ms,
            "explicit": track.explicit,
            "isrc": track.isrc,
            "disc_number": track.disc_number,
            "track_number": track.track_number,
            "release_date": track.release_date,
        }
        for track in tracks
    ]
    await upsert(session, TrackRow, rows, ["uri"])
    statement = select(TrackRow.uri, TrackRow.id).where(TrackRow.uri.in_([track.uri for track in tracks]))
    ids = dict((await session.execute(statement)).all())
    await session.execute(delete(TrackArtistRow).where(TrackArtistRow.track_id.in_(ids.values())))
    links = [
        {"track_id": ids[track.uri], "position": position, "artist_id": artists[_key(artist)]}
        for track in tracks
        for position, artist in enumerate(track.artists)
    ]
    await insert_rows(session, TrackArtistRow, links)
    return ids


async def _keep_artists(session: AsyncSession, tracks: Iterable[Track]) -> Ids:
    artists = [artist for track in tracks for artist in (*track.artists, *(track.album.artists if track.album else ()))]
    rows = {_key(artist): {"spotify_id": artist.spotify_id, "name": artist.name} for artist in artists}
    return await _keep(session, ArtistRow, rows)


async def _keep_albums(session: AsyncSession, tracks: Iterable[Track], artists: Ids) -> Ids:
    albums = {_key(track.album): track.album for track in tracks if track.album is not None}
    rows = {
        key: {
            "spotify_id": album.spotify_id,
            "name": album.name,
            "kind": album.kind,
            "release_date": album.release_date,
            "release_precision": album.release_precision,
            "total_tracks": album.total_tracks,
            "image_url": album.image_url,
        }
        for key, album in albums.items()
    }
    ids = await _keep(session, AlbumRow, rows)
    await session.execute(delete(AlbumArtistRow).where(AlbumArtistRow.album_id.in_(ids.values())))
    links = [
        {"album_id": ids[key], "position": position, "artist_id": artists[_key(artist)]}
        for key, album in albums.items()
        for position, artist in enumerate(album.artists)
    ]
    await insert_rows(session, AlbumArtistRow, links)
    return ids


async def _keep_shows(session: AsyncSession, tracks: Iterable[Track]) -> Ids:
    shows = {_key(track.show): track.show for track in tracks if track.show is not None}
    rows = {
        key: {
            "spotify_id": show.spotify_id,
            "name": show.name,
            "publisher": show.publisher,
            "image_url": show.image_url,
        }
        for key, show in shows.items()
    }
    return await _keep(session, ShowRow, rows)


async def _keep(session: AsyncSession, row: KeyedRow, rows: Mapping[str, Mapping[str, object]]) -> Ids:
    """Upserts by key; returns the row ids by key."""
    await upsert(session, row, [{"key": key, **values} for key, values in rows.items()], ["key"])
    ids: Ids = {}
    for part in sliced(rows):
        found = await session.execute(select(row.key, row.id).where(row.key.in_(part)))
        ids |= dict(found.all())
    return ids


def _key(thing: Artist | Album | Show) -> str:
    """The Spotify id; a local file's have none, and there everything that is known makes the key."""
    return thing.spotify_id or f"local:{_digest(thing)}"


def _digest(thing: Artist | Album | Show | Track) -> str:
    return blake2b(orjson.dumps(thing), digest_size=12).hexdigest()
