"""Which backups are kept: the counting of restic's `forget --keep-*`, as its documentation and its source have it.

From the newest to the oldest, each rule keeps the newest of each new hour, day, ISO week, month or year that has a
backup at all, until its number is used up; where some is left at the end, the oldest is kept too. The rules know
nothing of each other: what one of them keeps is kept. All hours and days are UTC's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.records import Archive, ArchiveState

UNLIMITED = -1
Bucket = tuple[int, ...]

BUCKETS: Mapping[str, Callable[[datetime, int], Bucket]] = {
    "last": lambda _, place: (place,),
    "hourly": lambda moment, _: (moment.year, moment.month, moment.day, moment.hour),
    "daily": lambda moment, _: (moment.year, moment.month, moment.day),
    "weekly": lambda moment, _: moment.isocalendar()[:2],
    "monthly": lambda moment, _: (moment.year, moment.month),
    "yearly": lambda moment, _: (moment.year,),
}
"""Rule -> what a backup's moment and its place from the newest count as."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How many of each are kept; 0 is none, -1 all of them. Without any rule everything is kept."""

    last: int = 0
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0

    @property
    def rules(self) -> Mapping[str, int]:
        """The rules that keep something, by name."""
        counts = {name: int(getattr(self, name)) for name in BUCKETS}
        return {name: count for name, count in counts.items() if count != 0}


@dataclass(frozen=True, slots=True)
class KeepingPlan:
    """Newest first: the backups that stay, each with the reasons for it, and those to let go."""

    kept: tuple[tuple[Archive, tuple[str, ...]], ...]
    let_go: tuple[Archive, ...]


def plan_keeping(archives: Iterable[Archive], policy: Policy) -> KeepingPlan:
    """What becomes of the backups of one person in one store. Only verified ones are counted, kept or let go.

    A pinned one is kept whatever the rules say, and counts for them like any other, as restic's tags do. The newest
    one is never let go, since every rule keeps it.
    """
    verified = [archive for archive in archives if archive.state is ArchiveState.VERIFIED]
    verified.sort(key=lambda archive: (archive.created_at, archive.id), reverse=True)
    if not policy.rules:
        return KeepingPlan(tuple((archive, ("no rules",)) for archive in verified), ())
    moments = [archive.created_at.astimezone(UTC) for archive in verified]
    reasons: list[list[str]] = [["pinned"] if archive.pinned else [] for archive in verified]
    for name, count in policy.rules.items():
        for place, reason in _kept_by(name, count, moments):
            reasons[place].append(reason)
    judged = list(zip(verified, reasons, strict=True))
    return KeepingPlan(
        tuple((archive, tuple(why)) for archive, why in judged if why),
        tuple(archive for archive, why in judged if not why),
    )


def _kept_by(name: str, count: int, moments: Sequence[datetime]) -> Iterable[tuple[int, str]]:
    """The places of the backups that one rule keeps, newest first, and what each is kept as."""
    last: Bucket | None = None
    for place, moment in enumerate(moments):
        if count == 0:
            return
        bucket = BUCKETS[name](moment, place)
        if bucket != last:
            yield place, name
        elif place == len(moments) - 1:
            yield place, f"oldest {name}"
        else:
            continue
        last = bucket
        count -= count != UNLIMITED
