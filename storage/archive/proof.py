"""The proof of an archive that is being written: each member is read back, and in the end the file is opened anew."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile

from storage.archive.damage import damage
from storage.archive.zipped import DEFLATED, Entry
from storage.errors import ArchiveDamaged


def read_back(file: BinaryIO, entry: Entry, content: bytes) -> None:
    """What stands in the file is what the database said, to the byte; unpacked by another library than packed it."""
    with damage(entry.name):
        file.seek(entry.start)
        found = file.read(entry.packed)
        if entry.how == DEFLATED:
            found = zlib.decompress(found, -zlib.MAX_WBITS, entry.size)
    if found != content:
        raise ArchiveDamaged(where=f"{entry.name} is not what was written")


def check_directory(path: Path, written: Sequence[Entry]) -> None:
    """Whoever opens the file is led to just those members that were read back, at just those places."""
    with damage("the file cannot be opened as an archive"), ZipFile(path) as archive:
        found = []
        for info in archive.infolist():
            archive.open(info).close()  # reads what stands in front of the member, too
            where = (info.compress_type, info.CRC, info.compress_size, info.file_size, info.header_offset)
            found.append(Entry(info.filename, *where))
    if found != list(written):
        raise ArchiveDamaged(where="the list of its parts is not what was written")
