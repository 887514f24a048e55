"""What a person does with single backups: looks at them, pins them, throws them away, and takes them back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.shelf import Shelf
from bot.time import Clock
from storage.errors import MusiVaultError, NotFound
from storage.records import Archive, ArchiveState

DELETABLE = (ArchiveState.VERIFIED, ArchiveState.DAMAGED)
REMEMBERED = timedelta(days=30)
"""How long a backup that is gone stands in the list, for its person to read of it."""


class LastGoodBackup(MusiVaultError):
    """The only backup that can be relied on is to be deleted."""

    template = (
        "This is your last good backup, so it stays. Make another one with `/vault backup` once something has changed; "
        "then this one can go."
    )


class OnlyDamaged(MusiVaultError):
    """A damaged backup is to be deleted, and there is no good one beside it."""

    template = (
        "This backup is damaged, but you have no good one beside it, so it stays for now. Make one with "
        "`/vault backup`; then this one can go."
    )


class KeptForGood(MusiVaultError):
    """A pinned backup is to be deleted."""

    template = "This backup is kept for good. Press “No longer” on it first, then delete it."


class NotInTheTrash(MusiVaultError):
    """A backup that was thrown away is not in its store's trash any more."""

    template = (
        "This backup cannot be taken back: it is no longer in the trash it was put into, or not as it was. If you "
        "moved it yourself, put it back where it was; it is found again the next night."
    )


@dataclass(frozen=True, slots=True)
class Shelved:
    """All of a person's backups, newest first: those to show, and those in the trash."""

    shown: tuple[Archive, ...]
    trashed: tuple[Archive, ...]

    @property
    def good(self) -> tuple[Archive, ...]:
        """Those that can be restored."""
        return tuple(archive for archive in self.shown if archive.state is ArchiveState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Shelving:
    """Every step is journalled in the backup's state first, as keeping does, so that a crash leaves it on its way."""

    shelf: Shelf
    trash_for: timedelta
    clock: Clock

    async def all(self, discord_id: int) -> Shelved:
        """Without those that never arrived, that are long gone, or whose time in the trash is over."""
        archives = await self.shelf.archives.of(discord_id)
        trashed = (archive for archive in archives if archive.state is ArchiveState.TRASHED)
        return Shelved(
            tuple(archive for archive in archives if is_shown(archive, self.clock())),
            tuple(archive for archive in trashed if self._comes_back(archive)),
        )

    async def get(self, discord_id: int, archive_id: str) -> Archive:
        """One to look at; `NotFound` where it is gone or somebody else's."""
        archive = await self.shelf.archives.get(discord_id, archive_id)
        if archive.state not in (*DELETABLE, ArchiveState.MISSING, ArchiveState.TRASHED):
            raise NotFound(what="That backup")
        return archive

    async def pin(self, discord_id: int, archive_id: str, *, pinned: bool) -> Archive:
        """Kept for good whatever the policy says, or no longer; `NotFound` where it is gone or somebody else's."""
        return await self.shelf.archives.pin(discord_id, archive_id, pinned=pinned)

    async def ask_delete(self, discord_id: int, archive_id: str) -> Archive:
        """What would go; raises what stands in its way."""
        archive = await self.get(discord_id, archive_id)
        if archive.state not in DELETABLE:
            raise NotFound(what="That backup")
        if archive.pinned:
            raise KeptForGood
        good = (await self.all(discord_id)).good
        if not any(each.id != archive.id and each.missing_since is None for each in good):
            raise _stays(archive)
        return archive

    async def delete(self, discord_id: int, archive_id: str) -> Archive:
        """Into the trash of its store; from there it can be taken back until it is erased."""
        archive = await self.ask_delete(discord_id, archive_id)
        store = await self.shelf.stores.of(archive)
        if not await self.shelf.archives.let_go(discord_id, [archive_id], DELETABLE):
            raise _stays(archive)
        await store.trash(archive)
        await self.shelf.archives.mark_trashed(archive, self.clock())
        return await self.shelf.archives.get(discord_id, archive_id)

    async def take_back(self, discord_id: int, archive_id: str) -> Archive:
        """Out of the trash: what it was before, and kept for good; `NotInTheTrash` where it is not there any more."""
        archive = await self.shelf.archives.get(discord_id, archive_id)
        if archive.state is not ArchiveState.TRASHED:
            raise NotFound(what="That backup")
        if not self._comes_back(archive):
            raise NotInTheTrash
        store = await self.shelf.stores.of(archive)
        await store.untrash(archive)
        if archive.fault is None and not await store.exists(archive):
            raise NotInTheTrash
        await self.shelf.archives.take_back(archive)
        return await self.shelf.archives.get(discord_id, archive_id)

    def _comes_back(self, archive: Archive) -> bool:
        """From when on it is erased, it is too late."""
        return archive.trashed_at is None or archive.trashed_at + self.trash_for > self.clock()


def _stays(archive: Archive) -> MusiVaultError:
    return OnlyDamaged() if archive.state is ArchiveState.DAMAGED else LastGoodBackup()


def is_shown(archive: Archive, now: datetime) -> bool:
    """Good, damaged, or gone a short while ago."""
    if archive.state is ArchiveState.MISSING:
        return archive.missing_since is not None and archive.missing_since + REMEMBERED > now
    return archive.state in DELETABLE
