"""What stands in an archive: the manifest, the lines of the members, and the limits of what is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from storage.records import LibraryCounts, PlaylistDetails

FORMAT = 1
WRITTEN_BY = "MusiVault"
MANIFEST = "manifest.json"
TRACKS = "tracks.jsonl"
LIKES = "likes.jsonl"
PLAYLISTS = "playlists.jsonl"
ITEMS = "playlist_items.jsonl"
MEMBERS = (TRACKS, LIKES, PLAYLISTS, ITEMS)

SEAL_LENGTH = 64  # SHA-256 in hexadecimal digits
MANIFEST_LIMIT = 64 * 1024
CONTENT_LIMIT = 512 * 1024 * 1024  # of all members unpacked: more than a library of half a million tracks needs


@dataclass(frozen=True, slots=True)
class Member:
    """How a member must be when it is read again: bytes unpacked, lines, SHA-256."""

    bytes: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Whose library an archive holds, from when, how much, and what proves it whole."""

    format: int
    written_by: str
    discord_id: int
    spotify_id: str
    created_at: datetime
    counts: LibraryCounts
    content_hash: str
    members: dict[str, Member]


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """What is known of a written archive: hash of its content, hash and size of its bytes, and its counts."""

    content_hash: str
    sha256: str
    size: int
    counts: LibraryCounts


@dataclass(frozen=True, slots=True)
class LikeLine:
    """A like; `track` is a line of the tracks."""

    track: int | None
    added_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlaylistLine:
    """A playlist without its items."""

    details: PlaylistDetails
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item; `playlist` is a line of the playlists, `track` one of the tracks."""

    playlist: int
    track: int | None
    added_at: datetime | None
    added_by: str | None


def content_hash(members: Mapping[str, Member]) -> str:
    """The same for the same content, whenever and by whichever compressor it was written."""
    lines = "".join(f"{name} {member.sha256}\n" for name, member in sorted(members.items()))
    return sha256(f"format {FORMAT}\n{lines}".encode()).hexdigest()
