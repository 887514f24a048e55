"""How Google says no: the JSON of its APIs, and the JSON of its token endpoint."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web


class ApiError(Exception):
    """A refusal of the Drive API."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: str = "",
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.location = location
        self.more = more or {}

    def response(self) -> web.Response:
        """The answer that says it."""
        one: dict[str, Any] = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            kind = "header" if self.location == "Authorization" else "parameter"
            one |= {"location": self.location, "locationType": kind}
        error = {"code": self.status, "message": self.message, "errors": [one], **self.more}
        return web.json_response({"error": error}, status=self.status)


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


def not_found(file_id: str) -> ApiError:
    """No such file, or none this app made."""
    return ApiError(404, "notFound", f"File not found: {file_id}.", location="fileId")


def invalid(location: str, message: str = "Invalid Value") -> ApiError:
    """What Google cannot make sense of."""
    return ApiError(400, "invalid", message, location=location)


def unauthorized() -> ApiError:
    """No token, or one that is no longer good."""
    return ApiError(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token.",
        location="Authorization",
        more={"status": "UNAUTHENTICATED"},
    )


def scope_missing() -> ApiError:
    """A token that was not given the permission."""
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
    }
    return ApiError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        more={"status": "PERMISSION_DENIED", "details": [detail]},
    )


def full() -> ApiError:
    """No room."""
    return ApiError(
        403, "storageQuotaExceeded", "The user's Drive storage quota has been exceeded.", domain="usageLimits"
    )


RATE_REASONS = (
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "dailyLimitExceeded",
    "downloadQuotaExceeded",
    "storageQuotaExceeded",
)


def mishap(status: int, reason: str | None) -> ApiError:
    """The refusal a switch asks for; without a reason the usual one of that status."""
    usual = {
        400: "badRequest",
        401: "authError",
        403: "forbidden",
        404: "notFound",
        409: "fileIdInUse",
        410: "deleted",
        412: "conditionNotMet",
        416: "requestedRangeNotSatisfiable",
        429: "rateLimitExceeded",
        500: "internalError",
        502: "badGateway",
        503: "backendError",
        504: "gatewayTimeout",
    }
    reason = reason or usual.get(status, "backendError")
    return ApiError(
        status, reason, f"Made to fail: {reason}", domain="usageLimits" if reason in RATE_REASONS else "global"
    )
