"""The drill: the newest copy of the database is opened as after a lost machine, and what is found is said."""

import asyncio
from datetime import datetime, timedelta
from enum import StrEnum

from bot.check import STALE, Finding, absent_file
from bot.config import Config
from bot.copies import CopyNote, copies_of, noted, why_no_copy
from bot.drill_drive import IN_DRIVE, fetched
from bot.services.carrier import for_operator
from storage.copies import Copies, Copy
from storage.database import Database
from storage.errors import MusiVaultError
from storage.installation import Installation
from storage.migrations import head
from storage.scratch import scratch
from storage.snapshot import Contents

SUBJECT = "copy"


class Place(StrEnum):
    """Where the copy for a drill is taken from."""

    FOLDER = "folder"
    DRIVE = "drive"


async def drill(config: Config, now: datetime, place: Place | None = None) -> list[Finding]:
    """What a restore would find; the bot may run, and nothing is changed.

    Without a `place` the newest in the folder is taken, and that in the operator's Drive where the folder has none.
    """
    copies = copies_of(config)
    if copies is None:
        return [Finding(SUBJECT, False, why_no_copy(config) or "is not made")]
    newest = next(iter(await asyncio.to_thread(copies.listed)), None)
    if place is Place.DRIVE or (place is None and newest is None and config.backup.store == "drive"):
        return await _drill_from_drive(copies, config, now)
    if newest is None:
        return [Finding(SUBJECT, False, f"there is none in {copies.folder} yet: the bot makes one after its start")]
    return [_age(newest, str(newest.path), "copy.failed", now), *await _opened(copies, newest, config)]


async def _drill_from_drive(copies: Copies, config: Config, now: datetime) -> list[Finding]:
    """Fetched for the drill alone: it is gone again afterwards."""
    with scratch(copies.database) as folder:
        try:
            copy = await fetched(config, folder)
        except MusiVaultError as error:
            return [Finding(SUBJECT, False, for_operator(error))]
        return [
            _age(copy, f"{IN_DRIVE}{copy.path.name} in your Google Drive", "copy.not_uploaded", now),
            *await _opened(copies, copy, config),
        ]


def _age(copy: Copy, where: str, trouble: str, now: datetime) -> Finding:
    size = copy.path.stat().st_size
    found = f"{where} ({size:,} bytes) was made {_spoken(now - copy.taken_at)} ago"
    if now - copy.taken_at > STALE:
        return Finding(SUBJECT, False, f"{found}: look for {trouble} in the log, or start the bot")
    return Finding(SUBJECT, True, found)


async def _opened(copies: Copies, copy: Copy, config: Config) -> list[Finding]:
    try:
        contents = await asyncio.to_thread(copies.open, copy)
    except MusiVaultError as error:
        return [Finding("contents", False, error.sentence)]
    return [
        Finding("contents", True, "it opens with the configured identity, every page and reference in it is right"),
        _schema(contents.revision),
        _people(copy, contents, await _note(config)),
    ]


def _schema(revision: str) -> Finding:
    newest = head()
    if newest is not None and revision > newest:
        return Finding("schema", False, f"{revision} is of a newer MusiVault: update the bot before restoring")
    return Finding("schema", True, f"{revision}, of which this release makes {newest} at its start")


def _people(copy: Copy, contents: Contents, note: CopyNote | None) -> Finding:
    """Compared with what was noted in the live database; on a new machine there is none, or one of an earlier copy."""
    if note is None or note.name != copy.path.name:
        return Finding("people", True, f"{contents.people}; no live database here has a note of this copy to compare")
    if note.contents != contents:
        wrong = f"{contents.people}, but not the {note.contents.people} that the live database had then"
        return Finding("people", False, f"{wrong}: do not use this copy, and look at the one before it")
    return Finding("people", True, f"{contents.people}, all that the live database had then")


async def _note(config: Config) -> CopyNote | None:
    """What the live database remembers of its newest copy, if it is there and of this release."""
    if absent_file(config.storage.database_url) is not None:
        return None
    database = Database(config.storage.database_url)
    try:
        return await noted(Installation(database)) if await database.revision() == head() else None
    except Exception:  # noqa: BLE001 - whatever is wrong with the live database is no reason against its copy
        return None
    finally:
        await database.close()


def _spoken(age: timedelta) -> str:
    hours = max(int(age.total_seconds() // 3600), 0)
    if hours < 48:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{hours // 24} days"
