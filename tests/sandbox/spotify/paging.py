"""Pages: limit and offset read as strictly as Spotify does, and the envelope with links to its own host."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aiohttp import web

from tests.sandbox.spotify.errors import bad_request

T = TypeVar("T")
MAX_LIMIT = 50
DEFAULT_LIMIT = 20
MAX_OFFSET = 100_000


def window(request: web.Request) -> tuple[int, int]:
    """The (limit, offset) that was asked for."""
    limit = _number(request, "limit", DEFAULT_LIMIT)
    offset = _number(request, "offset", 0)
    if not 1 <= limit <= MAX_LIMIT:
        raise bad_request("Invalid limit")
    if not 0 <= offset <= MAX_OFFSET:
        raise bad_request("Invalid offset")
    return limit, offset


def page(
    href: str, things: Sequence[T], limit: int, offset: int, write: Callable[[T], dict[str, Any] | None]
) -> dict[str, Any]:
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


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise bad_request(f"Invalid {name}") from None
