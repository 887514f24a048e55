"""`python -m bot drive`: the operator's own Google Drive is linked, looked at and unlinked."""

import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from bot.check import Finding
from bot.config import Config
from bot.door import drive_door
from bot.errors import ConfigError, LinkDenied
from bot.services.linking import NotAnAddress
from storage.archives import ArchiveRepository
from storage.copy_uploads import CopyUploadRepository
from storage.database import Database
from storage.errors import LinkRejected, MusiVaultError, StoreDown
from storage.installation import Installation
from storage.operator_drive import OperatorDrive, OperatorDriveRepository
from storage.records import AccountState, StoreKind
from storage.stores.drive import DriveDoor
from storage.stores.drive.oauth import DriveGrant
from storage.tokens import TokenCipher

SUBJECT = "operator's drive"
LINK = "run `python -m bot drive link`"
TESTING = timedelta(days=30)
"""A permission that ends sooner was given to an app whose consent screen is still in testing."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands need; the bot may run meanwhile."""

    door: DriveDoor
    links: OperatorDriveRepository
    archives: ArchiveRepository
    copy_uploads: CopyUploadRepository


@asynccontextmanager
async def desk_of(config: Config) -> AsyncIterator[Desk]:
    """On a database of this release; raises `ConfigError` where there is no Google client to link through."""
    door = drive_door(config)
    if door is None:
        raise ConfigError(["drive.client_id and drive.client_secret: are missing, and a Drive is linked through them"])
    database = Database(config.storage.database_url)
    cipher = TokenCipher(config.storage.encryption_keys)
    try:
        installation = Installation(database)
        yield Desk(
            door,
            OperatorDriveRepository(installation, cipher),
            ArchiveRepository(database, cipher),
            CopyUploadRepository(installation, cipher),
        )
    finally:
        await database.close()


async def link(desk: Desk, now: datetime, ask: Callable[[str], Awaitable[str]]) -> list[Finding]:
    """`ask` shows the consent page's address and comes back with that of the page the browser ended on."""
    state = secrets.token_urlsafe(32)
    url, verifier = desk.door.oauth.begin(state)
    grant = await desk.door.oauth.finish(_code_in(await ask(url), state), state, verifier)
    await desk.links.save(OperatorDrive(grant.refresh_token, now, grant.email))
    # What was begun in the Drive before does not go on there.
    await desk.archives.forget_sessions(StoreKind.OPERATOR_DRIVE)
    return [Finding(SUBJECT, True, f"{grant.email or 'a Google Drive'} is linked"), *_lifetime(grant)]


async def status(desk: Desk) -> Finding:
    """Whether there is a link and Google still takes it."""
    drive = await desk.links.get()
    if drive is None:
        return Finding(SUBJECT, False, f"is not linked: {LINK}")
    if drive.state is not AccountState.LINKED:
        return Finding(SUBJECT, False, f"{drive.email or 'the link'} is no longer accepted: {LINK}")
    try:
        email = await desk.door.client.whose(drive.refresh_token)
    except StoreDown:
        return Finding(SUBJECT, False, "Google does not answer just now, so nobody knows: try again later")
    except MusiVaultError as error:
        return Finding(SUBJECT, False, f"{drive.email or 'the link'} does not work: {LINK} ({type(error).__name__})")
    return Finding(SUBJECT, True, f"{email} is linked since {drive.linked_at:%Y-%m-%d}, and Google accepts it")


async def unlink(desk: Desk) -> Finding:
    """The link is forgotten here first, then given back to Google; archives stay where they are."""
    drive = await desk.links.get()
    await desk.links.forget()
    if drive is None:
        return Finding(SUBJECT, True, "was not linked")
    given_back = bool(drive.refresh_token) and await desk.door.oauth.revoke(drive.refresh_token)
    by_hand = "" if given_back else "; remove MusiVault at https://myaccount.google.com/connections too"
    return Finding(SUBJECT, True, f"is unlinked; the archives in it stay, and need a new link to be restored{by_hand}")


def _code_in(address: str, state: str) -> str:
    """The code of an address; raises where it is no such address, belongs to another link, or says no."""
    answer = parse_qs(urlsplit(address.strip()).query)
    if not ("state" in answer and ("code" in answer or "error" in answer)):
        raise NotAnAddress
    if not hmac.compare_digest(answer["state"][0].encode(), state.encode()):
        raise LinkRejected
    if "code" not in answer:
        raise LinkDenied(kind="drive")
    return answer["code"][0]


def _lifetime(grant: DriveGrant) -> list[Finding]:
    if grant.lasts is None or grant.lasts > TESTING:
        return []
    ends = f"Google ends this permission in {grant.lasts.days + 1} days, because the app's consent screen is in testing"
    return [Finding(SUBJECT, False, f"{ends}: publish it (Google's console -> OAuth consent screen), then link again")]
