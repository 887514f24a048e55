"""What an export is made from: the vault of now, or a backup; either way an archive that was proven."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.services.shelf import SEALED, Shelf
from bot.time import Clock
from storage import archive as archive_file
from storage.accounts import AccountRepository
from storage.archive import Opened
from storage.library import LibraryRepository
from storage.records import LibraryCounts


@dataclass(frozen=True, slots=True)
class Archived:
    """A plain archive at `path`; `opened` where it was read already."""

    path: Path
    name: str
    at: datetime
    counts: LibraryCounts
    opened: Opened | None = None

    def open(self) -> Opened:
        """All that is in it; blocks."""
        return self.opened or archive_file.read(self.path)


@dataclass(frozen=True, slots=True)
class ExportSource:
    """Writes or fetches archives."""

    library: LibraryRepository
    accounts: AccountRepository
    shelf: Shelf
    clock: Clock

    async def archive(self, discord_id: int, backup: str | None, path: Path) -> Archived:
        """The archive at `path`; raises what fetching a backup does."""
        return await (self._of_now(discord_id, path) if backup is None else self._of(discord_id, backup, path))

    async def _of_now(self, discord_id: int, path: Path) -> Archived:
        account, now = await self.accounts.spotify(discord_id), self.clock()
        summary = await self.library.write_archive(
            discord_id, path, spotify_id=account.spotify_id if account else "", created_at=now
        )
        return Archived(path, f"musivault-{now:%Y-%m-%dT%H%M%SZ}.zip", now, summary.counts)

    async def _of(self, discord_id: int, backup: str, path: Path) -> Archived:
        archive = await self.shelf.good(discord_id, backup)
        opened = await self.shelf.fetch_to(path, archive)
        return Archived(
            path, archive.name.removesuffix(SEALED), opened.manifest.created_at, opened.manifest.counts, opened
        )
