"""Files into a ZIP, or a single one as it is, written piece by piece."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from storage.archive.zipped import READABLE

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A ZIP knows no moment before it, and a wrong clock must not spoil an export."""


def pack(path: Path, files: Iterable[tuple[str, Iterable[str]]], at: datetime) -> None:
    """A ZIP of texts, dated `at`."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, text in files:
            info = ZipInfo(name, max(EARLIEST, at.timetuple()[:6]))
            info.compress_type, info.external_attr = ZIP_DEFLATED, READABLE
            with archive.open(info, "w") as member:
                for piece in text:
                    member.write(piece.encode(errors="replace"))


def put(path: Path, text: Iterable[str]) -> None:
    """One text as a file."""
    with path.open("wb") as file:
        for piece in text:
            file.write(piece.encode(errors="replace"))
