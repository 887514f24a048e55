"""Fate: bad days that a test or the demo turns on, and how the Web API decides what documentation leaves open."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from tests.sandbox.spotify.errors import ApiError, TokenError

T = TypeVar("T")


class LibraryOrder(StrEnum):
    """Which of several URIs liked in one call becomes the newest; Spotify does not say."""

    KEPT = "kept"  # the last one
    REVERSED = "reversed"  # the first one
    SHUFFLED = "shuffled"


class Moment(StrEnum):
    """When misfortune strikes: before anything was done, or once it was, with the answer lost."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class Mishap:
    """The next so many matching requests go wrong."""

    times: int
    status: int | None  # None: the connection drops
    moment: Moment = Moment.BEFORE
    method: str | None = None
    path_contains: str | None = None
    retry_after: int | None = None
    quota: bool = False
    body: str = "json"

    def matches(self, request: web.Request) -> bool:
        """Whether this request is meant; without a path only the Web API is."""
        here = self.path_contains in request.path if self.path_contains else request.path.startswith("/v1/")
        return self.times > 0 and here and self.method in (None, request.method)

    def response(self, request: web.Request) -> web.StreamResponse:
        """The answer that goes out instead of the right one, in the JSON of the service that was asked."""
        status = self.status or 500
        if status == 429:
            message = "Too many requests" if self.quota else "API rate limit exceeded"
            headers = {"Retry-After": str(self.retry_after if self.retry_after is not None else 1)}
            return ApiError(429, message, reason="QUOTA_EXCEEDED" if self.quota else None, headers=headers).response()
        if self.body == "html":
            return web.Response(status=status, text=f"<html><h1>{status}</h1></html>", content_type="text/html")
        if self.body == "empty":
            return web.Response(status=status)
        if request.path == "/api/token":
            error = ("invalid_grant", "Refresh token revoked") if status < 500 else ("server_error", "Try again later")
            return TokenError(*error, status=status).response()
        return ApiError(status, _REASONS.get(status, "Server error.")).response()


_REASONS = {
    400: "Bad request.",
    401: "Access token missing",
    403: "Forbidden",
    404: "Resource not found",
    413: "Payload too large",
    500: "Server error.",
    502: "Bad gateway.",
    503: "Service unavailable",
    504: "Gateway timeout",
}


@dataclass
class Switches:
    """All of them, off."""

    rng: random.Random
    order: LibraryOrder = LibraryOrder.KEPT
    deleted_is_gone: bool = False  # an unfollowed playlist of one's own cannot be read or followed again
    public_is_ignored: bool = False  # `public: false` is accepted and does nothing, as reported in 2026
    latency: float = 0.0
    mishaps: list[Mishap] = field(default_factory=list)

    async def wait(self) -> None:
        """The time an answer takes."""
        if self.latency:
            await asyncio.sleep(self.latency)

    def strike(self, request: web.Request) -> Mishap | None:
        """The mishap that this request meets, one time of it used up."""
        for mishap in self.mishaps:
            if mishap.matches(request):
                mishap.times -= 1
                return mishap
        return None

    def in_library_order(self, uris: Sequence[T]) -> list[T]:
        """The order in which URIs of one call are liked, the last becoming the newest."""
        ordered = list(uris)
        if self.order is LibraryOrder.REVERSED:
            ordered.reverse()
        elif self.order is LibraryOrder.SHUFFLED:
            self.rng.shuffle(ordered)
        return ordered
