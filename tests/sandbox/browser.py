"""A browser: real HTTP, cookies, redirects one by one, pages read and pressed by what is written on them."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from tests.sandbox.page import Page, Sent, unreachable
from tests.sandbox.people import COOKIE
from tests.sandbox.transcript import Event, Listener, nobody_listens

LOOPBACK = ("127.0.0.1", "localhost")
REDIRECTS, KEEPS_METHOD = (301, 302, 303, 307, 308), (307, 308)
MOST_REDIRECTS = 15


class Browser:
    """Somebody's browser, signed in at Spotify and Google as that person.

    `origins` says where a public name such as "https://vault.example.org" is on this machine; any other name, and
    an address where nothing listens, gives a page with status 0 that keeps its address.
    """

    def __init__(
        self, person: str, *, origins: Mapping[str, str] | None = None, listener: Listener = nobody_listens
    ) -> None:
        self.person = person
        self.origins = dict(origins or {})
        self._listener = listener
        self._session: aiohttp.ClientSession | None = None

    async def open(self, url: str) -> Page:
        """Go to an address."""
        self._listener(Event(self.person, "opens", url))
        return await self.send(Sent("GET", URL(url, encoded=True)))

    async def send(self, sent: Sent) -> Page:
        """A request and all its redirects, to the page it ends on."""
        trail: list[str] = []
        for _ in range(MOST_REDIRECTS):
            trail.append(str(sent.url))
            page, location = await self._once(sent, trail)
            if location is None:
                self._listener(Event(self.person, "reads", page.title or page.url, page.text))
                return page
            method = sent.method if page.status in KEEPS_METHOD else "GET"
            target = sent.url.join(URL(location, encoded=True))
            sent = Sent(method, target, sent.fields if method == sent.method else None, sent.multipart)
        raise RuntimeError(f"too many redirects: {' -> '.join(trail)}")

    async def _once(self, sent: Sent, trail: list[str]) -> tuple[Page, str | None]:
        address = self._address(sent.url)
        if address is None:
            return unreachable(self, str(sent.url), trail), None
        headers = {} if address is sent.url else {"Host": sent.url.authority, "X-Forwarded-Proto": sent.url.scheme}
        try:
            async with self._opened().request(
                sent.method, address, data=sent.body(), headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.read()
                location = answer.headers.get("Location") if answer.status in REDIRECTS else None
                kind, charset = answer.content_type, answer.charset or "utf-8"
        except aiohttp.ClientConnectionError:
            return unreachable(self, str(sent.url), trail), None
        return Page(self, str(sent.url), answer.status, content, kind, charset, tuple(trail)), location

    def _address(self, url: URL) -> URL | None:
        """Where that really is: nothing but loopback is ever contacted."""
        base = self.origins.get(str(url.origin()))
        if base is not None:
            return URL(base).join(url.relative())
        return url if url.host in LOOPBACK else None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            jar = aiohttp.CookieJar(unsafe=True)
            for host in LOOPBACK:
                jar.update_cookies({COOKIE: self.person}, URL(f"http://{host}/"))
            self._session = aiohttp.ClientSession(
                cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=30), headers={"User-Agent": "SandboxBrowser/1.0"}
            )
        return self._session

    async def close(self) -> None:
        """Close the window."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
