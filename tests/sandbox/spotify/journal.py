"""What was asked and answered, for tests to look at."""

import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Exchange:
    """One request of the Web API with its whole answer; `route` is the path as the documentation writes it."""

    method: str
    route: str
    path: str
    status: int
    content_type: str
    body: str

    def as_json(self) -> dict[str, Any]:
        """With the answer's JSON read, or its text where it is none."""
        answer: object = self.body
        if self.content_type == "application/json":
            answer = json.loads(self.body)
        return {
            "method": self.method,
            "route": self.route,
            "path": self.path,
            "status": self.status,
            "content_type": self.content_type,
            "body": answer,
        }


class Journal:
    """The latest requests, and the latest answers in full."""

    def __init__(self) -> None:
        self.requests: deque[Seen] = deque(maxlen=50_000)
        self.exchanges: deque[Exchange] = deque(maxlen=300)

    def note(self, request: web.Request, answer: web.StreamResponse | None, person: str | None) -> None:
        """Write one down."""
        self.requests.append(Seen(request.method, request.path, answer.status if answer else 0, person))
        if not isinstance(answer, web.Response) or not request.path.startswith("/v1/"):
            return
        resource = request.match_info.route.resource
        route = resource.canonical.removeprefix("/v1").removesuffix("{slash}") if resource else request.path
        self.exchanges.append(
            Exchange(request.method, route, str(request.rel_url), answer.status, answer.content_type, answer.text or "")
        )
