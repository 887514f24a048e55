"""Bad days: which requests go wrong, how, and whether what they asked for was done all the same."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from tests.sandbox.spotify.errors import ApiError, TokenError
from tests.sandbox.spotify.limits import too_many

NOISE: tuple[int | str, ...] = (401, 403, 500, 502, 503, "cut", "truncated")
LOOK_EVERY = 0.02  # seconds between two looks whether somebody still waits for a late answer
BODIES = ("json", "html", "empty", "empty_object", "empty_page", "truncated", "half")


class Moment(StrEnum):
    """When misfortune strikes: before anything was done, or once it was, with the answer lost."""

    BEFORE = "before"
    AFTER = "after"


def meant(request: web.Request, method: str | None, path_contains: str | None) -> bool:
    """Whether this request is meant; without a path only the Web API is."""
    here = path_contains in request.path if path_contains else request.path.startswith("/v1/")
    return here and method in (None, request.method)


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
    stall: float | None = None  # seconds; what is late is right

    def __post_init__(self) -> None:
        if self.body not in BODIES:
            raise ValueError(f"a body is one of {', '.join(BODIES)}")
        if self.body in ("truncated", "half"):  # there has to be an answer that breaks off
            self.moment = Moment.AFTER

    def matches(self, request: web.Request) -> bool:
        """Whether this request is meant."""
        return self.times > 0 and meant(request, self.method, self.path_contains)

    @property
    def happens_first(self) -> bool:
        """Whether nothing is done of what was asked."""
        return self.moment is Moment.BEFORE and self.stall is None

    async def pause(self, request: web.Request) -> None:
        """The time that a late answer takes longer; no more of it once nobody waits."""
        for _ in range(math.ceil((self.stall or 0.0) / LOOK_EVERY)):
            if request.transport is None:
                return
            await asyncio.sleep(LOOK_EVERY)

    async def response(self, request: web.Request, right: web.StreamResponse | None) -> web.StreamResponse | None:
        """What goes out instead of the right answer, in the words of the service that was asked; None: nothing."""
        if self.stall is not None:
            return right
        if self.status is None:
            return None
        if self.body in ("truncated", "half"):
            return await _broken_off(request, right, half=self.body == "half")
        if self.status == 429:
            return too_many(1 if self.retry_after is None else self.retry_after, quota=self.quota).response()
        return _failure(request, self.status, self.body)


@dataclass
class Noise:
    """Now and then a request of the Web API goes wrong, and the same one right after does not."""

    rng: random.Random
    rate: float
    kinds: Sequence[int | str]
    method: str | None = None
    path_contains: str | None = None

    def mishap(self, request: web.Request) -> Mishap | None:
        """What this one request meets, if anything."""
        if not meant(request, self.method, self.path_contains) or self.rng.random() >= self.rate:
            return None
        kind = self.rng.choice(self.kinds)
        moment = Moment.AFTER if self.rng.random() < 0.5 else Moment.BEFORE
        if isinstance(kind, int):  # a refusal means that nothing was done
            return Mishap(1, kind, moment if kind >= 500 else Moment.BEFORE)
        return Mishap(1, None, moment) if kind == "cut" else Mishap(1, 200, body=kind)


@dataclass
class Meanwhile:
    """Something a person does right before a certain request is answered."""

    left: int  # requests that are answered before
    path_contains: str
    act: Callable[[], Awaitable[object]]

    def is_due(self, request: web.Request) -> bool:
        """Whether this is the request."""
        if self.path_contains not in request.path:
            return False
        self.left -= 1
        return self.left < 0


async def _broken_off(
    request: web.Request, right: web.StreamResponse | None, *, half: bool
) -> web.StreamResponse | None:
    """The right answer's beginning: as if it were whole, or with the connection lost in the middle of it."""
    if not isinstance(right, web.Response) or not isinstance(right.body, bytes) or not right.body:
        return None
    beginning = right.body[: len(right.body) // 2]
    if not half:
        return web.Response(status=right.status, body=beginning, content_type=right.content_type)
    headers = {"Content-Type": right.content_type, "Content-Length": str(len(right.body))}
    stream = web.StreamResponse(status=right.status, headers=headers)
    await stream.prepare(request)
    await stream.write(beginning)
    if request.transport is not None:
        request.transport.close()
    return stream


def _failure(request: web.Request, status: int, body: str) -> web.Response:
    if body == "html":
        return web.Response(status=status, text=f"<html><h1>{status}</h1></html>", content_type="text/html")
    if body == "empty":
        return web.Response(status=status)
    if body == "empty_object":
        return web.json_response({}, status=status)
    if body == "empty_page":
        page = {"href": str(request.url), "items": [], "total": 0, "limit": 50, "next": None, "previous": None}
        body_of = {"artists": page} if "following" in request.path else page | {"offset": 0}
        return web.json_response(body_of, status=status)
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
