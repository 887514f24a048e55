"""What a library is made of: tracks and everything around them, likes, playlists. Durations in milliseconds."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum


class TrackKind(StrEnum):
    """What can stand in a playlist; a null entry has no track at all."""

    TRACK = "track"
    EPISODE = "episode"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Artist:
    """Who plays; a local file's artist has no id, and with a track comes no picture."""

    name: str
    spotify_id: str | None = None
    image_url: str | None = None

    @property
    def uri(self) -> str | None:
        """How Spotify names it; None for a local file's."""
        return f"spotify:artist:{self.spotify_id}" if self.spotify_id else None


@dataclass(frozen=True, slots=True)
class Album:
    """Where a track came out; everything but the name may be unknown (local files)."""

    name: str
    spotify_id: str | None = None
    artists: tuple[Artist, ...] = ()
    kind: str | None = None
    release_date: str | None = None
    release_precision: str | None = None
    total_tracks: int | None = None
    image_url: str | None = None
    upc: str | None = None

    @property
    def uri(self) -> str | None:
        """How Spotify names it; None for a local file's."""
        return f"spotify:album:{self.spotify_id}" if self.spotify_id else None


@dataclass(frozen=True, slots=True)
class Show:
    """The podcast an episode belongs to."""

    name: str
    spotify_id: str | None = None
    publisher: str | None = None
    image_url: str | None = None

    @property
    def uri(self) -> str | None:
        """How Spotify names it."""
        return f"spotify:show:{self.spotify_id}" if self.spotify_id else None


@dataclass(frozen=True, slots=True)
class Track:
    """A track, an episode or a local file; `uri` is what tells two apart."""

    uri: str
    name: str
    kind: TrackKind = TrackKind.TRACK
    spotify_id: str | None = None
    artists: tuple[Artist, ...] = ()
    album: Album | None = None
    show: Show | None = None
    duration_ms: int = 0
    explicit: bool = False
    isrc: str | None = None
    disc_number: int | None = None
    track_number: int | None = None
    release_date: str | None = None


Thing = Track | Album | Show | Artist
"""Anything the catalogue holds."""


@dataclass(frozen=True, slots=True)
class Like:
    """A saved track; `track` is None where Spotify lists an entry it no longer has."""

    track: Track | None
    added_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """One position of a playlist: duplicates, local files, episodes and nulls stay what they are."""

    track: Track | None
    added_at: datetime | None = None
    added_by: str | None = None


@dataclass(frozen=True, slots=True)
class PlaylistDetails:
    """All of a playlist but its items. `public` is None where Spotify does not say."""

    spotify_id: str
    name: str
    owner_id: str
    description: str = ""
    public: bool | None = None
    collaborative: bool = False
    owner_name: str | None = None
    snapshot_id: str | None = None
    image_url: str | None = None

    @property
    def lasting(self) -> "PlaylistDetails":
        """What makes a version: not the cover's address, which expires, nor the snapshot, which says nothing itself."""
        return replace(self, image_url=None, snapshot_id=None)


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist and its items in order; `removed_at` marks one that is gone from Spotify but kept here."""

    details: PlaylistDetails
    items: tuple[PlaylistItem, ...] = ()
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlaylistHead:
    """What is stored of a playlist without its items, of which there are `items`.

    `closed`: somebody else's, whose contents Spotify does not show; then `listed_items` is how many it says there are.
    """

    details: PlaylistDetails
    removed_at: datetime | None = None
    closed: bool = False
    listed_items: int | None = None
    cover_sha256: str | None = None
    read_at: datetime | None = None
    items: int = 0


@dataclass(frozen=True, slots=True)
class Library:
    """A person's library: likes newest first, playlists in Spotify's order."""

    likes: tuple[Like, ...] = ()
    playlists: tuple[Playlist, ...] = ()

    @property
    def counts(self) -> "LibraryCounts":
        """How much there is, removed playlists apart."""
        kept = [playlist for playlist in self.playlists if playlist.removed_at is None]
        return LibraryCounts(
            likes=len(self.likes), playlists=len(kept), items=sum(len(playlist.items) for playlist in kept)
        )


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How much a library holds; `followed` are playlists of others whose contents Spotify does not show."""

    likes: int = 0
    playlists: int = 0
    items: int = 0
    followed: int = 0
    albums: int = 0
    artists: int = 0
    shows: int = 0
    episodes: int = 0
    plays: int = 0

    def beyond(self, other: "LibraryCounts") -> "LibraryCounts":
        """How much more it is than another."""
        return LibraryCounts(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Gain:
    """What an archive adds to a vault: how much more it holds then, new playlists by name, moments of its past.

    Playlists that are gone from Spotify are named too, others' without contents are not. `states` are moments of a list
    of which the vault knew nothing, `tops` whole lists of favourites.
    """

    counts: LibraryCounts
    playlists: tuple[str, ...] = ()
    states: int = 0
    tops: int = 0
    covers: int = 0


SavedKey = tuple[str | None, datetime | None]
"""What tells two entries of a saved list apart: URI and time; no URI where Spotify has lost the thing."""
ItemKey = tuple[str | None, datetime | None, str | None]
"""What tells two items of a playlist apart: URI, time, and who added it."""


class SavedKind(StrEnum):
    """What a person keeps in lists of their own: each kind is a list, newest first."""

    TRACK = "track"
    ALBUM = "album"
    SHOW = "show"
    EPISODE = "episode"
    ARTIST = "artist"


@dataclass(frozen=True, slots=True)
class Saved:
    """An entry of such a list; `thing` is None where Spotify has lost it. Followed artists have no `added_at`."""

    thing: Thing | None
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """Something that was played, when, and out of which playlist, album or artist."""

    track: Track
    played_at: datetime
    context_uri: str | None = None


class TopKind(StrEnum):
    """What a list of favourites holds."""

    TRACKS = "tracks"
    ARTISTS = "artists"


class TopTerm(StrEnum):
    """How far back a list of favourites looks: about four weeks, six months, a year."""

    SHORT = "short_term"
    MEDIUM = "medium_term"
    LONG = "long_term"


@dataclass(frozen=True, slots=True)
class Top:
    """A list of favourites, the best first; at most fifty."""

    kind: TopKind
    term: TopTerm
    things: tuple[Track | Artist, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it came."""

    content_type: str
    data: bytes = field(repr=False)
