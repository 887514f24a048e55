"""Where a person's archives go: their own Google Drive once linked, else the operator's folder or Drive."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import DriveChanged
from bot.services.operator_drive import OperatorRoom
from storage.accounts import AccountRepository
from storage.errors import StoreRefused
from storage.records import AccountState, Archive, DriveAccount, StoreKind
from storage.stores import ArchiveStore
from storage.stores.drive import DriveStore, OperatorDriveStore
from storage.stores.drive.operators import OperatorDriveRefused
from storage.stores.folder import FolderStore


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores behind one protocol; `drive` and `operator` are None where the operator has no Google client."""

    folder: FolderStore
    accounts: AccountRepository
    drive: Callable[[DriveAccount], ArchiveStore] | None
    operator: OperatorRoom | None = None

    async def for_new(self, discord_id: int) -> ArchiveStore:
        """The store of the next backup. A Drive that refused us is not silently replaced: the person links it again."""
        account = await self.accounts.drive(discord_id)
        if account is not None and self.drive is not None:
            return self._open(account, self.drive)
        if self.operator is not None and self.operator.takes_new:
            return await self.operator.store_for(discord_id)
        return self.folder

    async def of(self, archive: Archive) -> ArchiveStore:
        """The store an archive lies in."""
        if archive.store is StoreKind.FOLDER:
            return self.folder
        if archive.store is StoreKind.OPERATOR_DRIVE:
            if self.operator is None:
                raise OperatorDriveRefused
            return await self.operator.store_for(archive.discord_id)
        account = await self.accounts.drive(archive.discord_id)
        if account is None or self.drive is None:
            raise StoreRefused(store="Google Drive")
        return self._open(account, self.drive)

    async def refused(self, store: ArchiveStore) -> None:
        """Google no longer accepts this very link; nothing is tried with it until they link again."""
        if isinstance(store, DriveStore):
            await self.accounts.mark_drive(store.account, AccountState.REFUSED)
        elif isinstance(store, OperatorDriveStore) and self.operator is not None:
            await self.operator.refused(store.linked_at)

    async def check_same(self, store: ArchiveStore) -> None:
        """Raises `DriveChanged` where the link that a store was opened with is not the person's any more."""
        if isinstance(store, DriveStore):
            account = await self.accounts.drive(store.account.discord_id)
            if account is None or account.linked_at != store.account.linked_at:
                raise DriveChanged
        elif isinstance(store, OperatorDriveStore) and self.operator is not None:
            await self.operator.check_same(store.linked_at)

    async def operator_trouble(self) -> str:
        """Why new backups cannot go to the operator's Drive; empty where they can or need not."""
        return "" if self.operator is None else await self.operator.trouble()

    @staticmethod
    def _open(account: DriveAccount, drive: Callable[[DriveAccount], ArchiveStore]) -> ArchiveStore:
        if account.state is not AccountState.LINKED:
            raise StoreRefused(store="Google Drive")
        return drive(account)
