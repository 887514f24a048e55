"""What somebody's library holds, from Spotify's JSON: who they are, what they saved, and their playlists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape

from bot.spotify.parse_catalogue import album, artist, show, track
from bot.spotify.parse_pages import Follows, Page, checked_page, page_of
from bot.spotify.parse_values import (
    Raw,
    UnusableAnswer,
    as_list,
    as_moment,
    as_number,
    as_object,
    as_text,
    id_of,
    image_of,
    image_urls,
)
from storage.records import PlaylistDetails, PlaylistItem, Saved, SavedKind


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a token belongs to. `account_key` tells accounts apart for good; ids may be renamed."""

    spotify_id: str
    account_key: str
    display_name: str
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A playlist as a list of them has it, with the number of its items."""

    details: PlaylistDetails
    items: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A playlist on its own, with the first page of its items; None where its contents are closed to us."""

    details: PlaylistDetails
    items: Page[PlaylistItem] | None


def profile(raw: Raw) -> Profile:
    """Who the token belongs to; `account_id` came in May 2026 and may be absent."""
    spotify_id = as_text(raw.get("id"))
    return Profile(
        spotify_id,
        as_text(raw.get("account_id")) or spotify_id,
        as_text(raw.get("display_name")) or spotify_id,
        image_of(raw),
    )


def whose(raw: object) -> Profile:
    """The profile that was asked for."""
    if not id_of(as_object(raw)):
        raise UnusableAnswer
    return profile(as_object(raw))


def saved(raw: object, kind: SavedKind) -> Saved:
    """One entry of what somebody saved; it stays even where the thing is gone."""
    entry = as_object(raw)
    thing = entry.get(kind.value)
    added_at = as_moment(entry.get("added_at"))
    match kind:
        case SavedKind.TRACK | SavedKind.EPISODE:
            return Saved(track(thing), added_at)
        case SavedKind.ALBUM:
            return Saved(album(thing) if isinstance(thing, Mapping) and id_of(thing) else None, added_at)
        case SavedKind.SHOW:
            return Saved(show(thing) if isinstance(thing, Mapping) and id_of(thing) else None, added_at)
        case SavedKind.ARTIST:
            return Saved(artist(thing) if isinstance(thing, Mapping) and id_of(thing) else None, added_at)


def playlist_item(raw: object) -> PlaylistItem:
    """One position of a playlist; nulls keep their place."""
    entry = as_object(raw)
    content = entry.get("item") if entry.get("item") is not None else entry.get("track")
    added_by = as_text(as_object(entry.get("added_by")).get("id")) or None
    return PlaylistItem(track(content), as_moment(entry.get("added_at")), added_by)


def playlist(raw: object) -> PlaylistDetails | None:
    """A playlist without its items; None for the nulls that stand for playlists Spotify hides from this app."""
    entry = as_object(raw)
    spotify_id = id_of(entry)
    if spotify_id is None:
        return None
    owner = as_object(entry.get("owner"))
    public = entry.get("public")
    return PlaylistDetails(
        spotify_id=spotify_id,
        name=as_text(entry.get("name")),
        owner_id=as_text(owner.get("id")),
        description=unescape(as_text(entry.get("description"))),
        public=public if isinstance(public, bool) else None,
        collaborative=entry.get("collaborative") is True,
        owner_name=as_text(owner.get("display_name")) or None,
        snapshot_id=as_text(entry.get("snapshot_id")) or None,
        image_url=image_of(entry),
    )


def one_playlist(raw: object) -> PlaylistDetails:
    """The playlist that was made."""
    if (details := playlist(raw)) is None:
        raise UnusableAnswer
    return details


def listed(raw: object) -> Listed | None:
    """A playlist in a list; what it says of its items are their number and their address."""
    details = playlist(raw)
    return None if details is None else Listed(details, as_number(_items_of(as_object(raw)).get("total")))


def opened(raw: object) -> Opened:
    """The playlist that was asked for; followed ones come without items since February 2026."""
    details = one_playlist(raw)
    embedded = _items_of(as_object(raw))
    return Opened(details, item_page(checked_page(embedded)) if embedded.get("items") is not None else None)


def saved_page(kind: SavedKind, offset: int) -> Callable[[object], Page[Saved]]:
    """Reads a page of what somebody saved of that kind."""
    return lambda raw: page_of(checked_page(raw), offset, lambda entry: saved(entry, kind))


def item_page(raw: Raw, offset: int = 0) -> Page[PlaylistItem]:
    """A page of a playlist's items, or the first one out of a whole playlist's answer."""
    return page_of(_items_of(raw) or raw, offset, playlist_item)


def listed_page(raw: Raw, offset: int = 0) -> Page[Listed]:
    """A page of playlists without the null entries; offsets go on counting them."""
    page = page_of(raw, offset, listed)
    kept = tuple(entry for entry in page.items if entry is not None)
    return Page(kept, page.total, page.next_offset, page.whole)


def follows(raw: object) -> Follows:
    """Followed artists; `cursors` may be null (seen in 2025), and then there are no more."""
    artists = checked_page(as_object(raw).get("artists"))
    found = (as_object(entry) for entry in as_list(artists.get("items")))
    after = as_text(as_object(artists.get("cursors")).get("after")) or None
    return Follows(
        tuple(artist(entry) for entry in found if id_of(entry)),
        as_number(artists.get("total")) or 0,
        after if artists.get("next") else None,
    )


def cover_urls(raw: object) -> tuple[str, ...]:
    """The addresses of a playlist's picture; a playlist without one has an empty list."""
    if not isinstance(raw, list):
        raise UnusableAnswer
    return image_urls(raw)


def flags(raw: object, expected: int) -> tuple[bool, ...]:
    """Yes or no for each thing that was asked about."""
    if not isinstance(raw, list) or len(raw) != expected:
        raise UnusableAnswer
    return tuple(flag is True for flag in raw)


def _items_of(raw: Raw) -> Raw:
    """The page inside a playlist: `items` since February 2026, `tracks` before."""
    for name in ("items", "tracks"):
        if isinstance(embedded := raw.get(name), Mapping):
            return embedded
    return {}
