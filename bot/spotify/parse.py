"""Spotify's JSON to records, pure. Neutral, missing and null values never raise; every position of a list is kept.

Old and new shapes are read: since February 2026 a playlist's `tracks` are `items` and an entry's `track` is `item`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any, Generic, TypeVar

from storage.records import Album, Artist, Like, PlaylistDetails, PlaylistItem, Show, Track, TrackKind

Raw = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a token belongs to. `account_key` tells accounts apart for good; ids may be renamed."""

    spotify_id: str
    account_key: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `next_offset` is None at the end; `whole` is False where the list ended before its `total`.

    A list that is not whole must not be taken for the whole list: nothing may be planned as removed from it.
    """

    items: tuple[T, ...]
    total: int
    next_offset: int | None = None
    whole: bool = True


def profile(raw: Raw) -> Profile:
    """Who the token belongs to; `account_id` came in May 2026 and may be absent."""
    spotify_id = _text(raw.get("id"))
    return Profile(spotify_id, _text(raw.get("account_id")) or spotify_id, _text(raw.get("display_name")) or spotify_id)


def artist(raw: Raw) -> Artist:
    """An artist; a local file's has a name only."""
    return Artist(_text(raw.get("name")), _id(raw))


def album(raw: Raw) -> Album:
    """An album as it comes with a track or on its own."""
    return Album(
        name=_text(raw.get("name")),
        spotify_id=_id(raw),
        artists=_artists(raw),
        kind=_text(raw.get("album_type")) or None,
        release_date=_text(raw.get("release_date")) or None,
        release_precision=_text(raw.get("release_date_precision")) or None,
        total_tracks=_number(raw.get("total_tracks")),
        image_url=_image(raw),
    )


def show(raw: Raw) -> Show:
    """The podcast of an episode; the publisher is gone for apps of 2026."""
    return Show(_text(raw.get("name")), _id(raw), _text(raw.get("publisher")) or None, _image(raw))


def track(raw: object) -> Track | None:
    """A track, an episode, a local file, or whatever else can stand in a list; None where Spotify has nothing left."""
    if not isinstance(raw, Mapping):
        return None
    uri = _uri(raw)
    if not uri:
        return None
    return Track(
        uri=uri,
        name=_text(raw.get("name")),
        kind=_kind(raw, uri),
        spotify_id=_id(raw),
        artists=_artists(raw),
        album=album(raw["album"]) if isinstance(raw.get("album"), Mapping) else None,
        show=show(raw["show"]) if isinstance(raw.get("show"), Mapping) else None,
        duration_ms=_number(raw.get("duration_ms")) or 0,
        explicit=raw.get("explicit") is True,
        isrc=_text(_object(raw.get("external_ids")).get("isrc")) or None,
        disc_number=_number(raw.get("disc_number")),
        track_number=_number(raw.get("track_number")),
        release_date=_text(raw.get("release_date")) or None,
    )


def like(raw: object) -> Like:
    """One liked song; the entry stays even where its track is gone."""
    entry = _object(raw)
    return Like(track(entry.get("track")), _moment(entry.get("added_at")))


def playlist_item(raw: object) -> PlaylistItem:
    """One position of a playlist; nulls keep their place."""
    entry = _object(raw)
    content = entry.get("item") if entry.get("item") is not None else entry.get("track")
    added_by = _text(_object(entry.get("added_by")).get("id")) or None
    return PlaylistItem(track(content), _moment(entry.get("added_at")), added_by)


def playlist(raw: object) -> PlaylistDetails | None:
    """A playlist without its items; None for the nulls that stand for playlists Spotify hides from this app."""
    entry = _object(raw)
    spotify_id = _id(entry)
    if spotify_id is None:
        return None
    owner = _object(entry.get("owner"))
    public = entry.get("public")
    return PlaylistDetails(
        spotify_id=spotify_id,
        name=_text(entry.get("name")),
        owner_id=_text(owner.get("id")),
        description=unescape(_text(entry.get("description"))),
        public=public if isinstance(public, bool) else None,
        collaborative=entry.get("collaborative") is True,
        owner_name=_text(owner.get("display_name")) or None,
        snapshot_id=_text(entry.get("snapshot_id")) or None,
        image_url=_image(entry),
    )


def like_page(raw: Raw, offset: int = 0) -> Page[Like]:
    """A page of liked songs."""
    return _page(raw, offset, like)


def item_page(raw: Raw, offset: int = 0) -> Page[PlaylistItem]:
    """A page of a playlist's items, or the first one out of a whole playlist's answer."""
    embedded = raw.get("items") or raw.get("tracks")
    return _page(embedded if isinstance(embedded, Mapping) else raw, offset, playlist_item)


def playlist_page(raw: Raw, offset: int = 0) -> Page[PlaylistDetails]:
    """A page of playlists without the null entries; offsets go on counting them."""
    page = _page(raw, offset, playlist)
    kept = tuple(entry for entry in page.items if entry is not None)
    return Page(kept, page.total, page.next_offset, page.whole)


def _page(raw: Raw, offset: int, read: Callable[[object], T]) -> Page[T]:
    entries = raw.get("items")
    entries = entries if isinstance(entries, list) else []
    end = offset + len(entries)
    total = _number(raw.get("total"))
    more = bool(raw.get("next")) or (total is not None and end < total)
    return Page(
        items=tuple(read(entry) for entry in entries),
        total=end if total is None else total,
        next_offset=end if more and entries else None,
        whole=not more or len(entries) == (_number(raw.get("limit")) or len(entries) or -1),
    )


def _object(value: object) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    """Half a character (a lone surrogate, which JSON allows) could neither be stored nor archived."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _id(raw: Raw) -> str | None:
    return _text(raw.get("id")) or None


def _number(value: object) -> int | None:
    # Some answers carry whole numbers as floats.
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _image(raw: Raw) -> str | None:
    # Widest first, says the documentation; the others are the same picture, smaller.
    images = raw.get("images")
    first = images[0] if isinstance(images, list) and images else None
    return _text(_object(first).get("url")) or None


def _artists(raw: Raw) -> tuple[Artist, ...]:
    artists = raw.get("artists")
    return tuple(artist(_object(entry)) for entry in artists) if isinstance(artists, list) else ()


def _kind(raw: Raw, uri: str) -> TrackKind:
    if raw.get("is_local") is True or uri.startswith("spotify:local:"):
        return TrackKind.LOCAL
    if raw.get("type") == "episode" or uri.startswith("spotify:episode:"):
        return TrackKind.EPISODE
    return TrackKind.TRACK


def _uri(raw: Raw) -> str:
    """The URI, or where an answer was cut down to fewer fields the one that its id or address means."""
    if uri := _text(raw.get("uri")):
        return uri
    if spotify_id := _id(raw):
        return f"spotify:{_text(raw.get('type')) or 'track'}:{spotify_id}"
    kind, _, spotify_id = _text(raw.get("href")).rpartition("/v1/")[2].partition("/")
    return f"spotify:{kind.removesuffix('s')}:{spotify_id}" if spotify_id else ""
