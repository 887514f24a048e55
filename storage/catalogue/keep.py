"""Writes tracks, albums, shows and artists with what belongs to them; only what is new or says something else."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import chain
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, delete, select

from storage.database import add_rows, put_rows, sliced, table_of
from storage.errors import Forgotten
from storage.records import Album, Artist, SavedKind, Show, Thing, Track
from storage.tables import AlbumArtistRow, AlbumRow, ArtistRow, ShowRow, TrackArtistRow, TrackRow

Ids = dict[str, int]
Values = dict[str, Any]
KeyedRow = type[ArtistRow] | type[AlbumRow] | type[ShowRow]
Kept = TypeVar("Kept", Artist, Album, Show)
LinkRow = type[AlbumArtistRow] | type[TrackArtistRow]
FILLED = ("image_url", "upc", "publisher")
"""What Spotify leaves out where a thing is only mentioned: saying nothing there takes nothing away."""
ROWS: Mapping[SavedKind, KeyedRow] = {
    SavedKind.ALBUM: AlbumRow,
    SavedKind.SHOW: ShowRow,
    SavedKind.ARTIST: ArtistRow,
}


def keep_things(connection: Connection, things: Iterable[Thing]) -> None:
    """Makes the catalogue say what these things say: the newer word counts, but a poorer one takes nothing away."""
    given = list(things)
    tracks = _stale(connection, {thing.uri: thing for thing in given if isinstance(thing, Track)})
    albums = [thing for thing in given if isinstance(thing, Album)]
    albums += [track.album for track in tracks if track.album is not None]
    shows = [thing for thing in given if isinstance(thing, Show)]
    shows += [track.show for track in tracks if track.show is not None]
    artists = [thing for thing in given if isinstance(thing, Artist)]
    artists += chain.from_iterable(album.artists for album in albums)
    artists += chain.from_iterable(track.artists for track in tracks)
    artist_ids, _ = _keep(connection, ArtistRow, artists, _artist)
    album_ids, known = _keep(connection, AlbumRow, albums, _album)
    by_album = {album_ids[_key(album)]: [artist_ids[_key(artist)] for artist in album.artists] for album in albums}
    _link(connection, AlbumArtistRow, by_album, known)
    show_ids, _ = _keep(connection, ShowRow, shows, _show)
    _write_tracks(connection, tracks, artist_ids, album_ids, show_ids)


def row_ids(connection: Connection, kind: SavedKind, uris: Iterable[str]) -> Ids:
    """The rows of things that are kept, by URI; Forgotten where one is not."""
    wanted = list(dict.fromkeys(uris))
    if kind in ROWS:
        row = ROWS[kind]
        prefix = f"spotify:{kind}:"
        keys = [uri.removeprefix(prefix) for uri in wanted]
        ids = {prefix + key: row_id for key, row_id in _ids(connection, row, "key", keys).items()}
    else:
        ids = _ids(connection, TrackRow, "uri", wanted)
    if len(ids) < len(wanted):
        raise Forgotten
    return ids


def _stale(connection: Connection, tracks: Mapping[str, Track]) -> list[Track]:
    """The tracks that are not in the catalogue as they are now."""
    digests: dict[str, str] = {}
    for part in sliced(tracks):
        statement = select(TrackRow.uri, TrackRow.digest).where(TrackRow.uri.in_(part))
        digests |= dict(connection.execute(statement).all())
    return [track for track in tracks.values() if digests.get(track.uri) != _digest(track)]


def _write_tracks(connection: Connection, tracks: Sequence[Track], artists: Ids, albums: Ids, shows: Ids) -> None:
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
    known = set(_ids(connection, TrackRow, "uri", [track.uri for track in tracks]).values())
    put_rows(connection, TrackRow, rows, ["uri"])
    ids = _ids(connection, TrackRow, "uri", [track.uri for track in tracks])
    by_track = {ids[track.uri]: [artists[_key(artist)] for artist in track.artists] for track in tracks}
    _link(connection, TrackArtistRow, by_track, known)


def _keep(
    connection: Connection, row: KeyedRow, things: Iterable[Kept], values_of: Callable[[Kept], Values]
) -> tuple[Ids, set[int]]:
    """Row ids by key, and those of them that were there before."""
    wanted: dict[str, Values] = {}
    for thing in things:
        key, values = _key(thing), values_of(thing)
        wanted[key] = _merged(wanted[key], values) if key in wanted else values
    ids: Ids = {}
    stale = dict(wanted)
    table = table_of(row)
    for part in sliced(wanted):
        for known in connection.execute(select(table).where(table.c.key.in_(part))).mappings():
            key = known["key"]
            ids[key] = known["id"]
            if all(known[name] == value or (value is None and name in FILLED) for name, value in wanted[key].items()):
                del stale[key]
    before = set(ids.values())
    put_rows(connection, row, [{"key": key, **values} for key, values in stale.items()], ["key"], filled=FILLED)
    ids |= _ids(connection, row, "key", [key for key in stale if key not in ids])
    return ids, before


def _merged(known: Mapping[str, Any], values: Values) -> Values:
    """The newer values, but for what they leave out."""
    return {name: known[name] if value is None and name in FILLED else value for name, value in values.items()}


def _link(connection: Connection, row: LinkRow, wanted: Mapping[int, Sequence[int]], known: Collection[int]) -> None:
    """Makes the artists of albums or tracks these, in order; only those `known` can have had others."""
    table = table_of(row)
    owner, position, artist = table.primary_key.columns.values()[0], table.c.position, table.c.artist_id
    stored: defaultdict[int, list[int]] = defaultdict(list)
    for part in sliced(known):
        statement = select(owner, artist).where(owner.in_(part)).order_by(owner, position)
        for owner_id, artist_id in connection.execute(statement):
            stored[owner_id].append(artist_id)
    for part in sliced(owner_id for owner_id, links in stored.items() if links != wanted[owner_id]):
        connection.execute(delete(table).where(owner.in_(part)))
    links = [
        {owner.name: owner_id, "position": number, "artist_id": artist_id}
        for owner_id, artist_ids in wanted.items()
        if stored.get(owner_id, []) != artist_ids
        for number, artist_id in enumerate(artist_ids)
    ]
    add_rows(connection, row, links)


def _ids(connection: Connection, row: KeyedRow | type[TrackRow], name: str, values: Iterable[str]) -> Ids:
    column = table_of(row).c[name]
    ids: Ids = {}
    for part in sliced(values):
        ids |= dict(connection.execute(select(column, row.id).where(column.in_(part))).all())
    return ids


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
