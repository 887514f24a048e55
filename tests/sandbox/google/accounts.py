"""The accounts service: consent at /o/oauth2/auth, tokens at /token, and /revoke."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from yarl import URL

from tests.sandbox.google import pages
from tests.sandbox.google.grants import Grant, Grants
from tests.sandbox.google.refusals import TokenError
from tests.sandbox.people import COOKIE, PersonSeed


@dataclass
class App:
    """An OAuth client as it stands in the Google console."""

    name: str
    client_id: str
    client_secret: str
    redirect_uris: set[str]


class AskedWrongly(Exception):
    """The app sent the browser here with something Google does not accept."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(detail)
        self.error = error
        self.detail = detail


@dataclass(frozen=True)
class Wish:
    """What an app asks for, once it was found in order."""

    app: App
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    challenge: str | None
    lasting: bool
    prompted: bool


class AccountsService:
    """accounts.google.com and oauth2.googleapis.com."""

    def __init__(self, people: Mapping[str, PersonSeed], app: App, grants: Grants) -> None:
        self._people = people
        self._app = app
        self._grants = grants

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/o/oauth2/auth", self.show),
            web.post("/o/oauth2/auth", self.decide),
            web.post("/token", self.token),
            web.post("/revoke", self.revoke),
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The consent page, or the sign-in form where the browser is nobody's yet."""
        try:
            wish = self._wish(request.query)
        except AskedWrongly as wrong:
            return pages.refused(wrong.error, wrong.detail)
        seed = self._people.get(request.cookies.get(COOKIE, ""))
        action = str(request.rel_url)
        if seed is None:
            return pages.sign_in(action)
        return pages.consent(wish.app.name, seed.display_name, seed.email, wish.scopes, action)

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """A form was sent: somebody signed in, went on, or cancelled."""
        try:
            wish = self._wish(request.query)
        except AskedWrongly as wrong:
            return pages.refused(wrong.error, wrong.detail)
        form = await request.post()
        if "identifier" in form:
            return self._sign_in(str(form["identifier"]), str(request.rel_url))
        seed = self._people.get(request.cookies.get(COOKIE, ""))
        if seed is None:
            return pages.sign_in(str(request.rel_url))
        if form.get("decision") != "continue":
            return _back(wish, error="access_denied")
        ticked = {str(value) for value in form.getall("granted", [])}
        granted = tuple(each for each in wish.scopes if each not in pages.TICKED_APART or each in ticked)
        grant = Grant(seed.key, wish.app.client_id, granted)
        code = self._grants.issue_code(
            grant, wish.redirect_uri, wish.challenge, lasting=wish.lasting, asked=wish.prompted
        )
        return _back(wish, code=code, scope=" ".join(granted))

    async def token(self, request: web.Request) -> web.StreamResponse:
        """Codes and refresh tokens in, access tokens out."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            self._check_client(request, form)
            answer = self._granted(form)
        except TokenError as refusal:
            return refusal.response()
        return web.json_response(answer, headers={"Cache-Control": "no-store"})

    def _granted(self, form: dict[str, str]) -> dict[str, Any]:
        match form.get("grant_type"):
            case "authorization_code":
                return self._grants.exchange(self._app.client_id, form)
            case "refresh_token":
                return self._grants.refresh(self._app.client_id, form.get("refresh_token", ""))
            case other:
                raise TokenError("unsupported_grant_type", f"Invalid grant_type: {other}")

    async def revoke(self, request: web.Request) -> web.StreamResponse:
        """The app gives its access back."""
        token = str((await request.post()).get("token", "")) or request.query.get("token", "")
        if self._grants.revoke_token(token):
            return web.json_response({})
        return TokenError("invalid_token", "Token expired or revoked").response()

    def _wish(self, query: Mapping[str, str]) -> Wish:
        if query.get("client_id") != self._app.client_id:
            raise AskedWrongly("invalid_client", "The OAuth client was not found.")
        if query.get("redirect_uri", "") not in self._app.redirect_uris:
            raise AskedWrongly("redirect_uri_mismatch", "You can't sign in because this app sent an invalid request.")
        if query.get("response_type") != "code":
            raise AskedWrongly("unsupported_response_type", "Invalid response_type")
        scopes = tuple(query.get("scope", "").split())
        if not scopes or any(scope not in pages.SCOPES for scope in scopes):
            raise AskedWrongly("invalid_scope", "Some requested scopes were invalid.")
        challenge = query.get("code_challenge")
        if challenge is not None and query.get("code_challenge_method") != "S256":
            raise AskedWrongly("invalid_request", "code_challenge_method must be S256")
        return Wish(
            self._app,
            query["redirect_uri"],
            scopes,
            query.get("state"),
            challenge,
            lasting=query.get("access_type") == "offline",
            prompted="consent" in query.get("prompt", "").split(),
        )

    def _sign_in(self, identifier: str, action: str) -> web.StreamResponse:
        known = {name: seed for seed in self._people.values() for name in (seed.key, seed.email)}
        seed = known.get(identifier.strip().lower())
        if seed is None:
            return pages.sign_in(action, "Couldn't find your Google Account")
        answer = web.Response(status=303, headers={"Location": action})
        answer.set_cookie(COOKIE, seed.key, httponly=True)
        return answer

    def _check_client(self, request: web.Request, form: Mapping[str, str]) -> None:
        client_id, secret = _credentials(request, form)
        if client_id != self._app.client_id:
            raise TokenError("invalid_client", "The OAuth client was not found.", 401)
        if not hmac.compare_digest(secret, self._app.client_secret):
            raise TokenError("invalid_client", "Unauthorized", 401)


def _credentials(request: web.Request, form: Mapping[str, str]) -> tuple[str, str]:
    header = request.headers.get("Authorization", "")
    if not header.startswith("Basic "):
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(header.removeprefix("Basic "), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError("invalid_client", "Unauthorized", 401) from None
    return client_id, secret


def _back(wish: Wish, **answer: str) -> web.Response:
    """Send the browser back to the app."""
    if wish.state is not None:
        answer["state"] = wish.state
    return web.Response(status=303, headers={"Location": str(URL(wish.redirect_uri).update_query(answer))})
