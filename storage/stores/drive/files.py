"""Single files in Drive: new ids, what Google says of a file, the trash, and downloads."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from googleapiclient.http import MediaIoBaseDownload

from storage.errors import StoreDown
from storage.stores.drive.calls import DriveCalls
from storage.stores.drive.errors import STORE, Gone, heard
from storage.stores.fingerprint import Fingerprint

FIELDS = "id,size,md5Checksum,sha256Checksum,trashed"


@dataclass(frozen=True, slots=True)
class Found:
    """A file as Google describes it. SHA-256 is missing for a small part of all files; then MD5 is compared."""

    id: str
    size: int
    sha256: str | None
    md5: str | None
    trashed: bool

    @classmethod
    def of(cls, said: object) -> "Found":
        """Google writes the size as a string."""
        answer = heard(said, "id")
        return cls(
            id=answer["id"],
            size=int(answer.get("size", -1)),
            sha256=answer.get("sha256Checksum"),
            md5=answer.get("md5Checksum"),
            trashed=bool(answer.get("trashed", False)),
        )

    def holds(self, sent: Fingerprint) -> bool:
        """Whether it is in place with exactly these bytes."""
        if self.trashed or self.size != sent.size:
            return False
        return self.sha256 == sent.sha256 if self.sha256 is not None else self.md5 == sent.md5


@dataclass(frozen=True, slots=True)
class DriveFiles:
    """The calls; every one of them may be repeated."""

    calls: DriveCalls
    chunk_size: int

    async def new_id(self) -> str:
        """An id to create a file with: made before the file, so that no lost answer can double it."""

        def generate(drive: Any) -> str:  # noqa: ANN401 - Google's library has no types
            answer = drive.files().generateIds(count=1, fields="ids").execute()
            return str(heard(answer, "ids")["ids"][0])

        return await self.calls.run(generate)

    async def find(self, file_id: str) -> Found | None:
        """What is there under an id, None for nothing."""
        try:
            return await self.calls.run(
                lambda drive: Found.of(drive.files().get(fileId=file_id, fields=FIELDS).execute())
            )
        except Gone:
            return None

    async def trash(self, file_id: str, *, trashed: bool = True) -> None:
        """Into the trash, where the person can still get it back, or out of it; one that is gone already needs none.

        Google may not know a new file for some seconds: what is said to be gone is looked for before it is believed.
        """
        body = {"trashed": trashed}
        try:
            await self.calls.run(
                lambda drive: heard(drive.files().update(fileId=file_id, body=body, fields="id").execute(), "id")
            )
        except Gone:
            left = await self.find(file_id)
            if left is not None and left.trashed is not trashed:
                raise StoreDown(store=STORE) from None

    async def delete(self, file_id: str) -> None:
        """For good, past the trash; one that is gone already is fine."""

        def remove(drive: Any) -> None:  # noqa: ANN401
            if drive.files().delete(fileId=file_id).execute():
                raise StoreDown(store=STORE)  # Google says nothing: somebody on the way did

        try:
            await self.calls.run(remove)
        except Gone:
            left = await self.find(file_id)
            if left is not None:
                raise StoreDown(store=STORE) from None

    async def download(self, file_id: str, path: Path) -> None:
        """All bytes into `path`; the caller compares hashes, for Google's client does not."""

        def load(drive: Any) -> None:  # noqa: ANN401
            with path.open("wb") as file:
                loader = MediaIoBaseDownload(file, drive.files().get_media(fileId=file_id), chunksize=self.chunk_size)
                done = False
                while not done:
                    try:
                        _, done = loader.next_chunk()
                    except KeyError as error:
                        # A 416 need not tell the size that Google's client (2.202) looks for in it.
                        raise StoreDown(store=STORE) from error

        await self.calls.run(load)
