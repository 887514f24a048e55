"""Damage in words: whatever the ZIP and JSON readers stumble over."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile

from storage.errors import ArchiveDamaged

# RuntimeError also covers what zipfile raises for a compression it does not know.
UNREADABLE = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)


@contextmanager
def damage(where: str) -> Iterator[None]:
    """Trouble in here is damage in that place; what is damage already keeps its own."""
    try:
        yield
    except UNREADABLE as error:
        raise ArchiveDamaged(where=where) from error
