"""Uploads: multipart, media alone, and the resumable protocol."""

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import ClientPayloadError, web

from tests.sandbox.google.drives import DriveFile, Drives
from tests.sandbox.google.files import CALLER, file_response
from tests.sandbox.google.making import Caller, Making, make, plan, read_metadata
from tests.sandbox.google.refusals import ApiError, invalid

if TYPE_CHECKING:
    from tests.sandbox.google.switches import Switches

UNIT = 262_144
ROOT = "/upload/drive/v3/files"
CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass
class Session:
    """A resumable upload on its way. Its address is all it takes to go on with it."""

    caller: Caller
    making: Making
    total: int | None
    fields: str | None
    received: bytearray = field(default_factory=bytearray)
    file: DriveFile | None = None


@dataclass(frozen=True)
class Slice:
    """A Content-Range: the place of the first byte, None for a question; the total where it is told."""

    start: int | None
    end: int
    total: int | None


class Uploads:
    """upload/drive/v3/files."""

    def __init__(self, drives: Drives, switches: "Switches") -> None:
        self._drives = drives
        self._switches = switches
        self._sessions: dict[str, Session] = {}

    def routes(self) -> list[web.RouteDef]:
        """Its addresses; the static document knows both forms."""
        return [
            web.post(ROOT, self.begin),
            web.put(ROOT, self.go_on),
            web.post(f"/resumable{ROOT}", self.begin),
            web.put(f"/resumable{ROOT}", self.go_on),
        ]

    def forget(self) -> int:
        """Lose all sessions, as Google does after a week; how many there were."""
        lost = len(self._sessions)
        self._sessions.clear()
        return lost

    def open_sessions(self) -> int:
        """Uploads that were begun and not ended."""
        return sum(session.file is None for session in self._sessions.values())

    async def begin(self, request: web.Request) -> web.Response:
        """Begin an upload, or make the whole of it."""
        match request.query.get("uploadType"):
            case "resumable":
                return await self._start(request)
            case "multipart":
                metadata, content, media_type = _parts(await request.read(), request.headers["Content-Type"])
            case "media":
                metadata, content, media_type = b"{}", await request.read(), request.content_type
            case _:
                raise invalid("uploadType")
        caller = request[CALLER]
        making = plan(self._drives, caller, read_metadata(metadata), media_type)
        return file_response(caller.drive, make(self._drives, caller, making, content), request.query.get("fields"))

    async def _start(self, request: web.Request) -> web.Response:
        caller = request[CALLER]
        length = request.headers.get("X-Upload-Content-Length")
        making = plan(
            self._drives,
            caller,
            read_metadata(await request.read()),
            request.headers.get("X-Upload-Content-Type"),
        )
        caller.drive.needs_room(int(length or 0))
        upload_id = f"AHm{secrets.token_urlsafe(60)}"
        self._sessions[upload_id] = Session(
            caller, making, int(length) if length else None, request.query.get("fields")
        )
        where = request.url.update_query(upload_id=upload_id)
        return web.Response(headers={"Location": str(where), "X-GUploader-UploadID": upload_id})

    async def go_on(self, request: web.Request) -> web.Response:
        """A chunk, or the question how far it got."""
        session = self._sessions.get(request.query.get("upload_id", ""))
        if session is None:
            await request.read()
            raise ApiError(404, "notFound", "Upload session not found.")
        told = _slice(request)
        if session.file is not None:
            await request.read()
            return self._done(session)
        session.total = session.total if told.total is None else told.total
        if told.start is not None:
            await self._receive(request, session, told, told.start)
        if session.total is not None and len(session.received) == session.total:
            session.file = make(self._drives, session.caller, session.making, bytes(session.received))
            return self._done(session)
        return _go_on(session)

    def _done(self, session: Session) -> web.Response:
        """The outcome, as often as it is asked for."""
        assert session.file is not None
        return file_response(session.caller.drive, session.file, session.fields)

    async def _receive(self, request: web.Request, session: Session, told: Slice, start: int) -> None:
        """Keep a chunk. What Google has already is ignored; of a chunk that breaks off it keeps whole units."""
        length = told.end - start + 1
        last = told.total is not None and told.end + 1 == told.total
        if start > len(session.received) or (not last and length % UNIT):
            await request.read()
            raise ApiError(400, "badRequest", f"Invalid chunk of {length} bytes at {start}.")
        arrived, broken = await self._arriving(request)
        if not broken and len(arrived) != length:
            raise ApiError(400, "badRequest", f"{len(arrived)} bytes came where {length} were announced.")
        if broken:
            arrived = arrived[: len(arrived) - (start + len(arrived)) % UNIT]
        session.received += arrived[len(session.received) - start :]
        if broken:
            if request.transport is not None:
                request.transport.abort()
            raise ApiError(500, "internalError", "The connection broke.")

    async def _arriving(self, request: web.Request) -> tuple[bytes, bool]:
        """The bytes that arrived, and whether the connection broke before the end."""
        limit = self._switches.take_cut()
        arrived = bytearray()
        try:
            async for piece in request.content.iter_any():
                arrived += piece
                if limit is not None and len(arrived) >= limit:
                    return bytes(arrived[:limit]), True
        except (ClientPayloadError, ConnectionError):
            return bytes(arrived), True
        return bytes(arrived), False


def _go_on(session: Session) -> web.Response:
    """308: so much is here."""
    headers = {"Range": f"bytes=0-{len(session.received) - 1}"} if session.received else {}
    return web.Response(status=308, headers=headers)


def _slice(request: web.Request) -> Slice:
    """The Content-Range; without one the body is the whole file."""
    text = request.headers.get("Content-Range")
    if text is None:
        length = request.content_length or 0
        return Slice(0, length - 1, length)
    found = CONTENT_RANGE.fullmatch(text)
    if found is None:
        raise ApiError(400, "badRequest", f"Failed to parse Content-Range header: {text}")
    total = None if found[3] == "*" else int(found[3])
    if found[1] is None:
        return Slice(None, -1, total)
    return Slice(int(found[1]), int(found[2]), total)


def _parts(body: bytes, content_type: str) -> tuple[bytes, bytes, str]:
    """Metadata, content and its type out of multipart/related with CRLF or bare LF (as Google's Python client)."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if found is None:
        raise ApiError(400, "badContent", "Missing boundary.")
    mark = b"--" + found[1].encode()
    newline = b"\r\n" if body.split(mark, 1)[-1].startswith(b"\r\n") else b"\n"
    parts = body.split(mark)[1:-1]
    if len(parts) != 2:
        raise ApiError(400, "badContent", "Two parts are expected: metadata and content.")
    (_, metadata), (head, content) = (_headers(part, newline) for part in parts)
    media_type = re.search(rb"(?i)content-type:\s*([^\s;]+)", head)
    return metadata, content, media_type[1].decode() if media_type else "application/octet-stream"


def _headers(part: bytes, newline: bytes) -> tuple[bytes, bytes]:
    head, _, content = part.removeprefix(newline).partition(newline * 2)
    return head, content.removesuffix(newline)
