"""Time that passes only while everybody waits: a night is as long as the work in it."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count

from tests.sandbox.clock import Clock

LOOK_EVERY = 0.004  # real seconds
QUIET_LOOKS = 5
"""So often in a row nothing may have happened before time moves. Too early does no harm: something took long, then."""
SHORT = timedelta(seconds=60)
"""No further than that does time move at once while work is under way, whatever threads are busy with."""


class Passing:
    """The clock and the `sleep` of a world.

    `work_done` is a number that grows whenever anything happens in it; `busy`: something was begun and has not ended.
    """

    def __init__(self, clock: Clock, work_done: Callable[[], int], busy: Callable[[], bool] = lambda: False) -> None:
        self._clock = clock
        self._work_done = work_done
        self.busy = busy
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._slept = 0

    async def sleep(self, seconds: float) -> None:
        """Until the clock has moved that far."""
        await self.until(self._clock.now() + timedelta(seconds=seconds))

    async def until(self, moment: datetime) -> None:
        """Until the clock is there."""
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (moment, next(self._numbers), awake))
        self._slept += 1
        await awake

    @asynccontextmanager
    async def passes(self) -> AsyncIterator[None]:
        """While the context lasts."""
        passing = asyncio.create_task(self._pass())
        try:
            yield
        finally:
            passing.cancel()
            await asyncio.gather(passing, return_exceptions=True)

    async def _pass(self) -> None:
        while True:
            await self._quiet()
            if self._sleepers and self._may_move(self._sleepers[0][0]):
                self._clock.jump_to(self._sleepers[0][0])
                self._wake()

    def _may_move(self, to: datetime) -> bool:
        return to - self._clock.now() <= SHORT or not self.busy()

    async def _quiet(self) -> None:
        """Until nothing has happened for a few looks; who is due is woken meanwhile."""
        looks, seen = 0, -1
        while looks < QUIET_LOOKS:
            await asyncio.sleep(LOOK_EVERY)
            self._wake()
            now = self._work_done() + self._slept
            looks, seen = (looks + 1, now) if now == seen else (0, now)

    def _wake(self) -> None:
        now = self._clock.now()
        while self._sleepers and self._sleepers[0][0] <= now:
            _, _, awake = heapq.heappop(self._sleepers)
            if not awake.done():
                awake.set_result(None)
                self._slept += 1
