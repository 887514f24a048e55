"""The accounts service: the consent page at /authorize, log-in, and the token endpoint."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from yarl import URL

from tests.sandbox.people import COOKIE
from tests.sandbox.spotify import pages
from tests.sandbox.spotify.apps import SCOPES, App, secure
from tests.sandbox.spotify.errors import TokenError
from tests.sandbox.spotify.state import Account, SpotifyState
from tests.sandbox.spotify.tokens import Tokens


class AskedWrongly(Exception):
    """The app sent the browser here with something Spotify does not accept."""


@dataclass(frozen=True)
class Wish:
    """What an app asks for, once it was found in order."""

    app: App
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    challenge: str | None


class AccountsService:
    """accounts.spotify.com."""

    def __init__(self, state: SpotifyState, apps: Mapping[str, App], tokens: Tokens) -> None:
        self._state = state
        self._apps = apps
        self._tokens = tokens

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/authorize", self.show),
            web.get("/{locale:[a-z]{2}(?:-[A-Z]{2})?}/authorize", self.show),
            web.post("/authorize", self.decide),
            web.get("/logout", self.log_out),
            web.post("/api/token", self.token),
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The consent page, or the log-in form where the browser is nobody's yet."""
        try:
            wish = self._wish(request.query)
        except AskedWrongly as wrong:
            return pages.refused(str(wrong))
        account = self._visitor(request)
        action = str(request.rel_url)
        if account is None:
            return pages.log_in(action)
        return pages.consent(wish.app, account.seed.spotify_name, wish.scopes, action)

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """A form was sent: somebody logged in, agreed, or cancelled."""
        try:
            wish = self._wish(request.query)
        except AskedWrongly as wrong:
            return pages.refused(str(wrong))
        form = await request.post()
        action = str(request.rel_url)
        if "username" in form:
            return self._log_in(str(form["username"]), action)
        account = self._visitor(request)
        if account is None:
            return pages.log_in(action)
        if form.get("decision") != "agree":
            return _back(wish, error="access_denied")
        code = self._tokens.issue_code(
            wish.app, account.seed.key, " ".join(wish.scopes), wish.redirect_uri, wish.challenge
        )
        return _back(wish, code=code)

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        """Somebody else wants to log in."""
        where = request.query.get("continue", "/")
        answer = web.Response(status=303, headers={"Location": where if where.startswith("/authorize?") else "/"})
        answer.del_cookie(COOKIE)
        return answer

    async def token(self, request: web.Request) -> web.StreamResponse:
        """Codes and refresh tokens in, access tokens out."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            app, secret = self._client(request, form)
            answer = self._granted(form, app, secret=secret)
        except TokenError as refusal:
            return refusal.response()
        return web.json_response(answer, headers={"Cache-Control": "no-store"})

    def _granted(self, form: Mapping[str, str], app: App, *, secret: bool) -> dict[str, Any]:
        match form.get("grant_type"):
            case "authorization_code":
                code, redirect_uri = _needed(form, "code"), _needed(form, "redirect_uri")
                return self._tokens.exchange(app, code, redirect_uri, form.get("code_verifier"), secret=secret)
            case "refresh_token":
                return self._tokens.refresh(app, _needed(form, "refresh_token"), secret=secret)
        raise TokenError("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")

    def _wish(self, query: Mapping[str, str]) -> Wish:
        app = self._apps.get(query.get("client_id", ""))
        if app is None:
            raise AskedWrongly("INVALID_CLIENT: Invalid client")
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri and not secure(redirect_uri):
            raise AskedWrongly("INVALID_CLIENT: Insecure redirect URI")
        if not app.accepts_redirect(redirect_uri):
            raise AskedWrongly("INVALID_CLIENT: Invalid redirect URI")
        if query.get("response_type") != "code":
            raise AskedWrongly("response_type must be code")
        scopes = tuple(query.get("scope", "").split())
        if any(scope not in SCOPES for scope in scopes):
            raise AskedWrongly("INVALID_SCOPE: Invalid scope")
        challenge = query.get("code_challenge")
        if challenge is not None and query.get("code_challenge_method") != "S256":
            raise AskedWrongly("code_challenge_method must be S256")
        return Wish(app, redirect_uri, scopes, query.get("state"), challenge)

    def _visitor(self, request: web.Request) -> Account | None:
        return self._state.accounts.get(request.cookies.get(COOKIE, ""))

    def _log_in(self, username: str, action: str) -> web.StreamResponse:
        known = {name: one for one in self._state.accounts.values() for name in (one.seed.key, one.seed.email)}
        account = known.get(username.strip()) or known.get(username.strip().lower())
        if account is None:
            return pages.log_in(action, "Incorrect username.")
        answer = web.Response(status=303, headers={"Location": action})
        answer.set_cookie(COOKIE, account.seed.key, httponly=True)
        return answer

    def _client(self, request: web.Request, form: Mapping[str, str]) -> tuple[App, bool]:
        """Which app asks, and whether it proved that with its secret."""
        client_id, secret = _credentials(request, form)
        app = self._apps.get(client_id)
        if app is None:
            raise TokenError("invalid_client", "Invalid client")
        if secret is None:
            return app, False
        if secret != app.secret:
            raise TokenError("invalid_client", "Invalid client secret")
        return app, True


def _back(wish: Wish, **answer: str) -> web.Response:
    """Send the browser back to the app."""
    if wish.state is not None:
        answer["state"] = wish.state
    return web.Response(status=303, headers={"Location": str(URL(wish.redirect_uri).update_query(answer))})


def _credentials(request: web.Request, form: Mapping[str, str]) -> tuple[str, str | None]:
    header = request.headers.get("Authorization", "")
    if not header.startswith("Basic "):
        return form.get("client_id", ""), form.get("client_secret")
    try:
        client_id, _, secret = base64.b64decode(header.removeprefix("Basic "), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError("invalid_client", "Invalid client") from None
    return client_id, secret


def _needed(form: Mapping[str, str], name: str) -> str:
    value = form.get(name)
    if not value:
        raise TokenError("invalid_request", f"{name} must be supplied")
    return value
