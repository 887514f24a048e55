"""APScheduler: the table of what runs when. No work in here; what is due follows from the database and the clock."""

from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

TICK = timedelta(seconds=30)


class Schedule:
    """One tick: a restart or a missed night loses nothing, since each tick asks what is due by now."""

    def __init__(self, tick: Callable[[], Awaitable[object]], every: timedelta = TICK) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            tick,
            IntervalTrigger(seconds=max(every.total_seconds(), 0.1)),
            id="tick",
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def start(self) -> None:
        """Begin ticking in the running loop."""
        self._scheduler.start()

    @property
    def running(self) -> bool:
        """Whether it ticks, for the health page."""
        return bool(self._scheduler.running)

    def stop(self) -> None:
        """No more ticks; a tick only enqueues, so there is nothing to wait for."""
        self._scheduler.shutdown(wait=False)
