"""How a library changes: the events between two states of a list."""

from enum import StrEnum


class EventKind(StrEnum):
    """The two edits that any change of a list is made of; a move is a removal and an insertion."""

    REMOVE = "remove"
    INSERT = "insert"
