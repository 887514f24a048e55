"""The `q` parameter of files.list: the clauses MusiVault and its tests need, joined by `and`."""

import re
from collections.abc import Callable

from tests.sandbox.google.drives import Drive, DriveFile
from tests.sandbox.google.refusals import invalid

Clause = Callable[[Drive, DriveFile], bool]

_TEXT = r"'((?:[^'\\]|\\.)*)'"
_PROPERTY = re.compile(rf"appProperties\s+has\s+\{{\s*key\s*=\s*{_TEXT}\s+and\s+value\s*=\s*{_TEXT}\s*\}}")
_PARENT = re.compile(rf"{_TEXT}\s+in\s+parents")
_COMPARED = re.compile(rf"(name|mimeType)\s*(=|!=)\s*{_TEXT}")
_TRASHED = re.compile(r"trashed\s*=\s*(true|false)")
_AND = re.compile(r"\s+and\s+")


def matching(drive: Drive, files: list[DriveFile], q: str | None) -> list[DriveFile]:
    """Those that every clause is true of."""
    clauses = _parse(q.strip()) if q else []
    return [file for file in files if all(clause(drive, file) for clause in clauses)]


def _parse(q: str) -> list[Clause]:
    clauses = []
    position = 0
    while True:
        clause, position = _clause(q, position)
        clauses.append(clause)
        if position == len(q):
            return clauses
        joined = _AND.match(q, position)
        if joined is None:
            raise invalid("q")
        position = joined.end()


def _clause(q: str, position: int) -> tuple[Clause, int]:
    for pattern, build in _BUILDERS:
        found = pattern.match(q, position)
        if found is not None:
            return build(*found.groups()), found.end()
    raise invalid("q")


def _has_property(key: str, value: str) -> Clause:
    return lambda _, file: file.properties.get(_plain(key)) == _plain(value)


def _in_parent(parent: str) -> Clause:
    return lambda drive, file: (drive.root.id if parent == "root" else _plain(parent)) in file.parents


def _compared(what: str, operator: str, text: str) -> Clause:
    def clause(_: Drive, file: DriveFile) -> bool:
        same = (file.name if what == "name" else file.mime_type) == _plain(text)
        return same is (operator == "=")

    return clause


def _is_trashed(word: str) -> Clause:
    return lambda drive, file: drive.is_trashed(file) is (word == "true")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


_BUILDERS: tuple[tuple[re.Pattern[str], Callable[..., Clause]], ...] = (
    (_PROPERTY, _has_property),
    (_PARENT, _in_parent),
    (_COMPARED, _compared),
    (_TRASHED, _is_trashed),
)
