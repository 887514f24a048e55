"""The passing of time in long tests: in order, as far as the first who wakes, and not while anything happens."""

import asyncio
from datetime import timedelta

from tests.sandbox.clock import EVENING, Clock
from tests.soak.passing import Passing


async def test_sleepers_wake_in_order_however_long_they_sleep() -> None:
    clock = Clock()
    time = Passing(clock, lambda: 0)
    woke: list[tuple[float, timedelta]] = []

    async def nap(hours: float) -> None:
        await time.sleep(hours * 3600)
        woke.append((hours, clock.now() - EVENING))

    async with time.passes():
        await asyncio.gather(*(nap(hours) for hours in (8, 1, 1.5)))
    assert [hours for hours, _ in woke] == [1, 1.5, 8]
    assert all(timedelta(hours=hours) <= after < timedelta(hours=hours, minutes=5) for hours, after in woke)


async def test_time_stands_while_anything_happens() -> None:
    clock = Clock()
    done = 0
    time = Passing(clock, lambda: done)

    async def work() -> None:
        nonlocal done
        for _ in range(60):
            await asyncio.sleep(0.001)
            done += 1

    async with time.passes():
        sleeping = asyncio.ensure_future(time.sleep(3600))
        await work()
        assert not sleeping.done()
        await sleeping


async def test_a_sleeper_that_was_cancelled_wakes_nobody() -> None:
    time = Passing(Clock(), lambda: 0)
    async with time.passes():
        gone = asyncio.ensure_future(time.sleep(60))
        await asyncio.sleep(0)
        gone.cancel()
        await time.sleep(120)
    assert gone.cancelled()


async def test_hours_do_not_pass_while_somebody_is_busy_but_minutes_do() -> None:
    clock = Clock()
    busy = True
    time = Passing(clock, lambda: 0, lambda: busy)
    async with time.passes():
        night = asyncio.ensure_future(time.sleep(8 * 3600))
        for _ in range(3):
            await time.sleep(30)
        assert not night.done()
        busy = False
        await night
    assert clock.now() - EVENING >= timedelta(hours=8)
