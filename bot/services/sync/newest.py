"""Reads lists with the newest on top (likes, albums, shows, episodes) by as few pages as can be, and never wrongly.

What the proofs here rest on: entries are added at the head only, with the moment they are added; any may be removed;
one that was removed never comes back with the same `added_at`. A list is therefore told by its keys and its `total`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.services.sync.alignment import (
    Alignment,
    ContradictionError,
    Key,
    Sheet,
    Span,
    Zone,
    in_order,
    probe,
    when,
)

__all__ = ["Key", "Read", "Reading", "Slice", "Stash", "Way", "read_full", "read_newest"]

ATTEMPTS = 3
"""How often a list that changes is begun anew, and a page that ends early is asked for."""

HEAD_PAGES = 10
"""Pages read one after the other until the head joins what is known; then all are read."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One page, reduced to its keys."""

    offset: int
    total: int
    keys: tuple[Key, ...]
    whole: bool = True
    """False where the page ended before it should."""


Read = Callable[[int], Awaitable[Slice]]
"""The page that begins at an offset."""


class Way(StrEnum):
    """How a list was read."""

    UNCHANGED = "unchanged"
    HEAD = "head"
    """The head joins what is known, and the total agrees."""
    SEARCH = "search"
    """Removed ones were found by comparing positions."""
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of it."""

    keys: tuple[Key, ...] | None
    """The whole list now, newest first; None where that could not be proven."""
    way: Way
    why: str
    """One sentence: why these pages were read."""
    pages: int


class Stash(Protocol):
    """Keeps the pages of a full pass that is interrupted, so that none is asked for again."""

    async def load(self) -> Sequence[Slice]:
        """What an earlier attempt kept."""
        ...

    async def keep(self, page: Slice) -> None:
        """Keep one."""
        ...

    async def clear(self) -> None:
        """They are of no use any more."""
        ...


class _MovedError(Exception):
    """The list changed while it was read, by more than additions."""


class _ShortError(Exception):
    """A page ends early each time it is asked for."""


async def read_newest(
    known: Sequence[Key] | None, read: Read, *, page: int = 50, stash: Stash | None = None
) -> Reading:
    """The whole list now, by what is `known` of it; a full pass where nothing is, or where that is not conclusive.

    An exception of `read` passes through, after the pages under way have come and a full pass's have been kept.
    """
    return await _Reader(read, page, stash).newest(known or ())


async def read_full(
    read: Read, *, page: int = 50, stash: Stash | None = None, why: str = "a full pass was asked for"
) -> Reading:
    """The whole list now, every page read once; what an earlier attempt kept is not read again if it still fits."""
    return await _Reader(read, page, stash).newest((), why)


class _Pass:
    """One attempt: everything is placed where it stood when the head was read.

    Additions push entries down, so a page whose total is larger by n stood n further up then.
    """

    def __init__(self, head: Slice) -> None:
        self.head = head
        self.sheet = Sheet(head.total)
        self.pages = [head]
        self.added = 0
        self.unkept = True
        self.sheet.put(0, head.keys)

    def place(self, page: Slice) -> Slice:
        """The page as it would have been when the head was read; raises _MovedError where entries are gone."""
        added = page.total - self.head.total
        if added < 0:
            raise _MovedError
        self.added = added
        start = page.offset - added
        placed = Slice(max(start, 0), self.head.total, page.keys[max(-start, 0) :])
        self.pages.append(placed)
        return placed

    def restore(self, page: Slice) -> None:
        """Fills in what was kept of an earlier attempt, when the list was shorter."""
        placed = Slice(page.offset + self.head.total - page.total, self.head.total, page.keys)
        self.pages.append(placed)
        self.sheet.put(placed.offset, placed.keys)

    def take(self, page: Slice) -> Slice:
        """Fills it in."""
        placed = self.place(page)
        self.sheet.put(placed.offset, placed.keys)
        return placed


class _Reader:
    def __init__(self, read: Read, page: int, stash: Stash | None) -> None:
        self._read = read
        self._page = page
        self._stash = stash
        self._pages = 0

    async def newest(self, known: Sequence[Key], why: str = "nothing was known of it yet") -> Reading:
        try:
            for _ in range(ATTEMPTS):
                reading = await self._attempt(known, why)
                if reading is not None:
                    return reading
                await self._forget()
        except _ShortError:
            return Reading(None, Way.FULL, "a page ended before it should, each time", self._pages)
        way = Way.SEARCH if known else Way.FULL
        return Reading(None, way, "it kept changing while it was read", self._pages)

    async def _attempt(self, known: Sequence[Key], why: str) -> Reading | None:
        """None where the list changed meanwhile."""
        attempt = _Pass(await self._get(0))
        try:
            if await self._resume(attempt):
                return await self._full(attempt, "a full pass that was interrupted goes on")
            if known:
                return await self._search(attempt, known)
            return await self._full(attempt, why)
        except _MovedError:
            return None
        except ContradictionError as contradiction:
            reason = str(contradiction)
        try:
            await self._prove(attempt, attempt.sheet.seen(Span(0, attempt.sheet.total)))
            return await self._full(attempt, f"a full pass, because {reason}")
        except _MovedError:
            return None

    async def _get(self, offset: int) -> Slice:
        for _ in range(ATTEMPTS):
            got = await self._read(offset)
            self._pages += 1
            if got.whole and got.offset == offset and len(got.keys) == max(min(self._page, got.total - offset), 0):
                return got
        raise _ShortError

    async def _get_all(self, attempt: _Pass, starts: Iterable[int], take: Callable[[Slice], Awaitable[None]]) -> None:
        """Reads them all at once; those under way come to their end even where one fails, unless the list has moved."""

        async def one(start: int) -> None:
            try:
                await take(await self._get(start + attempt.added))
            except (_MovedError, _ShortError):
                for task in tasks:
                    if task is not asyncio.current_task():
                        task.cancel()
                raise

        tasks = [asyncio.ensure_future(one(start)) for start in starts]
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        faults = [end for end in ends if isinstance(end, BaseException)]
        for fault in sorted(faults, key=lambda fault: isinstance(fault, asyncio.CancelledError)):
            raise fault

    async def _search(self, attempt: _Pass, known: Sequence[Key]) -> Reading:
        """Joins the head to what is known, then reads only where positions say that something is missing."""
        if not in_order(known):
            raise ContradictionError("what is known is not in the order of time")
        await self._join(attempt, known)
        alignment = Alignment(known, attempt.sheet)

        async def see(page: Slice) -> None:
            placed = attempt.place(page)
            alignment.see(placed.offset, placed.keys)

        zones, rounds = alignment.zones(), 0
        missing = sum(zone.missing for zone in zones)
        while wanted := [_probe(zone, self._page) for zone in zones if zone.missing or zone.doubts]:
            await self._get_all(attempt, wanted, see)
            zones, rounds = alignment.zones(), rounds + 1
        keys = alignment.keys()
        if len(attempt.pages) > 1:
            keys = await self._prove(attempt, keys)
        if keys == tuple(known):
            return Reading(keys, Way.UNCHANGED, "the newest are as known, and so is the total", self._pages)
        if not rounds:
            why = "the newest join what is known, and the total says that nothing else changed"
            return Reading(keys, Way.HEAD, why, self._pages)
        why = f"the total says that {missing} were removed further down"
        return Reading(keys, Way.SEARCH, why if missing else "a lost entry may be any of several", self._pages)

    async def _join(self, attempt: _Pass, known: Sequence[Key]) -> None:
        """Reads the head until it has come to an entry older than the newest known one.

        All that was added stands above that, even what was added in the very second of the newest known one.
        """

        async def take(page: Slice) -> None:
            attempt.take(page)

        newest, total = when(known[0]), attempt.head.total
        surely_added = total - len(known)
        await self._get_all(attempt, range(self._page, min(surely_added + 1, total), self._page), take)
        for _ in range(HEAD_PAGES):
            end = attempt.sheet.spans[0].end if total else 0
            last = attempt.sheet.at(end - 1)
            if end == total or (last and when(last) < newest):
                return
            await self._get_all(attempt, [end], take)
        raise ContradictionError("the newest do not join what is known")

    async def _full(self, attempt: _Pass, why: str) -> Reading:
        """Reads whatever was not read yet, all at once; each page is kept as it comes."""

        async def take(page: Slice) -> None:
            await self._keep(attempt.take(page))

        if attempt.unkept and attempt.head.total > self._page:
            await self._keep(*attempt.pages)
        while holes := attempt.sheet.holes():
            starts = [start for hole in holes for start in range(hole.start, hole.end, self._page)]
            await self._get_all(attempt, starts, take)
        keys = tuple(attempt.sheet.seen(Span(0, attempt.sheet.total)))
        entries = [key for key in keys if key[0] is not None]
        if len(set(entries)) < len(entries):
            raise _MovedError
        if len(attempt.pages) > 1:
            keys = await self._prove(attempt, keys)
        await self._forget()
        return Reading(keys, Way.FULL, why, self._pages)

    async def _prove(self, attempt: _Pass, keys: Sequence[Key]) -> tuple[Key, ...]:
        """Reads the head again; `keys` with what was added meanwhile, or _MovedError.

        Why that proves it: say that since the first reading of the head `a` entries were added that are still there,
        and `r` of the first ones were removed. Added ones stand above the first ones, so this page shows all `a` if it
        shows one of the first; and its total is the first total + a - r. Where both agree, r is 0 now; and as no
        removed entry returns, r was 0 all the time, so each page's total told how far it had been pushed down.
        (Not seen: one added in the very second of a batch on top that fills the page alone.)
        """
        head = await self._get(0)
        added = _added(attempt.head, head, keys)
        if added is None:
            raise _MovedError
        return (*added, *keys)

    async def _resume(self, attempt: _Pass) -> bool:
        """Whether pages that were kept still fit: by the same proof, across the time between the attempts."""
        kept = await self._stash.load() if self._stash else ()
        if not kept:
            return False
        keys = [key for page in kept for key in page.keys]
        proofs = [page for page in kept if not page.offset and _added(page, attempt.head, keys) is not None]
        fitting = [page for page in kept if proofs and page.total == proofs[0].total]
        for page in fitting:
            attempt.restore(page)
        attempt.unkept = not fitting or fitting[0].total != attempt.head.total
        if attempt.unkept:
            await self._forget()
        return bool(fitting)

    async def _keep(self, *pages: Slice) -> None:
        if self._stash:
            for page in pages:
                await self._stash.keep(page)

    async def _forget(self) -> None:
        if self._stash:
            await self._stash.clear()


def _probe(zone: Zone, page: int) -> int:
    """Where to read next in a zone that is not settled."""
    hole = max(zone.holes, key=lambda hole: hole.size)
    if zone.missing:
        return probe(hole, page)
    doubt = zone.doubts[0]
    return max(next(hole.start for hole in zone.holes if hole.start <= doubt < hole.end), doubt - page + 1)


def _added(before: Slice, now: Slice, keys: Sequence[Key]) -> tuple[Key, ...] | None:
    """What was added between two readings of the head, if nothing else happened; `keys` are those there before."""
    near = set(keys[: 2 * len(now.keys)])
    strange = [key for key in now.keys if key not in near]
    there = set(keys) if strange else ()
    added = tuple(key for key in strange if key not in there)
    if len(added) != now.total - before.total or (keys and len(added) == len(now.keys)):
        return None
    if before.keys and any(when(key) < when(before.keys[0]) for key in added):
        return None
    return added
