"""APScheduler: the table of what runs when. No work in here; what is due follows from the database and the clock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

TICK = timedelta(seconds=30)
Duty = Callable[[], Awaitable[object]]


class Schedule:
    """One tick: a restart or a missed night loses nothing, since each tick asks what is due by now.

    The duties of a tick follow one another; one that fails is tried again with the next tick and stops no other.
    """

    def __init__(self, duties: Sequence[Duty], every: timedelta = TICK) -> None:
        self._duties = tuple(duties)
        self._ticking = asyncio.Lock()
        self._stopping = False
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
            for duty in self._duties:
                if self._stopping:
                    return
                try:
                    await duty()
                except Exception:
                    log.exception("tick.trouble")

    def start(self) -> None:
        """Begin ticking in the running loop."""
        self._scheduler.start()

    @property
    def running(self) -> bool:
        """Whether it ticks, for the health page."""
        return bool(self._scheduler.running)

    async def stop(self) -> None:
        """No more ticks; a duty that is under way ends first, since APScheduler would cancel it."""
        self._stopping = True
        self._scheduler.pause()
        async with self._ticking:
            self._scheduler.shutdown(wait=False)
