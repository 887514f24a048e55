"""`python -m tests.sandbox --ready FILE [--clock FILE]`: the whole sandbox alone, its addresses in FILE as JSON."""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from tests.sandbox.clock import Clock
from tests.sandbox.discord.state import BOT_TOKEN
from tests.sandbox.sandbox import Sandbox
from tests.sandbox.whole import whole


async def serve(ready: Path, clock: Clock) -> None:
    """Until the process is asked to end."""
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with whole(clock) as sandbox:
        announce(ready, sandbox)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asked.wait()


def announce(ready: Path, sandbox: Sandbox) -> None:
    """Write the addresses; the file appears complete or not at all."""
    told = {"control_url": sandbox.control_url, "endpoints": sandbox.endpoints, "bot_token": BOT_TOKEN}
    draft = ready.with_name(ready.name + ".part")
    draft.write_text(json.dumps(told | {"pid": os.getpid()}, indent=2))
    draft.replace(ready)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox", description=__doc__)
    parser.add_argument("--ready", type=Path, required=True, help="where to write the addresses")
    parser.add_argument("--clock", type=Path, help="the file through which the clock is shared")
    given = parser.parse_args()
    asyncio.run(serve(given.ready, Clock(file=given.clock)))


if __name__ == "__main__":
    main()
