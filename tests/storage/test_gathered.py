import asyncio
from collections.abc import Sequence

import pytest

from storage.group import Gathered


class Shelf:
    """Takes a while to write, and refuses whatever holds a zero."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.go_on = asyncio.Event()

    async def write(self, things: Sequence[int]) -> None:
        await self.go_on.wait()
        if 0 in things:
            raise ValueError(list(things))
        self.written.append(list(things))


async def begun(shelf: Shelf, *given: Sequence[int]) -> list[asyncio.Task[None]]:
    gathered = Gathered(shelf.write)
    tasks = []
    for things in given:
        tasks.append(asyncio.create_task(gathered.put(things)))
        await asyncio.sleep(0)
    return tasks


async def test_what_comes_while_others_are_written_is_written_at_once() -> None:
    shelf = Shelf()
    tasks = await begun(shelf, [1], [2], [3, 4])
    shelf.go_on.set()
    await asyncio.gather(*tasks)
    assert shelf.written == [[1], [2, 3, 4]]


async def test_nobody_suffers_from_what_another_gave() -> None:
    shelf = Shelf()
    first, second, bad, last = await begun(shelf, [1], [2], [0], [3])
    shelf.go_on.set()
    await asyncio.gather(first, second, last)
    with pytest.raises(ValueError, match=r"\[0\]"):
        await bad
    assert shelf.written == [[1], [2], [3]]


async def test_one_who_gives_up_takes_nothing_of_the_others_along() -> None:
    shelf = Shelf()
    first, second, third = await begun(shelf, [1], [2], [3])
    second.cancel()
    shelf.go_on.set()
    await asyncio.gather(first, third)
    assert {thing for things in shelf.written for thing in things} >= {1, 3}
