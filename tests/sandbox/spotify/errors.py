"""How Spotify says no: the JSON of the Web API, the bare text of the allow-list, and the JSON of the token endpoint."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

NOT_REGISTERED = "Check settings on developer.spotify.com/dashboard, the user may not be registered."
PREMIUM_REQUIRED = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can take "
    "a few hours before requests are allowed again."
)


class ApiError(Exception):
    """A refusal of the Web API; `text` ones are text/plain as the real ones are, and some say nothing at all."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        text: bool = False,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.text = text
        self.reason = reason
        self.headers = headers

    def response(self) -> web.Response:
        """The answer that says it."""
        if self.text:
            return web.Response(status=self.status, text=self.message, headers=self.headers)
        error: dict[str, Any] = {"status": self.status}
        if self.message:
            error["message"] = self.message
        if self.reason is not None:
            error["reason"] = self.reason
        return web.json_response({"error": error}, status=self.status, headers=self.headers)


class TokenError(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status

    def response(self) -> web.Response:
        """The answer that says it."""
        return web.json_response({"error": self.error, "error_description": self.description}, status=self.status)


def not_found() -> ApiError:
    """What does not exist, or is hidden from this app."""
    return ApiError(404, "Resource not found")


def bad_request(message: str) -> ApiError:
    """What Spotify cannot make sense of."""
    return ApiError(400, message)


def forbidden(message: str = "Forbidden") -> ApiError:
    """What this token may not do."""
    return ApiError(403, message)
