"""Reads archives of format 1, which held likes and playlists: tracks stand whole in their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from pydantic import TypeAdapter

from storage.archive import layout
from storage.archive.contents import SAVED, Contents
from storage.archive.damage import damage
from storage.archive.rows import at, rows_of
from storage.records import EventKind, Library, Like, Playlist, PlaylistDetails, PlaylistItem, Track

KNOWN = ("playlists", "track")
"""The parts of a library that this format holds, and holds whole."""
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


def contents_of(library: Library, seen_at: datetime) -> Contents:
    """The same as lines of today: one state of each list, seen when the archive was made."""
    tracks = {track.uri: track for track in _tracks(library)}
    numbers: dict[str | None, int | None] = {uri: number for number, uri in enumerate(tracks)}
    numbers[None] = None
    items = [
        layout.ItemLine(number, numbers[_uri(item)], item.added_at, item.added_by)
        for number, playlist in enumerate(library.playlists)
        for item in playlist.items
    ]
    likes = [layout.SavedLine(like.added_at, seen_at, None, track=numbers[_uri(like)]) for like in library.likes]
    return Contents(
        artists=(),
        albums=(),
        shows=(),
        tracks=list(tracks.values()),
        saved={name: likes if name is layout.Name.LIKES else () for name in SAVED},
        playlists=[_line(playlist) for playlist in library.playlists],
        items=items,
        versions=[
            layout.VersionLine(number, 1, seen_at, playlist.details, None)
            for number, playlist in enumerate(library.playlists)
        ],
        events=_insertions(items),
        plays=(),
        tops=(),
    )


def _uri(entry: Like | PlaylistItem) -> str | None:
    return None if entry.track is None else entry.track.uri


def _tracks(library: Library) -> list[Track]:
    entries: list[Like | PlaylistItem] = [*library.likes]
    for playlist in library.playlists:
        entries += playlist.items
    return [entry.track for entry in entries if entry.track is not None]


def _line(playlist: Playlist) -> layout.PlaylistLine:
    details = asdict(playlist.details)
    del details["image_url"]
    return layout.PlaylistLine(**details, listed_items=None, closed=False, removed_at=playlist.removed_at, cover=None)


def _insertions(items: Sequence[layout.ItemLine]) -> list[layout.EventLine]:
    """What leads from nothing to these items, which stand together by playlist."""
    events: list[layout.EventLine] = []
    for item in items:
        position = events[-1].position + 1 if events and events[-1].playlist == item.playlist else 0
        entry = (item.track, item.added_at, item.added_by)
        events.append(layout.EventLine(item.playlist, 1, EventKind.INSERT, position, *entry))
    return events
