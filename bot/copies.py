"""The copies of the bot's own database as the configuration has them, and what is remembered of the newest."""

import asyncio
import logging
from pathlib import Path

import orjson
from pydantic.dataclasses import dataclass

from bot.config import Config
from bot.reports import Kept
from storage.copies import Copies, tidy
from storage.database import sqlite_file
from storage.installation import Installation
from storage.scratch import tidy_scratch
from storage.sealing import Seal
from storage.snapshot import Contents

log = logging.getLogger(__name__)

NOTE = "database_copy"
"""The setting that remembers what the newest copy held when it was made."""


@dataclass(frozen=True)
class CopyNote(Kept):
    """What the live database held when a copy was made of it, for the drill to compare."""

    name: str
    contents: Contents


async def note(installation: Installation, made: CopyNote) -> None:
    """Remembers what the newest copy holds."""
    await installation.put(NOTE, orjson.dumps(made.to_json()).decode())


async def noted(installation: Installation) -> CopyNote | None:
    """What was noted of the newest copy."""
    text = await installation.get(NOTE)
    return None if text is None else CopyNote.from_json(orjson.loads(text))


def why_no_copy(config: Config) -> str | None:
    """Why there is no nightly copy, and what to do about it; None where there is one."""
    if sqlite_file(config.storage.database_url) is None:
        return "is not made of PostgreSQL: let its host, or pg_dump, make one"
    if not config.backup.identities:
        return "is not made: put an identity that `python -m bot keygen` makes into backup.identities"
    if not config.backup.nightly:
        return "is not made: backup.nightly is false"
    return None


def seal_of(config: Config) -> Seal | None:
    """What encrypts whatever does not lie with its person; None where there is no identity."""
    return Seal(config.backup.identities, config.backup.recipients) if config.backup.identities else None


def copies_of(config: Config) -> Copies | None:
    """Where the copies lie and how they are sealed; None where no copy can be made, or opened."""
    database, seal = sqlite_file(config.storage.database_url), seal_of(config)
    if database is None or seal is None:
        return None
    return Copies(database, config.backup.folder, seal)


def scratch_of(config: Config) -> Path:
    """Beside what a drill may unpack: where the same can be read anyway."""
    return sqlite_file(config.storage.database_url) or config.backup.folder / "drill"


async def clear_up(config: Config) -> None:
    """At the start: removes what a crash left, a copy that is not encrypted above all; says why none will be made."""
    database = sqlite_file(config.storage.database_url)
    left = await asyncio.to_thread(tidy_scratch, scratch_of(config))
    if database is not None:
        left += await asyncio.to_thread(tidy, database, config.backup.folder)
    if left:
        log.info("copy.tidied left=%d", left)
    if (reason := why_no_copy(config)) is not None:
        log.info("copy.off: the nightly copy of the database %s", reason)
