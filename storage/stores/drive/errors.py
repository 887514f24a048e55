"""Google's many ways to say no, translated once.

StoreError
+- StoreRefused             revoked, expired, or the box on the consent page was not ticked: link again
+- StoreDown                5xx, too many requests, broken connections: tried again
|  +- DriveGarbled          Drive holds other bytes than were sent, twice
|  +- DriveUnlisted         Drive told only a part of what lies in it
+- DriveRejected            Google does not accept the operator's client
+- DriveUnexpected          an answer nobody foresaw
Gone, Taken, NoRoom         for the code around a call, never shown
"""

import errno
from http.client import HTTPException

from google.auth.exceptions import GoogleAuthError, RefreshError
from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error

from storage.errors import StoreDown, StoreError, StoreRefused

STORE = "Google Drive"
TROUBLE = (HttpError, GoogleAuthError, HttpLib2Error, HTTPException, OSError)

_FULL = {"storageQuotaExceeded", "quotaExceeded", "teamDriveFileLimitExceeded"}
_TOO_FAST = {"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "uploadLimitExceeded"}
_NOT_SET_UP = {"accessNotConfigured", "SERVICE_DISABLED"}
_CLIENT_REJECTED = ("invalid_client", "unauthorized_client", "deleted_client", "disabled_client", "org_internal")
_LOCAL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOENT, errno.EROFS)


class DriveRejected(StoreError):
    """The operator's Google client is wrong or not allowed to use Drive."""

    template = (
        "Google does not accept this bot's app: its client id, secret or redirect address is wrong, or its project "
        "has the Drive API switched off. Tell whoever runs this bot; your backups are untouched."
    )


class DriveUnexpected(StoreError):
    """Google refused a request in a way that asking again does not mend."""

    template = (
        "Google Drive did not accept a request ({detail}). Nothing was lost; the backup is tried again the next "
        "night. If it happens again, tell whoever runs this bot."
    )


class DriveGarbled(StoreDown):
    """What arrived is not what was sent, more than once."""

    template = (
        "Google Drive did not keep the backup as it was sent, twice in a row. The broken copies are in its trash; "
        "the backup is tried again later."
    )
    passing = "Google Drive did not keep the backup as it was sent. The broken copies are in its trash."


class DriveUnlisted(StoreDown):
    """A list that is not whole: what is not on it may be there all the same."""

    template = "Google Drive could not say just now which backups lie in it. Nothing was removed; try again later."
    passing = "Google Drive could not say just now which backups lie in it."


class Gone(Exception):
    """There is no such file, folder or upload session (any more)."""


class Taken(Exception):
    """A file with this id was made before."""


class NoRoom(Exception):
    """The Drive is full."""


def is_local(error: Exception) -> bool:
    """Trouble with this machine's own disk, which is not Google's fault."""
    return isinstance(error, OSError) and error.errno in _LOCAL


def translated(error: Exception) -> Exception:
    """What one of TROUBLE means."""
    if isinstance(error, HttpError):
        return _of_answer(error)
    if isinstance(error, RefreshError):
        return _of_refresh(error)
    return StoreDown(store=STORE)


def _of_answer(error: HttpError) -> Exception:
    status = error.status_code
    if status in (404, 410):
        return Gone(str(error))
    if status == 409:
        return Taken(str(error))
    if status == 401:
        return StoreRefused(store=STORE)
    if status == 403:
        return _of_forbidden(_reasons(error))
    if status in (408, 429) or status >= 500:
        return StoreDown(store=STORE)
    return DriveUnexpected(detail=f"{status}: {', '.join(sorted(_reasons(error))) or 'no reason given'}")


def _of_forbidden(reasons: set[str]) -> Exception:
    if reasons & _FULL:
        return NoRoom(*reasons)
    if reasons & _TOO_FAST:
        return StoreDown(store=STORE)
    return DriveRejected() if reasons & _NOT_SET_UP else StoreRefused(store=STORE)


def _of_refresh(error: RefreshError) -> StoreError:
    """Only `invalid_grant` means that the person's link is dead; a proxy's error page does not."""
    said = str(error.args[0]) if error.args else ""
    if said.startswith(("invalid_grant", "Reauthentication is needed")):
        return StoreRefused(store=STORE)
    return DriveRejected() if said.startswith(_CLIENT_REJECTED) else StoreDown(store=STORE)


def _reasons(error: HttpError) -> set[str]:
    """`error_details` is a list of `errors` or of `details`, or a bare string where the answer was no JSON."""
    details = error.error_details if isinstance(error.error_details, list) else []
    return {str(one["reason"]) for one in details if isinstance(one, dict) and "reason" in one}
