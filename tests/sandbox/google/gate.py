"""What every request passes before and after it is handled: fate, the token, and the journal."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from aiohttp import web
from aiohttp.typedefs import Middleware

from tests.sandbox.google.drives import Drives
from tests.sandbox.google.files import CALLER
from tests.sandbox.google.grants import Grants
from tests.sandbox.google.making import Caller
from tests.sandbox.google.refusals import ApiError, TokenError, scope_missing, unauthorized
from tests.sandbox.google.switches import GARBLED, LOST, Spell, Switches, refusal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
PRIVATE = ("code", "state", "upload_id", "token", "code_challenge")


@dataclass(frozen=True)
class Seen:
    """One request; status 0: the connection was dropped. `path` has the query, less what is secret."""

    method: str
    path: str
    status: int
    person: str | None
    content_range: str | None


class Gate:
    """The middleware around everything."""

    def __init__(self, drives: Drives, grants: Grants, switches: Switches) -> None:
        self._drives = drives
        self._grants = grants
        self._switches = switches
        self._journal: deque[Seen] = deque(maxlen=50_000)

    def requests(self) -> list[dict[str, object]]:
        """What was asked, oldest first."""
        return [asdict(seen) for seen in self._journal]

    def forget(self) -> None:
        """What was asked until now is no longer told."""
        self._journal.clear()

    def middleware(self) -> Middleware:
        """The function aiohttp wants."""

        @web.middleware
        async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
            await self._switches.wait()
            await self._switches.do_deeds(request)
            spell = self._switches.strike(request)
            if spell is not None and spell.status != LOST:
                await request.read()
                answer: web.StreamResponse = _refused(request, spell)
            else:
                answer = await self._answer(request, handler)
            lost = spell is not None and spell.status == LOST
            if lost and request.transport is not None:
                request.transport.abort()
            self._note(request, 0 if lost else answer.status)
            return answer

        return pass_through

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if "/drive/v3/" not in request.path:
            return await handler(request)
        try:
            if "upload_id" not in request.query or "Authorization" in request.headers:
                request[CALLER] = self._caller(request)
            return await handler(request)
        except ApiError as no:
            return no.response()
        except web.HTTPNotFound:
            return ApiError(404, "notFound", "Not Found").response()

    def _caller(self, request: web.Request) -> Caller:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise unauthorized()
        grant = self._grants.of_access(token)
        if DRIVE_FILE not in grant.scopes:
            raise scope_missing()
        return Caller(self._drives.person(grant.person), grant.client_id)

    def _note(self, request: web.Request, status: int) -> None:
        caller = request.get(CALLER)
        shown = request.rel_url.without_query_params(*PRIVATE)
        self._journal.append(
            Seen(
                request.method,
                str(shown),
                status,
                caller.drive.seed.key if caller is not None else None,
                request.headers.get("Content-Range"),
            )
        )


def _refused(request: web.Request, spell: Spell) -> web.Response:
    """In the shape that address refuses in."""
    if spell.status == GARBLED:
        return web.Response(text="<html><body>Please sign in to this network.</body></html>", content_type="text/html")
    if request.path in ("/token", "/revoke"):
        return TokenError(spell.reason or "internal_failure", "Made to fail.", spell.status).response()
    return refusal(spell).response()
