"""Where the entries of a known list stand in its newer self, of which only some pages were seen: pure, newest first."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby, islice, takewhile
from operator import ge

Key = tuple[str | None, datetime | None]
"""(uri, added_at): what tells entries apart; the uri of a lost entry is None."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


class ContradictionError(Exception):
    """What was seen cannot come from what is known by additions at the head and removals; says why."""


def when(key: Key) -> datetime:
    """The moment that orders the list; an entry without one is older than all others."""
    return key[1] or _EARLIEST


def _age(key: Key) -> timedelta:
    return _LATEST - when(key)


def in_order(keys: Sequence[Key]) -> bool:
    """Whether the newest come first."""
    moments = [key[1] or _EARLIEST for key in keys]
    return all(map(ge, moments, islice(moments, 1, None)))


@dataclass(frozen=True, slots=True)
class Span:
    """Positions of the new list, `end` not among them."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many."""
        return self.end - self.start


class Sheet:
    """The new list as it was when its head was read, filled in page by page."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._cells: list[Key | None] = [None] * total
        self._spans: list[Span] = []

    def put(self, start: int, keys: Sequence[Key]) -> list[Key]:
        """Fills in what stands from `start` on; returns those that stand where nothing was seen before."""
        end = start + len(keys)
        fresh: list[Key] = []
        for position, key in enumerate(keys, start):
            if self._cells[position] is None:
                self._cells[position] = key
                fresh.append(key)
        if keys:
            apart = [span for span in self._spans if span.end < start or span.start > end]
            touching = [span for span in self._spans if not (span.end < start or span.start > end)]
            start, end = min([start, *(s.start for s in touching)]), max([end, *(s.end for s in touching)])
            self._spans = sorted([*apart, Span(start, end)], key=lambda span: span.start)
        return fresh

    @property
    def spans(self) -> Sequence[Span]:
        """What was seen, in order; none touches another."""
        return self._spans

    def holes(self) -> list[Span]:
        """What was not seen yet, in order."""
        edges = [0, *(edge for span in self._spans for edge in (span.start, span.end)), self.total]
        return [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]

    def seen(self, span: Span) -> list[Key]:
        """The entries of a span; only for what was seen."""
        return [key for key in self._cells[span.start : span.end] if key is not None]

    def at(self, position: int) -> Key | None:
        """The entry at a position; None where it was not seen, and beyond the ends."""
        return self._cells[position] if 0 <= position < self.total else None


@dataclass(frozen=True, slots=True)
class Zone:
    """Holes that share what may stand in them: mostly one, several around a page that is all of one moment."""

    holes: tuple[Span, ...]
    first: datetime
    """The moment of the entry before them."""
    last: datetime | None
    """The moment of the entry after them; None at the end of the list."""
    missing: int
    """How many known entries would stand here if they were not gone."""
    doubts: tuple[int, ...]
    """Positions to be seen before anybody can say which entries of one moment stand here."""


class Alignment:
    """Counts what may stand in each hole of a sheet; positions are trusted only where `added_at` changes.

    Entries of one moment are a set: which of them comes first may differ from page to page. A null entry is any entry
    of its moment that is otherwise missing, lost by now; and a known null may have come back.
    """

    def __init__(self, known: Sequence[Key], sheet: Sheet) -> None:
        """`known` is in order; the sheet is filled down to an entry older than the newest known one."""
        self._newest = when(known[0])
        self._known = _without_reliked(known, sheet)
        self._sheet = sheet
        self._seen: dict[datetime, list[Key]] = {}
        self._groups: dict[datetime, tuple[int, int]] = {}
        self._next = 0
        for span in sheet.spans:
            self._count(sheet.seen(span))

    def see(self, start: int, keys: Sequence[Key]) -> None:
        """Takes in a page that begins at `start`; raises ContradictionError where it cannot be."""
        fresh = self._sheet.put(start, keys)
        around = (self._sheet.at(start - 1), *keys, self._sheet.at(start + len(keys)))
        self._count(fresh, [key for key in around if key is not None])

    def _count(self, fresh: Sequence[Key], row: Sequence[Key] | None = None) -> None:
        if not in_order(fresh if row is None else row):
            raise ContradictionError("the list is not in the order of time")
        for key in fresh:
            self._seen.setdefault(when(key), []).append(key)
        for moment in dict.fromkeys(when(key) for key in fresh):
            self._check(moment)

    def zones(self) -> list[Zone]:
        """All holes, by what may stand in them; raises ContradictionError where too few are known to fill one."""
        zones: list[Zone] = []
        for hole in self._sheet.holes():
            if zones and self._linked(zones[-1].holes[-1], hole):
                zones[-1] = self._zone((*zones[-1].holes, hole))
            else:
                zones.append(self._zone((hole,)))
        for zone in zones:
            if zone.missing < 0:
                raise ContradictionError("entries that are not known stand in the middle")
        return zones

    def keys(self) -> tuple[Key, ...]:
        """The whole new list; only once no zone misses anything or is in doubt."""
        parts = {span.start: self._steady(self._sheet.seen(span)) for span in self._sheet.spans}
        for zone in self.zones():
            candidates = iter(self._candidates(zone))
            parts.update((hole.start, list(islice(candidates, hole.size))) for hole in zone.holes)
        return tuple(chain.from_iterable(parts[start] for start in sorted(parts)))

    def _linked(self, left: Span, right: Span) -> bool:
        """Whether all seen between two holes is of one moment, of which more may stand in either."""
        moment = self._moment(left.end)
        return moment == self._moment(right.start - 1) and self._unseen(moment) > 0

    def _zone(self, holes: tuple[Span, ...]) -> Zone:
        first = self._moment(holes[0].start - 1)
        last = self._moment(holes[-1].end) if holes[-1].end < self._sheet.total else None
        begin, end = self._range(first, last)
        seen = sum(len(self._seen_of(moment)) for moment in self._walls(holes, last))
        doubts = [hole.start for hole in holes if self._doubtful(self._moment(hole.start - 1))]
        if last and self._doubtful(last):
            doubts.append(holes[-1].end - 1)
        return Zone(holes, first, last, end - begin - seen - sum(hole.size for hole in holes), tuple(doubts))

    def _candidates(self, zone: Zone) -> list[Key]:
        """The known entries that stand in a zone that misses none."""
        begin, limit = self._range(zone.first, zone.last)
        candidates: list[Key] = []
        for moment in sorted(self._walls(zone.holes, zone.last), reverse=True):
            group = self._group(moment)
            candidates.extend(self._known[begin : group[0]])
            if self._unseen(moment):
                candidates.extend((Counter(self._members(moment)) - Counter(self._seen_of(moment))).elements())
            begin = group[1]
        candidates.extend(self._known[begin:limit])
        return candidates

    def _range(self, first: datetime, last: datetime | None) -> tuple[int, int]:
        return self._group(first)[0], self._group(last)[1] if last else len(self._known)

    def _walls(self, holes: tuple[Span, ...], last: datetime | None) -> set[datetime]:
        """The moments of the entries next to the holes."""
        return {*(self._moment(hole.start - 1) for hole in holes), *([last] if last else [])}

    def _steady(self, row: Sequence[Key]) -> list[Key]:
        """Those of one moment in the order they are known in, if all are known: their order on a page is not stable."""
        steady: list[Key] = []
        for moment, entries in groupby(row, key=when):
            run = list(entries)
            if len(run) > 1:
                begin, end = self._group(moment)
                places = {key: place for place, key in enumerate(self._known[begin:end])}
                if places.keys() >= set(run):
                    run.sort(key=places.__getitem__)
            steady.extend(run)
        return steady

    def _moment(self, position: int) -> datetime:
        key = self._sheet.at(position)
        if key is None:
            raise ContradictionError("the head of the list was not seen")
        return when(key)

    def _group(self, moment: datetime) -> tuple[int, int]:
        """Where the known ones of a moment begin and end."""
        if moment not in self._groups:
            begin = end = self._next if self._begins(moment) else bisect_left(self._known, _LATEST - moment, key=_age)
            while end < len(self._known) and when(self._known[end]) == moment:
                end += 1
            self._groups[moment] = (begin, end)
            self._next = end
        return self._groups[moment]

    def _begins(self, moment: datetime) -> bool:
        """Whether the one looked up last is followed by this one, as it mostly is."""
        at = self._next
        return 0 < at < len(self._known) and when(self._known[at - 1]) > moment == when(self._known[at])

    def _seen_of(self, moment: datetime) -> Sequence[Key]:
        return self._seen.get(moment, ())

    def _unseen(self, moment: datetime) -> int:
        begin, end = self._group(moment)
        return end - begin - len(self._seen_of(moment))

    def _doubtful(self, moment: datetime) -> bool:
        """Whether some of the moment are unseen, and a null (or one that came back) may be any of those."""
        return self._unseen(moment) > 0 and bool(Counter(self._seen_of(moment)) - Counter(self._members(moment)))

    def _members(self, moment: datetime) -> Sequence[Key]:
        begin, end = self._group(moment)
        return self._known[begin:end]

    def _check(self, moment: datetime) -> None:
        seen = Counter(self._seen_of(moment)) if len(self._seen_of(moment)) > 1 else None
        if moment >= self._newest:
            if seen and any(times > 1 and uri is not None for (uri, _), times in seen.items()):
                raise ContradictionError("one entry stands in two places")
            return
        if self._unseen(moment) < 0:
            raise ContradictionError("an entry that is not known stands in the middle")
        if seen is None and self._seen_of(moment)[0] in self._members(moment):
            return
        members, seen = Counter(self._members(moment)), seen or Counter(self._seen_of(moment))
        strange = seen - members
        if not strange:
            return
        null: Key = (None, None if moment == _EARLIEST else moment)
        returned = strange.total() - strange[null]
        if returned > (members - seen)[null]:
            raise ContradictionError("an entry that is not known stands in the middle")


def probe(hole: Span, page: int) -> int:
    """Where to read in a hole that misses some: a split that leaves one side a whole tree of pages.

    Halving plainly leaves odd rests that cost a page more; this is the least on average and in the worst case (compared
    with an exhaustive plan for up to 4 missing among 10,000).
    """
    pages = -(-hole.size // page)
    if pages <= 1:
        return hole.start
    whole = (1 << pages.bit_length() - 1) - 1
    return hole.start + page * max(pages - 1 - whole, whole // 2)


def _without_reliked(known: Sequence[Key], sheet: Sheet) -> Sequence[Key]:
    """Without those that were saved again: known once by a uri that is new on top, they are gone below."""
    newest = when(known[0])
    before = set(takewhile(lambda key: when(key) == newest, known))
    top = [key for span in sheet.spans[:1] for key in sheet.seen(span) if when(key) >= newest]
    uris = {key[0] for key in top if key[0] is not None and key not in before}
    if not uris:
        return known
    times: Counter[str | None] = Counter(uri for uri, _ in known if uri in uris)
    return [key for key in known if times[key[0]] != 1] if times else known
