"""Lines as records: each is checked, and each reference must lead somewhere."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from storage.archive.damage import damage

T = TypeVar("T")


def rows_of(members: Mapping[str, bytes], name: str, lines: TypeAdapter[list[T]]) -> list[T]:
    """The records of a member; ArchiveDamaged where a line is none."""
    with damage(name):
        return lines.validate_json(b"[" + b",".join(members[name].splitlines()) + b"]")


def at(rows: Sequence[T], number: int) -> T:
    """What a line refers to; counting from the end is Python's idea, not the format's."""
    if number < 0:
        message = f"{number} is no line"
        raise IndexError(message)
    return rows[number]
