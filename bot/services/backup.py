"""The backup: a consistent read of the vault, written, read back, and only then sent to where archives go."""

import asyncio
import logging
import uuid
from dataclasses import dataclass as plain_dataclass
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from bot.services.progress import OnProgress, Phase, Progress
from bot.services.shelf import Shelf, sealed
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.disk import private_folder
from storage.errors import ArchiveDamaged, MusiVaultError, StoreDown, StoreError, StoreRefused
from storage.library import LibraryRepository
from storage.records import Archive, ArchiveState, StoreKind
from storage.stores import ArchiveStore

log = logging.getLogger(__name__)

PATIENCE = timedelta(days=7)
"""How long a store is asked about a backup it refused: as long as Google keeps an upload that was begun."""


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
        try:
            return await self._backup(discord_id, store, on_progress, since)
        except StoreRefused:
            await self.shelf.stores.refused(store)
            raise

    async def _backup(
        self, discord_id: int, store: ArchiveStore, on_progress: OnProgress, since: datetime
    ) -> BackupReport:
        finished = await self._finish_unfinished(discord_id)
        on_progress(Progress(Phase.WRITING))
        draft = self._new(discord_id, store.kind)
        try:
            draft = await self._written(draft)
            last = await self._same_as_last(draft, store)
            if last is not None:
                await self._drop(draft)
                return _report(last, unchanged=last.created_at < since and last.id not in finished)
            await self.shelf.archives.add(draft)
        except BaseException:
            await self._drop(draft)  # nobody would know of it before the next start
            raise
        on_progress(Progress(Phase.UPLOADING))
        return _report(await self._upload(draft, store), unchanged=False)

    async def tidy(self) -> int:
        """At the start: removes what a crash left in the work folder and no unfinished upload needs. How many files."""
        return await self.shelf.tidy()

    async def list(self, discord_id: int) -> tuple[Archive, ...]:
        """The backups that can be restored, newest first."""
        archives = await self.shelf.archives.of(discord_id)
        return tuple(archive for archive in archives if archive.state is ArchiveState.VERIFIED)

    def _new(self, discord_id: int, store: StoreKind) -> Archive:
        return Archive(
            id=uuid.uuid4().hex,
            discord_id=discord_id,
            store=store,
            state=ArchiveState.UPLOADING,
            created_at=self.clock(),
            name="",
        )

    async def _written(self, archive: Archive) -> Archive:
        """Written and read back on a thread, before any byte leaves the machine."""
        account = await self.accounts.spotify(archive.discord_id)
        path, now = self.shelf.draft(archive), archive.created_at
        private_folder(path.parent)
        summary = await self.library.write_archive(
            archive.discord_id, path, spotify_id=account.spotify_id if account else "", created_at=now
        )
        if (seal := self.shelf.seal_for(archive.store)) is not None:
            summary = await asyncio.to_thread(sealed, seal, path, summary)
        return replace(
            archive,
            name=f"musivault-{now:%Y-%m-%dT%H%M%SZ}-{summary.content_hash[:8]}{self.shelf.ending(archive.store)}",
            content_hash=summary.content_hash,
            sha256=summary.sha256,
            size=summary.size,
            counts=summary.counts,
        )

    async def _same_as_last(self, draft: Archive, store: ArchiveStore) -> Archive | None:
        """The last one, where it holds the same, lies where new ones go and is sealed as they are."""
        last = await self.shelf.archives.last_verified(draft.discord_id)
        if last is None or last.store is not store.kind or last.content_hash != draft.content_hash:
            return None
        if not last.name.endswith(self.shelf.ending(last.store)):
            return None
        if await store.exists(last):
            return last
        await self.shelf.archives.note_missing(last.discord_id, [last.id], self.clock())
        return None

    async def _upload(self, archive: Archive, store: ArchiveStore) -> Archive:
        """The draft is kept until the store has proven that it holds the same bytes, or has refused it for good.

        Refused, it stays unfinished: whether it has arrived all the same is for the next backup to find out.
        """
        try:
            stored = await store.put(archive, self.shelf.draft(archive), partial(self._remember, store))
            await self.shelf.stores.check_same(store)
        except StoreDown:
            raise
        except MusiVaultError:
            await self._drop(archive)
            raise
        return await self._close(stored, ArchiveState.VERIFIED)

    async def _remember(self, store: ArchiveStore, archive: Archive) -> None:
        """How far an upload is, for as long as it goes to where it belongs."""
        await self.shelf.stores.check_same(store)
        await self.shelf.archives.replace(archive)

    async def _close(self, archive: Archive, state: ArchiveState) -> Archive:
        closed = replace(archive, state=state, session=None)
        await self.shelf.archives.replace(closed)
        await self._drop(archive)
        return closed

    async def _drop(self, archive: Archive) -> None:
        await asyncio.to_thread(self.shelf.draft(archive).unlink, missing_ok=True)

    async def _finish_unfinished(self, discord_id: int) -> set[str]:
        """Uploads that were cut off: the same file goes on under the same id, so nothing is doubled.

        One in a Drive that is unlinked may wait for it to be linked again, and one that was refused is given up after
        a week; the backup at hand goes its way. Returned are the ids of those that were unfinished.
        """
        unfinished = await self.shelf.archives.unfinished(discord_id)
        for archive in unfinished:
            try:
                await self._finish(archive, await self.shelf.stores.of(archive))
            except StoreRefused:
                await self._drop(archive)
            except StoreError as error:
                if self.clock() - archive.created_at < PATIENCE:
                    raise
                log.info("backup.given_up archive=%s error=%s", archive.id, type(error).__name__)
                await self._close(archive, ArchiveState.MISSING)
        return {archive.id for archive in unfinished}

    async def _finish(self, archive: Archive, store: ArchiveStore) -> None:
        """With its draft gone or damaged, either all of it has arrived, or what has is of no use to anybody."""
        if await asyncio.to_thread(self.shelf.draft(archive).exists):
            try:
                await self._upload(archive, store)
            except ArchiveDamaged as error:
                log.info("backup.draft_damaged archive=%s error=%s", archive.id, error.sentence)
            else:
                return
        arrived = archive.remote_id is not None and await store.exists(archive)
        if archive.remote_id is not None and not arrived:
            await store.trash(archive)
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
