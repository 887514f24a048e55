"""`python -m tests.sandbox.bot --config FILE --clock FILE [--tick SECONDS]`: the real bot on the sandbox's clock."""

import argparse
import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path

from bot import logs
from bot.app import running
from bot.config import Config, load
from tests.sandbox.clock import Clock

TICK = 0.2


async def serve(config: Config, clock: Clock, tick: timedelta) -> None:
    """Until the process is asked to end or Discord will not have the bot any more."""
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with running(config, clock=clock, tick=tick) as bot:
        ends = [asyncio.create_task(asked.wait()), asyncio.create_task(bot.disconnected())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox.bot", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="a configuration as an operator writes it")
    parser.add_argument("--clock", type=Path, required=True, help="the file through which the clock is shared")
    parser.add_argument("--tick", type=float, default=TICK, help="seconds between two looks at what is due")
    given = parser.parse_args()
    logs.configure()
    config = load(given.config, os.environ)
    asyncio.run(serve(config, Clock.shared(given.clock), timedelta(seconds=given.tick)))


if __name__ == "__main__":
    main()
