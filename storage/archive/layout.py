"""What stands in an archive: the manifest, the lines of the members, and the limits of what is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from storage.records import EventKind, LibraryCounts, PlaylistDetails, TopKind, TopTerm, TrackKind

FORMAT = 2
WRITTEN_BY = "MusiVault"
MANIFEST = "manifest.json"
COVERS = "covers/"
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif"}
CONTENT_TYPES = {ending: content_type for content_type, ending in ENDINGS.items()}
UNKNOWN, UNKNOWN_TYPE = ".image", "application/octet-stream"


class Name(StrEnum):
    """The members that hold lines."""

    ARTISTS = "artists.jsonl"
    ALBUMS = "albums.jsonl"
    SHOWS = "shows.jsonl"
    TRACKS = "tracks.jsonl"
    LIKES = "likes.jsonl"
    ALBUMS_SAVED = "albums_saved.jsonl"
    SHOWS_SAVED = "shows_saved.jsonl"
    EPISODES_SAVED = "episodes_saved.jsonl"
    ARTISTS_FOLLOWED = "artists_followed.jsonl"
    PLAYLISTS = "playlists.jsonl"
    ITEMS = "playlist_items.jsonl"
    VERSIONS = "playlist_versions.jsonl"
    EVENTS = "playlist_events.jsonl"
    PLAYS = "plays.jsonl"
    TOPS = "tops.jsonl"


MANIFEST_LIMIT = 8 * 1024 * 1024
CONTENT_LIMIT = 512 * 1024 * 1024  # of all packed members: more than a library of half a million tracks needs


@dataclass(frozen=True, slots=True)
class Member:
    """How a member must be when it is read again: bytes unpacked, lines, SHA-256."""

    bytes: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Whose library an archive holds, from when, how much, and what proves it whole.

    `complete` names the parts that were read whole at least once; one that is not in there is unknown, and never empty.
    """

    format: int
    written_by: str
    discord_id: int
    spotify_id: str
    created_at: datetime
    counts: LibraryCounts
    content_hash: str
    members: dict[str, Member]
    complete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """What is known of a written archive: hash of its content, hash and size of its bytes, and its counts."""

    content_hash: str
    sha256: str
    size: int
    counts: LibraryCounts


@dataclass(frozen=True, slots=True)
class AlbumLine:
    """An album; `artists` are lines of the artists."""

    spotify_id: str | None
    name: str
    kind: str | None
    release_date: str | None
    release_precision: str | None
    total_tracks: int | None
    image_url: str | None
    upc: str | None
    artists: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrackLine:
    """A track, an episode or a local file; `artists`, `album` and `show` are lines of those."""

    uri: str
    kind: TrackKind
    spotify_id: str | None
    name: str
    duration_ms: int
    isrc: str | None
    disc_number: int | None
    track_number: int | None
    release_date: str | None
    explicit: bool
    artists: tuple[int, ...]
    album: int | None
    show: int | None


@dataclass(frozen=True, slots=True)
class SavedLine:
    """An entry of a saved list, newest first; one of the three is a line, or none where Spotify has lost the thing.

    `removed_at` is since when it is gone; what is still there has none.
    """

    added_at: datetime | None
    seen_at: datetime
    removed_at: datetime | None
    track: int | None = None
    album: int | None = None
    show: int | None = None
    artist: int | None = None


@dataclass(frozen=True, slots=True)
class PlaylistLine:
    """A playlist without its items; `cover` is the SHA-256 of its picture, whose address would have expired."""

    spotify_id: str
    name: str
    owner_id: str
    owner_name: str | None
    description: str
    snapshot_id: str | None
    listed_items: int | None
    public: bool | None
    collaborative: bool
    closed: bool
    removed_at: datetime | None
    cover: str | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item; `playlist` is a line of the playlists, `track` one of the tracks."""

    playlist: int
    track: int | None
    added_at: datetime | None
    added_by: str | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A state of a playlist that was seen; `details` only where they differ from the version before."""

    playlist: int
    number: int
    observed_at: datetime
    details: PlaylistDetails | None
    presence: str | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """An edit that led to a version, in order."""

    playlist: int
    number: int
    kind: EventKind
    position: int
    track: int | None
    added_at: datetime | None
    added_by: str | None


@dataclass(frozen=True, slots=True)
class PlayLine:
    """Something that was played."""

    track: int
    played_at: datetime
    context_uri: str | None


@dataclass(frozen=True, slots=True)
class TopLine:
    """A place in a list of favourites, the best first; `week` is the Monday of it."""

    kind: TopKind
    term: TopTerm
    week: str
    track: int | None
    artist: int | None


def content_hash(version: int, members: Mapping[str, Member]) -> str:
    """The same for the same content, whenever and by whichever compressor it was written."""
    lines = "".join(f"{name} {member.sha256}\n" for name, member in sorted(members.items()))
    return sha256(f"format {version}\n{lines}".encode()).hexdigest()
