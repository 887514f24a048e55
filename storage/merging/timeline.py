"""What two observers saw of one list, as one story in the order of time. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """A state, and when it was first seen."""

    at: datetime
    state: T


def united(ours: Sequence[Seen[T]], theirs: Sequence[Seen[T]], meet: Callable[[T, T], T | None]) -> list[Seen[T]]:
    """Both stories in the order of time, each in its own order; what both saw at a moment stands there once.

    `meet` gives the state that two sightings of one moment are, or None where they are two. Ours has the last word.
    """
    told: list[Seen[T]] = []
    rest = 0
    for seen in theirs:
        while rest < len(ours) and ours[rest].at < seen.at:
            told.append(ours[rest])
            rest += 1
        same = rest
        joint = None
        while same < len(ours) and ours[same].at == seen.at:
            joint = meet(ours[same].state, seen.state)
            if joint is not None:
                break
            same += 1
        if joint is None:
            told.append(seen)
        else:
            told += [*ours[rest:same], Seen(seen.at, joint)]
            rest = same + 1
    return [*told, *ours[rest:]]


def without_repeats(told: Iterable[Seen[T]]) -> list[Seen[T]]:
    """A state that was there already says nothing new, whoever saw it again."""
    result: list[Seen[T]] = []
    for seen in told:
        if not result or result[-1].state != seen.state:
            result.append(seen)
    return result


def ending(told: Sequence[Seen[T]], state: T, now: datetime) -> list[Seen[T]]:
    """The story, with this state at its end."""
    if told and told[-1].state == state:
        return list(told)
    return [*told, Seen(max(now, told[-1].at + TICK) if told else now, state)]
