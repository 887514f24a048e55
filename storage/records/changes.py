"""The journal of what is written into people's Spotify."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeState(StrEnum):
    """Where a journalled change of somebody's Spotify stands."""

    PREVIEWED = "previewed"
    APPLYING = "applying"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class StepState(StrEnum):
    """`SENT` without `DONE` means: look before sending again."""

    PLANNED = "planned"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """One write to Spotify in the journal: what is asked, and what came of it (plain JSON values)."""

    seq: int
    kind: str
    request: dict[str, object]
    state: StepState = StepState.PLANNED
    result: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that was shown, and its journal. `preview` and `report` are plain JSON values."""

    id: str
    discord_id: int
    state: ChangeState
    created_at: datetime
    preview: dict[str, object]
    steps: tuple[ChangeStep, ...] = ()
    report: dict[str, object] | None = None
