"""The gateway and the sign-in on the stand-in for Spotify, and somebody's browser."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from yarl import URL

from bot.spotify.gateway import Access, SpotifyGateway
from bot.spotify.oauth import SpotifyApp, SpotifyOAuth
from bot.spotify.parse import Page
from storage.records import SpotifyToken
from tests.bot.spotify.time import Time
from tests.sandbox.clock import Clock
from tests.sandbox.people import COOKIE
from tests.sandbox.spotify.apps import CLIENT_ID, CLIENT_SECRET, PKCE_CLIENT_ID
from tests.sandbox.spotify.hands import SpotifyHands

T = TypeVar("T")
SECRET = SpotifyApp("MusiVault", CLIENT_ID, CLIENT_SECRET)
PUBLIC = SpotifyApp("MusiVault at home", PKCE_CLIENT_ID)
REDIRECT = "http://127.0.0.1:8321/callback/spotify"


@dataclass
class Spotify:
    """The stand-in with a gateway and a sign-in on it."""

    hands: SpotifyHands
    clock: Clock
    oauth: SpotifyOAuth
    gateway: SpotifyGateway
    time: Time

    async def sign_in(self, person: str, app: SpotifyApp = SECRET) -> SpotifyToken:
        """What a browser does between `begin` and `finish`."""
        url, verifier = self.oauth.begin(app, "the-state")
        query = await self.press(person, url, "agree")
        assert query["state"] == "the-state"
        return await self.oauth.finish(app, query["code"], verifier)

    async def press(self, person: str, url: str, decision: str) -> dict[str, str]:
        async with (
            aiohttp.ClientSession(cookies={COOKIE: person}, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
            browser.post(URL(url), data={"decision": decision}, allow_redirects=False) as answer,
        ):
            return dict(URL(answer.headers["Location"]).query)

    async def access(self, person: str) -> Access:
        return Access(CLIENT_ID, (await self.sign_in(person)).access_token)


async def everything(ask: Callable[[int], Awaitable[Page[T]]]) -> list[T]:
    """All pages of a list."""
    found: list[T] = []
    offset: int | None = 0
    while offset is not None:
        page = await ask(offset)
        assert page.whole
        found.extend(page.items)
        offset = page.next_offset
    return found
