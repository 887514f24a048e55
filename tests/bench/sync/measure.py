"""One measurement in a process of its own: cold syncs of one person or of several at once.

`python -m tests.bench.sync.measure` reads a `Task` from its input and writes a `Measured` to its output, as JSON.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.pauses import keep_pauses_short
from bot.services.progress import ignore
from tests.bench.sync.product import Product, product
from tests.bench.sync.town import Guest, Town
from tests.bench.sync.watch import watched
from tests.sandbox.clock import Clock
from tests.sandbox.control import Control
from tests.sandbox.processes import ROOT, ProcessFailed


@dataclass(frozen=True)
class Task:
    """Who is synced, into an empty vault; `watching` looks at loop and memory meanwhile, `warm` syncs once more."""

    config: dict[str, Any]
    control_url: str
    now: str
    guests: tuple[Guest, ...]
    watching: bool = False
    warm: bool = False


@dataclass(frozen=True)
class Measured:
    """Requests to the Web API, pictures apart, as the stand-in counted them; the rest only where it was asked for.

    `seconds` and `cpu_seconds` are of the cold sync; the second are what this process itself worked.
    """

    seconds: float
    cpu_seconds: float
    requests: int
    by_route: dict[str, int] = field(default_factory=dict)
    images: int = 0
    warm_requests: int = 0
    warm_seconds: float = 0.0
    lag_p99_ms: float = 0.0
    lag_max_ms: float = 0.0
    growth_mb: float = 0.0
    stays_mb: float = 0.0


async def measured(
    town: Town, folder: Path, guests: Sequence[Guest], *, watching: bool = False, warm: bool = False
) -> Measured:
    """Start that process and wait for it."""
    now = town.world.clock.now().isoformat()
    task = Task(town.config(folder), town.world.control.url, now, tuple(guests), watching, warm)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.sync.measure"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    told, complaint = await process.communicate(json.dumps(asdict(task)).encode())
    if process.returncode != 0:
        raise ProcessFailed(f"a measurement ended with code {process.returncode}: {complaint.decode()[-4000:]}")
    return Measured(**json.loads(told))


async def carry_out(task: Task) -> Measured:
    """Link everybody, then sync them all at once; before that the process settles as the bot does at its start."""
    clock = Clock(datetime.fromisoformat(task.now))
    async with (
        Control(task.control_url) as control,
        product(Config.model_validate(task.config), clock) as bot,
    ):
        for guest in task.guests:
            await bot.link(guest, control)
        keep_pauses_short()
        if task.watching:
            return await _watched(bot, task)
        await control.spotify("reset_requests")
        before = time.process_time()
        seconds = await _sync(bot, task.guests)
        cpu_seconds = time.process_time() - before
        cold = await control.spotify("counts")
        warm_seconds = await _sync(bot, task.guests) if task.warm else 0.0
        both = await control.spotify("counts")
        return Measured(
            seconds=seconds,
            cpu_seconds=cpu_seconds,
            requests=cold["api"],
            by_route=cold["by_route"],
            images=cold["images"],
            warm_requests=both["api"] - cold["api"],
            warm_seconds=warm_seconds,
        )


async def _watched(bot: Product, task: Task) -> Measured:
    before = time.process_time()
    async with watched() as watch:
        seconds = await _sync(bot, task.guests)
    return Measured(
        seconds=seconds,
        cpu_seconds=time.process_time() - before,
        requests=0,
        lag_p99_ms=watch.lag_ms(0.99),
        lag_max_ms=watch.lag_ms(1),
        growth_mb=watch.growth_mb,
        stays_mb=watch.stays_mb,
    )


async def _sync(bot: Product, guests: Sequence[Guest]) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(bot.rooms.engine.sync(guest.discord_id, ignore) for guest in guests))
    return time.perf_counter() - began


def main() -> None:
    """Read, measure, write."""
    given = json.load(sys.stdin)
    given["guests"] = tuple(Guest(**one) for one in given["guests"])
    json.dump(asdict(asyncio.run(carry_out(Task(**given)))), sys.stdout)


if __name__ == "__main__":
    main()
