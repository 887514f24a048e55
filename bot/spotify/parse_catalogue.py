"""What the catalogue holds, from Spotify's JSON: artists, albums, shows, and whatever can stand in a list."""

from bot.spotify.parse_pages import checked_page
from bot.spotify.parse_values import (
    Raw,
    UnusableAnswer,
    as_list,
    as_number,
    as_object,
    as_text,
    id_of,
    image_of,
)
from storage.records import Album, Artist, Show, Track, TrackKind


def artist(raw: Raw) -> Artist:
    """An artist; a local file's has a name only, and one that comes with a track no picture."""
    return Artist(as_text(raw.get("name")), id_of(raw), image_of(raw))


def album(raw: Raw) -> Album:
    """An album as it comes with a track or on its own."""
    return Album(
        name=as_text(raw.get("name")),
        spotify_id=id_of(raw),
        artists=_artists(raw),
        kind=as_text(raw.get("album_type")) or None,
        release_date=as_text(raw.get("release_date")) or None,
        release_precision=as_text(raw.get("release_date_precision")) or None,
        total_tracks=as_number(raw.get("total_tracks")),
        image_url=image_of(raw),
        upc=as_text(as_object(raw.get("external_ids")).get("upc")) or None,
    )


def show(raw: Raw) -> Show:
    """The podcast of an episode; the publisher is gone for apps of 2026."""
    return Show(as_text(raw.get("name")), id_of(raw), as_text(raw.get("publisher")) or None, image_of(raw))


def track(raw: object) -> Track | None:
    """A track, an episode, a local file, or whatever else can stand in a list; None where Spotify has nothing left."""
    entry = as_object(raw)
    uri = _uri(entry)
    if not uri:
        return None
    return Track(
        uri=uri,
        name=as_text(entry.get("name")),
        kind=_kind(entry, uri),
        spotify_id=id_of(entry),
        artists=_artists(entry),
        album=album(entry["album"]) if isinstance(entry.get("album"), dict) else None,
        show=show(entry["show"]) if isinstance(entry.get("show"), dict) else None,
        duration_ms=as_number(entry.get("duration_ms")) or 0,
        explicit=entry.get("explicit") is True,
        isrc=as_text(as_object(entry.get("external_ids")).get("isrc")) or None,
        disc_number=as_number(entry.get("disc_number")),
        track_number=as_number(entry.get("track_number")),
        release_date=as_text(entry.get("release_date")) or None,
    )


def one_track(raw: object) -> Track:
    """The track that was asked for by its id."""
    if (found := track(raw)) is None:
        raise UnusableAnswer
    return found


def tracks(raw: object, expected: int) -> tuple[Track | None, ...]:
    """Several tracks, in the order they were asked for; None for those Spotify does not have."""
    entries = as_list(as_object(raw).get("tracks"))
    if len(entries) != expected:
        raise UnusableAnswer
    return tuple(track(entry) for entry in entries)


def found_tracks(raw: object) -> tuple[Track, ...]:
    """The tracks that a search found; some of its entries may be null."""
    entries = checked_page(as_object(raw).get("tracks"))["items"]
    return tuple(found for found in map(track, entries) if found is not None)


def _artists(raw: Raw) -> tuple[Artist, ...]:
    return tuple(artist(as_object(entry)) for entry in as_list(raw.get("artists")))


def _kind(raw: Raw, uri: str) -> TrackKind:
    if raw.get("is_local") is True or uri.startswith("spotify:local:"):
        return TrackKind.LOCAL
    if raw.get("type") == "episode" or uri.startswith("spotify:episode:"):
        return TrackKind.EPISODE
    return TrackKind.TRACK


def _uri(raw: Raw) -> str:
    """The URI, or where an answer was cut down to fewer fields the one that its id or address means."""
    if uri := as_text(raw.get("uri")):
        return uri
    if spotify_id := id_of(raw):
        return f"spotify:{as_text(raw.get('type')) or 'track'}:{spotify_id}"
    kind, _, spotify_id = as_text(raw.get("href")).rpartition("/v1/")[2].partition("/")
    return f"spotify:{kind.removesuffix('s')}:{spotify_id}" if spotify_id else ""
