"""Which moments are kept: the counting of restic's `forget --keep-*`, as its documentation and its source have it.

From the newest to the oldest, each rule keeps the newest of each new hour, day, ISO week, month or year that has one
at all, until its number is used up; where some is left at the end, the oldest is kept too. The rules know nothing of
each other: what one of them keeps is kept. All hours and days are UTC's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from storage.records import UNLIMITED, Policy

Bucket = tuple[int, ...]

BUCKETS: Mapping[str, Callable[[datetime, int], Bucket]] = {
    "last": lambda _, place: (place,),
    "hourly": lambda moment, _: (moment.year, moment.month, moment.day, moment.hour),
    "daily": lambda moment, _: (moment.year, moment.month, moment.day),
    "weekly": lambda moment, _: moment.isocalendar()[:2],
    "monthly": lambda moment, _: (moment.year, moment.month),
    "yearly": lambda moment, _: (moment.year,),
}
"""Rule -> what a moment and its place from the newest count as."""


def reasons(moments: Sequence[datetime], policy: Policy) -> list[list[str]]:
    """What each moment is kept as, given from the newest to the oldest; nothing for those that no rule keeps."""
    here = [moment.astimezone(UTC) for moment in moments]
    found: list[list[str]] = [[] for _ in here]
    for name, count in policy.rules.items():
        for place, reason in _kept_by(name, count, here):
            found[place].append(reason)
    return found


def _kept_by(name: str, count: int, moments: Sequence[datetime]) -> Iterable[tuple[int, str]]:
    """The places of the moments that one rule keeps, newest first, and what each is kept as."""
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
