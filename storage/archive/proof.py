"""The proof of an archive that is being written: each member is read back, and in the end the file is opened anew."""

from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from storage.archive.damage import damage
from storage.errors import ArchiveDamaged

Place = tuple[str, int, int, int, int]


def read_back(archive: ZipFile, name: str, content: bytes) -> None:
    """What stands in the file is what the database said, to the byte."""
    with damage(name), archive.open(name) as member:
        found = member.read(len(content) + 1)
    if found != content:
        raise ArchiveDamaged(where=f"{name} is not what was written")


def check_directory(path: Path, written: Sequence[ZipInfo]) -> None:
    """Whoever opens the file is led to just those members that were read back, at just those places."""
    with damage("the file cannot be opened as an archive"), ZipFile(path) as archive:
        found = [_place(info) for info in archive.infolist()]
    if found != [_place(info) for info in written]:
        raise ArchiveDamaged(where="the list of its parts is not what was written")


def _place(info: ZipInfo) -> Place:
    return info.filename, info.header_offset, info.CRC, info.compress_size, info.file_size
