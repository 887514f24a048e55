"""Authorisation codes, grants and tokens: how long each lives, and what is used only once."""

import base64
import calendar
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tests.sandbox.clock import Clock
from tests.sandbox.spotify.apps import App
from tests.sandbox.spotify.errors import ApiError, TokenError

CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(seconds=3600)
GRANT_MONTHS = 6


@dataclass
class Grant:
    """A person's consent to an app; refresh tokens stem from it and end with it, six months later."""

    client_id: str
    person: str
    scope: str
    rotates: bool  # PKCE: each refresh token works once
    authorized_at: datetime
    refresh_tokens: dict[str, bool] = field(default_factory=dict)  # token -> still good
    revoked: bool = False

    @cached_property
    def scopes(self) -> frozenset[str]:
        """What it allows, one by one."""
        return frozenset(self.scope.split())


@dataclass
class Code:
    """What the browser carries back to the app."""

    client_id: str
    person: str
    scope: str
    redirect_uri: str
    challenge: str | None
    made_at: datetime
    used: bool = False


@dataclass
class Access:
    """An access token."""

    grant: Grant
    expires_at: datetime
    forgotten: bool = False


class Tokens:
    """Hands them out and knows which are still good."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, Code] = {}
        self._access: dict[str, Access] = {}
        self._grants: list[Grant] = []

    def issue_code(self, app: App, person: str, scope: str, redirect_uri: str, challenge: str | None) -> str:
        """The person agreed."""
        code = secrets.token_urlsafe(96)
        self._codes[code] = Code(app.client_id, person, scope, redirect_uri, challenge, self._clock.now())
        return code

    def exchange(self, app: App, code: str, redirect_uri: str, verifier: str | None, *, secret: bool) -> dict[str, Any]:
        """A code for tokens; once, by the app it was made for, within ten minutes."""
        found = self._codes.get(code)
        if found is None or found.client_id != app.client_id or found.used:
            raise TokenError("invalid_grant", "Invalid authorization code")
        if self._clock.now() - found.made_at > CODE_LIFE:
            raise TokenError("invalid_grant", "Authorization code expired")
        if redirect_uri != found.redirect_uri:
            raise TokenError("invalid_grant", "Invalid redirect URI")
        _check_verifier(found, verifier, secret=secret)
        found.used = True
        return self.grant(app, found.person, found.scope, rotates=not secret)

    def grant(self, app: App, person: str, scope: str, *, rotates: bool) -> dict[str, Any]:
        """Consent, given; its first tokens."""
        grant = Grant(app.client_id, person, scope, rotates, self._clock.now())
        self._grants.append(grant)
        return self._answer(grant, new_refresh_token=True)

    def refresh(self, app: App, refresh_token: str, *, secret: bool) -> dict[str, Any]:
        """A new access token; with PKCE a new refresh token too, and the old one is spent."""
        grant = next((one for one in self._grants if refresh_token in one.refresh_tokens), None)
        if grant is None or grant.client_id != app.client_id:
            raise TokenError("invalid_grant", "Invalid refresh token")
        if not secret and not grant.rotates:
            raise TokenError("invalid_client", "Invalid client secret")
        if grant.revoked or not grant.refresh_tokens[refresh_token]:
            raise TokenError("invalid_grant", "Refresh token revoked")
        if self._clock.now() >= months_after(grant.authorized_at, GRANT_MONTHS):
            raise TokenError("invalid_grant", "Refresh token expired")
        if grant.rotates:
            grant.refresh_tokens[refresh_token] = False
        return self._answer(grant, new_refresh_token=grant.rotates)

    def grant_of(self, access_token: str) -> Grant:
        """Who calls; the three ways of 401 otherwise."""
        access = self._access.get(access_token)
        if access is None or access.grant.revoked:
            raise ApiError(401, "Invalid access token")
        if access.forgotten or self._clock.now() >= access.expires_at:
            raise ApiError(401, "The access token expired")
        return access.grant

    def revoke(self, person: str, client_id: str | None) -> int:
        """The person removes the app at spotify.com/account/apps; how many grants that ended."""
        ended = [one for one in self._grants if one.person == person and client_id in (None, one.client_id)]
        live = [one for one in ended if not one.revoked]
        for grant in live:
            grant.revoked = True
        return len(live)

    def expire_access(self, person: str) -> None:
        """All access tokens of that person are old now."""
        for access in self._access.values():
            if access.grant.person == person:
                access.forgotten = True

    def _answer(self, grant: Grant, *, new_refresh_token: bool) -> dict[str, Any]:
        access_token = "BQ" + secrets.token_urlsafe(72)
        self._access[access_token] = Access(grant, self._clock.now() + ACCESS_LIFE)
        answer: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "scope": grant.scope,
        }
        if new_refresh_token:
            answer["refresh_token"] = "AQ" + secrets.token_urlsafe(72)
            grant.refresh_tokens[answer["refresh_token"]] = True
        return answer


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months on, or the last one of a shorter month."""
    year, month = divmod(moment.month - 1 + months, 12)
    year += moment.year
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _check_verifier(code: Code, verifier: str | None, *, secret: bool) -> None:
    if code.challenge is None:
        if not secret:
            raise TokenError("invalid_client", "Invalid client secret")
        return
    if not verifier:
        raise TokenError("invalid_request", "code_verifier required")
    digest = hashlib.sha256(verifier.encode()).digest()
    if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
        raise TokenError("invalid_grant", "code_verifier was incorrect")
