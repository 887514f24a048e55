"""The tick and its duties."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.schedule import Schedule


async def test_a_duty_that_fails_stops_no_other_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    failed, done = 0, asyncio.Event()

    async def fails() -> None:
        nonlocal failed
        failed += 1
        raise OSError("disk I/O error")

    async def works() -> None:
        if failed > 1:
            done.set()

    schedule = Schedule((fails, works), timedelta(seconds=0.1))
    with caplog.at_level(logging.ERROR):
        schedule.start()
        await asyncio.wait_for(done.wait(), 5)
        await schedule.stop()
    assert "tick.trouble" in caplog.text
