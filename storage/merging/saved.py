"""A saved list as the vault and an archive saw it: their states in the order of time, and rows that show each. Pure."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from storage.archive.layout import SavedLine
from storage.merging.timeline import Seen, ending, united, without_repeats
from storage.versions import kept

Key = tuple[int | None, datetime | None]
"""An entry: the number of its thing, none where Spotify has lost it, and when it was added."""
State = tuple[Key, ...]
"""A list at a moment, newest first."""


def merged_list(
    ours: Sequence[SavedLine], theirs: Sequence[SavedLine], thing: str, now: datetime
) -> Sequence[SavedLine]:
    """Every state that either saw, newest first, removed ones too; what the vault never heard of is there from now on.

    What the vault knows, even as removed, stays as it is; the very same lines come back where there is nothing to add.
    """
    if not theirs:
        return ours
    if not ours:
        return theirs
    if _until(ours, max(_moments(theirs))) == list(theirs):
        return ours
    mine, others = _states(ours, thing), _states(theirs, thing)
    moments = {seen.at for seen in mine}
    older = [seen for seen in others if seen.at not in moments]
    told = without_repeats(united(mine, older, lambda _, __: None))
    unheard = _unheard(others[-1].state, {_key(line, thing) for line in ours})
    told = ending(told, _placed(mine[-1].state, unheard), now)
    return ours if told == mine else _lines(told, thing)


def _key(line: SavedLine, thing: str) -> Key:
    return getattr(line, thing), line.added_at


def _moments(lines: Sequence[SavedLine]) -> set[datetime]:
    return {line.seen_at for line in lines} | {line.removed_at for line in lines if line.removed_at is not None}


def _until(lines: Sequence[SavedLine], moment: datetime) -> list[SavedLine]:
    """The lines as they were then."""
    return [
        replace(line, removed_at=None) if line.removed_at is not None and line.removed_at > moment else line
        for line in lines
        if line.seen_at <= moment
    ]


def _states(lines: Sequence[SavedLine], thing: str) -> list[Seen[State]]:
    """What the list was at every moment at which it was seen to differ."""
    rows = [(_key(line, thing), line.seen_at, line.removed_at) for line in lines]
    return [
        Seen(at, tuple([key for key, seen, removed in rows if seen <= at and (removed is None or removed > at)]))
        for at in sorted(_moments(lines))
    ]


def _unheard(entries: State, known: set[Key]) -> list[Key]:
    """What is not among the known; an entry that Spotify has lost is told by its time alone."""
    things = {thing for thing, _ in known if thing is not None}
    times = {added_at for _, added_at in known}
    lost = {added_at for thing, added_at in known if thing is None and added_at is not None}

    def heard_of(thing: int | None, added_at: datetime | None) -> bool:
        return added_at in times if thing is None else thing in things or added_at in lost

    return [key for key in entries if not heard_of(*key)]


def _placed(stored: State, new: Sequence[Key]) -> State:
    """Newest first by date; what is stored keeps its order, and what has no date comes last."""
    rest = deque(new)
    result: list[Key] = []
    for entry in stored:
        while rest and _newer(rest[0], entry):
            result.append(rest.popleft())
        result.append(entry)
    return (*result, *rest)


def _newer(one: Key, other: Key) -> bool:
    return one[1] is not None and other[1] is not None and one[1] > other[1]


@dataclass(slots=True)
class _Row:
    key: Key
    seen_at: datetime
    removed_at: datetime | None = None


def _lines(told: Sequence[Seen[State]], thing: str) -> list[SavedLine]:
    """Rows that show every one of the states; as with a sync, one never moves: what stands elsewhere is a new one."""
    rows: list[_Row] = []
    for seen in told:
        rows = list(_renewed(rows, seen))
    return [SavedLine(row.key[1], row.seen_at, row.removed_at, **{thing: row.key[0]}) for row in rows]


def _renewed(rows: Sequence[_Row], seen: Seen[State]) -> Iterator[_Row]:
    """The rows after one more state: new ones stand before the next that stays."""
    here = [row for row in rows if row.removed_at is None]
    stays = {id(here[index]): place for index, place in kept([row.key for row in here], seen.state)}
    written = 0
    for row in rows:
        place = stays.get(id(row))
        if place is not None:
            yield from (_Row(key, seen.at) for key in seen.state[written:place])
            written = place + 1
        elif row.removed_at is None:
            row.removed_at = seen.at
        yield row
    yield from (_Row(key, seen.at) for key in seen.state[written:])
