"""Reports that are kept: plain JSON values in the database, the same record again when they are shown."""

from typing import Any, Self

from pydantic import TypeAdapter


class Kept:
    """Base of the pydantic dataclasses that stand in a run or in the journal."""

    def to_json(self) -> dict[str, object]:
        """Plain JSON values."""
        plain: dict[str, object] = _adapter(type(self)).dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, value: object) -> Self:
        """The record again."""
        record: Self = _adapter(cls).validate_python(value)
        return record


_ADAPTERS: dict[type[Kept], TypeAdapter[Any]] = {}


def _adapter(kind: type[Kept]) -> TypeAdapter[Any]:
    """Made once for each report: building one takes longer than using it."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
