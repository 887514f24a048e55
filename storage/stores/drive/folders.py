"""The folders in a Drive: `MusiVault/<name>/`, found again by their properties and remade when gone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from storage.stores.drive.calls import DriveCalls
from storage.stores.drive.errors import DriveUnlisted, Taken, heard
from storage.stores.drive.files import DriveFiles

FOLDER = "application/vnd.google-apps.folder"
ROOT_NAME = "MusiVault"
FOUND = "incompleteSearch,files(id)"
MARK = "mv_folder"  # "root", or whose it is: names can be changed, properties are ours alone


@dataclass(slots=True)
class DriveFolders:
    """Where the files of one owner go; `mark` is what their folder is found again by."""

    calls: DriveCalls
    files: DriveFiles
    mark: str
    name: str
    remember: Callable[[str], Awaitable[object]]
    known: str | None = None

    async def of_owner(self) -> str:
        """The id of the folder, which is there and not in the trash."""
        if self.known is not None:
            there = await self.files.find(self.known)
            if there is not None and not there.trashed:
                return self.known
        folder = await self._found_or_made()
        await self.remember(folder)
        self.known = folder
        return folder

    async def _found_or_made(self) -> str:
        found = await self._find(self.mark)
        if found is not None:
            return found
        root = await self._find("root") or await self._make("root", ROOT_NAME, None)
        return await self._make(self.mark, self.name, root)

    async def _find(self, mark: str) -> str | None:
        q = f"mimeType = '{FOLDER}' and appProperties has {{ key='{MARK}' and value='{mark}' }} and trashed = false"

        def look(drive: Any) -> dict[str, Any]:  # noqa: ANN401 - Google's library has no types
            pages = drive.files().list(q=q, orderBy="modifiedTime desc", pageSize=1, fields=FOUND)
            return heard(pages.execute(), "files")

        answer = await self.calls.run(look)
        if not answer["files"] and answer.get("incompleteSearch", False):
            raise DriveUnlisted  # it may be there all the same, and a second one would confuse its owner
        return str(answer["files"][0]["id"]) if answer["files"] else None

    async def _make(self, mark: str, name: str, parent: str | None) -> str:
        """With an id of its own: httplib2 sends a request again by itself when the connection drops."""
        folder = await self.files.new_id()
        body = {"id": folder, "name": name, "mimeType": FOLDER, "appProperties": {MARK: mark}}
        if parent is not None:
            body["parents"] = [parent]
        try:
            await self.calls.run(lambda drive: heard(drive.files().create(body=body, fields="id").execute(), "id"))
        except Taken:
            return folder
        return folder
