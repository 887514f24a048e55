"""New access tokens from Google, asked for once at a time: waiting is for whoever makes the call."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from google.auth.exceptions import RefreshError

Refresh = Callable[..., tuple[str, datetime]]
LIFETIME = 3600  # seconds, where Google does not say


def refresher(token_uri: str, client_id: str, client_secret: str, refresh_token: str) -> Refresh:
    """For `Credentials(refresh_handler=...)`.

    Google's own refresh sleeps for seconds on its thread after a 5xx, and breaks on a proxy's page (2.62.2).
    """
    form = {
        "grant_type": "refresh_token",
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": refresh_token,
    }

    def refresh(request: Any, scopes: Sequence[str] | None = None) -> tuple[str, datetime]:  # noqa: ANN401
        answer = request(
            url=token_uri,
            method="POST",
            body=urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        return _granted(answer.status, answer.data)

    return refresh


def _granted(status: int, content: bytes) -> tuple[str, datetime]:
    """The token and when it ends, naive as Google's library wants it; `RefreshError` begins with Google's own word."""
    said = _read(content)
    token = said.get("access_token")
    if status != HTTPStatus.OK or not isinstance(token, str):
        raise RefreshError(f"{said.get('error', 'no token')}: {status}", said)  # type: ignore[no-untyped-call]
    lifetime = said.get("expires_in")
    seconds = lifetime if isinstance(lifetime, int) else LIFETIME
    return token, datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=seconds)


def _read(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
