"""What every request passes before and after it is handled: fate, limits, token, the app's standing, journal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Middleware

from tests.sandbox.spotify.apps import App
from tests.sandbox.spotify.errors import NOT_REGISTERED, PREMIUM_REQUIRED, ApiError, forbidden
from tests.sandbox.spotify.journal import Journal
from tests.sandbox.spotify.limits import Limits
from tests.sandbox.spotify.state import Account, SpotifyState
from tests.sandbox.spotify.switches import Switches
from tests.sandbox.spotify.tokens import Tokens

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token a request carries, through which app, and what that token may do."""

    account: Account
    scopes: frozenset[str]
    app: App

    def needs(self, scope: str) -> None:
        """The refusal where the person was not asked for that."""
        if scope not in self.scopes:
            raise forbidden("Insufficient client scope")


CALLER = web.RequestKey("caller", Caller)


@dataclass(frozen=True)
class Backstage:
    """What stands behind the endpoints, for the gate and for hands."""

    state: SpotifyState
    apps: dict[str, App]
    tokens: Tokens
    switches: Switches
    journal: Journal
    limits: Limits


class Gate:
    """The middleware around accounts service and Web API."""

    def __init__(self, stage: Backstage) -> None:
        self._stage = stage
        self._apps: Mapping[str, App] = stage.apps

    def middleware(self) -> Middleware:
        """The function aiohttp wants."""

        @web.middleware
        async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
            switches = self._stage.switches
            await switches.wait()
            await switches.let_others_act(request)
            mishap = switches.strike(request)
            answer: web.StreamResponse | None = None
            if mishap is None or not mishap.happens_first:
                answer = await self._answer(request, handler)
            if mishap is not None:
                await mishap.pause(request)
                answer = await mishap.response(request, answer)
            caller = request.get(CALLER)
            self._stage.journal.note(request, answer, caller.account.seed.key if caller else None)
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
        grant = self._stage.tokens.grant_of(token)
        app = self._apps[grant.client_id]
        too_many = self._stage.limits.pass_through(app, request.path)
        if too_many is not None:
            raise too_many
        if not app.owner_has_premium:
            raise ApiError(403, PREMIUM_REQUIRED, text=True)
        if grant.person not in app.allowed:
            raise ApiError(403, NOT_REGISTERED, text=True)
        return Caller(self._stage.state.account(grant.person), grant.scopes, app)


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)
