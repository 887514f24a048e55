"""A file's way into a Drive and back: never doubled, gone on with after anything, compared before it counts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from storage.errors import ArchiveDamaged, StoreDown, StoreFull
from storage.stores.drive.calls import DriveCalls
from storage.stores.drive.errors import STORE, DriveGarbled, DriveUnexpected, Gone, NoRoom, Taken
from storage.stores.drive.files import DriveFiles, Found
from storage.stores.drive.parcel import Parcel
from storage.stores.drive.upload import CHUNK_UNIT, Uploads
from storage.stores.fingerprint import Fingerprint

CHUNK = 8 * 1024 * 1024
COPIES = 2  # a copy that is not what was sent is made once more
SESSIONS = 3
LOOKS = 3  # Google may need some seconds until it shows what it says is there
RememberParcel = Callable[[Parcel], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Into the folder that `folder` finds or makes."""

    calls: DriveCalls
    files: DriveFiles
    uploads: Uploads
    folder: Callable[[], Awaitable[str]]

    @classmethod
    def of(cls, calls: DriveCalls, files: DriveFiles, folder: Callable[[], Awaitable[str]]) -> "Delivery":
        """In chunks as the files come back in."""
        if files.chunk_size <= 0 or files.chunk_size % CHUNK_UNIT:
            raise ValueError(f"chunk_size must be a multiple of {CHUNK_UNIT}: Google refuses others")
        return cls(calls, files, Uploads(calls, files, files.chunk_size), folder)

    async def put(self, parcel: Parcel, remember: RememberParcel) -> Parcel:
        """Upload, or go on with what was remembered; back only once size and checksum are Google's own."""
        sent = await asyncio.to_thread(Fingerprint.of, parcel.path)
        if parcel.sha256 and sent.sha256 != parcel.sha256:
            raise ArchiveDamaged(where="its file changed before it was stored")
        try:
            return await self._put(parcel, sent, remember)
        except NoRoom as error:
            raise StoreFull(store=STORE, size=sent.spoken_size) from error
        except (Gone, Taken) as error:
            raise StoreDown(store=STORE) from error

    async def fetch(self, file_id: str, path: Path, size: int, sha256: str) -> None:
        """Downloaded and compared, where there is a hash; what is not whole is not left behind.

        The file is called damaged only where Google says so too; else what comes between us is.
        """
        try:
            await self._fetch(file_id, path, size, sha256)
        except BaseException:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise

    async def _fetch(self, file_id: str, path: Path, size: int, sha256: str) -> None:
        for _ in range(COPIES):
            await self.files.download(file_id, path)
            if sha256 in ("", (await asyncio.to_thread(Fingerprint.of, path)).sha256):
                return
        found = await self.files.find(file_id)
        if found is not None and (found.size, found.sha256) == (size, sha256):
            raise StoreDown(store=STORE)
        raise ArchiveDamaged(where="its bytes are not the ones that were stored")

    async def _put(self, parcel: Parcel, sent: Fingerprint, remember: RememberParcel) -> Parcel:
        for _ in range(COPIES):
            parcel, found = await self._deliver(parcel, remember)
            if found.holds(sent):
                return replace(parcel, session=None)
            if not found.trashed:
                await self.files.trash(found.id)
            parcel = await self._named(parcel, remember)
        raise DriveGarbled

    async def _deliver(self, parcel: Parcel, remember: RememberParcel) -> tuple[Parcel, Found]:
        """The file under the parcel's id: found where an earlier attempt has brought it, else uploaded."""
        if parcel.remote_id is None:
            parcel = await self._named(parcel, remember)
        elif (found := await self.files.find(parcel.remote_id)) is not None:
            return parcel, found
        for _ in range(SESSIONS):
            parcel, found = await self._attempt(parcel, remember)
            if found is not None:
                return parcel, found
        raise StoreDown(store=STORE)

    async def _attempt(self, parcel: Parcel, remember: RememberParcel) -> tuple[Parcel, Found | None]:
        """One session, new or gone on with; nothing found means: from the start, with the parcel as returned."""
        resumed = parcel.session is not None
        try:
            if not resumed:
                parcel = await self._begun(parcel, remember)
            return parcel, await self.uploads.send(parcel, resumed=resumed)
        except Gone:
            lost = replace(parcel, session=None)
            await remember(lost)
            return lost, await self.files.find(str(lost.remote_id))
        except Taken:
            return parcel, await self._look_again(str(parcel.remote_id))

    async def _look_again(self, file_id: str) -> Found:
        """A file whose id is taken is there, whatever Google says yet: under another id it would be made twice."""
        for attempt in range(LOOKS):
            found = await self.files.find(file_id)
            if found is not None:
                return found
            await self.calls.pause(attempt)
        raise StoreDown(store=STORE)

    async def _begun(self, parcel: Parcel, remember: RememberParcel) -> Parcel:
        folder = await self.folder()
        try:
            session = await self.uploads.begin(parcel, folder)
        except DriveUnexpected:
            # So Google answers to an id that another account was given: of a Drive that was linked before this one.
            parcel = await self._named(parcel, remember)
            session = await self.uploads.begin(parcel, folder)
        begun = replace(parcel, session=session)
        await remember(begun)
        return begun

    async def _named(self, parcel: Parcel, remember: RememberParcel) -> Parcel:
        """A new id, remembered before anything is made under it."""
        named = replace(parcel, remote_id=await self.files.new_id(), session=None)
        await remember(named)
        return named
