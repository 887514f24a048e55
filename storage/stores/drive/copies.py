"""Copies of the bot's own database in the operator's Drive: `MusiVault/_database/`."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from storage.copies import FOLDER, kept, taken_at
from storage.copy_uploads import CopyUpload
from storage.errors import NotFound
from storage.operator_drive import OperatorDrive
from storage.records import ListedFile
from storage.stores.drive.calls import DriveCalls, DriveClient
from storage.stores.drive.delivery import CHUNK, Delivery
from storage.stores.drive.errors import DriveUnlisted, in_words
from storage.stores.drive.files import DriveFiles
from storage.stores.drive.folders import DriveFolders
from storage.stores.drive.listing import DriveListing
from storage.stores.drive.parcel import Parcel

RememberUpload = Callable[[CopyUpload], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class CopyInDrive:
    """One that Google lists; its name says when it was taken."""

    file: ListedFile
    taken_at: datetime


class DriveCopies:
    """Through one link. Raises as an archive's store does."""

    def __init__(
        self,
        link: OperatorDrive,
        client: DriveClient,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        chunk_size: int = CHUNK,
    ) -> None:
        calls = DriveCalls(client, link.refresh_token, sleep, chance)
        self._files = DriveFiles(calls, chunk_size)
        self._folders = DriveFolders(calls, self._files, FOLDER, FOLDER, _forget)
        self._listing = DriveListing(calls, FOLDER)
        self._delivery = Delivery.of(calls, self._files, self._folders.of_owner)

    async def put(self, upload: CopyUpload, path: Path, remember: RememberUpload) -> CopyUpload:
        """Back only once size and checksum are Google's own; may be repeated, and never makes a second one."""
        parcel = Parcel(path, upload.name, upload.name, FOLDER, upload.sha256, upload.remote_id, upload.session)

        def reached(parcel: Parcel) -> CopyUpload:
            return replace(upload, remote_id=parcel.remote_id, session=parcel.session)

        return reached(await self._delivery.put(parcel, lambda parcel: remember(reached(parcel))))

    async def knows(self, file_id: str) -> bool:
        """Whether a file of this id was made in this very Drive."""
        return await self._files.find(file_id) is not None

    async def listed(self) -> tuple[CopyInDrive, ...]:
        """All that are in place, newest first; files of other names are none of ours. Whole, or it raises."""
        with in_words():
            files = await self._listing.all()
        found = [CopyInDrive(file, moment) for file in files if (moment := taken_at(file.name)) is not None]
        return tuple(sorted(found, key=lambda copy: copy.taken_at, reverse=True))

    async def fetch(self, copy: CopyInDrive, path: Path) -> None:
        """Downloaded and compared with what Google says of it."""
        with in_words(gone=NotFound(what="That copy of the database")):
            await self._delivery.fetch(copy.file.remote_id, path, copy.file.size, copy.file.sha256 or "")

    async def thin(self, proven: CopyUpload, now: datetime) -> int:
        """Into the Drive's trash with what is not kept. How many; a list without the one just proven is no list."""
        copies = await self.listed()
        if proven.remote_id not in {copy.file.remote_id for copy in copies}:
            raise DriveUnlisted
        gone = [copy for copy in thinned(copies, now) if copy.file.remote_id != proven.remote_id]
        with in_words():
            for copy in gone:
                await self._files.trash(copy.file.remote_id)
        return len(gone)


def thinned(copies: tuple[CopyInDrive, ...], now: datetime) -> tuple[CopyInDrive, ...]:
    """Those that are not kept, by the counting of those on the disk; with fewer listed, never more of them."""
    stay = kept({copy.taken_at for copy in copies}, now)
    return tuple(copy for copy in copies if copy.taken_at not in stay)


async def _forget(_: str) -> None:
    """The folder is looked for each time: an upload a night is no reason to remember it."""
