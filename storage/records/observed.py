"""What was observed of a person's lists: how one changed, and what it held at a moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.music import PlaylistDetails, SavedKind

Which = SavedKind | str
"""A list: one of the saved ones, or a playlist by its Spotify id."""


class Presence(StrEnum):
    """A list that was not there before, a playlist that left Spotify, one that returned."""

    NEW = "new"
    GONE = "gone"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in words: `artists` joined, or the show of an episode. No URI and no title where Spotify lost it."""

    uri: str | None
    title: str
    artists: str = ""
    added_at: datetime | None = None
    added_by: str | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries that something happened to: how many, and the first few of them.

    `adder` added all of them, where that was one person; `newest` is when the last of them was added.
    """

    total: int = 0
    first: tuple[Entry, ...] = ()
    adder: str | None = None
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """How a list differed from what was known of it, and the state it was in then, which holds `items`.

    `number` names that state: a playlist's version; a saved list's moment in microseconds since 1970. `details` are a
    playlist's as they were then, and `before` those they replaced. `closed`: Spotify does not show its contents.
    """

    which: Which
    number: int
    observed_at: datetime
    items: int
    presence: Presence | None = None
    details: PlaylistDetails | None = None
    before: PlaylistDetails | None = None
    closed: bool = False
    added: Entries = Entries()
    removed: Entries = Entries()
    moved: Entries = Entries()

    @property
    def name(self) -> str:
        """What the playlist was called then; empty for a saved list."""
        return self.details.name if self.details else ""

    @property
    def renamed_from(self) -> str | None:
        """The name before, where it changed."""
        return self.before.name if self.before and self.before.name != self.name else None


@dataclass(frozen=True, slots=True)
class Contents:
    """Some of what a list held in one of its states. `earlier` and `later` are the states next to it.

    `removed_at` says since when the playlist is gone from Spotify, if it is.
    """

    which: Which
    number: int
    observed_at: datetime
    items: int
    entries: tuple[Entry, ...]
    offset: int = 0
    details: PlaylistDetails | None = None
    closed: bool = False
    removed_at: datetime | None = None
    earlier: int | None = None
    later: int | None = None


@dataclass(frozen=True, slots=True)
class ListName:
    """A list that has a history; `name` is empty for a saved one."""

    which: Which
    name: str = ""
    removed_at: datetime | None = None
