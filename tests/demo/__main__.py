"""`python -m tests.demo [--svg FILE]`: 0 when every proof holds. `STAY=1` leaves everything running until Ctrl-C."""

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
from pathlib import Path

from tests.demo import picture
from tests.demo.stage import Stage
from tests.demo.stay import stay
from tests.demo.story import Story
from tests.demo.transcript import Transcript, terminal
from tests.sandbox.control import CannotDo
from tests.sandbox.processes import ProcessFailed, processes, tail_of
from tests.sandbox.reply import NeverSaw

INTERRUPTED = 130


async def play(folder: Path, transcript: Transcript, *, staying: bool) -> bool:
    """The story against processes of their own; whether every proof holds."""
    async with processes(folder) as world:
        stage = Stage(world, world.person("ada"), transcript)
        well = transcript.proofs(await Story(stage).play())
        if staying:
            with contextlib.suppress(asyncio.CancelledError):  # Ctrl-C is how it is meant to end
                await stay(stage)
        else:
            transcript.tells("To go on as Ada yourself: make demo STAY=1")
        return well


def opening(transcript: Transcript) -> None:
    """What is about to be seen."""
    transcript.title(
        "MusiVault: a bad day, and how it ends well",
        "All of this happens now: the real bot, in a process of its own, against stand-ins for Discord, "
        "Spotify and Google that speak the same protocols and keep the same rules. Only the clock is "
        "moved, so that nights pass. Times are UTC.",
    )


def run(folder: Path, transcript: Transcript, *, staying: bool) -> bool:
    """Play it; where it breaks, say what broke and what the bot last wrote into its log."""
    try:
        well = asyncio.run(play(folder, transcript, staying=staying))
    except ProcessFailed as failure:
        sys.stderr.write(f"\nThe demo could not go on: {failure}\n")
        return False
    except (CannotDo, NeverSaw) as failure:
        sys.stderr.write(f"\nThe demo could not go on: {failure}\n")
        well = False
    if not well:
        sys.stderr.write(f"\n{tail_of(folder / 'bot.log')}\n")
    return well


def main() -> int:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--svg", type=Path, help="where to write a picture of the key scenes")
    given = parser.parse_args()
    transcript = Transcript(terminal())
    opening(transcript)
    with tempfile.TemporaryDirectory(prefix="musivault-demo-") as folder, contextlib.suppress(KeyboardInterrupt):
        well = run(Path(folder), transcript, staying=bool(os.environ.get("STAY")))
        if well and given.svg:
            picture.write(transcript.picture, given.svg)
        return 0 if well else 1
    sys.stderr.write("\nStopped, and tidied away.\n")
    return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
