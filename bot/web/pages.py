"""Records become HTML: one stylesheet inside every page, nothing loaded from anywhere, every name escaped."""

import base64
import hashlib
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.time import Clock
from bot.web.markup import absolute, as_html, relative
from bot.web.words import SERVICES, Message, Service
from storage.records import Download, LinkState

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """All pages there are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
        self._digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["marked"] = lambda sentence: as_html(sentence, clock())

    def landing(self, link: LinkState, nonce: str, *, allowed: str) -> HTMLResponse:
        """The page that says whose account is linked to what; its form may lead to the origin `allowed`."""
        return self._page(
            "landing.html",
            form_action=f"'self' {allowed}",
            service=SERVICES[link.kind],
            discord_name=link.discord_name,
            discord_id=link.discord_id,
            nonce=nonce,
            until=link.expires_at.isoformat(),
            until_text=absolute(link.expires_at),
            left=relative(link.expires_at, self._clock()),
        )

    def linked(self, service: Service, account_name: str, discord_name: str, *, dm_sent: bool) -> HTMLResponse:
        """The last page: it worked."""
        return self._page(
            "linked.html", service=service, account_name=account_name, discord_name=discord_name, dm_sent=dm_sent
        )

    def download(self, download: Download) -> HTMLResponse:
        """The page before an export is fetched; only its button uses the link up."""
        return self._page(
            "download.html",
            form_action="'self'",
            name=download.name,
            size=_size(download.size),
            encrypted=download.name.endswith(".age"),
            until=download.expires_at.isoformat(),
            until_text=absolute(download.expires_at),
            left=relative(download.expires_at, self._clock()),
        )

    def message(self, message: Message) -> HTMLResponse:
        """A page with one thing to say."""
        return self._page("message.html", message.status, message=message)

    def _page(self, template: str, status: int = 200, *, form_action: str = "'none'", **fields: object) -> HTMLResponse:
        html = self._templates.get_template(template).render(style=self._style, **fields)
        policy = (
            f"default-src 'none'; style-src 'sha256-{self._digest}'; img-src data:; form-action {form_action}; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        return HTMLResponse(html, status, {"Content-Security-Policy": policy})


def _size(octets: int) -> str:
    return f"{octets / 1024:,.0f} KB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:,.1f} MB"
