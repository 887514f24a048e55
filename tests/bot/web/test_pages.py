import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape

import aiohttp
import pytest
from bs4 import BeautifulSoup

from bot.errors import Refusal, SpotifyBusy, SpotifyDown, SpotifyRefused
from bot.services.exports.ready import Attempt
from bot.web import Health, WebServer, create_web
from storage.errors import AlreadyRunning, DownloadUnknown, LinkExpired, LinkRejected, MusiVaultError
from storage.records import Download, LinkKind, LinkState

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
AUTHORIZE = "https://accounts.spotify.com/authorize?client_id=app&state=s3cret"
WELL = Health(database=True, discord=True, schedule=True, jobs=True)


@dataclass
class Linked:
    account_name: str = "Ada L."
    discord_name: str = "Ada"
    dm_sent: bool = True


@dataclass
class Book:
    """One open link per state, used up by an answer, as the real one."""

    name: str = "Ada"
    kind: LinkKind = LinkKind.SPOTIFY
    dm_sent: bool = True
    looking_fails: Exception | None = None
    finishing_fails: Exception | None = None
    used: set[str] = field(default_factory=set)
    linked: list[tuple[LinkKind, str, str]] = field(default_factory=list)

    async def look(self, state: str) -> LinkState:
        if self.looking_fails:
            raise self.looking_fails
        if state in self.used:
            raise LinkExpired(kind=self.kind)
        return LinkState(
            state=state,
            kind=self.kind,
            discord_id=189702078958927872,
            discord_name=self.name,
            client_id="app",
            code_verifier=None,
            created_at=NOW,
            expires_at=NOW + timedelta(minutes=10),
            authorize_url=AUTHORIZE,
        )

    async def finish(self, kind: LinkKind, state: str, code: str) -> Linked:
        await self.look(state)
        self.used.add(state)
        if self.finishing_fails:
            raise self.finishing_fails
        self.linked.append((kind, state, code))
        return Linked(discord_name=self.name, dm_sent=self.dm_sent)

    async def deny(self, kind: LinkKind, state: str) -> None:
        await self.look(state)
        self.used.add(state)


class NothingReady:
    """No export lies anywhere."""

    async def look(self, token: str) -> Download:
        raise DownloadUnknown

    async def begin(self, token: str) -> Attempt:
        raise DownloadUnknown


@dataclass
class Answer:
    status: int
    html: str
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return " ".join(BeautifulSoup(self.html, "html.parser").body.get_text(" ").split())  # type: ignore[union-attr]

    @property
    def title(self) -> str:
        found = BeautifulSoup(self.html, "html.parser").h1
        return found.get_text() if found else ""

    @property
    def nonce(self) -> str:
        found = re.search(r'name="nonce" value="([^"]+)"', self.html)
        return unescape(found[1]) if found else ""


@dataclass
class Browser:
    base: str
    session: aiohttp.ClientSession

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path)

    async def press(self, path: str, nonce: str) -> Answer:
        return await self._ask("POST", path, {"nonce": nonce})

    async def begin(self, path: str = "/link/s3cret") -> Answer:
        return await self.press(path, (await self.get(path)).nonce)

    async def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        async with self.session.request(method, self.base + path, data=form, allow_redirects=False) as answer:
            return Answer(answer.status, await answer.text(), {k.lower(): v for k, v in answer.headers.items()})


@dataclass
class Site:
    book: Book
    base: str

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            yield Browser(self.base, session)


@asynccontextmanager
async def serving(
    book: Book, health: Callable[[], Health] = lambda: WELL, *, https: bool = False
) -> AsyncIterator[Site]:
    async def report() -> Health:
        return health()

    web = create_web(book, NothingReady(), report, clock=lambda: NOW, reference=lambda: "1f3a9c2e", https=https)
    server = WebServer(web, "127.0.0.1", 0)
    await server.start()
    try:
        yield Site(book, f"http://127.0.0.1:{server.port}")
    finally:
        await server.stop()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Book()) as open_site:
        yield open_site


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[Browser]:
    async with site.browser() as open_browser:
        yield open_browser


async def test_the_landing_page_says_whose_account_is_linked_to_what(browser: Browser) -> None:
    page = await browser.get("/link/s3cret")
    assert page.status == 200
    for words in (
        "Link Spotify to the Discord account",
        "Ada ID 189702078958927872",
        "your liked songs",
        "MusiVault never",
        "expires in 10 minutes",
        "Continue to Spotify",
    ):
        assert words in page.text


async def test_the_button_leads_to_spotify(browser: Browser) -> None:
    away = await browser.begin()
    assert (away.status, away.headers["location"]) == (303, AUTHORIZE)


async def test_a_code_from_the_browser_that_began_links_the_account(site: Site, browser: Browser) -> None:
    await browser.begin()
    page = await browser.get("/callback/spotify?code=c0de&state=s3cret")
    assert (page.status, page.title) == (200, "Spotify is linked")
    assert "You can close this page; MusiVault has sent you a DM." in page.text
    assert "Ada L." in page.text
    assert site.book.linked == [(LinkKind.SPOTIFY, "s3cret", "c0de")]


async def test_a_closed_dm_is_told_on_the_last_page(site: Site, browser: Browser) -> None:
    site.book.dm_sent = False
    await browser.begin()
    page = await browser.get("/callback/spotify?code=c0de&state=s3cret")
    assert "could not send you a DM" in page.text


async def test_loading_the_last_page_again_does_not_frighten(site: Site, browser: Browser) -> None:
    await browser.begin()
    await browser.get("/callback/spotify?code=c0de&state=s3cret")
    assert (await browser.get("/callback/spotify?code=c0de&state=s3cret")).title == "Already linked"
    assert len(site.book.linked) == 1


async def test_a_code_in_a_browser_without_the_landing_page_links_nothing(site: Site, browser: Browser) -> None:
    await browser.begin()
    async with site.browser() as somebody:
        page = await somebody.get("/callback/spotify?code=c0de&state=s3cret")
        assert (page.status, page.title) == (403, "Nothing was linked")
        assert "press the button there" in page.text
    assert site.book.linked == []
    assert site.book.used == set()


async def test_seeing_the_landing_page_without_pressing_the_button_is_not_enough(site: Site, browser: Browser) -> None:
    await browser.get("/link/s3cret")
    assert (await browser.get("/callback/spotify?code=c0de&state=s3cret")).status == 403
    assert site.book.linked == []


async def test_another_site_cannot_press_the_button(site: Site, browser: Browser) -> None:
    await browser.get("/link/s3cret")
    for nonce in ("", "guessed"):
        assert (await browser.press("/link/s3cret", nonce)).status == 403
    async with site.browser() as fresh:
        assert (await fresh.press("/link/s3cret", "")).status == 403
    assert (await browser.get("/callback/spotify?code=c0de&state=s3cret")).status == 403


async def test_going_back_to_the_landing_page_does_not_undo_the_first_half(browser: Browser) -> None:
    await browser.begin()
    await browser.get("/link/s3cret")
    assert (await browser.get("/callback/spotify?code=c0de&state=s3cret")).title == "Spotify is linked"


async def test_two_links_in_one_browser_do_not_disturb_each_other(site: Site, browser: Browser) -> None:
    await browser.begin("/link/one")
    await browser.begin("/link/two")
    await browser.get("/callback/spotify?code=a&state=one")
    await browser.get("/callback/spotify?code=b&state=two")
    assert [state for _, state, _ in site.book.linked] == ["one", "two"]


async def test_drive_has_pages_of_its_own() -> None:
    async with serving(Book(kind=LinkKind.DRIVE)) as site, site.browser() as browser:
        page = await browser.get("/link/s3cret")
        assert "Continue to Google" in page.text
        await browser.begin()
        page = await browser.get("/callback/drive?code=c0de&state=s3cret&scope=x")
        assert page.title == "Google Drive is linked"


async def test_cancelling_uses_the_link_up_and_says_how_to_begin_again(site: Site, browser: Browser) -> None:
    await browser.begin()
    page = await browser.get("/callback/spotify?error=access_denied&state=s3cret")
    assert (page.status, page.title) == (200, "Nothing was linked")
    assert "/link spotify" in page.text
    assert site.book.used == {"s3cret"}


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (LinkExpired(kind="spotify"), 410, "This link has expired"),
        (LinkRejected(), 404, "This link is not valid"),
        (SpotifyRefused(Refusal.NOT_REGISTERED), 403, "Spotify does not know you here yet"),
        (SpotifyRefused(Refusal.APP_REJECTED), 403, "Spotify said no"),
        (SpotifyDown(), 503, "Spotify is not answering"),
        (SpotifyBusy(NOW + timedelta(minutes=90)), 503, "Spotify is busy"),
        (AlreadyRunning(NOW - timedelta(minutes=5)), 400, "That did not work"),
    ],
)
async def test_each_error_has_a_page_with_its_sentence(
    site: Site, browser: Browser, error: MusiVaultError, status: int, title: str
) -> None:
    await browser.begin()
    site.book.finishing_fails = error
    page = await browser.get("/callback/spotify?code=c0de&state=s3cret")
    assert (page.status, page.title) == (status, title)
    assert error.sentence[:20].replace("`", "") in page.text
    assert "`" not in page.text
    assert "<t:" not in page.text


async def test_a_time_in_a_sentence_can_be_read(site: Site, browser: Browser) -> None:
    site.book.looking_fails = SpotifyBusy(NOW + timedelta(minutes=90))
    assert "try again in 1 hour ." in (await browser.get("/link/s3cret")).text


async def test_an_unforeseen_error_is_an_apology_with_the_id_it_is_logged_under(
    site: Site, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    site.book.looking_fails = RuntimeError("c0de of a private thing")
    page = await browser.get("/link/s3cret")
    assert page.status == 500
    assert "1f3a9c2e" in page.text
    assert "private" not in page.html
    assert "page.broken reference=1f3a9c2e" in caplog.text


async def test_names_from_outside_cannot_break_out_of_the_page() -> None:
    name = '"><script>alert(1)</script><b>`x`'
    async with serving(Book(name=name)) as site, site.browser() as browser:
        page = await browser.get("/link/s3cret")
        assert "<script" not in page.html
        assert name in page.text
        await browser.begin()
        assert "<script" not in (await browser.get("/callback/spotify?code=c0de&state=s3cret")).html


@pytest.mark.parametrize("path", ["/", "/link/s3cret", "/callback/spotify", "/nowhere", "/healthz"])
async def test_every_answer_is_strict_and_loads_nothing_from_elsewhere(browser: Browser, path: str) -> None:
    page = await browser.get(path)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert not re.search(r'(src|href)="(?!data:)', page.html)


async def test_the_form_may_lead_to_spotify_and_nowhere_else(browser: Browser) -> None:
    policy = (await browser.get("/link/s3cret")).headers["content-security-policy"]
    assert "form-action 'self' https://accounts.spotify.com;" in policy
    assert "form-action 'none'" in (await browser.get("/")).headers["content-security-policy"]


@pytest.mark.parametrize("https", [True, False])
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(https: bool) -> None:
    async with serving(Book(), https=https) as site, site.browser() as browser:
        cookie = (await browser.get("/link/s3cret")).headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert ("secure" in cookie) is https
        assert "s3cret" not in cookie


@pytest.mark.parametrize("path", ["/nowhere", "/callback/tidal?code=1&state=2", "/link/", "/docs", "/openapi.json"])
async def test_an_address_that_is_none_is_answered_kindly(browser: Browser, path: str) -> None:
    page = await browser.get(path)
    assert (page.status, page.title) == (404, "There is no such page")


async def test_health_is_green_only_when_everything_works() -> None:
    health = [WELL]
    async with serving(Book(), lambda: health[0]) as site, site.browser() as browser:
        assert (await browser.get("/healthz")).status == 200
        health[0] = Health(database=True, discord=False, schedule=True, jobs=True)
        report = await browser.get("/healthz")
        assert report.status == 503
        assert '"discord":false' in report.html
