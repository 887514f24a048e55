"""The sync: requests, time, loop, memory and history, on a large library and beside a plain spotipy loop."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench.report import Bar, Result
from tests.bench.sync.edits import Edited, edited
from tests.bench.sync.least import least
from tests.bench.sync.measure import Measured, measured
from tests.bench.sync.peer import read_everything
from tests.bench.sync.size import Size
from tests.bench.sync.town import Guest, Town, a_town
from tests.bench.sync.year import year_of_versions_mb

NAME = "sync"
BARS = {
    "cold_requests_over_least": Bar(1.02),
    "cold_speedup": Bar(6.0, at_least=True),
    "cold_over_limit": Bar(1.3),
    "warm_requests": Bar(10),
    "edits_requests": Bar(40),
    "loop_lag_p99_ms": Bar(10.0),
    "loop_lag_max_ms": Bar(50.0),
    "memory_growth_mb": Bar(80.0),
    "memory_growth_ten_mb": Bar(250.0),
    "year_of_versions_mb": Bar(5.0),
}
Tell = Callable[[str], None]


@dataclass
class Colds:
    """Cold syncs and, after each of them, the peer's pass over the same library."""

    least: int
    syncs: list[Measured] = field(default_factory=list)
    peer_seconds: list[float] = field(default_factory=list)
    peer_requests: int = 0


async def benchmark(folder: Path, size: Size, tell: Tell) -> Result:
    """All of it, in an empty folder; `tell` hears what is being measured."""
    async with a_town(folder, size) as town:
        first = town.guests[0]
        await town.latency(size.latency)
        colds = await _colds(town, folder, size.runs, tell)
        tell("one cold sync, watched")
        one = await measured(town, folder / "one", [first], watching=True)
        tell(f"{size.at_once} cold syncs at once, watched")
        many = await measured(town, folder / "many", town.guests, watching=True)
        tell(f"{size.seeds} times a day's edits")
        days = await edited(town, folder / "edits", first, range(size.seeds))
    tell("a year of versions")
    year = await year_of_versions_mb(folder / "year.db", size)
    return _result(size, colds, (one, many), days, year)


async def _colds(town: Town, folder: Path, runs: int, tell: Tell) -> Colds:
    first = town.guests[0]
    colds = Colds(least(await town.hand("library", user=first.key)))
    for run in range(1, runs + 1):
        tell(f"cold sync {run} of {runs}")
        colds.syncs.append(await measured(town, folder / f"cold-{run}", [first], warm=True))
        tell(f"the same with a plain spotipy loop, {run} of {runs}")
        await _peer(town, first, colds)
    return colds


async def _peer(town: Town, guest: Guest, colds: Colds) -> None:
    granted = await town.hand("grant", user=guest.key, client_id=guest.client_id)
    await town.hand("reset_requests")
    api = town.world.endpoints["spotify_api"]
    colds.peer_seconds.append(await asyncio.to_thread(read_everything, api, granted["access_token"]))
    colds.peer_requests = (await town.hand("counts"))["api"]


def _result(size: Size, colds: Colds, watched: tuple[Measured, Measured], days: Edited, year: float) -> Result:
    one, many = watched
    requests = max(cold.requests for cold in colds.syncs)
    seconds = median(cold.seconds for cold in colds.syncs)
    limit = requests * size.latency / size.concurrency
    sequential = median(colds.peer_seconds)
    return Result(
        NAME,
        figures={
            "cold_requests": requests,
            "cold_requests_least": colds.least,
            "cold_seconds": seconds,
            "cold_limit_seconds": limit,
            "cold_cpu_seconds": median(cold.cpu_seconds for cold in colds.syncs),
            "cold_images": colds.syncs[-1].images,
            "warm_requests": max(cold.warm_requests for cold in colds.syncs),
            "warm_seconds": median(cold.warm_seconds for cold in colds.syncs),
            **days.figures(),
            "loop_lag_p99_ms": many.lag_p99_ms,
            "loop_lag_max_ms": many.lag_max_ms,
            "loop_lag_one_p99_ms": one.lag_p99_ms,
            "loop_lag_one_max_ms": one.lag_max_ms,
            "memory_growth_mb": one.growth_mb,
            "memory_growth_ten_mb": many.growth_mb,
            "memory_stays_mb": one.stays_mb,
            "memory_stays_ten_mb": many.stays_mb,
            "ten_at_once_seconds": many.seconds,
            "ten_at_once_cpu_seconds": many.cpu_seconds,
            "year_of_versions_mb": year,
        },
        peer={"sequential_seconds": sequential, "sequential_requests": colds.peer_requests},
        ratio={
            "cold_speedup": sequential / seconds,
            "cold_over_limit": seconds / limit,
            "cold_requests_over_least": requests / colds.least,
        },
        bars=BARS,
        plan=days.plan,
    )
