"""Pages of a list, from Spotify's JSON: what is on them, where they end, and whether anything is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.spotify.parse_values import Raw, UnusableAnswer, as_list, as_number
from storage.records import Artist

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `next_offset` is None at the end; `whole` is False where the list ended before its `total`.

    A list that is not whole must not be taken for the whole list: nothing may be planned as removed from it.
    """

    items: tuple[T, ...]
    total: int
    next_offset: int | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Follows:
    """Some of the followed artists; the next ones are asked for by the cursor `after`, which is None at the end."""

    artists: tuple[Artist, ...]
    total: int
    after: str | None = None


def checked_page(raw: object) -> Raw:
    """The answer, if it is a page: what looks like an empty library would be taken for one."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("items"), list) or not isinstance(raw.get("total"), int):
        raise UnusableAnswer
    return raw


def page_of(raw: Raw, offset: int, read: Callable[[object], T]) -> Page[T]:
    """A page that begins at `offset`, each entry read; every position is kept."""
    entries = as_list(raw.get("items"))
    end = offset + len(entries)
    total = as_number(raw.get("total"))
    more = bool(raw.get("next")) or (total is not None and end < total)
    return Page(
        items=tuple(read(entry) for entry in entries),
        total=end if total is None else total,
        next_offset=end if more and entries else None,
        whole=not more or len(entries) == (as_number(raw.get("limit")) or len(entries) or -1),
    )
