"""Folders for what may be read only for a moment: nobody else may enter one, and a crash leaves none for long."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder beside a file where the same can be read anyway; then it is gone. Its process holds a lock on it."""
    beside.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=_name(beside), dir=beside.parent) as made:
        folder = Path(made)
        with _opened(folder) as descriptor:
            _lock(descriptor)
            yield folder


def tidy_scratch(beside: Path) -> int:
    """At the start: removes what a crash left, and leaves what a process works in. How many."""
    left = [path for path in beside.parent.glob(".*") if path.name.startswith(_name(beside)) and not _is_held(path)]
    for folder in left:
        shutil.rmtree(folder)
    return len(left)


def _name(beside: Path) -> str:
    return f".{beside.name}-scratch-"


def _is_held(folder: Path) -> bool:
    with _opened(folder) as descriptor:
        return not _lock(descriptor)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """False where another holds it. The lock ends with its process, whatever ends that."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # Some network file systems know no locks; there nobody can hold one either.
        return True
    return True
