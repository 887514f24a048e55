"""A way into the Spotify door for its own tests: an open port, consent given, and calls with a token."""

import base64
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import requests
import spotipy

from tests.sandbox.clock import Clock
from tests.sandbox.people import COOKIE, PEOPLE
from tests.sandbox.serving import serving
from tests.sandbox.spotify.apps import CLIENT_ID, CLIENT_SECRET, PKCE_CLIENT_ID
from tests.sandbox.spotify.door import SpotifyDoor

REDIRECT = "http://127.0.0.1:8321/callback/spotify"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SCOPE = (
    "user-library-read user-library-modify playlist-read-private playlist-read-collaborative "
    "playlist-modify-private playlist-modify-public user-follow-read user-follow-modify"
)


@dataclass
class Visit:
    """An open door and the means to knock."""

    door: SpotifyDoor
    clock: Clock
    http: aiohttp.ClientSession

    @property
    def base(self) -> str:
        """Where it is."""
        return self.door.base_url

    async def consents(self, person: str, press: str = "agree", **query: str) -> dict[str, str]:
        """The person opens the consent page and presses a button: what the browser carries back."""
        asked = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": REDIRECT, "scope": SCOPE, **query}
        cookies = {COOKIE: person}
        async with self.http.post(
            f"{self.base}/authorize", params=asked, data={"decision": press}, cookies=cookies, allow_redirects=False
        ) as answer:
            assert answer.status == 303, await answer.text()
            landed = urlsplit(answer.headers["Location"])
        return {name: values[0] for name, values in parse_qs(landed.query).items()}

    async def token_answer(self, form: dict[str, str], *, secret: str | None = CLIENT_SECRET) -> tuple[int, Any]:
        """What the token endpoint says."""
        auth = aiohttp.encode_basic_auth(CLIENT_ID, secret) if secret else None
        headers = {"Authorization": auth} if auth else {}
        async with self.http.post(f"{self.base}/api/token", data=form, headers=headers) as answer:
            return answer.status, await answer.json()

    async def links(self, person: str, scope: str = SCOPE) -> dict[str, Any]:
        """Consent and exchange with the secret; the token answer."""
        code = (await self.consents(person, scope=scope))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
        status, answer = await self.token_answer(form)
        assert status == 200, answer
        tokens: dict[str, Any] = answer
        return tokens

    async def token(self, person: str, scope: str = SCOPE) -> str:
        """An access token of that person."""
        return str((await self.links(person, scope))["access_token"])

    async def everything(self, person: str, client_id: str = CLIENT_ID) -> str:
        """An access token of that person with all scopes, without the browser."""
        return str((await self.door.hands.grant(person, client_id))["access_token"])

    async def refused(self, token: str, method: str, path: str, **query: str | int) -> tuple[int, str | None]:
        """Status and message of a call that is expected not to work."""
        status, answer = await self.call(token, method, path, params=query)
        assert status >= 400, answer
        return status, answer["error"].get("message") if isinstance(answer, dict) else answer

    async def call(
        self, token: str, method: str, path: str, *, params: Mapping[str, str | int] | None = None, json: object = None
    ) -> tuple[int, Any]:
        """One Web API call: status, and the JSON, or the text where it is none."""
        headers = {"Authorization": f"Bearer {token}"}
        url = path if path.startswith("http") else f"{self.base}/v1{path}"
        async with self.http.request(method, url, headers=headers, params=params, json=json) as answer:
            if answer.content_type == "application/json":
                return answer.status, await answer.json()
            return answer.status, await answer.text()

    async def get(self, token: str, path: str, **query: str | int) -> Any:  # noqa: ANN401 - any JSON
        """The JSON of a read that is expected to work."""
        status, answer = await self.call(token, "GET", path, params=query)
        assert status == 200, answer
        return answer

    def spotipy(self, token: str) -> spotipy.Spotify:
        """The real client, pointed here; its methods block."""
        session = requests.Session()
        session.trust_env = False
        client = spotipy.Spotify(auth=token, requests_session=session)
        client.prefix = f"{self.base}/v1/"
        return client


@asynccontextmanager
async def open_door() -> AsyncIterator[Visit]:
    """A door of its own, on a port of its own."""
    clock = Clock()
    door = SpotifyDoor(clock, PEOPLE)
    async with serving(door.app) as door.base_url, aiohttp.ClientSession() as http:
        for client_id in (CLIENT_ID, PKCE_CLIENT_ID):
            await door.hands.register_redirect(client_id, REDIRECT)
        yield Visit(door, clock, http)
