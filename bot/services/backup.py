"""The backup: a consistent read of the vault, written, read back, and only then sent to where archives go."""

import asyncio
import logging
import uuid
from dataclasses import dataclass as plain_dataclass
from dataclasses import replace
from datetime import datetime

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from bot.services.progress import OnProgress, Phase, Progress
from bot.services.shelf import SEALED, Shelf, sealed
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.errors import ArchiveDamaged, MusiVaultError, StoreDown, StoreRefused
from storage.library import LibraryRepository
from storage.records import Archive, ArchiveState, StoreKind
from storage.stores import ArchiveStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BackupReport(Kept):
    """Past-tense facts of one backup; `unchanged` means the last one already holds all of this."""

    archive_id: str
    name: str
    store: StoreKind
    size: int
    likes: int
    playlists: int
    items: int
    unchanged: bool


@plain_dataclass(frozen=True, slots=True)
class Backups:
    """Makes backups. A crash leaves a draft and a row, from which the next run finishes the same upload."""

    library: LibraryRepository
    accounts: AccountRepository
    shelf: Shelf
    clock: Clock

    async def backup(self, discord_id: int, on_progress: OnProgress, since: datetime) -> BackupReport:
        """One verified archive of what the vault holds now; the same content is not uploaded twice.

        `since` is when it was asked for: what arrived after that was backed up by this, in an earlier attempt maybe.
        """
        store = await self.shelf.stores.for_new(discord_id)
        finished = await self._finish_unfinished(discord_id)
        on_progress(Progress(Phase.WRITING))
        draft = await self._write(discord_id, store.kind)
        last = await self._same_as_last(draft, store)
        if last is not None:
            await asyncio.to_thread(self.shelf.draft(draft).unlink, missing_ok=True)
            return _report(last, unchanged=last.created_at < since and last.id not in finished)
        await self.shelf.archives.add(draft)
        on_progress(Progress(Phase.UPLOADING))
        return _report(await self._upload(draft, store), unchanged=False)

    async def tidy(self) -> int:
        """At the start: removes what a crash left in the work folder and no unfinished upload needs. How many files."""
        return await self.shelf.tidy()

    async def list(self, discord_id: int) -> tuple[Archive, ...]:
        """The backups that can be restored, newest first."""
        archives = await self.shelf.archives.of(discord_id)
        return tuple(archive for archive in archives if archive.state is ArchiveState.VERIFIED)

    async def _write(self, discord_id: int, store: StoreKind) -> Archive:
        """Written and read back on a thread, before any byte leaves the machine."""
        account = await self.accounts.spotify(discord_id)
        now = self.clock()
        archive = Archive(
            id=uuid.uuid4().hex,
            discord_id=discord_id,
            store=store,
            state=ArchiveState.UPLOADING,
            created_at=now,
            name="",
        )
        path = self.shelf.draft(archive)
        path.parent.mkdir(parents=True, exist_ok=True)
        summary = await self.library.write_archive(
            discord_id, path, spotify_id=account.spotify_id if account else "", created_at=now
        )
        ending, seal = ".zip", self.shelf.seal_for(store)
        if seal is not None:
            summary = await asyncio.to_thread(sealed, seal, path, summary)
            ending += SEALED
        return replace(
            archive,
            name=f"musivault-{now:%Y-%m-%dT%H%M%SZ}-{summary.content_hash[:8]}{ending}",
            content_hash=summary.content_hash,
            sha256=summary.sha256,
            size=summary.size,
            counts=summary.counts,
        )

    async def _same_as_last(self, draft: Archive, store: ArchiveStore) -> Archive | None:
        last = await self.shelf.archives.last_verified(draft.discord_id)
        if last is None or last.store is not store.kind or last.content_hash != draft.content_hash:
            return None
        if self.shelf.seal_for(last.store) is not None and not last.name.endswith(SEALED):
            return None
        if await store.exists(last):
            return last
        await self.shelf.archives.note_missing(last.discord_id, [last.id], self.clock())
        return None

    async def _upload(self, archive: Archive, store: ArchiveStore) -> Archive:
        """The draft is kept until the store has proven that it holds the same bytes."""
        try:
            stored = await store.put(archive, self.shelf.draft(archive), self.shelf.archives.replace)
        except StoreDown:
            raise
        except MusiVaultError as error:
            if isinstance(error, StoreRefused) and archive.store is StoreKind.DRIVE:
                await self.shelf.stores.refused(archive.discord_id)
            await self._close(archive, ArchiveState.MISSING)
            raise
        return await self._close(stored, ArchiveState.VERIFIED)

    async def _close(self, archive: Archive, state: ArchiveState) -> Archive:
        closed = replace(archive, state=state, session=None)
        await self.shelf.archives.replace(closed)
        await asyncio.to_thread(self.shelf.draft(archive).unlink, missing_ok=True)
        return closed

    async def _finish_unfinished(self, discord_id: int) -> set[str]:
        """Uploads that a crash cut off: the same file goes on under the same id, so nothing is doubled.

        One that can never end, its Drive unlinked or its draft damaged, is given up; the backup at hand goes its way.
        Returned are the ids of those that were unfinished.
        """
        unfinished = await self.shelf.archives.unfinished(discord_id)
        for archive in unfinished:
            try:
                await self._finish(archive, await self.shelf.stores.of(archive))
            except (StoreRefused, ArchiveDamaged) as error:
                log.info("backup.given_up archive=%s error=%s", archive.id, type(error).__name__)
                await self._close(archive, ArchiveState.MISSING)
        return {archive.id for archive in unfinished}

    async def _finish(self, archive: Archive, store: ArchiveStore) -> None:
        """With its draft gone, either the store proved it and only our note was lost, or there is no such backup."""
        if await asyncio.to_thread(self.shelf.draft(archive).exists):
            await self._upload(archive, store)
        else:
            arrived = archive.remote_id is not None and await store.exists(archive)
            await self._close(archive, ArchiveState.VERIFIED if arrived else ArchiveState.MISSING)


def _report(archive: Archive, *, unchanged: bool) -> BackupReport:
    return BackupReport(
        archive_id=archive.id,
        name=archive.name,
        store=archive.store,
        size=archive.size,
        likes=archive.counts.likes,
        playlists=archive.counts.playlists,
        items=archive.counts.items,
        unchanged=unchanged,
    )
