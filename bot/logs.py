"""Logging: one line an event, times in UTC, and no token, code or secret in any of them."""

import logging
import re
import sys
import time
from typing import TextIO

OURS = ("bot", "cogs", "ml", "storage")
CHATTY = (
    "alembic",
    "apscheduler",
    "googleapiclient",
    "httpx",
    "oauthlib",
    "requests_oauthlib",
    "spotipy",
    "urllib3",
    "uvicorn",
)

_NAMES = "access_token|api_key|client_secret|code|code_verifier|id_token|nonce|refresh_token|state|token|upload_id"
_SECRETS = re.compile(
    rf"""(?P<named>["']?\b(?:{_NAMES})\b["']?\s*[=:]\s*["']?)[^\s"'&,;)}}]+"""
    r"|(?P<header>\b(?:Bearer|Basic|Bot)\s+)[\w.~+/=-]{16,}"
    r"|(?P<webhook>/(?:webhooks|interactions)/\d+/)[\w-]{16,}"
    r"|(?P<link>/(?:link|download)/)[\w-]{16,}"
)


class RedactingFormatter(logging.Formatter):
    """Masks what must not be read in a log, in messages and in tracebacks alike."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, without secrets."""
        return _SECRETS.sub(lambda found: f"{found[found.lastgroup or 0]}***", super().format(record))


def configure(*, debug: bool = False, stream: TextIO | None = None) -> None:
    """Log to `stream` (stderr). `debug` is for our own packages only: libraries would log what they send."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(RedactingFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if debug else logging.INFO)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
