"""How a library changes: the events between two states of a playlist, and the plan of a sync."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.music import Like, Playlist, PlaylistDetails, PlaylistItem


class EventKind(StrEnum):
    """The two edits that any change of a list is made of; a move is a removal and an insertion."""

    REMOVE = "remove"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class ItemEvent:
    """One edit of a playlist's items; events of a version apply one after the other, positions as they are then."""

    kind: EventKind
    position: int
    item: PlaylistItem


@dataclass(frozen=True, slots=True)
class PlaylistVersion:
    """A state of a playlist that was seen: what changed since the one before."""

    number: int
    observed_at: datetime
    details: PlaylistDetails
    events: tuple[ItemEvent, ...]


@dataclass(frozen=True, slots=True)
class PlaylistChange:
    """A known playlist that is not what it was: new details, and new items with the events that lead to them."""

    before: Playlist
    after: Playlist
    events: tuple[ItemEvent, ...]

    @property
    def renamed(self) -> bool:
        """Whether its name changed."""
        return self.before.details.name != self.after.details.name


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a sync writes: the difference between what is stored and what was read. Empty means nothing to do.

    `likes` is the whole new list, newest first, or None where the likes stay as they are. `order` is the new order of
    the playlists by id. A section that was not read completely is never in here.
    """

    likes: tuple[Like, ...] | None = None
    likes_added: tuple[Like, ...] = ()
    likes_removed: tuple[Like, ...] = ()
    playlists_added: tuple[Playlist, ...] = ()
    playlists_changed: tuple[PlaylistChange, ...] = ()
    playlists_removed: tuple[Playlist, ...] = ()
    order: tuple[str, ...] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return self == SyncPlan()
