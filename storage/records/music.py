"""What a library is made of: tracks and everything around them, likes, playlists. Durations in milliseconds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TrackKind(StrEnum):
    """What can stand in a playlist; a null entry has no track at all."""

    TRACK = "track"
    EPISODE = "episode"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Artist:
    """Who plays; a local file's artist has no id."""

    name: str
    spotify_id: str | None = None


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


@dataclass(frozen=True, slots=True)
class Show:
    """The podcast an episode belongs to."""

    name: str
    spotify_id: str | None = None
    publisher: str | None = None
    image_url: str | None = None


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


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist and its items in order; `removed_at` marks one that is gone from Spotify but kept here."""

    details: PlaylistDetails
    items: tuple[PlaylistItem, ...] = ()
    removed_at: datetime | None = None


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
    """How much a library holds."""

    likes: int = 0
    playlists: int = 0
    items: int = 0
