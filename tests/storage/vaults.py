"""Vaults in databases of their own, and archives that go from one into another."""

import shutil
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

from storage import archive
from storage.database import Database
from storage.library import LibraryRepository
from tests.builders import ADA, NOON, at


class Vaults:
    """Databases of their own, each with one vault."""

    def __init__(self, template: Path, folder: Path, stack: AsyncExitStack) -> None:
        self._template, self._folder, self._stack, self._numbers = template, folder, stack, count()

    def path(self, name: str) -> Path:
        return self._folder / f"{next(self._numbers)}-{name}"

    def open(self) -> Database:
        path = self.path("vault.db")
        shutil.copy(self._template, path)
        database = Database(f"sqlite:///{path}")
        self._stack.push_async_callback(database.close)
        return database


async def written(vaults: Vaults, database: Database) -> tuple[Path, str]:
    path = vaults.path("ada.zip")
    summary = await LibraryRepository(database).write_archive(ADA, path, spotify_id="ada_spotify", created_at=NOON)
    return path, summary.content_hash


async def brought_back(vaults: Vaults, path: Path) -> Database:
    database = vaults.open()
    await merge(database, path)
    return database


async def merge(database: Database, path: Path, minute: float = 99) -> None:
    """The archive comes into whatever the vault has."""
    libraries, opened = LibraryRepository(database), archive.read(path)
    assert await libraries.bring(ADA, opened, await libraries.compared(ADA, opened, at(minute)), at(minute))


async def replace_by(database: Database, path: Path, minute: float = 99) -> None:
    """The vault becomes what the archive holds."""
    libraries, opened = LibraryRepository(database), archive.read(path)
    compared = await libraries.compared(ADA, opened, at(minute), replacing=True)
    assert await libraries.bring(ADA, opened, compared, at(minute), replacing=True)
