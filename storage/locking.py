"""Encrypts with a passphrase in a process of its own: what age does for that would stop the whole bot for seconds.

`python -m storage.locking SOURCE TARGET` reads the passphrase from its standard input, where no list of processes
shows it.
"""

import logging
import subprocess
import sys
from pathlib import Path

from storage.errors import MusiVaultError
from storage.sealing import seal_with

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[1]
PATIENCE = 300.0
"""Seconds; a slow machine takes a few, and the whole file goes through memory."""


class NotLocked(MusiVaultError):
    """The process ended without the encrypted file."""

    template = (
        "The export could not be encrypted with a passphrase: that takes more memory than this bot's machine has to "
        "spare now. Nothing was kept of it. Try again later, or give a public age key as `recipient:` instead."
    )


def lock(source: Path, target: Path, passphrase: str) -> None:
    """`target` is `source`, encrypted; blocks for seconds, but holds nobody else up."""
    command = [sys.executable, "-m", __name__, str(source.absolute()), str(target.absolute())]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=passphrase.encode(), cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise NotLocked from late
    if done.returncode:
        log.error("export.unlocked code=%d: %s", done.returncode, done.stderr.decode(errors="replace")[-500:])
        raise NotLocked


if __name__ == "__main__":
    seal_with(Path(sys.argv[1]), Path(sys.argv[2]), sys.stdin.buffer.read().decode())
