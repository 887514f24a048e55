"""What ties a one-time link to one browser, so that nobody can have somebody else walk the second half of it."""

import hashlib
import hmac
import secrets
from enum import StrEnum

from fastapi import Request, Response

MAX_AGE = 900


class Step(StrEnum):
    """How far this browser is with a link."""

    SEEN = "seen"
    SENT = "sent"
    DONE = "done"


class Bond:
    """A cookie per link: a code counts only from a browser whose owner saw the landing page and pressed its button.

    The nonce in the landing page's form proves the reading: another site can send a browser here, but it can neither
    read the page nor guess the nonce.
    """

    def __init__(self, https: bool) -> None:
        self._https = https

    def nonce(self, request: Request, state: str) -> str:
        """The nonce of this browser for the link; a new one on the first visit."""
        return self._read(request, state)[1] or secrets.token_urlsafe(18)

    def note(self, response: Response, request: Request, state: str, nonce: str) -> None:
        """Remember that the landing page was shown; a browser that is further stays where it is."""
        self._write(response, state, self.step(request, state) or Step.SEEN, nonce)

    def same_browser(self, request: Request, state: str, nonce: str) -> bool:
        """Whether a form comes from the page that this browser was shown."""
        known = self._read(request, state)[1]
        return bool(known) and hmac.compare_digest(known.encode(), nonce.encode())

    def step(self, request: Request, state: str) -> Step | None:
        """How far this browser is with the link; None where it never saw the landing page."""
        return self._read(request, state)[0]

    def advance(self, response: Response, request: Request, state: str, step: Step) -> None:
        """Remember that this browser got further."""
        self._write(response, state, step, self.nonce(request, state))

    def _read(self, request: Request, state: str) -> tuple[Step | None, str]:
        step, _, nonce = request.cookies.get(_name(state), "").partition(".")
        return (Step(step), nonce) if step in set(Step) and nonce else (None, "")

    def _write(self, response: Response, state: str, step: Step, nonce: str) -> None:
        response.set_cookie(
            _name(state), f"{step}.{nonce}", max_age=MAX_AGE, httponly=True, samesite="lax", secure=self._https
        )


def _name(state: str) -> str:
    return f"musivault_{hashlib.sha256(state.encode()).hexdigest()[:24]}"
