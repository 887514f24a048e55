"""What came of checking backups."""

from datetime import datetime
from enum import StrEnum

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from storage.records import StoreKind


class Verdict(StrEnum):
    """How a backup was found."""

    GOOD = "good"
    DAMAGED = "damaged"
    ABSENT = "absent"


@dataclass(frozen=True)
class Checked(Kept):
    """One backup; `members` and `lines` were read with every hash right, or `fault` says where they were not."""

    archive_id: str
    created_at: datetime
    store: StoreKind
    verdict: Verdict
    members: int = 0
    lines: int = 0
    fault: str = ""


@dataclass(frozen=True)
class CheckReport(Kept):
    """All that was read; nothing where there was none to read."""

    checked: tuple[Checked, ...] = ()
