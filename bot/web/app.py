"""The routes: the page a one-time link opens, where Spotify and Google send browsers back to, the health report."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from bot.errors import LinkDenied, MusiVaultError
from bot.time import Clock
from bot.web.bond import Bond, Step
from bot.web.downloads import DownloadDoor, add_downloads
from bot.web.guard import Guard
from bot.web.pages import Pages
from bot.web.words import (
    ALREADY,
    BEGIN_AGAIN,
    HOME,
    NO_PAGE,
    NOT_STARTED_HERE,
    ONE_STEP_LEFT,
    SERVICES,
    Message,
    message_for,
)
from storage.records import LinkKind, LinkState

log = logging.getLogger(__name__)

HTTP_SEE_OTHER = 303


class Outcome(Protocol):
    """What was linked, as the last page tells it."""

    @property
    def account_name(self) -> str:
        """The name at Spotify, or the address at Google."""

    @property
    def discord_name(self) -> str:
        """The Discord account it belongs to now."""

    @property
    def dm_sent(self) -> bool:
        """Whether the person has the news in a DM already."""


class LinkDoor(Protocol):
    """What the pages need of linking; everything raises MusiVaultErrors with a sentence for the person."""

    async def look(self, state: str) -> LinkState:
        """The link behind a landing page, not used up by looking; LinkExpired or LinkRejected."""

    async def finish(self, kind: LinkKind, state: str, code: str) -> Outcome:
        """The browser came back with a code: link the account."""

    async def deny(self, kind: LinkKind, state: str) -> None:
        """The browser came back with a refusal: use the link up."""


@dataclass(frozen=True, slots=True)
class Health:
    """What has to be well for the bot to do its work.

    `spotify` has the cause for each app that Spotify turns down, by its name: what only its people feel and its owner
    can mend, so the bot is well none the less. `drive` likewise says why no backup can go to the operator's Drive.
    """

    database: bool
    discord: bool
    schedule: bool
    jobs: bool
    spotify: Mapping[str, str] = field(default_factory=dict)
    drive: str = ""

    @property
    def ok(self) -> bool:
        """Whether all of it is."""
        return self.database and self.discord and self.schedule and self.jobs


def create_web(
    link: LinkDoor,
    downloads: DownloadDoor,
    health: Callable[[], Awaitable[Health]],
    *,
    clock: Clock,
    reference: Callable[[], str],
    https: bool = False,
    by_paste: bool = False,
) -> FastAPI:
    """The web application. `reference` makes the short ids of apologies; `https` makes cookies insist on encryption.

    `by_paste`: links skip the landing page and are finished on Discord; a browser on this very machine gets here still.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(clock)
    _add_general(app, pages, health)
    _add_landing(app, pages, link, Bond(https))
    _add_callback(app, pages, link, Bond(https), ONE_STEP_LEFT if by_paste else NOT_STARTED_HERE)
    add_downloads(app, pages, downloads)
    _add_refusals(app, pages)
    app.add_middleware(Guard, pages=pages, reference=reference)
    return app


def _add_general(app: FastAPI, pages: Pages, health: Callable[[], Awaitable[Health]]) -> None:
    @app.api_route("/", methods=["GET", "HEAD"])
    async def home() -> Response:
        return pages.message(HOME)

    @app.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> Response:
        report = await health()
        return JSONResponse({"ok": report.ok, **asdict(report)}, 200 if report.ok else 503)


def _add_landing(app: FastAPI, pages: Pages, link: LinkDoor, bond: Bond) -> None:
    @app.get("/link/{state}")
    async def landing(request: Request, state: str) -> Response:
        found = await link.look(state)
        nonce = bond.nonce(request, state)
        page = pages.landing(found, nonce, allowed=_origin(found.authorize_url))
        bond.note(page, request, state, nonce)
        return page

    @app.post("/link/{state}")
    async def proceed(request: Request, state: str, nonce: str = Form("")) -> Response:
        found = await link.look(state)
        if not bond.same_browser(request, state, nonce):
            return pages.message(BEGIN_AGAIN)
        log.info("link.begun kind=%s discord=%d", found.kind, found.discord_id)
        away = RedirectResponse(found.authorize_url, HTTP_SEE_OTHER)
        bond.advance(away, request, state, Step.SENT)
        return away


def _add_callback(app: FastAPI, pages: Pages, link: LinkDoor, bond: Bond, unknown: Message) -> None:
    @app.get("/callback/{kind}")
    async def callback(request: Request, kind: LinkKind, state: str = "", code: str = "", error: str = "") -> Response:
        step = bond.step(request, state)
        if step is Step.DONE:
            return pages.message(ALREADY)
        if step is not Step.SENT:
            return pages.message(unknown)
        if not code:
            log.info("link.denied kind=%s error=%s", kind, "access_denied" if error == "access_denied" else "other")
            await link.deny(kind, state)
            raise LinkDenied(kind=kind.value)
        outcome = await link.finish(kind, state, code)
        page = pages.linked(SERVICES[kind], outcome.account_name, outcome.discord_name, dm_sent=outcome.dm_sent)
        bond.advance(page, request, state, Step.DONE)
        return page


def _add_refusals(app: FastAPI, pages: Pages) -> None:
    @app.exception_handler(MusiVaultError)
    async def ours(_: Request, error: MusiVaultError) -> Response:
        log.info("page.refused error=%s", type(error).__name__)
        return pages.message(message_for(error))

    @app.exception_handler(HTTPException)
    @app.exception_handler(RequestValidationError)
    async def nothing_here(_: Request, __: Exception) -> Response:
        return pages.message(NO_PAGE)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
