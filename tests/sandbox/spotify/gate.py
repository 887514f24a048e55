"""What every request passes before and after it is handled: fate, the token, the app's standing, and the journal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Middleware

from tests.sandbox.spotify.apps import App
from tests.sandbox.spotify.errors import NOT_REGISTERED, PREMIUM_REQUIRED, ApiError, forbidden
from tests.sandbox.spotify.journal import Journal
from tests.sandbox.spotify.state import Account, SpotifyState
from tests.sandbox.spotify.switches import Moment, Switches
from tests.sandbox.spotify.tokens import Tokens

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Caller:
    """Whose token a request carries, and what that token may do."""

    account: Account
    scopes: frozenset[str]

    def needs(self, scope: str) -> None:
        """The refusal where the person was not asked for that."""
        if scope not in self.scopes:
            raise forbidden("Insufficient client scope")


CALLER = web.RequestKey("caller", Caller)


class Gate:
    """The middleware around accounts service and Web API."""

    def __init__(
        self,
        state: SpotifyState,
        apps: Mapping[str, App],
        tokens: Tokens,
        switches: Switches,
        journal: Journal,
    ) -> None:
        self._state = state
        self._apps = apps
        self._tokens = tokens
        self._switches = switches
        self._journal = journal

    def middleware(self) -> Middleware:
        """The function aiohttp wants."""

        @web.middleware
        async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
            await self._switches.wait()
            mishap = self._switches.strike(request)
            answer: web.StreamResponse | None = None
            if mishap is None or mishap.moment is Moment.AFTER:
                answer = await self._answer(request, handler)
            if mishap is not None:
                answer = mishap.response(request) if mishap.status is not None else None
            caller = request.get(CALLER)
            self._journal.note(request, answer, caller.account.seed.key if caller else None)
            return answer if answer is not None else _hang_up(request)

        return pass_through

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/v1/"):
            return await handler(request)
        try:
            request[CALLER] = self._caller(request)
            return await handler(request)
        except ApiError as refusal:
            return refusal.response()
        except web.HTTPNotFound:
            return ApiError(404, "Service not found").response()
        except web.HTTPMethodNotAllowed:
            return ApiError(405, "Method not allowed").response()

    def _caller(self, request: web.Request) -> Caller:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise ApiError(401, "Access token missing")
        grant = self._tokens.grant_of(token)
        app = self._apps[grant.client_id]
        if not app.owner_has_premium:
            raise ApiError(403, PREMIUM_REQUIRED, text=True)
        if grant.person not in app.allowed:
            raise ApiError(403, NOT_REGISTERED, text=True)
        return Caller(self._state.account(grant.person), frozenset(grant.scope.split()))


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)
