"""The drill with an archive: restored into a vault that has nothing, written out of it again, and compared."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

from bot.app import stores_of
from bot.check import Finding, absent_file, check_database
from bot.config import Config
from bot.copies import scratch_of, seal_of
from bot.door import drive_door
from bot.rooms import Repositories
from bot.services.checking.contents import compare
from bot.services.shelf import Shelf
from storage.archive import Opened
from storage.database import Database, migrate
from storage.errors import MusiVaultError, StoreRefused
from storage.library import LibraryRepository
from storage.migrations import head
from storage.records import Archive, LibraryCounts
from storage.scratch import scratch
from storage.tokens import TokenCipher

SUBJECT = "archive"


async def drill_archive(config: Config, archive_id: str | None, seed: int) -> list[Finding]:
    """Takes the archive of this id, or one that the seed chooses; the bot may run, and nothing of its is changed."""
    if absent_file(config.storage.database_url) is not None:
        return [Finding(SUBJECT, True, "no live database here knows of any, so none was restored")]
    found = await check_database(config)
    if not found.ok:
        return [Finding(SUBJECT, False, f"none could be restored, since the database {found.sentence}")]
    database = Database(config.storage.database_url)
    try:
        if (revision := await database.revision()) != head():
            return [Finding(SUBJECT, False, f"the database is at schema {revision}: run `migrate` before the drill")]
        return await _drill(config, _shelf(config, database), archive_id, seed)
    finally:
        await database.close()


def _shelf(config: Config, database: Database) -> Shelf:
    kept = Repositories.of(database, TokenCipher(config.storage.encryption_keys))
    stores = stores_of(config, kept, drive_door(config), asyncio.sleep)
    return Shelf(kept.archives, stores, config.backup.folder, seal_of(config))


async def _drill(config: Config, shelf: Shelf, archive_id: str | None, seed: int) -> list[Finding]:
    archive = await _chosen(shelf, archive_id, seed)
    if archive is None and archive_id is None:
        return [Finding(SUBJECT, True, "there is none yet that could be restored")]
    if archive is None:
        return [Finding(SUBJECT, False, f"none that counts as a backup has the id {archive_id}")]
    which = (
        f"{archive.id} of {archive.created_at:%Y-%m-%d} ({archive.size:,} bytes, {archive.store.value}, seed {seed})"
    )
    with scratch(scratch_of(config)) as folder:
        try:
            opened = await replace(shelf, workdir=folder).open(archive)
            compare(opened.manifest, archive)
        except MusiVaultError as error:
            return [Finding(SUBJECT, False, f"{which} cannot be restored: {error.sentence}")]
        lines = sum(member.rows for member in opened.manifest.members.values())
        read = f"{which} opens: {len(opened.manifest.members)} members, {lines:,} lines, all hashes right"
        return [Finding(SUBJECT, True, read), await _restored(folder, opened)]


async def _chosen(shelf: Shelf, archive_id: str | None, seed: int) -> Archive | None:
    """One whose store can be opened with what is stored; the seed chooses the same as long as there are the same."""
    every = await shelf.archives.all_verified()
    if archive_id is not None:
        return next((archive for archive in every if archive.id == archive_id), None)
    within_reach = [archive for archive in every if await _reaches(shelf, archive)]
    return random.Random(seed).choice(within_reach) if within_reach else None  # noqa: S311 - a sample, no secret


async def _reaches(shelf: Shelf, archive: Archive) -> bool:
    try:
        await shelf.stores.of(archive)
    except StoreRefused:
        return False
    return True


async def _restored(folder: Path, opened: Opened) -> Finding:
    """Into a vault of its own, of today's schema."""
    url = f"sqlite:///{folder}/vault.db"
    await migrate(url)
    database = Database(url)
    try:
        return await _brought_back(LibraryRepository(database), folder, opened)
    except Exception as error:  # noqa: BLE001 - whatever an archive brings about is what the operator has to read
        return Finding("restore", False, f"it does not go into an empty vault ({type(error).__name__})")
    finally:
        await database.close()


async def _brought_back(library: LibraryRepository, folder: Path, opened: Opened) -> Finding:
    made = opened.manifest
    compared = await library.compared(made.discord_id, opened, made.created_at)
    await library.bring(made.discord_id, opened, compared, made.created_at)
    if made.format == 1:
        return _counted(await library.counts(made.discord_id), made.counts)
    again = await library.write_archive(
        made.discord_id, folder / "again.zip", spotify_id=made.spotify_id, created_at=made.created_at
    )
    if again.content_hash != made.content_hash:
        return Finding("restore", False, "an empty vault became something else than what was backed up")
    return Finding("restore", True, "into an empty vault and out of it again, every line and picture is the same")


def _counted(now: LibraryCounts, then: LibraryCounts) -> Finding:
    told = f"{now.likes:,} likes, {now.playlists:,} playlists, {now.items:,} items"
    if (now.likes, now.playlists, now.items) != (then.likes, then.playlists, then.items):
        return Finding("restore", False, f"of format 1, an empty vault became {told}, which is not what it held")
    return Finding("restore", True, f"of format 1, so only counted: {told} are in an empty vault again")
