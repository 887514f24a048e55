"""Archives in a person's own Google Drive: one file each, never overwritten or doubled, compared before it counts."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from storage.errors import ArchiveDamaged, NotFound, StoreDown, StoreFull
from storage.records import Archive, DriveAccount, ListedFile, StoreKind
from storage.stores import Remember
from storage.stores.drive.calls import DriveCalls, DriveClient
from storage.stores.drive.errors import STORE, DriveGarbled, Gone, NoRoom, Taken
from storage.stores.drive.files import DriveFiles, Found
from storage.stores.drive.folders import DriveFolders, RememberFolder
from storage.stores.drive.listing import DriveListing
from storage.stores.drive.upload import CHUNK_UNIT, Uploads
from storage.stores.fingerprint import Fingerprint

CHUNK = 8 * 1024 * 1024
COPIES = 2  # a copy that is not what was sent is made once more
SESSIONS = 3
LOOKS = 3  # Google may need some seconds until it shows what it says is there


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
        if chunk_size <= 0 or chunk_size % CHUNK_UNIT:
            raise ValueError(f"chunk_size must be a multiple of {CHUNK_UNIT}: Google refuses others")
        self.account = account
        calls = self._calls = DriveCalls(client, account.refresh_token, sleep, chance)
        self._files = DriveFiles(calls, chunk_size)
        who = str(account.discord_id)
        owner = None if folder_name is None else who
        self._folders = DriveFolders(calls, self._files, account, remember_folder, folder_name or who)
        self._listing = DriveListing(calls, owner)
        self._uploads = Uploads(calls, self._files, chunk_size, owner)

    @property
    def kind(self) -> StoreKind:
        """Google Drive."""
        return StoreKind.DRIVE

    async def put(self, archive: Archive, path: Path, remember: Remember) -> Archive:
        """Upload, or go on with what was remembered; back only once size and checksum are Google's own."""
        sent = await asyncio.to_thread(Fingerprint.of, path)
        if archive.sha256 and sent.sha256 != archive.sha256:
            raise ArchiveDamaged(where="its file changed before it was stored")
        try:
            return await self._put(archive, path, sent, remember)
        except NoRoom as error:
            raise StoreFull(store=STORE, size=sent.spoken_size) from error
        except (Gone, Taken) as error:
            raise StoreDown(store=STORE) from error

    async def fetch(self, archive: Archive, path: Path) -> None:
        """Downloaded and compared; one in the trash is still good to restore from."""
        try:
            with _in_words(gone=NotFound(what="That backup")):
                await self._fetch(archive, path)
        except BaseException:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise

    async def exists(self, archive: Archive) -> bool:
        """There, not in the trash, and the same by size and hash."""
        if archive.remote_id is None:
            return False
        with _in_words():
            found = await self._files.find(archive.remote_id)
        return found is not None and not found.trashed and _same(found, archive)

    async def listed(self, _: int, /) -> tuple[ListedFile, ...]:
        """Of this Drive, whose person is known."""
        with _in_words():
            return await self._listing.all()

    async def trash(self, archive: Archive) -> None:
        """Into the Drive's own trash, which its owner sees too. Google empties it after 30 days."""
        if archive.remote_id is not None:
            with _in_words():
                await self._files.trash(archive.remote_id)

    async def untrash(self, archive: Archive) -> None:
        """Back into the folder it was in."""
        if archive.remote_id is not None:
            with _in_words():
                await self._files.trash(archive.remote_id, trashed=False)

    async def purge(self, archive: Archive) -> None:
        """Deleted, in the trash or not."""
        if archive.remote_id is not None:
            with _in_words():
                await self._files.delete(archive.remote_id)

    async def _fetch(self, archive: Archive, path: Path) -> None:
        """The archive is called damaged only where Google says so too; else what comes between us is."""
        for _ in range(COPIES):
            await self._files.download(_remote_id(archive), path)
            if archive.sha256 in ("", (await asyncio.to_thread(Fingerprint.of, path)).sha256):
                return
        found = await self._files.find(_remote_id(archive))
        if found is not None and found.sha256 is not None and _same(found, archive):
            raise StoreDown(store=STORE)
        raise ArchiveDamaged(where="its bytes are not the ones that were stored")

    async def _put(self, archive: Archive, path: Path, sent: Fingerprint, remember: Remember) -> Archive:
        for _ in range(COPIES):
            archive, found = await self._deliver(archive, path, remember)
            if found.holds(sent):
                return replace(archive, session=None)
            if not found.trashed:
                await self._files.trash(found.id)
            archive = await self._named(archive, remember)
        raise DriveGarbled

    async def _deliver(self, archive: Archive, path: Path, remember: Remember) -> tuple[Archive, Found]:
        """The file under the archive's id: found where an earlier attempt has brought it, else uploaded."""
        if archive.remote_id is None:
            archive = await self._named(archive, remember)
        elif (found := await self._files.find(archive.remote_id)) is not None:
            return archive, found
        for _ in range(SESSIONS):
            archive, found = await self._attempt(archive, path, remember)
            if found is not None:
                return archive, found
        raise StoreDown(store=STORE)

    async def _attempt(self, archive: Archive, path: Path, remember: Remember) -> tuple[Archive, Found | None]:
        """One session, new or gone on with; nothing found means: from the start, with the archive as returned."""
        resumed = archive.session is not None
        try:
            if not resumed:
                archive = await self._begun(archive, path, remember)
            return archive, await self._uploads.send(archive, path, resumed=resumed)
        except Gone:
            lost = replace(archive, session=None)
            await remember(lost)
            return lost, await self._files.find(_remote_id(lost))
        except Taken:
            return archive, await self._look_again(_remote_id(archive))

    async def _look_again(self, file_id: str) -> Found:
        """A file whose id is taken is there, whatever Google says yet: under another id it would be made twice."""
        for attempt in range(LOOKS):
            found = await self._files.find(file_id)
            if found is not None:
                return found
            await self._calls.pause(attempt)
        raise StoreDown(store=STORE)

    async def _begun(self, archive: Archive, path: Path, remember: Remember) -> Archive:
        folder = await self._folders.of_person()
        begun = replace(archive, session=await self._uploads.begin(archive, path, folder))
        await remember(begun)
        return begun

    async def _named(self, archive: Archive, remember: Remember) -> Archive:
        """A new id, remembered before anything is made under it."""
        named = replace(archive, remote_id=await self._files.new_id(), session=None)
        await remember(named)
        return named


@contextmanager
def _in_words(gone: Exception | None = None) -> Iterator[None]:
    """What is meant for the code around a call becomes trouble that may pass, or `gone` where there is no such file."""
    try:
        yield
    except Gone as error:
        raise gone or StoreDown(store=STORE) from error
    except (NoRoom, Taken) as error:
        raise StoreDown(store=STORE) from error


def _same(found: Found, archive: Archive) -> bool:
    return found.size == archive.size and found.sha256 in (None, archive.sha256)


def _remote_id(archive: Archive) -> str:
    if archive.remote_id is None:
        raise NotFound(what="That backup")
    return archive.remote_id
