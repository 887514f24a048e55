"""What of ours lies in a Drive: all pages of Google's list, or nothing."""

from dataclasses import dataclass
from typing import Any

from storage.records import ListedFile
from storage.stores.drive.calls import DriveCalls
from storage.stores.drive.errors import DriveUnlisted, heard
from storage.stores.drive.parcel import MARK, OWNER, ZIP

PAGE = 1000
FIELDS = "nextPageToken,incompleteSearch,files(id,name,size,sha256Checksum,appProperties)"


@dataclass(frozen=True, slots=True)
class DriveListing:
    """Wherever the person moved them: files are told by their properties, not by their folder or name."""

    calls: DriveCalls
    owner: str | None = None
    """Whose archives, in a Drive that has more than one person's."""

    async def all(self) -> tuple[ListedFile, ...]:
        """Every archive that is in place; `DriveUnlisted` where Google says that it did not look everywhere."""
        found: list[ListedFile] = []
        token: str | None = None
        while True:
            answer = await self._page(token)
            if answer.get("incompleteSearch", False):
                raise DriveUnlisted
            found += [_listed(file) for file in answer["files"] if MARK in file.get("appProperties", {})]
            token = answer.get("nextPageToken")
            if token is None:
                return tuple(found)

    @property
    def _query(self) -> str:
        if self.owner is None:
            return f"mimeType = '{ZIP}' and trashed = false"
        return f"appProperties has {{ key='{OWNER}' and value='{self.owner}' }} and trashed = false"

    async def _page(self, token: str | None) -> dict[str, Any]:
        def load(drive: Any) -> dict[str, Any]:  # noqa: ANN401 - Google's library has no types
            pages = drive.files().list(q=self._query, pageSize=PAGE, pageToken=token, fields=FIELDS)
            return heard(pages.execute(), "files")

        return await self.calls.run(load)


def _listed(file: dict[str, Any]) -> ListedFile:
    return ListedFile(str(file["id"]), str(file["name"]), int(file.get("size", -1)), file.get("sha256Checksum"))
