"""Codes and tokens: what was granted to which app by whom."""

import base64
import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.sandbox.clock import Clock
from tests.sandbox.google.drives import LETTERS
from tests.sandbox.google.refusals import TokenError, unauthorized

ACCESS_LIFETIME = timedelta(seconds=3600)
CODE_LIFETIME = timedelta(minutes=10)
TEST_LIFETIME = timedelta(days=7)


@dataclass
class Grant:
    """One consent; revoking it ends all its tokens. `ends_at`: it was given to an app that is still being tested."""

    person: str
    client_id: str
    scopes: tuple[str, ...]
    refresh_token: str | None = None
    access_tokens: dict[str, datetime] = field(default_factory=dict)
    revoked: bool = False
    ends_at: datetime | None = None


@dataclass
class Code:
    """What the browser carries back to the app; good once."""

    grant: Grant
    redirect_uri: str
    challenge: str | None
    expires_at: datetime
    used: bool = False


class Grants:
    """All of them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._random = random.Random(1998)
        self._codes: dict[str, Code] = {}
        self._grants: list[Grant] = []
        self.testing = False

    def issue_code(self, grant: Grant, redirect_uri: str, challenge: str | None, *, lasting: bool, asked: bool) -> str:
        """A refresh token comes with offline access, and on a further consent only where the app had it asked for."""
        known = any(each.person == grant.person and each.client_id == grant.client_id for each in self._live())
        if lasting and (asked or not known):
            grant.refresh_token = f"1//{self._secret(60)}"
        grant.ends_at = self._end()
        code = f"4/0{self._secret(70)}"
        self._codes[code] = Code(grant, redirect_uri, challenge, self._clock.now() + CODE_LIFETIME)
        return code

    def give(self, person: str, client_id: str, scopes: tuple[str, ...]) -> str:
        """A consent given outside of this story; its refresh token."""
        grant = Grant(person, client_id, scopes, f"1//{self._secret(60)}", ends_at=self._end())
        self._grants.append(grant)
        return str(grant.refresh_token)

    def exchange(self, client_id: str, form: dict[str, str]) -> dict[str, Any]:
        """A code for tokens, once."""
        code = self._codes.get(form.get("code", ""))
        if code is None or code.used or code.grant.client_id != client_id or code.expires_at <= self._clock.now():
            raise TokenError("invalid_grant", "Bad Request")
        if code.redirect_uri != form.get("redirect_uri"):
            raise TokenError("redirect_uri_mismatch", "Bad Request")
        self._check_verifier(code.challenge, form.get("code_verifier"))
        code.used = True
        self._grants.append(code.grant)
        answer = self._access(code.grant)
        if code.grant.refresh_token is not None:
            answer["refresh_token"] = code.grant.refresh_token
        return answer

    def refresh(self, client_id: str, refresh_token: str) -> dict[str, Any]:
        """A new access token."""
        for grant in self._live():
            if grant.refresh_token == refresh_token and grant.client_id == client_id:
                return self._access(grant)
        raise TokenError("invalid_grant", "Token has been expired or revoked.")

    def of_access(self, token: str) -> Grant:
        """Whose access token that is."""
        now = self._clock.now()
        for grant in self._live():
            if token in grant.access_tokens and grant.access_tokens[token] > now:
                return grant
        raise unauthorized()

    def revoke_token(self, token: str) -> bool:
        """As the app asks for it, with either token."""
        found = [each for each in self._live() if token == each.refresh_token or token in each.access_tokens]
        for grant in found:
            grant.revoked = True
        return bool(found)

    def revoke_of(self, person: str) -> int:
        """As the person does in their Google account; how many apps lost access."""
        found = [each for each in self._live() if each.person == person]
        for grant in found:
            grant.revoked = True
        return len(found)

    def live_of(self, person: str) -> list[Grant]:
        """What the person sees under third-party access."""
        return [each for each in self._live() if each.person == person]

    def expire_access(self) -> None:
        """Access tokens end before their time."""
        for grant in self._grants:
            grant.access_tokens.clear()

    def _live(self) -> list[Grant]:
        now = self._clock.now()
        return [each for each in self._grants if not each.revoked and (each.ends_at is None or now < each.ends_at)]

    def _access(self, grant: Grant) -> dict[str, Any]:
        token = f"ya29.{self._secret(120)}"
        grant.access_tokens[token] = self._clock.now() + ACCESS_LIFETIME
        lasting = {} if grant.ends_at is None else {"refresh_token_expires_in": self._left(grant.ends_at)}
        return lasting | {
            "access_token": token,
            "expires_in": int(ACCESS_LIFETIME.total_seconds()) - 1,
            "scope": " ".join(grant.scopes),
            "token_type": "Bearer",
        }

    def _end(self) -> datetime | None:
        return self._clock.now() + TEST_LIFETIME if self.testing else None

    def _left(self, end: datetime) -> int:
        return int((end - self._clock.now()).total_seconds()) - 1

    def _secret(self, length: int) -> str:
        return "".join(self._random.choices(LETTERS, k=length))

    @staticmethod
    def _check_verifier(challenge: str | None, verifier: str | None) -> None:
        if challenge is None:
            return
        if not verifier:
            raise TokenError("invalid_grant", "Missing code verifier.")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if digest != challenge:
            raise TokenError("invalid_grant", "Invalid code verifier.")
