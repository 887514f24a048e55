"""The Drive API's methods on files that carry no upload."""

import re
from typing import Any

from aiohttp import web

from tests.sandbox.google import shapes
from tests.sandbox.google.drives import Drive, DriveFile, Drives
from tests.sandbox.google.fields import chosen
from tests.sandbox.google.making import Caller, checked_properties, make, parent_of, plan, read_metadata
from tests.sandbox.google.refusals import ApiError, invalid
from tests.sandbox.google.searches import matching
from tests.sandbox.google.switches import Switches

CALLER = web.RequestKey("caller", Caller)
ORDERS = ("modifiedTime", "createdTime", "name")
ROOT = "/drive/v3"


class Files:
    """drive/v3/files and drive/v3/about."""

    def __init__(self, drives: Drives, switches: Switches) -> None:
        self._drives = drives
        self._switches = switches

    def routes(self) -> list[web.RouteDef]:
        """Its addresses; the fixed ones first."""
        return [
            web.get(f"{ROOT}/about", self.about, allow_head=False),
            web.get(f"{ROOT}/files/generateIds", self.generate_ids, allow_head=False),
            web.get(f"{ROOT}/files", self.list, allow_head=False),
            web.post(f"{ROOT}/files", self.create),
            web.get(f"{ROOT}/files/{{id}}", self.get, allow_head=False),
            web.patch(f"{ROOT}/files/{{id}}", self.update),
            web.delete(f"{ROOT}/files/{{id}}", self.delete),
        ]

    async def about(self, request: web.Request) -> web.Response:
        """Whose Drive it is and how full; `fields` is required, as at Google."""
        if "fields" not in request.query:
            raise ApiError(400, "required", "The 'fields' parameter is required for this method.", location="fields")
        answer = shapes.about(request[CALLER].drive)
        return web.json_response(chosen(answer, request.query["fields"], "*", shapes.KNOWN))

    async def generate_ids(self, request: web.Request) -> web.Response:
        """Ids for files to come."""
        count = _number(request, "count", 10, 1000)
        ids = self._drives.generate(request[CALLER].drive.seed.key, count)
        return web.json_response({"kind": "drive#generatedIds", "space": "drive", "ids": ids})

    async def list(self, request: web.Request) -> web.Response:
        """What this app made and the query matches; trashed files too unless it says otherwise.

        Google may look at a part only, or put less on a page than was asked for, and says so. Of the newest files it
        may not know yet, and then it says nothing.
        """
        caller = request[CALLER]
        mine = [file for file in caller.drive.files.values() if file.client_id == caller.client_id]
        mine = [file for file in mine if file.id not in self._switches.unlisted]
        found = _ordered(matching(caller.drive, mine, request.query.get("q")), request.query.get("orderBy"))
        start = _page(request.query.get("pageToken"))
        end = start + min(_number(request, "pageSize", 100, 1000), self._switches.longest_page or 1000)
        incomplete = self._switches.incomplete_now()
        if incomplete:
            found = found[: start + (end - start) // 2]
        answer: dict[str, Any] = {
            "kind": "drive#fileList",
            "incompleteSearch": incomplete,
            "files": [shapes.resource(caller.drive, file) for file in found[start:end]],
        }
        if end < len(found):
            answer["nextPageToken"] = f"~!!~{end}"
        return web.json_response(chosen(answer, request.query.get("fields"), shapes.USUAL_LIST, shapes.KNOWN))

    async def create(self, request: web.Request) -> web.Response:
        """A folder, or a file without content."""
        caller = request[CALLER]
        making = plan(self._drives, caller, read_metadata(await request.read()), None)
        return self._answer(request, make(self._drives, caller, making, None))

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Metadata, or with alt=media the bytes."""
        file = self._file(request)
        if request.query.get("alt") != "media":
            return self._answer(request, file)
        if file.content is None:
            raise ApiError(403, "fileNotDownloadable", "Only files with binary content can be downloaded.")
        answer = _download(file, request.headers.get("Range"))
        cut = self._switches.take_cut_of_download()
        return answer if cut is None else await _broken_off(request, answer, cut)

    async def update(self, request: web.Request) -> web.Response:
        """Name, trash, properties, and the folder it lies in."""
        caller, file = request[CALLER], self._file(request)
        if file is caller.drive.root:
            raise ApiError(403, "insufficientFilePermissions", "The user does not have sufficient permissions.")
        body = read_metadata(await request.read())
        file.name = str(body.get("name", file.name))
        file.description = str(body.get("description", file.description))
        file.trashed = bool(body.get("trashed", file.trashed))
        if "appProperties" in body:
            kept = {key: value for key, value in file.properties.items() if key not in body["appProperties"]}
            file.properties = checked_properties(kept | body["appProperties"])
        if "addParents" in request.query:
            file.parents = [parent_of(caller, request.query["addParents"]).id]
        file.modified = self._drives.now()
        return self._answer(request, file)

    async def delete(self, request: web.Request) -> web.Response:
        """For good, past the trash."""
        request[CALLER].drive.delete(self._file(request))
        return web.Response(status=204)

    def _file(self, request: web.Request) -> DriveFile:
        caller = request[CALLER]
        return caller.drive.visible(request.match_info["id"], caller.client_id)

    def _answer(self, request: web.Request, file: DriveFile) -> web.Response:
        return file_response(request[CALLER].drive, file, request.query.get("fields"))


def file_response(drive: Drive, file: DriveFile, fields: str | None) -> web.Response:
    """One file's metadata."""
    return web.json_response(chosen(shapes.resource(drive, file), fields, shapes.USUAL, shapes.KNOWN))


def _download(file: DriveFile, wanted: str | None) -> web.Response:
    content = file.content or b""
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
    if found is None:
        return web.Response(body=content, content_type=file.mime_type)
    start, end = int(found[1]), min(int(found[2] or len(content)), len(content) - 1)
    if start >= len(content):
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    return web.Response(
        status=206,
        body=content[start : end + 1],
        content_type=file.mime_type,
        headers={"Content-Range": f"bytes {start}-{end}/{len(content)}"},
    )


async def _broken_off(request: web.Request, whole: web.Response, after_bytes: int) -> web.StreamResponse:
    """The connection ends before all that was announced has come."""
    content = whole.body if isinstance(whole.body, bytes) else b""
    answer = web.StreamResponse(status=whole.status, headers=whole.headers)
    answer.content_length = len(content)
    await answer.prepare(request)
    await answer.write(content[:after_bytes])
    if request.transport is not None:
        request.transport.close()
    return answer


def _ordered(files: list[DriveFile], order: str | None) -> list[DriveFile]:
    for part in reversed((order or "modifiedTime desc").split(",")):
        key, _, direction = part.strip().partition(" ")
        if key not in ORDERS or direction not in ("", "desc"):
            raise invalid("orderBy")
        names = {"modifiedTime": "modified", "createdTime": "created", "name": "name"}
        files = sorted(files, key=lambda file: getattr(file, names[key]), reverse=direction == "desc")
    return files


def _number(request: web.Request, name: str, usual: int, most: int) -> int:
    text = request.query.get(name, str(usual))
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise invalid(name, f"Invalid value '{text}'. Values must be within the range: [1, {most}]")
    return int(text)


def _page(token: str | None) -> int:
    if token is None:
        return 0
    if not re.fullmatch(r"~!!~\d+", token):
        raise invalid("pageToken")
    return int(token.removeprefix("~!!~"))
