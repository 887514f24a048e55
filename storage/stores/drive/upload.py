"""Resumable uploads: begun, sent in chunks, and gone on with after anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from storage.errors import StoreDown
from storage.records import Archive
from storage.stores.drive.calls import ATTEMPTS, DriveCalls
from storage.stores.drive.errors import DriveUnexpected, Gone
from storage.stores.drive.files import FIELDS, DriveFiles, Found

ZIP = "application/zip"
MARK = "mv_archive"  # the archive's id among the file's properties, which are ours alone
OWNER = "mv_owner"  # whose archive, where those of more than one person lie in a Drive
SEALED_TYPE = "application/octet-stream"
CHUNK_UNIT = 256 * 1024


class SafeUpload(MediaIoBaseUpload):  # type: ignore[misc]  # Google's library has no types
    """Chunks as bytes. As a stream the library sends an empty body after a 5xx, 429 or 401 (2.202.0)."""

    def has_stream(self) -> bool:
        """No: bytes can be sent again."""
        return False


@dataclass(frozen=True, slots=True)
class Uploads:
    """The upload of one archive, step by step; the store decides what comes next."""

    calls: DriveCalls
    files: DriveFiles
    chunk_size: int
    owner: str | None = None

    async def begin(self, archive: Archive, path: Path, folder: str) -> str:
        """The address of a new session; raises `Taken` when the file is there already, `Gone` without the folder.

        The address is all it takes to write to this session: a secret.
        """
        media_type = ZIP if self.owner is None else SEALED_TYPE
        whose = {} if self.owner is None else {OWNER: self.owner}
        body = {
            "id": archive.remote_id,
            "name": archive.name,
            "mimeType": media_type,
            "parents": [folder],
            "appProperties": {MARK: archive.id, "mv_sha256": archive.sha256, **whose},
        }

        def start(drive: Any) -> str:  # noqa: ANN401
            with path.open("rb") as file:
                request = self._request(drive, body, file)
                headers = request.headers | {
                    "X-Upload-Content-Type": media_type,
                    "X-Upload-Content-Length": str(request.resumable.size()),
                    "content-length": str(request.body_size),
                }
                answer, content = request.http.request(
                    request.uri, method=request.method, body=request.body, headers=headers
                )
            if answer.status != 200 or "location" not in answer:
                raise HttpError(answer, content, uri=request.uri)
            return str(answer["location"])

        return await self.calls.run(start)

    async def send(self, archive: Archive, path: Path, *, resumed: bool) -> Found:
        """All that is missing. After trouble it is looked first whether the file has arrived all the same.

        Raises `Gone` when the session is lost or refuses to go on.
        """
        for attempt in range(ATTEMPTS):
            try:
                found = await self._send_once(archive, path, resumed=resumed)
                return await self._confirmed(found) if resumed else found
            except DriveUnexpected as error:
                raise Gone from error
            except StoreDown:
                if attempt == ATTEMPTS - 1:
                    raise
            await self.calls.pause(attempt)
            arrived = await self.files.find(str(archive.remote_id))
            if arrived is not None:
                return arrived
            resumed = True
        raise Gone

    async def _confirmed(self, found: Found) -> Found:
        """A session that ended before tells what it made then, which may be gone by now."""
        there = await self.files.find(found.id)
        if there is None:
            raise Gone
        return there

    async def _send_once(self, archive: Archive, path: Path, *, resumed: bool) -> Found:
        def send(drive: Any) -> Found:  # noqa: ANN401
            with path.open("rb") as file:
                request = self._request(drive, {"id": archive.remote_id}, file)
                request.resumable_uri = archive.session
                # The library's own way to ask how far a session got before it sends; there is no public switch.
                request._in_error_state = resumed  # noqa: SLF001
                answer = None
                while answer is None:
                    _, answer = request.next_chunk()
            return Found.of(answer)

        return await self.calls.once(send)

    def _request(self, drive: Any, body: dict[str, Any], file: BinaryIO) -> Any:  # noqa: ANN401
        media = SafeUpload(file, mimetype=ZIP, chunksize=self.chunk_size, resumable=True)
        return drive.files().create(body=body, media_body=media, fields=FIELDS)
