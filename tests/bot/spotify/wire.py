"""A loopback server that gives the answers a test lays out, for what a healthy stand-in never says."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web


@dataclass(frozen=True)
class Answer:
    """One answer; `broken` hangs up in place of it."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    broken: bool = False


def says(status: int, value: object, **headers: str) -> Answer:
    """A JSON answer."""
    return Answer(status, orjson.dumps(value), headers={name.replace("_", "-"): text for name, text in headers.items()})


@dataclass(frozen=True)
class Asked:
    """What arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    form: dict[str, str]
    headers: dict[str, str]


class Wire:
    """The answers still to give, the last one over and over, and the requests that came."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[Answer] = []
        self.asked: list[Asked] = []

    def will(self, *answers: Answer) -> None:
        """Lay out what is answered."""
        self.answers = list(answers)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        form = "form" in request.content_type
        written = text and request.content_type == "application/json"
        self.asked.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                orjson.loads(text) if written else None,
                {name: str(value) for name, value in (await request.post()).items()} if form else {},
                dict(request.headers),
            )
        )
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.broken:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(
            status=answer.status, body=answer.body, content_type=answer.content_type, headers=answer.headers
        )
