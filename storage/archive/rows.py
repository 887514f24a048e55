"""Lines as records: each is checked, and each reference must lead somewhere."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from storage.archive.damage import damage
from storage.database import sliced

T = TypeVar("T")


def rows_of(members: Mapping[str, bytes], name: str, lines: TypeAdapter[list[T]]) -> list[T]:
    """The records of a member; ArchiveDamaged where a line is none."""
    rows: list[T] = []
    with damage(name):
        # All at once would keep every other thread waiting until the last line.
        for part in sliced(members[name].splitlines()):
            rows += lines.validate_json(b"[" + b",".join(part) + b"]")
    return rows


def at(rows: Sequence[T], number: int) -> T:
    """What a line refers to; counting from the end is Python's idea, not the format's."""
    if number < 0:
        message = f"{number} is no line"
        raise IndexError(message)
    return rows[number]
