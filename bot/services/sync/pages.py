"""Reading a paged list whole: every entry in order, or an honest "it kept changing"."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TypeVar

from bot.spotify.parse import Page

T = TypeVar("T")
Read = Callable[[int], Awaitable[Page[T]]]
OnRead = Callable[[int, int], None]
PAGE = 50
ATTEMPTS = 3


async def read_whole(read: Read[T], on_read: OnRead) -> tuple[T, ...] | None:
    """Every entry, proven by reading the head again: one added and one removed leave the total as it was."""
    for _ in range(ATTEMPTS):
        pages = await _read_pages(read, on_read)
        if _agree(pages) and (len(pages) == 1 or await read(0) == pages[0]):
            return _entries(pages)
    return None


async def read_once(read: Read[T], on_read: OnRead) -> tuple[T, ...] | None:
    """Every entry, or None where the pages contradict each other. Whether nothing moved is for the caller to prove."""
    pages = await _read_pages(read, on_read)
    return _entries(pages) if _agree(pages) else None


async def together(reads: Sequence[Coroutine[object, object, T]]) -> list[T]:
    """All results in order; the first failure ends the rest (pacing decides how many are really under way)."""
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read_pages(read: Read[T], on_read: OnRead) -> list[Page[T]]:
    first = await read(0)
    done = min(PAGE, first.total)
    on_read(done, first.total)

    async def page_at(offset: int) -> Page[T]:
        nonlocal done
        page = await read(offset)
        done = min(done + PAGE, first.total)
        on_read(done, first.total)
        return page

    return [first, *await together([page_at(offset) for offset in range(PAGE, first.total, PAGE)])]


def _agree(pages: Sequence[Page[T]]) -> bool:
    return all(page.whole and page.total == pages[0].total for page in pages)


def _entries(pages: Sequence[Page[T]]) -> tuple[T, ...]:
    return tuple(entry for page in pages for entry in page.items)
