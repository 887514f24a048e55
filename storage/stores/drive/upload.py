"""Resumable uploads: begun, sent in chunks, and gone on with after anything."""

from dataclasses import dataclass
from typing import Any, BinaryIO

from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from storage.errors import StoreDown
from storage.stores.drive.calls import ATTEMPTS, DriveCalls
from storage.stores.drive.errors import DriveUnexpected, Gone
from storage.stores.drive.files import FIELDS, DriveFiles, Found
from storage.stores.drive.parcel import Parcel

CHUNK_UNIT = 256 * 1024


class SafeUpload(MediaIoBaseUpload):  # type: ignore[misc]  # Google's library has no types
    """Chunks as bytes. As a stream the library sends an empty body after a 5xx, 429 or 401 (2.202.0)."""

    def has_stream(self) -> bool:
        """No: bytes can be sent again."""
        return False


@dataclass(frozen=True, slots=True)
class Uploads:
    """The upload of one file, step by step; the delivery decides what comes next."""

    calls: DriveCalls
    files: DriveFiles
    chunk_size: int

    async def begin(self, parcel: Parcel, folder: str) -> str:
        """The address of a new session; raises `Taken` when the file is there already, `Gone` without the folder.

        The address is all it takes to write to this session: a secret.
        """
        body = {
            "id": parcel.remote_id,
            "name": parcel.name,
            "mimeType": parcel.media_type,
            "parents": [folder],
            "appProperties": parcel.properties,
        }

        def start(drive: Any) -> str:  # noqa: ANN401
            with parcel.path.open("rb") as file:
                request = self._request(drive, parcel, body, file)
                headers = request.headers | {
                    "X-Upload-Content-Type": parcel.media_type,
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

    async def send(self, parcel: Parcel, *, resumed: bool) -> Found:
        """All that is missing. After trouble it is looked first whether the file has arrived all the same.

        Raises `Gone` when the session is lost or refuses to go on.
        """
        for attempt in range(ATTEMPTS):
            try:
                found = await self._send_once(parcel, resumed=resumed)
                return await self._confirmed(found) if resumed else found
            except DriveUnexpected as error:
                raise Gone from error
            except StoreDown:
                if attempt == ATTEMPTS - 1:
                    raise
            await self.calls.pause(attempt)
            arrived = await self.files.find(str(parcel.remote_id))
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

    async def _send_once(self, parcel: Parcel, *, resumed: bool) -> Found:
        def send(drive: Any) -> Found:  # noqa: ANN401
            with parcel.path.open("rb") as file:
                request = self._request(drive, parcel, {"id": parcel.remote_id}, file)
                request.resumable_uri = parcel.session
                # The library's own way to ask how far a session got before it sends; there is no public switch.
                request._in_error_state = resumed  # noqa: SLF001
                answer = None
                while answer is None:
                    _, answer = request.next_chunk()
            return Found.of(answer)

        return await self.calls.once(send)

    def _request(self, drive: Any, parcel: Parcel, body: dict[str, Any], file: BinaryIO) -> Any:  # noqa: ANN401
        media = SafeUpload(file, mimetype=parcel.media_type, chunksize=self.chunk_size, resumable=True)
        return drive.files().create(body=body, media_body=media, fields=FIELDS)
