"""What a person sees at accounts.spotify.com: the log-in form, the consent page, and the bare error texts."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from aiohttp import web

from tests.sandbox.spotify.apps import SCOPES, App


def log_in(action: str, problem: str = "") -> web.Response:
    """Asks who the visitor is."""
    note = f"<p role='alert'>{escape(problem)}</p>" if problem else ""
    return _page(
        "Log in to Spotify",
        f"{note}<form method='post' action='{escape(action)}'>"
        "<label for='username'>Username</label> <input type='text' id='username' name='username'>"
        "<button type='submit'>Log in</button></form>",
    )


def consent(app: App, display_name: str, scopes: Iterable[str], action: str) -> web.Response:
    """Asks whether the app shall have what it wants."""
    wishes = "".join(f"<li><code>{escape(scope)}</code>: {escape(SCOPES[scope])}</li>" for scope in scopes)
    return _page(
        f"Authorize {app.name}",
        f"<p>{escape(app.name)} wants to:</p><ul>{wishes or '<li>See your public profile</li>'}</ul>"
        f"<p>Logged in as {escape(display_name)}</p>{_button(action, 'Agree')}{_button(action, 'Cancel')}"
        f"<p><a href='/logout?continue={quote(action, safe='')}'>Not you?</a></p>",
    )


def refused(text: str) -> web.Response:
    """The bare text that Spotify shows where an app asked wrongly."""
    return web.Response(status=400, text=text)


def _button(action: str, label: str) -> str:
    return (
        f"<form method='post' action='{escape(action)}'>"
        f"<input type='hidden' name='decision' value='{label.lower()}'><button type='submit'>{label}</button></form>"
    )


def _page(title: str, body: str) -> web.Response:
    text = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>{escape(title)} - Spotify</title></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
    return web.Response(text=text, content_type="text/html")
