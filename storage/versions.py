"""How one state of a list becomes another: a short script of removals and insertions. Pure."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence

from storage.records import EventKind

Edit = tuple[EventKind, int, int]  # what, the position as it is then, and the entry's index in before or after


def edits(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Edit]:
    """Removals, the last entry first, then insertions from the start on; nothing that stays in order is touched."""
    pairs = kept(before, after)
    stays = {index for index, _ in pairs}
    lands = {index for _, index in pairs}
    removed = [(EventKind.REMOVE, index, index) for index in reversed(range(len(before))) if index not in stays]
    inserted = [(EventKind.INSERT, index, index) for index in range(len(after)) if index not in lands]
    return removed + inserted


def kept(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pairs of indexes whose entries stay, rising on both sides: equal ends, and between them as many as fit."""
    shorter = min(len(before), len(after))
    head = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    tail = next((i for i in range(shorter - head) if before[-1 - i] != after[-1 - i]), shorter - head)
    middle = _longest_rising(_pairs(before, after, head, tail))
    ends = [(index, index) for index in range(head)]
    ends += [(len(before) - i, len(after) - i) for i in range(tail, 0, -1)]
    return sorted(ends + middle)


def _pairs(before: Sequence[Hashable], after: Sequence[Hashable], head: int, tail: int) -> list[tuple[int, int]]:
    """The first of an entry's copies with its first, the second with its second: linear even for a list of one song."""
    places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for index in range(head, len(before) - tail):
        places[before[index]].append(index)
    return [
        (places[entry].popleft(), index)
        for index, entry in enumerate(after[head : len(after) - tail], head)
        if places.get(entry)
    ]


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs, in order, whose first indexes rise (patience sorting)."""
    tops: list[int] = []
    at: list[int] = []
    previous: list[int | None] = []
    for number, (index, _) in enumerate(pairs):
        pile = bisect_left(tops, index)
        previous.append(at[pile - 1] if pile else None)
        if pile == len(tops):
            tops.append(index)
            at.append(number)
        else:
            tops[pile], at[pile] = index, number
    chain: list[tuple[int, int]] = []
    step = at[-1] if at else None
    while step is not None:
        chain.append(pairs[step])
        step = previous[step]
    return chain[::-1]
