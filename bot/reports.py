"""Reports that are kept: plain JSON values in the database, the same record again when they are shown."""

from collections.abc import Hashable
from functools import cache
from typing import Any, Self

from pydantic import TypeAdapter


class Kept:
    """Base of the pydantic dataclasses that stand in a run or in the journal."""

    def to_json(self) -> dict[str, object]:
        """Plain JSON values."""
        plain: dict[str, object] = _adapter(self.__class__).dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, value: object) -> Self:
        """The record again."""
        record: Self = _adapter(cls).validate_python(value)
        return record


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
