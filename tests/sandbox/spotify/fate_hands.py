"""What happens to people and apps: the dashboard, the account page, the catalogue, limits, and the journal."""

from collections.abc import Mapping
from typing import Any

from tests.sandbox.spotify.apps import CLOSED, DEVELOPER, PLACES, App
from tests.sandbox.spotify.gate import Backstage
from tests.sandbox.spotify.limits import ANY
from tests.sandbox.spotify.switches import LibraryOrder


class FateHands:
    """The developer dashboard, spotify.com/account/apps, and what Spotify decides."""

    def __init__(self, stage: Backstage) -> None:
        self._state = stage.state
        self._apps = stage.apps
        self._tokens = stage.tokens
        self._switches = stage.switches
        self._journal = stage.journal
        self._limits = stage.limits

    async def register_redirect(self, client_id: str, uri: str) -> None:
        """Add a redirect address in the dashboard; refused where it is not secure."""
        self._app(client_id).register_redirect(uri)

    async def add_app(
        self,
        client_id: str,
        secret: str | None = None,
        name: str = "Another app",
        developer: str = DEVELOPER,
        places: int = PLACES,
    ) -> None:
        """Make an app of today in the dashboard: nobody is allowed yet; apps of one developer share the quota."""
        if client_id in self._apps:
            raise ValueError(f"there is an app with the client id {client_id}")
        self._apps[client_id] = App(client_id, name, secret, developer=developer, places=places)

    async def allow(self, user: str, allowed: bool = True, client_id: str | None = None) -> None:
        """Put somebody on an app's allow-list, refused where its places are taken, or take them off.

        Without a client id: on the apps that were there from the beginning, which have room for all; off every app.
        """
        self._state.account(user)
        for app in self._apps.values() if client_id is None else (self._app(client_id),):
            if not allowed:
                app.allowed.discard(user)
            elif client_id is not None or app.places is None:
                app.allow(user)

    async def premium(self, active: bool, client_id: str | None = None) -> None:
        """Whether the owner pays for Premium: of every app, or of that one (and of whatever else is theirs)."""
        for app in self._apps.values():
            if client_id is None or app.developer == self._app(client_id).developer:
                app.owner_has_premium = active

    async def still_may(self, client_id: str, what: list[str]) -> None:
        """What that app may although it is closed to new ones; names as in `apps.CLOSED`, an empty list: nothing."""
        unknown = set(what) - set(CLOSED)
        if unknown:
            raise ValueError(f"only {', '.join(CLOSED)} can be open, not {', '.join(sorted(unknown))}")
        self._app(client_id).still_may = set(what)

    async def limits(
        self,
        rate_per_30s: int | None = None,
        quota: Mapping[str, int] | None = None,
        client_id: str | None = None,
        developer: str | None = None,
    ) -> None:
        """Set both limits anew, None being none; where somebody is named, only theirs.

        `rate_per_30s` holds for each app, or the one named. `quota` is requests in 24 h by endpoint family ("me",
        "playlists", "tracks", ..., or "*" for each one not named), for each developer, or the one named.
        """
        if client_id is not None or developer is None:
            _set(self._limits.rates, client_id, rate_per_30s)
        if developer is not None or client_id is None:
            _set(self._limits.quotas, developer, None if quota is None else dict(quota))

    async def ledger(self) -> dict[str, Any]:
        """What was let through and refused, by app (30 s) and by developer and family (24 h).

        {"apps": {client_id: w}, "developers": {developer: {family: w}}} with w = {"highest": most in any window,
        "total", "refused"}.
        """
        return self._limits.ledger()

    async def reset_ledger(self) -> None:
        """An empty ledger: what was used up is free again; the limits stay."""
        self._limits.forget()

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
        """Something leaves Spotify: it is null wherever it stood."""
        self._state.withdraw(uri)

    async def lock(self, uri: str, countries: list[str]) -> None:
        """A track cannot be played in those countries; only answers to requests with a `market` say so."""
        self._state.locked[uri] = set(countries)

    async def bring_back(self, uri: str) -> None:
        """What was withdrawn is there again."""
        self._state.bring_back(uri)

    async def release_again(self, uri: str, **changes: object) -> str:
        """A song comes out once more; its URI there. Same ISRC, title and length unless `isrc`, `title`, `album` or
        `duration_ms` say otherwise.
        """
        return self._state.release_again(uri, changes)

    async def retitle(self, uri: str, title: str) -> None:
        """A track or an episode has another title from now on."""
        self._state.retitle(uri, title)

    async def library_order(self, mode: str) -> None:
        """The order of likes made by one call: "kept", "reversed" or "shuffled"."""
        self._switches.order = LibraryOrder(mode)

    async def deleted_is_gone(self, on: bool = True) -> None:
        """Whether a playlist its owner unfollowed answers 404 from then on."""
        self._switches.deleted_is_gone = on

    async def public_is_ignored(self, on: bool = True) -> None:
        """Whether `public: false` is accepted without effect."""
        self._switches.public_is_ignored = on

    async def embedded_page(self, size: int = 50) -> None:
        """How many items come inside `GET /playlists/{id}`."""
        self._switches.embedded = size

    async def followed_snapshots_move(self, on: bool = True) -> None:
        """Whether a playlist has another snapshot each time somebody looks who cannot edit it."""
        self._switches.followed_snapshots_move = on

    async def unknown_is_refused(self, on: bool = True) -> None:
        """Whether saving what Spotify no longer has fails, instead of being left out quietly."""
        self._switches.unknown_is_refused = on

    async def cover_moves_snapshot(self, on: bool = True) -> None:
        """Whether another cover makes another snapshot."""
        self._switches.cover_moves_snapshot = on

    async def requests(self) -> list[list[Any]]:
        """All requests since the last reset: [method, path, status, person]; status 0 is a dropped connection."""
        return [[seen.method, seen.path, seen.status, seen.person] for seen in self._journal.requests]

    async def counts(self) -> dict[str, Any]:
        """How many since the last reset: "api", "images", and of the Web API "by_route", "by_status", "by_person"."""
        return self._journal.counts.as_json()

    async def writes(self) -> list[list[Any]]:
        """The requests that asked the Web API for a change."""
        return [[one.method, one.path, one.status, one.person] for one in self._journal.requests if one.writes]

    async def reset_requests(self) -> None:
        """Forget the requests and answers seen so far."""
        self._journal.forget()

    async def traffic(self) -> list[dict[str, Any]]:
        """The latest answers of the Web API in full: method, route, path, status, content_type, body."""
        return [exchange.as_json() for exchange in self._journal.exchanges]

    def _app(self, client_id: str) -> App:
        if client_id not in self._apps:
            raise LookupError(f"no app has the client id {client_id}")
        return self._apps[client_id]


def _set(limits: dict[str, Any], whose: str | None, limit: object) -> None:
    """A limit for one or, without a name, for all; None takes it away."""
    if whose is None:
        limits.clear()
    if limit is None:
        limits.pop(whose or ANY, None)
    else:
        limits[whose or ANY] = limit
