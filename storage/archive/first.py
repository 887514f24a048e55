"""Reads archives of format 1, which held likes and playlists: tracks stand whole in their lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from storage.archive.damage import damage
from storage.archive.rows import at, rows_of
from storage.records import Library, Like, Playlist, PlaylistDetails, PlaylistItem, Track

TRACKS = "tracks.jsonl"
LIKES = "likes.jsonl"
PLAYLISTS = "playlists.jsonl"
ITEMS = "playlist_items.jsonl"
MEMBERS = frozenset((TRACKS, LIKES, PLAYLISTS, ITEMS))


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


_TRACKS = TypeAdapter(list[Track])
_LIKES = TypeAdapter(list[LikeLine])
_PLAYLISTS = TypeAdapter(list[PlaylistLine])
_ITEMS = TypeAdapter(list[ItemLine])


def library_of(members: Mapping[str, bytes]) -> Library:
    """The library in the members of an archive; ArchiveDamaged where a line is none."""
    tracks = rows_of(members, TRACKS, _TRACKS)
    playlists = rows_of(members, PLAYLISTS, _PLAYLISTS)
    items: list[list[PlaylistItem]] = [[] for _ in playlists]
    item_lines = rows_of(members, ITEMS, _ITEMS)
    with damage(ITEMS):
        for row in item_lines:
            item = PlaylistItem(None if row.track is None else at(tracks, row.track), row.added_at, row.added_by)
            at(items, row.playlist).append(item)
    likes = rows_of(members, LIKES, _LIKES)
    with damage(LIKES):
        liked = tuple(Like(None if row.track is None else at(tracks, row.track), row.added_at) for row in likes)
    return Library(
        likes=liked,
        playlists=tuple(
            Playlist(row.details, tuple(items[number]), row.removed_at) for number, row in enumerate(playlists)
        ),
    )
