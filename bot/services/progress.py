"""How far a long act is: reported by services, carried by jobs, shown by the cogs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What is being done right now."""

    WAITING = "waiting"
    READING = "reading"
    WRITING = "writing"
    UPLOADING = "uploading"
    PACKING = "packing"
    SEALING = "sealing"
    RESTORING = "restoring"
    CHECKING = "checking"
    SEARCHING = "searching"
    VERIFYING = "verifying"


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` steps of a phase; `total` is 0 while unknown."""

    phase: Phase
    done: int = 0
    total: int = 0


OnProgress = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """For callers that nobody watches."""
