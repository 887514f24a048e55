"""Writes tracks, albums, shows and artists with what belongs to them; only what is new or says something else."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Connection, Table, delete

from storage.database import sliced, table_of
from storage.errors import Forgotten
from storage.plain import add_plain, find_plain, put_plain
from storage.records import Album, Artist, SavedKind, Show, Thing, Track
from storage.tables import AlbumArtistRow, AlbumRow, ArtistRow, ShowRow, TrackArtistRow, TrackRow

Ids = dict[str, int]
Values = dict[str, Any]
FILLED = ("image_url", "upc", "publisher")
"""What Spotify leaves out where a thing is only mentioned: saying nothing there takes nothing away."""
TOLD = ("uri", "id", "digest")
ARTISTS, ALBUMS, SHOWS, TRACKS = (table_of(row) for row in (ArtistRow, AlbumRow, ShowRow, TrackRow))
KEYED: Mapping[SavedKind, Table] = {SavedKind.ALBUM: ALBUMS, SavedKind.SHOW: SHOWS, SavedKind.ARTIST: ARTISTS}


def keep_things(connection: Connection, things: Iterable[Thing]) -> None:
    """Makes the catalogue say what these things say: the newer word counts, but a poorer one takes nothing away."""
    given = list(things)
    tracks, known_tracks = _stale(connection, {thing.uri: thing for thing in given if isinstance(thing, Track)})
    albums = [thing for thing in given if isinstance(thing, Album)]
    albums += [track.album for track, _ in tracks if track.album is not None]
    shows = [thing for thing in given if isinstance(thing, Show)]
    shows += [track.show for track, _ in tracks if track.show is not None]
    artists = [thing for thing in given if isinstance(thing, Artist)]
    artists += chain.from_iterable(album.artists for album in albums)
    artists += chain.from_iterable(track.artists for track, _ in tracks)
    artist_ids, _ = _keep(connection, ARTISTS, ((_key(artist), _artist(artist)) for artist in artists))
    album_ids, known_albums = _keep(connection, ALBUMS, ((_key(album), _album(album)) for album in albums))
    show_ids, _ = _keep(connection, SHOWS, ((_key(show), _show(show)) for show in shows))
    by_album = {album_ids[_key(album)]: [artist_ids[_key(artist)] for artist in album.artists] for album in albums}
    _link(connection, table_of(AlbumArtistRow), "album_id", by_album, known_albums)
    rows = [_track(track, digest, album_ids, show_ids) for track, digest in tracks]
    put_plain(connection, TRACKS, rows, "uri")
    ids = _ids(connection, TRACKS, "uri", [track.uri for track, _ in tracks])
    by_track = {ids[track.uri]: [artist_ids[_key(artist)] for artist in track.artists] for track, _ in tracks}
    _link(connection, table_of(TrackArtistRow), "track_id", by_track, known_tracks)


def row_ids(connection: Connection, kind: SavedKind, uris: Iterable[str]) -> Ids:
    """The rows of things that are kept, by URI; Forgotten where one is not."""
    wanted = list(dict.fromkeys(uris))
    if kind in KEYED:
        prefix = f"spotify:{kind}:"
        keys = _ids(connection, KEYED[kind], "key", [uri.removeprefix(prefix) for uri in wanted])
        ids = {prefix + key: row_id for key, row_id in keys.items()}
    else:
        ids = _ids(connection, TRACKS, "uri", wanted)
    if len(ids) < len(wanted):
        raise Forgotten
    return ids


def _stale(connection: Connection, tracks: Mapping[str, Track]) -> tuple[list[tuple[Track, str]], set[int]]:
    """The tracks that the catalogue does not have as they are now, with their digests, and the rows it has of them."""
    stored = {uri: (row_id, digest) for uri, row_id, digest in find_plain(connection, TRACKS, TOLD, "uri", tracks)}
    told = ((track, _digest(track)) for track in tracks.values())
    stale = [(track, digest) for track, digest in told if stored.get(track.uri, (0, ""))[1] != digest]
    return stale, {stored[track.uri][0] for track, _ in stale if track.uri in stored}


def _keep(connection: Connection, table: Table, things: Iterable[tuple[str, Values]]) -> tuple[Ids, set[int]]:
    """Row ids by key, and those of them that were there before."""
    wanted: dict[str, Values] = {}
    for key, values in things:
        wanted[key] = _merged(wanted[key], values) if key in wanted else values
    if not wanted:
        return {}, set()
    names = tuple(next(iter(wanted.values())))
    ids: Ids = {}
    stale = dict(wanted)
    for key, row_id, *stored in find_plain(connection, table, ("key", "id", *names), "key", wanted):
        ids[key] = row_id
        values = wanted[key]
        known = dict(zip(names, stored, strict=True))
        if known == values or known == _merged(known, values):
            del stale[key]
    before = set(ids.values())
    put_plain(connection, table, [{"key": key, **values} for key, values in stale.items()], "key", FILLED)
    ids |= _ids(connection, table, "key", [key for key in stale if key not in ids])
    return ids, before


def _merged(known: Mapping[str, Any], values: Values) -> Values:
    """The newer values, but for what they leave out."""
    return {name: known[name] if value is None and name in FILLED else value for name, value in values.items()}


def _link(
    connection: Connection, table: Table, owner: str, wanted: Mapping[int, list[int]], known: Collection[int]
) -> None:
    """Makes the artists of albums or tracks these, in order; only those `known` can have had others."""
    stored: defaultdict[int, list[int]] = defaultdict(list)
    for owner_id, artist_id in find_plain(connection, table, [owner, "artist_id"], owner, known):
        stored[owner_id].append(artist_id)
    for part in sliced(owner_id for owner_id, links in stored.items() if links != wanted[owner_id]):
        connection.execute(delete(table).where(table.c[owner].in_(part)))
    links = [
        {owner: owner_id, "position": position, "artist_id": artist_id}
        for owner_id, artist_ids in wanted.items()
        if stored.get(owner_id, []) != artist_ids
        for position, artist_id in enumerate(artist_ids)
    ]
    add_plain(connection, table, links)


def _ids(connection: Connection, table: Table, name: str, values: Iterable[str]) -> Ids:
    return dict(find_plain(connection, table, [name, "id"], name, values))


def _track(track: Track, digest: str, albums: Ids, shows: Ids) -> Values:
    return {
        "uri": track.uri,
        "digest": digest,
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


def _artist(artist: Artist) -> Values:
    return {"spotify_id": artist.spotify_id, "name": artist.name, "image_url": artist.image_url}


def _album(album: Album) -> Values:
    return {
        "spotify_id": album.spotify_id,
        "name": album.name,
        "kind": album.kind,
        "release_date": album.release_date,
        "release_precision": album.release_precision,
        "total_tracks": album.total_tracks,
        "image_url": album.image_url,
        "upc": album.upc,
    }


def _show(show: Show) -> Values:
    return {
        "spotify_id": show.spotify_id,
        "name": show.name,
        "publisher": show.publisher,
        "image_url": show.image_url,
    }


def _key(thing: Artist | Album | Show) -> str:
    """The Spotify id; a local file's have none, and there everything that is known makes the key."""
    return thing.spotify_id or f"local:{_digest(thing)}"


def _digest(thing: Thing) -> str:
    return blake2b(orjson.dumps(thing), digest_size=12).hexdigest()
