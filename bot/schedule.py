"""APScheduler: the table of what runs when. No work in here; what is due follows from the database and the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

TICK = timedelta(seconds=30)


class Schedule:
    """One tick: a restart or a missed night loses nothing, since each tick asks what is due by now."""

    def __init__(self, tick: Callable[[], Awaitable[object]], every: timedelta = TICK) -> None:
        self._tick = tick
        self._ticking = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            self._run,
            IntervalTrigger(seconds=max(every.total_seconds(), 0.1)),
            id="tick",
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    async def _run(self) -> None:
        async with self._ticking:
            await self._tick()

    def start(self) -> None:
        """Begin ticking in the running loop."""
        self._scheduler.start()

    @property
    def running(self) -> bool:
        """Whether it ticks, for the health page."""
        return bool(self._scheduler.running)

    async def stop(self) -> None:
        """No more ticks; one that is under way ends first, since APScheduler would cancel it."""
        self._scheduler.pause()
        async with self._ticking:
            self._scheduler.shutdown(wait=False)
