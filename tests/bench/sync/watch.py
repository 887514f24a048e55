"""Watches this process: how late the event loop is, and how much memory there is."""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

EVERY = 0.002  # seconds between two looks
LOOKS_A_MEMORY = 10
MB = 1_000_000


@dataclass
class Watch:
    """What was seen. `late`: seconds each wake-up came too late; memory in bytes, before and at its highest."""

    late: list[float] = field(default_factory=list)
    before: int = 0
    highest: int = 0
    after: int = 0

    def lag_ms(self, share: float) -> float:
        """The lag that this share of wake-ups stayed within, in milliseconds."""
        return percentile(self.late, share) * 1000

    @property
    def growth_mb(self) -> float:
        """At its highest."""
        return (self.highest - self.before) / MB

    @property
    def stays_mb(self) -> float:
        """What is left of it afterwards."""
        return (self.after - self.before) / MB


def percentile(values: Sequence[float], share: float) -> float:
    """Of at least one value; a share of 1 is the largest."""
    return sorted(values)[ceil(share * len(values)) - 1]


@asynccontextmanager
async def watched() -> AsyncIterator[Watch]:
    """Looks every few milliseconds while the context lasts; the garbage of before and after is not counted."""
    gc.collect()
    watch = Watch(before=resident_bytes())
    watch.highest = watch.before
    looking = asyncio.create_task(_look(watch))
    try:
        yield watch
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        watch.highest = max(watch.highest, resident_bytes())
        gc.collect()
        watch.after = resident_bytes()


async def _look(watch: Watch) -> None:
    while True:
        for _ in range(LOOKS_A_MEMORY):
            began = time.perf_counter()
            await asyncio.sleep(EVERY)
            watch.late.append(time.perf_counter() - began - EVERY)
        watch.highest = max(watch.highest, resident_bytes())


def resident_bytes() -> int:
    """What this process holds in memory, as Linux counts it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
