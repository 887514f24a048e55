"""Writes a ZIP that any tool opens, with ISA-L's deflate.

The standard library's writer deflates with zlib alone, which takes five times as long for the same size. Structures
and their numbers: PKWARE's APPNOTE.TXT, 4.3.7 (in front of a member), 4.3.12 (the list at the end), 4.3.16 (its end).
"""

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from isal import isal_zlib

STORED, DEFLATED = 0, 8
_HEADER = struct.Struct("<4s5H3L2H")
_LISTED = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 20
_MADE_BY = 3 << 8 | _VERSION  # 3: Unix, wherever it was written, so that equal archives are equal
READABLE = 0o100644 << 16
_EARLIEST = (0, 1 << 5 | 1)  # 1980-01-01 00:00, which a ZIP counts from; a real one would make equal archives differ
_LEVEL = 1
_RAW = -zlib.MAX_WBITS  # a ZIP wants deflate without zlib's own header


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as it stands in the file: sizes in bytes, `offset` is where its header begins."""

    name: str
    how: int
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def start(self) -> int:
        """Where its packed bytes begin."""
        return self.offset + _HEADER.size + len(self.name)

    @property
    def _facts(self) -> tuple[int, ...]:
        return (0, self.how, *_EARLIEST, self.crc, self.packed, self.size, len(self.name), 0)

    @property
    def header(self) -> bytes:
        """What stands in front of it."""
        return _HEADER.pack(b"PK\x03\x04", _VERSION, *self._facts) + self.name.encode("ascii")

    @property
    def listed(self) -> bytes:
        """What the list at the end says of it."""
        where = (0, 0, 0, READABLE, self.offset)
        return _LISTED.pack(b"PK\x01\x02", _MADE_BY, _VERSION, *self._facts, *where) + self.name.encode("ascii")


class ZipWriter:
    """Appends members to an empty file, then the list of them.

    Raises `struct.error` past 4 GB or 65,535 members; thousands of playlists with the largest covers are half of that.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._end = 0
        self.entries: list[Entry] = []

    def add(self, name: str, content: bytes, how: int) -> Entry:
        """Writes one member."""
        packed = content if how == STORED else isal_zlib.compress(content, _LEVEL, _RAW)
        entry = Entry(name, how, zlib.crc32(content), len(packed), len(content), self._end)
        self._append(entry.header, packed)
        self.entries.append(entry)
        return entry

    def finish(self, comment: bytes) -> None:
        """Writes the list, and the comment, which ends the file."""
        start, listed = self._end, b"".join(entry.listed for entry in self.entries)
        count = len(self.entries)
        self._append(listed, _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listed), start, len(comment)), comment)

    def _append(self, *pieces: bytes) -> None:
        self.file.seek(self._end)
        for piece in pieces:
            self.file.write(piece)
            self._end += len(piece)
