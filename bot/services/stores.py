"""Where a person's archives go: their own Google Drive once linked, else the operator's folder."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import DriveChanged
from storage.accounts import AccountRepository
from storage.errors import StoreRefused
from storage.records import AccountState, Archive, DriveAccount, StoreKind
from storage.stores import ArchiveStore
from storage.stores.drive import DriveStore
from storage.stores.folder import FolderStore


@dataclass(frozen=True, slots=True)
class Stores:
    """The two stores behind one protocol; `drive` is None where the operator offers no Drive."""

    folder: FolderStore
    accounts: AccountRepository
    drive: Callable[[DriveAccount], ArchiveStore] | None

    async def for_new(self, discord_id: int) -> ArchiveStore:
        """The store of the next backup. A Drive that refused us is not silently replaced: the person links it again."""
        account = await self.accounts.drive(discord_id)
        return self.folder if account is None or self.drive is None else self._open(account, self.drive)

    async def of(self, archive: Archive) -> ArchiveStore:
        """The store an archive lies in."""
        if archive.store is StoreKind.FOLDER:
            return self.folder
        account = await self.accounts.drive(archive.discord_id)
        if account is None or self.drive is None:
            raise StoreRefused(store="Google Drive")
        return self._open(account, self.drive)

    async def refused(self, store: ArchiveStore) -> None:
        """Google no longer accepts this very link; nothing is tried with it until they link again."""
        if isinstance(store, DriveStore):
            await self.accounts.mark_drive(store.account, AccountState.REFUSED)

    async def check_same(self, store: ArchiveStore) -> None:
        """Raises `DriveChanged` where the link that a store was opened with is not the person's any more."""
        if isinstance(store, DriveStore):
            account = await self.accounts.drive(store.account.discord_id)
            if account is None or account.linked_at != store.account.linked_at:
                raise DriveChanged

    @staticmethod
    def _open(account: DriveAccount, drive: Callable[[DriveAccount], ArchiveStore]) -> ArchiveStore:
        if account.state is not AccountState.LINKED:
            raise StoreRefused(store="Google Drive")
        return drive(account)
