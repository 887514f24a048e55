"""Linking a Google Drive: Google's consent page, the code that comes back, and giving the access back."""

import asyncio
import ipaddress
import logging
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow
from googleapiclient.http import build_http
from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]

from storage.errors import LinkExpired, MusiVaultError, NextStep, StoreDown
from storage.stores.drive.calls import drive_service
from storage.stores.drive.errors import TROUBLE, DriveRejected

SCOPE = "https://www.googleapis.com/auth/drive.file"
PATIENCE = 30  # seconds for Google's answer to a code
log = logging.getLogger(__name__)


class DriveNotGranted(MusiVaultError):
    """The person went on without the permission that backups need."""

    template = (
        "MusiVault may not put backups into your Google Drive yet: the box about Google Drive was not ticked. "
        "Run `/link drive` again and leave it ticked before you press Continue."
    )
    next_step = NextStep.LINK_DRIVE


class DriveNotLasting(DriveNotGranted):
    """Google gave access for an hour only, which is no use at night."""

    template = (
        "Google gave MusiVault access for an hour only. Remove MusiVault at https://myaccount.google.com/connections, "
        "then run `/link drive` again."
    )


class DriveSilent(StoreDown):
    """Google did not answer while an account was being linked."""

    template = "Google is not answering right now. Nothing was linked; run `/link drive` again in a few minutes."


@dataclass(frozen=True, slots=True)
class DriveGrant:
    """What the person gave; `email` says whose Drive it is, None where Google did not tell.

    `lasts` is how long Google lets it be used where there is an end: seven days for an app in testing.
    """

    refresh_token: str = field(repr=False)
    email: str | None
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class DriveOAuth:
    """The operator's Google client and Google's addresses. Without `drive_root` nobody is asked for the e-mail."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    auth_uri: str
    token_uri: str
    revoke_uri: str
    drive_root: str | None = None

    def __post_init__(self) -> None:
        addresses = (self.auth_uri, self.token_uri, self.revoke_uri)
        for address in addresses:
            if not _is_private(address):
                raise ValueError(f"{address} must begin with https://: secrets are sent there")
        if any(urlsplit(address).scheme == "http" for address in addresses):
            # oauthlib allows plain HTTP only through this variable and knows no loopback. The check above is the
            # stricter one and has seen every address that oauthlib will get; with Google's own it is never set.
            os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

    def begin(self, state: str) -> tuple[str, str]:
        """The consent page's address and the PKCE verifier to keep until `finish`.

        `prompt=consent` because Google gives a returning person no refresh token without it.
        """
        flow = self._flow(state, scopes=[SCOPE])
        url, _ = flow.authorization_url(access_type="offline", prompt="consent")
        return str(url), str(flow.code_verifier)

    async def finish(self, code: str, state: str, code_verifier: str) -> DriveGrant:
        """What the code stands for; raises `DriveNotGranted`, `LinkExpired`, `DriveRejected` or `DriveSilent`."""
        try:
            credentials, lasts = await asyncio.to_thread(self._exchange, code, state, code_verifier)
        except OAuth2Error as error:
            raise _meaning(error) from error
        except (OSError, ValueError) as error:  # OSError is the root of what requests raises
            raise DriveSilent from error
        if SCOPE not in (credentials.granted_scopes or ()):
            raise DriveNotGranted
        if not credentials.refresh_token:
            raise DriveNotLasting
        email = await asyncio.to_thread(self._email, credentials)
        if lasts is not None:
            log.warning("drive.link_ends days=%d: is the app's consent screen still in testing?", lasts.days)
        return DriveGrant(credentials.refresh_token, email, lasts)

    async def revoke(self, refresh_token: str) -> bool:
        """Give the access back; whether Google confirmed it. Never in the way of forgetting the token here."""
        try:
            status = await asyncio.to_thread(self._revoke, refresh_token)
        except TROUBLE as error:
            log.warning("drive access was not given back: %s", type(error).__name__)
            return False
        if status != 200:
            log.info("drive access was not given back: Google answered %d", status)
        return status == 200

    def _flow(self, state: str, **more: Any) -> Flow:  # noqa: ANN401 - Google's library has no types
        config = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "auth_uri": self.auth_uri,
            "token_uri": self.token_uri,
        }
        return Flow.from_client_config({"web": config}, redirect_uri=self.redirect_uri, state=state, **more)

    def _exchange(self, code: str, state: str, code_verifier: str) -> tuple[Credentials, timedelta | None]:
        """Without scopes, since oauthlib raises a bare Warning where less was granted than asked; we look ourselves."""
        flow = self._flow(state, scopes=None, code_verifier=code_verifier)
        try:
            flow.fetch_token(code=code, timeout=PATIENCE)
            credentials: Credentials = flow.credentials
            ends_in = flow.oauth2session.token.get("refresh_token_expires_in")
        finally:
            flow.oauth2session.close()
        return credentials, timedelta(seconds=ends_in) if isinstance(ends_in, int) else None

    def _email(self, credentials: Credentials) -> str | None:
        """Whose Drive it is. Nice to show, and no reason to fail."""
        if self.drive_root is None:
            return None
        try:
            with drive_service(self.drive_root, credentials) as drive:
                answer = drive.about().get(fields="user(emailAddress)").execute()
        except TROUBLE as error:
            log.info("google did not tell whose drive it is: %s", type(error).__name__)
            return None
        return str(answer["user"]["emailAddress"]) if "emailAddress" in answer.get("user", {}) else None

    def _revoke(self, refresh_token: str) -> int:
        http = build_http()
        try:
            answer, _ = http.request(
                self.revoke_uri,
                "POST",
                body=urlencode({"token": refresh_token}),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
        finally:
            http.close()
        return int(answer.status)


def _meaning(error: OAuth2Error) -> MusiVaultError:
    if error.error == "invalid_grant":
        return LinkExpired(kind="drive")
    if error.error in ("invalid_client", "unauthorized_client", "redirect_uri_mismatch"):
        return DriveRejected()
    return DriveSilent()


def _is_private(address: str) -> bool:
    """Whether what is sent there cannot be read on the way: TLS, or not leaving this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"
