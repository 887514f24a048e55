"""The control door: every hand of every service over HTTP, so that tests drive a sandbox of any process alike."""

import inspect
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.sandbox.clock import Clock

LONGEST_CALL = 120.0


class CannotDo(Exception):
    """A hand could not do that; the sentence says why."""


class ClockHands:
    """Time as fate's hand moves it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def now(self) -> str:
        """ISO 8601."""
        return self._clock.now().isoformat()

    async def advance(self, seconds: float) -> str:
        """Let time pass."""
        self._clock.advance(timedelta(seconds=seconds))
        return self._clock.now().isoformat()

    async def jump_to(self, moment: str) -> str:
        """Go to an ISO 8601 moment; never back."""
        self._clock.jump_to(datetime.fromisoformat(moment))
        return self._clock.now().isoformat()


def control_app(hands: Mapping[str, object]) -> web.Application:
    """POST /{door}/{method} with JSON keyword arguments -> {"value": ...} or 400 {"error": ...}."""

    async def act(request: web.Request) -> web.Response:
        method = _method(hands, request.match_info["door"], request.match_info["method"])
        if method is None:
            return web.json_response({"error": f"there is no {request.path}"}, status=404)
        given = _fitted(method, await request.json() if request.body_exists else {})
        try:
            inspect.signature(method).bind(**given)
            return web.json_response({"value": await method(**given)})
        except (LookupError, ValueError, TypeError) as error:
            return web.json_response({"error": f"{request.path}: {_sentence(error)}"}, status=400)

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/{door}/{method}", act)
    return app


def _method(hands: Mapping[str, object], door: str, name: str) -> Callable[..., Any] | None:
    found = None if name.startswith("_") else getattr(hands.get(door), name, None)
    return found if inspect.iscoroutinefunction(found) else None


def _fitted(method: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """Who acts is `user` at one door and `person` at another; a hand that is nobody's is not told."""
    takes, who = inspect.signature(method).parameters, given.get("user", given.get("person"))
    rest = {name: value for name, value in given.items() if name not in ("user", "person")}
    return rest if who is None else rest | {name: who for name in ("user", "person") if name in takes}


def _sentence(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__


class Control:
    """The other end: `await control.discord("press", user="ada", ...)`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, door: str, method: str, /, **given: object) -> Any:  # noqa: ANN401 - JSON of any shape
        """Call one hand; CannotDo when it refuses."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=LONGEST_CALL)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        async with self._session.post(f"{self.url}/{door}/{method}", json=given) as answer:
            if answer.content_type != "application/json":
                raise CannotDo(f"/{door}/{method} broke: {answer.status} {await answer.text()}")
            body = await answer.json()
        if "error" in body:
            raise CannotDo(body["error"])
        return body["value"]

    async def discord(self, method: str, /, **given: object) -> Any:  # noqa: ANN401
        """A hand at Discord."""
        return await self.ask("discord", method, **given)

    async def spotify(self, method: str, /, **given: object) -> Any:  # noqa: ANN401
        """A hand at Spotify."""
        return await self.ask("spotify", method, **given)

    async def google(self, method: str, /, **given: object) -> Any:  # noqa: ANN401
        """A hand at Google."""
        return await self.ask("google", method, **given)

    async def clock(self, method: str, /, **given: object) -> str:
        """`now`, `advance(seconds=)` or `jump_to(moment=)`; the time it is then."""
        return str(await self.ask("clock", method, **given))

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
