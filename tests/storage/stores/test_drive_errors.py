import json
from http.client import RemoteDisconnected

import httplib2
import pytest
from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.errors import HttpError

from storage.errors import StoreDown, StoreRefused
from storage.stores.drive.errors import DriveBarred, DriveRejected, DriveUnexpected, Gone, NoRoom, Taken, translated


def unrefreshed(*said: object) -> Exception:
    error: Exception = RefreshError(*said)  # type: ignore[no-untyped-call]
    return error


def answer(status: int, reason: str = "", *, body: str | None = None) -> HttpError:
    error = {"error": {"code": status, "message": "No.", "errors": [{"reason": reason, "message": "No."}]}}
    return HttpError(httplib2.Response({"status": status}), (json.dumps(error) if body is None else body).encode())


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (unrefreshed("invalid_grant: Token has been expired or revoked.", {"error": "invalid_grant"}), StoreRefused),
        (unrefreshed("Reauthentication is needed. Please run ..."), StoreRefused),
        (unrefreshed("invalid_client: Unauthorized"), DriveRejected),
        (unrefreshed("internal_failure: None"), StoreDown),
        (unrefreshed("<html>502 Bad Gateway</html>"), StoreDown),
        (unrefreshed(), StoreDown),
        (TransportError("no route"), StoreDown),  # type: ignore[no-untyped-call]
        (httplib2.ServerNotFoundError("no such host"), StoreDown),
        (RemoteDisconnected("hung up"), StoreDown),
        (TimeoutError(), StoreDown),
        (answer(401, "authError"), StoreDown),
        (answer(403, "storageQuotaExceeded"), NoRoom),
        (answer(403, "teamDriveFileLimitExceeded"), NoRoom),
        (answer(403, "userRateLimitExceeded"), StoreDown),
        (answer(403, "insufficientPermissions"), StoreRefused),
        (answer(403, "accessNotConfigured"), DriveRejected),
        (answer(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), StoreRefused),
        (answer(403, "downloadQuotaExceeded"), StoreDown),
        (answer(403, "appNotAuthorizedToFile"), DriveBarred),
        (answer(403, body="<html>Forbidden</html>"), DriveBarred),
        (answer(200, body="<html>Please sign in</html>"), StoreDown),
        (answer(404, "notFound"), Gone),
        (answer(410), Gone),
        (answer(409, "fileIdInUse"), Taken),
        (answer(408), StoreDown),
        (answer(429, "rateLimitExceeded"), StoreDown),
        (answer(500, body=""), StoreDown),
        (answer(503, "backendError"), StoreDown),
        (answer(400, "invalid"), DriveUnexpected),
        (answer(412, body="[]"), DriveUnexpected),
    ],
)
def test_every_no_of_google_has_one_meaning(error: Exception, meaning: type[Exception]) -> None:
    assert type(translated(error)) is meaning
