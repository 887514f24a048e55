"""The durable jobs."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.errors import NextStep


class RunKind(StrEnum):
    """The durable jobs. `CHECK` is of one backup that somebody asked for, `WEEK` the check of each week."""

    SYNC = "sync"
    BACKUP = "backup"
    NIGHT = "night"
    PREVIEW = "preview"
    RESTORE = "restore"
    EXPORT = "export"
    CHECK = "check"
    WEEK = "week"


class RunState(StrEnum):
    """Where a job stands. `PARKED` waits for `not_before`."""

    QUEUED = "queued"
    RUNNING = "running"
    PARKED = "parked"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """One durable job. `payload` and `report` are plain JSON values.

    `sentence` says why it failed or waits, `next_step` what helps. `attempts` counts the outages it waited out.
    """

    id: int
    kind: RunKind
    discord_id: int
    state: RunState
    created_at: datetime
    payload: dict[str, object] = field(default_factory=dict)
    report: dict[str, object] | None = None
    sentence: str | None = None
    reference: str | None = None
    attempts: int = 0
    not_before: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    night: str | None = None
    next_step: NextStep = NextStep.NONE
