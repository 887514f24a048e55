"""CSV that spreadsheets open as it is meant: RFC 4180, UTF-8 marked for Excel, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from storage.database import sliced

BOM = "\ufeff"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet calculate instead of show, if a cell begins with it."""
Cell = str | int | bool | datetime | None


def lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file, many rows at a time."""
    yield BOM + _written([columns])
    for part in sliced(rows):
        yield _written([[shown(cell) for cell in row] for row in part])


def shown(cell: Cell) -> str:
    """A cell as text: moments as Spotify writes them, and an apostrophe before what would be a formula."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime():
            return f"{cell.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case int():
            return str(cell)
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
