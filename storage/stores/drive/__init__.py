"""Google Drive: linking one, and keeping archives in it. The only place that knows Google's libraries."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from storage.operator_drive import OperatorDrive
from storage.records import DriveAccount
from storage.stores.drive.calls import DriveClient
from storage.stores.drive.copies import DriveCopies
from storage.stores.drive.oauth import DriveOAuth
from storage.stores.drive.operators import OperatorDriveStore
from storage.stores.drive.store import DriveStore, RememberFolder

__all__ = ["DriveClient", "DriveCopies", "DriveDoor", "DriveOAuth", "DriveStore", "OperatorDriveStore"]


@dataclass(frozen=True, slots=True)
class DriveDoor:
    """All that an installation needs for Drive: the sign-in, and the client that its stores use."""

    oauth: DriveOAuth
    client: DriveClient

    def store_of(
        self, remember_folder: RememberFolder, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> Callable[[DriveAccount], DriveStore]:
        """How a linked account becomes a store."""
        return lambda account: DriveStore(account, self.client, remember_folder, sleep=sleep)

    def operator_store_of(
        self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> Callable[[OperatorDrive, int, str], OperatorDriveStore]:
        """How the operator's own link becomes a person's store; their folder is looked for each time."""

        async def forget(*_: object) -> None: ...

        def opened(link: OperatorDrive, discord_id: int, folder_name: str) -> OperatorDriveStore:
            account = DriveAccount(discord_id, link.refresh_token, link.linked_at, link.email)
            store = DriveStore(account, self.client, forget, sleep=sleep, folder_name=folder_name)
            return OperatorDriveStore(store, link.linked_at)

        return opened

    def copies_of(
        self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> Callable[[OperatorDrive], DriveCopies]:
        """How the operator's own link becomes the place of copies of the database."""
        return lambda link: DriveCopies(link, self.client, sleep=sleep)
