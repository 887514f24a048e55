"""What a person sees at accounts.google.com: the sign-in form, the consent page, and the page of a wrong request."""

from collections.abc import Iterable
from html import escape

from aiohttp import web

SCOPES = {
    "https://www.googleapis.com/auth/drive.file": (
        "See, edit, create, and delete only the specific Google Drive files you use with this app"
    ),
    "https://www.googleapis.com/auth/userinfo.email": "See your primary Google Account email address",
    "openid": "Associate you with your personal info on Google",
}
TICKED_APART = ("https://www.googleapis.com/auth/drive.file",)


def sign_in(action: str, problem: str = "") -> web.Response:
    """Asks who the visitor is."""
    note = f"<p role='alert'>{escape(problem)}</p>" if problem else ""
    return _page(
        "Sign in",
        f"{note}<form method='post' action='{escape(action)}'>"
        "<label for='identifier'>Email</label> <input type='text' id='identifier' name='identifier'>"
        "<button type='submit'>Next</button></form>",
    )


def consent(app_name: str, name: str, email: str, scopes: Iterable[str], action: str) -> web.Response:
    """Asks whether the app shall have what it wants; a permission can be left out."""
    wishes = "".join(_wish(number, scope) for number, scope in enumerate(scopes))
    return _page(
        f"{app_name} wants access to your Google Account",
        f"<p>Signed in as {escape(name)} ({escape(email)})</p>"
        f"<form method='post' action='{escape(action)}'><input type='hidden' name='decision' value='continue'>"
        f"<p>Select what {escape(app_name)} can access</p>{wishes}<button type='submit'>Continue</button></form>"
        f"<form method='post' action='{escape(action)}'><input type='hidden' name='decision' value='cancel'>"
        "<button type='submit'>Cancel</button></form>",
    )


def refused(error: str, detail: str) -> web.Response:
    """Where an app asked wrongly, the browser stays here."""
    return _page(
        "Access blocked: Authorization Error",
        f"<p>{escape(detail)}</p><p>Error 400: {escape(error)}</p>",
        status=400,
    )


def _wish(number: int, scope: str) -> str:
    said = escape(SCOPES[scope])
    if scope not in TICKED_APART:
        return f"<p>{said}</p>"
    return (
        f"<p><input type='checkbox' id='scope{number}' name='granted' value='{escape(scope)}' checked> "
        f"<label for='scope{number}'>{said}</label></p>"
    )


def _page(title: str, body: str, status: int = 200) -> web.Response:
    text = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>{escape(title)} - Google Accounts</title></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
    return web.Response(text=text, status=status, content_type="text/html")
