"""Google's many ways to say no, translated once.

StoreError
+- StoreRefused             revoked, expired, or the box on the consent page was not ticked: link again
+- StoreDown                5xx, too many requests, broken connections, somebody else's answer: tried again
|  +- DriveGarbled          Drive holds other bytes than were sent, twice
|  +- DriveUnlisted         Drive told only a part of what lies in it
+- DriveRejected            Google does not accept the operator's client
+- DriveBarred              the link is good, but Google or an administrator forbids this one thing
+- DriveUnexpected          an answer nobody foresaw
Gone, Taken, NoRoom         for the code around a call, never shown
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error

from storage.errors import NextStep, StoreDown, StoreError, StoreRefused

STORE = "Google Drive"
TROUBLE = (HttpError, GoogleAuthError, HttpLib2Error, HTTPException, OSError)

_FULL = {"storageQuotaExceeded", "quotaExceeded", "teamDriveFileLimitExceeded"}
_TOO_FAST = {
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "dailyLimitExceeded",
    "uploadLimitExceeded",
    "downloadQuotaExceeded",
}
_NOT_GRANTED = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
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
        "Google Drive did not accept a request ({detail}). Nothing was lost; try again later. If it happens again, "
        "tell whoever runs this bot."
    )


class DriveBarred(StoreError):
    """Forbidden by something else than the link: linking again would not mend it by itself."""

    template = (
        "Google does not let MusiVault do this in your Drive ({detail}). Nothing was lost. With an account of a "
        "company or a school its administrator may have to allow MusiVault; or link another account with `/link drive`."
    )
    next_step = NextStep.LINK_DRIVE


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


@contextmanager
def in_words(gone: Exception | None = None) -> Iterator[None]:
    """What is meant for the code around a call becomes trouble that may pass, or `gone` where there is no such file."""
    try:
        yield
    except Gone as error:
        raise gone or StoreDown(store=STORE) from error
    except (NoRoom, Taken) as error:
        raise StoreDown(store=STORE) from error


def is_local(error: Exception) -> bool:
    """Trouble with this machine's own disk, which is not Google's fault."""
    return isinstance(error, OSError) and error.errno in _LOCAL


def heard(answer: object, *needed: str) -> dict[str, Any]:
    """Google's answer; raises `StoreDown` where it lacks what was asked for.

    A proxy or a network that wants to be signed in to answers with a page of its own and a good status, which Google's
    library hands on as a text.
    """
    if not isinstance(answer, dict) or any(name not in answer for name in needed):
        raise StoreDown(store=STORE)
    return answer


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
    if status == 403:
        return _of_forbidden(_reasons(error))
    # A 401 outlasts two new tokens only where Google is unwell: a link that is dead gets no new token.
    if status in (401, 408, 429) or status >= 500 or status < 400:
        return StoreDown(store=STORE)
    return DriveUnexpected(detail=_detail(status, _reasons(error)))


def _of_forbidden(reasons: set[str]) -> Exception:
    if reasons & _FULL:
        return NoRoom(*reasons)
    if reasons & _TOO_FAST:
        return StoreDown(store=STORE)
    if reasons & _NOT_SET_UP:
        return DriveRejected()
    return StoreRefused(store=STORE) if reasons & _NOT_GRANTED else DriveBarred(detail=_detail(403, reasons))


def _detail(status: int, reasons: set[str]) -> str:
    return f"{status}: {', '.join(sorted(reasons)) or 'no reason given'}"


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
