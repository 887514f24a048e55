"""What was asked and answered, for tests to look at."""

import json
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Seen:
    """One request. Status 0: the connection was dropped."""

    method: str
    path: str
    status: int
    person: str | None

    @property
    def writes(self) -> bool:
        """Whether it asked the Web API for a change."""
        return self.method != "GET" and self.path.startswith("/v1/")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of the Web API with its whole answer; `route` is the path as the documentation writes it."""

    method: str
    route: str
    path: str
    status: int
    content_type: str
    body: bytes

    def as_json(self) -> dict[str, Any]:
        """With the answer's JSON read, or its text where it is none."""
        answer: object = self.body.decode()
        if self.content_type == "application/json":
            try:
                answer = json.loads(self.body)
            except ValueError:
                answer = {"broken off": self.body.decode(errors="replace")}
        return {
            "method": self.method,
            "route": self.route,
            "path": self.path,
            "status": self.status,
            "content_type": self.content_type,
            "body": answer,
        }


@dataclass
class Counts:
    """How many requests there were: of the Web API, of pictures, by route and by status of the Web API."""

    api: int = 0
    images: int = 0
    by_route: Counter[str] = field(default_factory=Counter)
    by_status: Counter[str] = field(default_factory=Counter)
    by_person: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return {
            "api": self.api,
            "images": self.images,
            "by_route": dict(self.by_route),
            "by_status": dict(self.by_status),
            "by_person": dict(self.by_person),
        }


class Journal:
    """The latest requests, the latest answers in full, and counts of all since they were forgotten."""

    def __init__(self) -> None:
        self.requests: deque[Seen] = deque(maxlen=50_000)
        self.exchanges: deque[Exchange] = deque(maxlen=300)
        self.counts = Counts()

    def forget(self) -> None:
        """From now on."""
        self.requests.clear()
        self.exchanges.clear()
        self.counts = Counts()

    def note(self, request: web.Request, answer: web.StreamResponse | None, person: str | None) -> None:
        """Write one down."""
        status = 0 if answer is None else answer.status
        self.requests.append(Seen(request.method, request.path, status, person))
        if request.path.startswith("/image/"):
            self.counts.images += 1
        if not request.path.startswith("/v1/"):
            return
        resource = request.match_info.route.resource
        route = resource.canonical.removeprefix("/v1").removesuffix("{slash}") if resource else request.path
        self._count(f"{request.method} {route}", status, person)
        if isinstance(answer, web.Response):
            body = answer.body if isinstance(answer.body, bytes) else b""
            self.exchanges.append(
                Exchange(request.method, route, str(request.rel_url), status, answer.content_type, body)
            )

    def _count(self, route: str, status: int, person: str | None) -> None:
        self.counts.api += 1
        self.counts.by_route[route] += 1
        self.counts.by_status[str(status)] += 1
        if person is not None:
            self.counts.by_person[person] += 1
