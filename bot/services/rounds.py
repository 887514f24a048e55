"""Work that a tick begins and does not wait for."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Rounds:
    """One at a time, and none before its time, which is what the one before came back with."""

    name: str
    _next: datetime | None = field(default=None, repr=False)
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    def begin(self, now: datetime, work: Callable[[], Coroutine[None, None, datetime]]) -> None:
        """Unless one is under way, or it is too early; `work` deals with its own trouble."""
        under_way = self._task is not None and not self._task.done()
        if not under_way and (self._next is None or self._next <= now):
            self._task = asyncio.create_task(self._run(work), name=self.name)

    async def finished(self, grace: float | None = None) -> None:
        """Once the one that is under way has ended, or was broken off after `grace` seconds."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=grace)
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self, work: Callable[[], Coroutine[None, None, datetime]]) -> None:
        self._next = await work()
