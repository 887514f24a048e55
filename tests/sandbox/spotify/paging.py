"""Pages: limit and offset read as strictly as Spotify does, and the envelope with links to its own host."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aiohttp import web

from tests.sandbox.spotify.errors import bad_request

T = TypeVar("T")
MAX_LIMIT = 50
DEFAULT_LIMIT = 20
MAX_OFFSET = 100_000


def window(
    request: web.Request, most: int = MAX_LIMIT, default: int = DEFAULT_LIMIT, furthest: int = MAX_OFFSET
) -> tuple[int, int]:
    """The (limit, offset) that was asked for."""
    offset = number(request, "offset", 0)
    if not 0 <= offset <= furthest:
        raise bad_request("Invalid offset")
    return page_size(request, most, default), offset


def page_size(request: web.Request, most: int = MAX_LIMIT, default: int = DEFAULT_LIMIT) -> int:
    """The limit alone."""
    limit = number(request, "limit", default)
    if not 1 <= limit <= most:
        raise bad_request("Invalid limit")
    return limit


def page(href: str, things: Sequence[T], limit: int, offset: int, write: Callable[[T], object]) -> dict[str, Any]:
    """One page of something; only what is on it is written out."""

    def link(at: int) -> str:
        return f"{href}?offset={at}&limit={limit}"

    return {
        "href": link(offset),
        "items": [write(thing) for thing in things[offset : offset + limit]],
        "limit": limit,
        "next": link(offset + limit) if offset + limit < len(things) else None,
        "offset": offset,
        "previous": link(max(0, offset - limit)) if offset else None,
        "total": len(things),
    }


def number(request: web.Request, name: str, default: int) -> int:
    """A whole number of the query."""
    text = request.query.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise bad_request(f"Invalid {name}") from None
