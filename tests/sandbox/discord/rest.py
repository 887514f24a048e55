"""REST v10: the routes a bot calls, their authorisation, and a record of all traffic."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.sandbox.discord.refusal import Json, Refusal, not_found, unauthorized
from tests.sandbox.discord.state import BOT_TOKEN, State, Upload
from tests.sandbox.discord.switches import Limited, Switches, limited_body

PREFIX = "/api/v10"


@dataclass
class Call:
    """One request of the bot."""

    method: str
    route: str
    match: dict[str, str]
    query: dict[str, str]
    payload: Any = None
    uploads: dict[int, Upload] = field(default_factory=dict)

    @property
    def body(self) -> Json:
        """The payload where an object is expected."""
        if isinstance(self.payload, dict):
            return self.payload
        raise Refusal(400, 50109, "The request body contains invalid JSON.")

    def id(self, name: str) -> int:
        """A snowflake out of the path."""
        text = self.match[name]
        if not text.isdecimal():
            errors = {
                name: {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": f'Value "{text}" is not snowflake.'}]}
            }
            raise Refusal(400, 50035, "Invalid Form Body", errors)
        return int(text)


@dataclass(frozen=True)
class Answer:
    """Status and JSON body; None is no content."""

    body: object = None
    status: int = 200


@dataclass(frozen=True)
class Route:
    """What answers a method and path; `private` ones want the bot's token."""

    method: str
    path: str
    handler: Callable[[Call], Answer]
    private: bool = True


class Rest:
    """Turns HTTP into calls, calls into Discord's answers, and remembers both."""

    def __init__(self, state: State, switches: Switches, routes: list[Route]) -> None:
        self._state = state
        self._switches = switches
        self._routes = routes

    def add_to(self, app: web.Application) -> None:
        """Register all routes, and the 404 for the rest."""
        for route in self._routes:
            app.router.add_route(route.method, PREFIX + route.path, self._endpoint(route))
        app.router.add_get("/attachments/{channel_id}/{attachment_id}/{filename}", self._file)
        app.router.add_route("*", "/{rest:.*}", self._nothing)

    def _endpoint(self, route: Route) -> Callable[[web.Request], Any]:
        async def endpoint(request: web.Request) -> web.Response:
            payload, uploads = await _read(request)
            call = Call(route.method, route.path, dict(request.match_info), dict(request.query), payload, uploads)
            answer, headers = await self._answer(route, call, request)
            self._record(call, answer)
            return _response(answer, headers)

        return endpoint

    async def _answer(self, route: Route, call: Call, request: web.Request) -> tuple[Answer, dict[str, str]]:
        try:
            await self._switches.strike(f"{route.method} {route.path}")
            _check(route, call, request)
            return route.handler(call), {}
        except Limited as limit:
            headers = {"Via": "1.1 google", "Retry-After": str(limit.retry_after), "X-RateLimit-Scope": "user"}
            return Answer(limited_body(limit.retry_after), 429), headers
        except Refusal as refusal:
            return Answer(refusal.body, refusal.status), {}

    def _record(self, call: Call, answer: Answer) -> None:
        files = [{"filename": each.filename, "size": len(each.content)} for each in call.uploads.values()]
        seen = {"method": call.method, "route": call.route, "query": call.query, "match": call.match}
        told = {"payload": call.payload, "files": files, "status": answer.status, "response": answer.body}
        self._state.traffic.append(json.loads(json.dumps(seen | told)))

    async def _file(self, request: web.Request) -> web.Response:
        number = request.match_info["attachment_id"]
        upload = self._state.files.get(int(number)) if number.isdecimal() else None
        if upload is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=upload.content, content_type=upload.content_type)

    async def _nothing(self, request: web.Request) -> web.Response:
        call = Call(request.method, request.path.removeprefix(PREFIX), {}, dict(request.query))
        answer = Answer(not_found().body, 404)
        self._record(call, answer)
        return _response(answer, {})


def _check(route: Route, call: Call, request: web.Request) -> None:
    if route.private and request.headers.get("Authorization") != f"Bot {BOT_TOKEN}":
        raise unauthorized()
    if request.body_exists and call.payload is None and not call.uploads:
        raise Refusal(400, 50109, "The request body contains invalid JSON.")


async def _read(request: web.Request) -> tuple[object, dict[int, Upload]]:
    if request.content_type == "multipart/form-data":
        return await _multipart(request)
    text = await request.text()
    try:
        return (json.loads(text) if text else None), {}
    except ValueError:
        return None, {}


async def _multipart(request: web.Request) -> tuple[object, dict[int, Upload]]:
    payload: object = None
    uploads: dict[int, Upload] = {}
    form = await request.post()
    for name, value in form.items():
        if name == "payload_json":
            payload = json.loads(value.file.read() if isinstance(value, web.FileField) else value)
        elif isinstance(value, web.FileField) and name.startswith("files["):
            number = int(name.removeprefix("files[").removesuffix("]"))
            uploads[number] = Upload(value.filename, value.file.read(), value.content_type)
            value.file.close()
    return payload, uploads


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    if answer.body is None:
        return web.Response(status=204, headers=headers)
    text = json.dumps(answer.body).encode()
    return web.Response(body=text, status=answer.status, headers=headers | {"Content-Type": "application/json"})
