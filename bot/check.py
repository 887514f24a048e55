"""Whether what the operator set up works: each part is tried, and what is wrong is said with what to do about it."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.config import BackupSection, Config, SpotifyApp
from bot.copies import copies_of, why_no_copy
from storage.copies import taken_at
from storage.database import Database, sqlite_file
from storage.migrations import head

TIMEOUT = aiohttp.ClientTimeout(total=15)
OK, UNAUTHORIZED = 200, 401
STALE = timedelta(days=2)
"""From when on a missing copy is no longer one missed night."""
IN_DRIVE = "database copy in drive"
USER_AGENT = "DiscordBot (https://discord.com/developers/applications, 1)"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check; `sentence` says what was found and, where `ok` is not, what to do."""

    subject: str
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said; `status` is 0 where it could not be reached, and then `text` says why."""

    status: int
    body: dict[str, object]
    text: str = ""


async def examine(config: Config, now: datetime) -> AsyncIterator[Finding]:
    """Try everything the bot needs, in the order it needs it; nothing is changed anywhere."""
    yield await check_database(config)
    yield check_folder(config.backup)
    yield check_copies(config, now)
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        yield await check_discord(session, config)
        for app in config.spotify.apps:
            yield await check_spotify(session, config, app)
        yield check_redirect(config)
        yield await check_drive(session, config)
    if config.backup.store == "drive":
        yield await check_operator_drive(config)
        if why_no_copy(config) is None and await is_current(config.storage.database_url):
            yield await check_copy_in_drive(config, now)


async def check_database(config: Config) -> Finding:
    """Opens it and compares its schema with the newest one; a database that is not there yet is not made."""
    url = config.storage.database_url
    if (absent := absent_file(url)) is not None:
        if not _can_be_made(absent):
            return Finding("database", False, f"{absent} cannot be made: give the bot a folder it may write to")
        return Finding("database", True, f"{absent} is made at the first start")
    try:
        revision, newest = await asyncio.wait_for(_revision(url), TIMEOUT.total), head()
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is what the operator has to read
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return Finding("database", False, f"cannot be opened ({reason}): look at storage.database_url")
    if revision == newest:
        return Finding("database", True, f"opens, its schema is current ({revision})")
    if revision and newest and revision > newest:
        return Finding("database", False, f"was written by a newer MusiVault (schema {revision}): update the bot")
    return Finding("database", True, f"opens; its schema is updated to {newest} at the next start, or now by `migrate`")


def absent_file(url: str) -> Path | None:
    """The file of an SQLite database that is not there yet."""
    path = sqlite_file(url)
    return path if path is not None and not path.exists() else None


async def is_current(url: str) -> bool:
    """Whether what is kept can be read by this release as it is."""
    if absent_file(url) is not None:
        return False
    try:
        return await asyncio.wait_for(_revision(url), TIMEOUT.total) == head()
    except Exception:  # noqa: BLE001 - the finding about the database says what it is
        return False


async def _revision(url: str) -> str | None:
    database = Database(url)
    try:
        return await database.revision()
    finally:
        await database.close()


def check_folder(backup: BackupSection) -> Finding:
    """Whether archives can be written where they go, or are made before they go to a Drive."""
    folder = backup.folder
    if not _can_be_made(folder / "archive"):
        return Finding("backups", False, f"{folder} cannot be written to: change backup.folder, or the folder's owner")
    if backup.store == "drive":
        return Finding("backups", True, f"archives are made in {folder}, and go to Google Drive from there")
    sealed = "encrypted" if backup.identities else "not encrypted there until backup.identities has a key"
    return Finding("backups", True, f"archives go to {folder}, {sealed}, or to the Google Drive of whoever linked one")


def check_copies(config: Config, now: datetime) -> Finding:
    """Whether the database is copied at night, for whom the copies are sealed, and whether the newest is of late."""
    copies, reason = copies_of(config), why_no_copy(config)
    if copies is None or reason is not None:
        return Finding("database copy", True, reason or "is not made")
    newest = next(iter(copies.listed()), None)
    if newest is not None and now - newest.taken_at > STALE:
        late = f"the newest is of {newest.taken_at:%Y-%m-%d}: look for copy.failed in the log, or start the bot"
        return Finding("database copy", False, late)
    whom = ", ".join(copies.seal.public_keys)
    return Finding("database copy", True, f"is made every night for {whom}: keep its secret half off this machine too")


def _can_be_made(path: Path) -> bool:
    """Whether a file could be written here, its missing folders made."""
    there = next(parent for parent in path.absolute().parents if parent.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


async def check_discord(session: aiohttp.ClientSession, config: Config) -> Finding:
    """Whether Discord takes the bot's token."""
    headers = {"Authorization": f"Bot {config.discord.token}", "User-Agent": USER_AGENT}
    url = f"{config.endpoints.discord_api.rstrip('/')}/users/@me"
    answer = await _ask(session.get(url, headers=headers))
    if answer.status == OK:
        return Finding("discord", True, f"the token belongs to the bot {answer.body.get('username')}")
    if answer.status == UNAUTHORIZED:
        return Finding("discord", False, "the token is not accepted: make a new one at Discord, for discord.token")
    return _unclear("discord", "endpoints.discord_api", url, answer)


async def check_spotify(session: aiohttp.ClientSession, config: Config, app: SpotifyApp) -> Finding:
    """Whether Spotify takes an app's id and secret."""
    subject = f"spotify app {app.name}"
    if not app.client_secret:
        return Finding(subject, True, "uses PKCE: only linking an account shows whether its client_id is right")
    url = f"{config.endpoints.spotify_accounts.rstrip('/')}/api/token"
    headers = {"Authorization": aiohttp.encode_basic_auth(app.client_id, app.client_secret)}
    answer = await _ask(session.post(url, data={"grant_type": "client_credentials"}, headers=headers))
    if answer.status == OK:
        return Finding(subject, True, "id and secret are accepted")
    if answer.body.get("error") == "invalid_client":
        return Finding(subject, False, "client_id or client_secret is wrong: compare both with the Spotify dashboard")
    return _unclear(subject, "endpoints.spotify_accounts", url, answer)


def check_redirect(config: Config) -> Finding:
    """The address that has to be registered; the configuration refuses those that Spotify would."""
    uri = config.web.redirect_uri("spotify")
    how = (
        ""
        if config.web.reachable
        else "; without web.public_url people finish with `/link paste`, and get no export that Discord finds too large"
    )
    return Finding("redirect address", True, f"every Spotify app needs exactly this one in its dashboard: {uri}{how}")


async def check_drive(session: aiohttp.ClientSession, config: Config) -> Finding:
    """Whether Google takes the client: a made-up token has to be what is wrong, not the client."""
    drive = config.drive
    if not drive.offered:
        return Finding("google drive", True, "is not offered: drive.client_id and drive.client_secret are empty")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": "made-up",
        "client_id": drive.client_id,
        "client_secret": drive.client_secret,
    }
    answer = await _ask(session.post(config.endpoints.google_token, data=form))
    match answer.body.get("error"):
        case "invalid_grant":
            uri = config.web.redirect_uri("drive")
            return Finding("google drive", True, f"the client is accepted; it needs this redirect address: {uri}")
        case "invalid_client" | "unauthorized_client" | "deleted_client":
            wrong = "client_id or client_secret is wrong: compare both with Google's console"
            return Finding("google drive", False, wrong)
        case _:
            return _unclear("google drive", "endpoints.google_token", config.endpoints.google_token, answer)


async def check_operator_drive(config: Config) -> Finding:
    """Whether archives can go to the operator's own Drive; a database that is not there yet knows of no link."""
    from bot.drive_link import LINK, SUBJECT, desk_of, status  # it says what it finds in this module's words

    if not await is_current(config.storage.database_url):
        return Finding(SUBJECT, False, f"no link can be read before the database is made or updated: {LINK}")
    async with desk_of(config) as desk:
        return await status(desk)


async def check_copy_in_drive(config: Config, now: datetime) -> Finding:
    """Whether the newest copy of the database lies in the operator's Drive too, as far as the bot remembers."""
    from bot.drive_link import desk_of

    async with desk_of(config) as desk:
        upload = await desk.copy_uploads.get()
    if upload is not None and upload.trouble:
        return Finding(IN_DRIVE, False, f"the newest is not there: {upload.trouble}; it is tried again every hour")
    moment = None if upload is None else taken_at(upload.last)
    if moment is None:
        return Finding(IN_DRIVE, True, "none is there yet: the newest goes there once the bot runs")
    if now - moment > STALE:
        late = f"the newest is of {moment:%Y-%m-%d}: look for copy.not_uploaded in the log, or start the bot"
        return Finding(IN_DRIVE, False, late)
    return Finding(IN_DRIVE, True, f"the newest is of {moment:%Y-%m-%d %H:%M}, size and checksum were compared")


def _unclear(subject: str, setting: str, url: str, answer: Answer) -> Finding:
    host = urlsplit(url).netloc
    if not answer.status:
        return Finding(subject, False, f"{host} cannot be reached ({answer.text}): look at the network and {setting}")
    return Finding(subject, False, f"{host} answered with status {answer.status}: try later, or look at {setting}")


async def _ask(request: Awaitable[aiohttp.ClientResponse]) -> Answer:
    try:
        response = await request
        async with response:
            body = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError) as error:
        return Answer(0, {}, str(error) or type(error).__name__)
    except ValueError:
        return Answer(response.status, {})
    return Answer(response.status, body if isinstance(body, dict) else {})
