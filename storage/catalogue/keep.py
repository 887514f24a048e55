"""Writes tracks, albums, shows and artists with what belongs to them; only what is new or says something else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Table

from storage.database import table_of
from storage.errors import Forgotten
from storage.plain import Insertion, cut_plain, find_plain, put_plain
from storage.records import Album, Artist, SavedKind, Show, Thing, Track
from storage.tables import AlbumArtistRow, AlbumRow, ArtistRow, ShowRow, TrackArtistRow, TrackRow

Ids = dict[str, int]
Values = dict[str, Any]
FILLED = ("image_url", "upc", "publisher")
"""What Spotify leaves out where a thing is only mentioned: saying nothing there takes nothing away."""
ARTISTS, ALBUMS, SHOWS, TRACKS = (table_of(row) for row in (ArtistRow, AlbumRow, ShowRow, TrackRow))
ALBUM_ARTISTS, TRACK_ARTISTS = table_of(AlbumArtistRow), table_of(TrackArtistRow)
_TABLES: Mapping[type[Thing], Table] = {Artist: ARTISTS, Album: ALBUMS, Show: SHOWS, Track: TRACKS}
BY_KEY = Insertion(("key",), FILLED)
BY_URI = Insertion(("uri",), looked_up=(("album_id", ALBUMS.c.key), ("show_id", SHOWS.c.key)))
KEYED: Mapping[SavedKind, Table] = {SavedKind.ALBUM: ALBUMS, SavedKind.SHOW: SHOWS, SavedKind.ARTIST: ARTISTS}


def keep_things(connection: Connection, things: Iterable[Thing]) -> None:
    """Makes the catalogue say what these things say: the newer word counts, but a poorer one takes nothing away.

    What refers to what goes by keys, which the database looks up itself: nothing is read back to be sent again.
    """
    given = list(things)
    tracks, known = _stale(connection, {thing.uri: thing for thing in given if isinstance(thing, Track)})
    _put(connection, given, tracks, known)


def add_things(connection: Connection, things: Iterable[Thing]) -> None:
    """Puts what the catalogue has not into it. What it has stays as it is told there, to everybody: this is older."""
    given = list(things)
    tracks, known = _stale(connection, {thing.uri: thing for thing in given if isinstance(thing, Track)})
    new = [(track, digest) for track, digest in tracks if track.uri not in known]
    _put(connection, given, new, known, stays=True)


def _put(
    connection: Connection,
    given: Sequence[Thing],
    tracks: Sequence[tuple[Track, str]],
    known: Collection[str],
    *,
    stays: bool = False,
) -> None:
    """Things with what belongs to them; of tracks only these, of which some are `known`."""
    albums = [thing for thing in given if isinstance(thing, Album)]
    albums += [track.album for track, _ in tracks if track.album is not None]
    shows = [thing for thing in given if isinstance(thing, Show)]
    shows += [track.show for track, _ in tracks if track.show is not None]
    artists = [thing for thing in given if isinstance(thing, Artist)]
    artists += chain.from_iterable(album.artists for album in albums)
    artists += chain.from_iterable(track.artists for track, _ in tracks)
    by_albums = {key_of(album): album.artists for album in albums}
    if stays:
        there = _ids(connection, ALBUMS, "key", by_albums)
        by_albums = {key: artists for key, artists in by_albums.items() if key not in there}
    by_key, by_uri = replace(BY_KEY, stays=stays), replace(BY_URI, stays=stays)
    put_plain(connection, ARTISTS, _merged((key_of(artist), _artist(artist)) for artist in artists), by_key)
    put_plain(connection, ALBUMS, _merged((key_of(album), _album(album)) for album in albums), by_key)
    put_plain(connection, SHOWS, _merged((key_of(show), _show(show)) for show in shows), by_key)
    put_plain(connection, TRACKS, [_track(track, digest) for track, digest in tracks], by_uri)
    _link(connection, ALBUM_ARTISTS, ALBUMS.c.key, by_albums)
    _link(connection, TRACK_ARTISTS, TRACKS.c.uri, {track.uri: track.artists for track, _ in tracks}, known)


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


def thing_ids(connection: Connection, things: Sequence[Thing]) -> list[int]:
    """The rows of things of one kind that are kept, in the same order; Forgotten where one is not."""
    if not things:
        return []
    table = _TABLES[type(things[0])]
    keys = [key_of(thing) for thing in things]
    ids = _ids(connection, table, "uri" if table is TRACKS else "key", dict.fromkeys(keys))
    if not ids.keys() >= set(keys):
        raise Forgotten
    return [ids[key] for key in keys]


def _stale(connection: Connection, tracks: Mapping[str, Track]) -> tuple[list[tuple[Track, str]], set[str]]:
    """The tracks that the catalogue does not have as they are now, with their digests, and which of them it has."""
    stored: dict[str, str] = dict(find_plain(connection, TRACKS, ("uri", "digest"), "uri", tracks))
    told = ((track, _digest(track)) for track in tracks.values())
    return [(track, digest) for track, digest in told if stored.get(track.uri) != digest], set(stored)


def _merged(things: Iterable[tuple[str, Values]]) -> list[Values]:
    """One row for each key: the newest values, but for what they leave out."""
    rows: dict[str, Values] = {}
    for key, values in things:
        before = rows.get(key)
        if before != values:
            rows[key] = values if before is None else _filled(before, values)
    return [{"key": key, **values} for key, values in rows.items()]


def _filled(known: Values, values: Values) -> Values:
    return {name: known[name] if value is None and name in FILLED else value for name, value in values.items()}


def _link(
    connection: Connection,
    table: Table,
    owner_key: Column[Any],
    wanted: Mapping[str, Sequence[Artist]],
    known: Collection[str] | None = None,
) -> None:
    """Makes the artists of albums or tracks these, in order; only those `known` can have had others, or any of them."""
    owner = next(column for column in table.primary_key if column.name != "position")
    lengths = {key: len(artists) for key, artists in wanted.items() if known is None or key in known}
    cut_plain(connection, table, owner, owner_key, lengths)
    links = [
        {owner.name: key, "position": position, "artist_id": key_of(artist)}
        for key, artists in wanted.items()
        for position, artist in enumerate(artists)
    ]
    looked_up = ((owner.name, owner_key), ("artist_id", ARTISTS.c.key))
    put_plain(connection, table, links, Insertion((owner.name, "position"), looked_up=looked_up))


def _ids(connection: Connection, table: Table, name: str, values: Iterable[str]) -> Ids:
    return dict(find_plain(connection, table, [name, "id"], name, values))


def _track(track: Track, digest: str) -> Values:
    return {
        "uri": track.uri,
        "digest": digest,
        "kind": track.kind.value,
        "spotify_id": track.spotify_id,
        "name": track.name,
        "album_id": None if track.album is None else key_of(track.album),
        "show_id": None if track.show is None else key_of(track.show),
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


def key_of(thing: Thing) -> str:
    """What tells two things of a kind apart: a track's URI, else the Spotify id.

    A local file's album and artists have none, and there everything that is known makes the key.
    """
    return thing.uri if isinstance(thing, Track) else thing.spotify_id or f"local:{_digest(thing)}"


def _digest(thing: Thing) -> str:
    return blake2b(orjson.dumps(thing), digest_size=12).hexdigest()
