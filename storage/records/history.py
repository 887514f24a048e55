"""How a library changes: the events between two states of a list, and a plan of what is written into the vault."""

from dataclasses import dataclass
from enum import StrEnum

from storage.records.music import Like, Playlist


class EventKind(StrEnum):
    """The two edits that any change of a list is made of; a move is a removal and an insertion."""

    REMOVE = "remove"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class VaultPlan:
    """What is to be written into the vault. Empty means nothing to do.

    `likes` is the whole new list, newest first, or None where the likes stay as they are; `likes_added` are those of
    them that are new. `playlists` are new or not what they were. `order` is their new order, by id.
    """

    likes: tuple[Like, ...] | None = None
    likes_added: tuple[Like, ...] = ()
    playlists: tuple[Playlist, ...] = ()
    order: tuple[str, ...] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return self == VaultPlan()
