"""What a file system promises only when it is asked."""

import os
from pathlib import Path


def private_folder(folder: Path) -> None:
    """A folder that nobody but the bot's own user looks into, there from now on."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """A rename is only safe from a power cut once the folder itself is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
