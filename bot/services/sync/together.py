"""Several reads at once: pacing decides how many are really under way."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TypeVar

T = TypeVar("T")


async def together(reads: Sequence[Coroutine[object, object, T]]) -> list[T]:
    """All results in order; the first failure ends the rest."""
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def settled(reads: Sequence[Coroutine[object, object, T]]) -> list[T]:
    """All results in order, once every one has ended; the first failure is raised then, so that no answer is wasted."""
    results = await asyncio.gather(*reads, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
