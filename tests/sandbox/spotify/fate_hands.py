"""What happens to people and the app: the dashboard, the account page, bad days, and the journal."""

from collections.abc import Mapping
from typing import Any

from tests.sandbox.spotify.apps import App
from tests.sandbox.spotify.journal import Journal
from tests.sandbox.spotify.state import SpotifyState
from tests.sandbox.spotify.switches import LibraryOrder, Mishap, Moment, Switches
from tests.sandbox.spotify.tokens import Tokens


class FateHands:
    """The developer dashboard, spotify.com/account/apps and the weather."""

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

    async def register_redirect(self, client_id: str, uri: str) -> None:
        """Add a redirect address in the dashboard; refused where it is not secure."""
        self._app(client_id).register_redirect(uri)

    async def allow(self, user: str, allowed: bool = True) -> None:
        """Put somebody on the allow-list of every app, or take them off."""
        self._state.account(user)
        for app in self._apps.values():
            (app.allowed.add if allowed else app.allowed.discard)(user)

    async def premium(self, active: bool) -> None:
        """Whether the owner of the apps pays for Premium."""
        for app in self._apps.values():
            app.owner_has_premium = active

    async def new_secret(self, client_id: str, secret: str) -> None:
        """Rotate the client secret in the dashboard: the old one is wrong from now on."""
        self._app(client_id).secret = secret

    async def revoke(self, user: str, client_id: str | None = None) -> int:
        """Remove the app at spotify.com/account/apps; how many consents that ended."""
        return self._tokens.revoke(user, client_id)

    async def expire_access_tokens(self, user: str) -> None:
        """All access tokens of that person are old."""
        self._tokens.expire_access(user)

    async def withdraw(self, uri: str) -> None:
        """A track leaves Spotify: it is a null entry wherever it stood."""
        if self._state.catalogue.pop(uri, None) is None:
            raise LookupError(f"there is nothing called {uri}")

    async def library_order(self, mode: str) -> None:
        """The order of likes made by one call: "kept", "reversed" or "shuffled"."""
        self._switches.order = LibraryOrder(mode)

    async def deleted_is_gone(self, on: bool = True) -> None:
        """Whether a playlist its owner unfollowed answers 404 from then on."""
        self._switches.deleted_is_gone = on

    async def public_is_ignored(self, on: bool = True) -> None:
        """Whether `public: false` is accepted without effect."""
        self._switches.public_is_ignored = on

    async def latency(self, seconds: float) -> None:
        """How long each answer takes."""
        self._switches.latency = seconds

    async def fail_next(
        self,
        times: int,
        status: int,
        method: str | None = None,
        path_contains: str | None = None,
        before_or_after: str = "before",
        body: str = "json",
    ) -> None:
        """The next requests fail, "before" anything was done or "after"; `body` is "json", "html" or "empty".

        The token endpoint fails only when `path_contains` names it; a 400 there is an `invalid_grant`.
        """
        moment = Moment(before_or_after)
        self._switches.mishaps.append(Mishap(times, status, moment, method, path_contains, body=body))

    async def rate_limit_next(
        self, times: int, retry_after: int, quota: bool | None = None, path_contains: str | None = None
    ) -> None:
        """The next requests get 429; above an hour it is the quota's unless said otherwise."""
        used_up = retry_after > 3600 if quota is None else quota
        self._switches.mishaps.append(
            Mishap(times, 429, path_contains=path_contains, retry_after=retry_after, quota=used_up)
        )

    async def drop_connection_next(
        self,
        times: int = 1,
        before_or_after: str = "after",
        method: str | None = None,
        path_contains: str | None = None,
    ) -> None:
        """The next requests get no answer, although "after" means that what they asked for was done."""
        self._switches.mishaps.append(Mishap(times, None, Moment(before_or_after), method, path_contains))

    async def fair_weather(self) -> None:
        """No mishaps left and no latency."""
        self._switches.mishaps.clear()
        self._switches.latency = 0.0

    async def requests(self) -> list[list[Any]]:
        """All requests since the last reset: [method, path, status, person]; status 0 is a dropped connection."""
        return [[seen.method, seen.path, seen.status, seen.person] for seen in self._journal.requests]

    async def writes(self) -> list[list[Any]]:
        """The requests that asked the Web API for a change."""
        return [[one.method, one.path, one.status, one.person] for one in self._journal.requests if one.writes]

    async def reset_requests(self) -> None:
        """Forget the requests and answers seen so far."""
        self._journal.requests.clear()
        self._journal.exchanges.clear()

    async def traffic(self) -> list[dict[str, Any]]:
        """The latest answers of the Web API in full: method, route, path, status, content_type, body."""
        return [exchange.as_json() for exchange in self._journal.exchanges]

    def _app(self, client_id: str) -> App:
        if client_id not in self._apps:
            raise LookupError(f"no app has the client id {client_id}")
        return self._apps[client_id]
