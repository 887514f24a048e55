"""Archives in a person's own Google Drive: one file each, never overwritten or doubled, compared before it counts."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from storage.errors import NotFound
from storage.records import Archive, DriveAccount, ListedFile, StoreKind
from storage.stores import Remember
from storage.stores.drive.calls import DriveCalls, DriveClient
from storage.stores.drive.delivery import CHUNK, Delivery
from storage.stores.drive.errors import in_words
from storage.stores.drive.files import DriveFiles, Found
from storage.stores.drive.folders import DriveFolders
from storage.stores.drive.listing import DriveListing
from storage.stores.drive.parcel import Parcel

RememberFolder = Callable[[DriveAccount, str], Awaitable[object]]


class DriveStore:
    """One person's Drive. `remember_folder(account, folder_id)` keeps where the archives go."""

    def __init__(
        self,
        account: DriveAccount,
        client: DriveClient,
        remember_folder: RememberFolder,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        chunk_size: int = CHUNK,
        folder_name: str | None = None,
    ) -> None:
        """With `folder_name` it is a Drive of several people, of whom this is one."""
        self.account = account
        calls = DriveCalls(client, account.refresh_token, sleep, chance)
        self._files = DriveFiles(calls, chunk_size)
        who = str(account.discord_id)
        self._owner = None if folder_name is None else who
        remember = partial(remember_folder, account)
        folders = DriveFolders(calls, self._files, who, folder_name or who, remember, account.folder_id)
        self._listing = DriveListing(calls, self._owner)
        self._delivery = Delivery.of(calls, self._files, folders.of_owner)

    @property
    def kind(self) -> StoreKind:
        """Google Drive."""
        return StoreKind.DRIVE

    async def put(self, archive: Archive, path: Path, remember: Remember) -> Archive:
        """Upload, or go on with what was remembered; back only once size and checksum are Google's own."""
        parcel = Parcel(path, archive.name, archive.id, self._owner, archive.sha256, archive.remote_id, archive.session)

        def reached(parcel: Parcel) -> Archive:
            return replace(archive, remote_id=parcel.remote_id, session=parcel.session)

        return reached(await self._delivery.put(parcel, lambda parcel: remember(reached(parcel))))

    async def fetch(self, archive: Archive, path: Path) -> None:
        """Downloaded and compared; one in the trash is still good to restore from."""
        with in_words(gone=NotFound(what="That backup")):
            await self._delivery.fetch(_remote_id(archive), path, archive.size, archive.sha256)

    async def exists(self, archive: Archive) -> bool:
        """There, not in the trash, and the same by size and hash."""
        if archive.remote_id is None:
            return False
        with in_words():
            found = await self._files.find(archive.remote_id)
        return found is not None and not found.trashed and _same(found, archive)

    async def listed(self, _: int, /) -> tuple[ListedFile, ...]:
        """Of this Drive, whose person is known."""
        with in_words():
            return await self._listing.all()

    async def trash(self, archive: Archive) -> None:
        """Into the Drive's own trash, which its owner sees too. Google empties it after 30 days."""
        if archive.remote_id is not None:
            with in_words():
                await self._files.trash(archive.remote_id)

    async def untrash(self, archive: Archive) -> None:
        """Back into the folder it was in."""
        if archive.remote_id is not None:
            with in_words():
                await self._files.trash(archive.remote_id, trashed=False)

    async def purge(self, archive: Archive) -> None:
        """Deleted, in the trash or not."""
        if archive.remote_id is not None:
            with in_words():
                await self._files.delete(archive.remote_id)


def _same(found: Found, archive: Archive) -> bool:
    return found.size == archive.size and found.sha256 in (None, archive.sha256)


def _remote_id(archive: Archive) -> str:
    if archive.remote_id is None:
        raise NotFound(what="That backup")
    return archive.remote_id
