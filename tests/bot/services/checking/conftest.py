"""Somebody with real backups of a real vault, and whoever checks them."""

import zipfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.notices import BackupsInTrouble, Post
from bot.services.backup import Backups
from bot.services.checking import Checking
from bot.services.checking.herald import Herald
from bot.services.checking.report import Checked
from bot.services.keeping import Keeping
from bot.services.keeping.report import KeepingReport
from bot.services.keeping.retention import Retention
from bot.services.progress import ignore
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.library import LibraryRepository
from storage.people import PeopleRepository
from storage.records import Archive, ArchiveState, Policy
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.bot.services.working import Mailbox
from tests.bot.spotify.time import Time
from tests.builders import ADA, everything, library, likes, playlist
from tests.storage.seeing import keep

NIGHT = timedelta(days=1)


@dataclass
class Desk:
    """Ada's backups, the clock, and what she is told."""

    shelf: Shelf
    libraries: LibraryRepository
    people: PeopleRepository
    mailbox: Mailbox
    time: Time
    policy: Policy = field(default_factory=lambda: Policy(last=3))

    @property
    def archives(self) -> ArchiveRepository:
        return self.shelf.archives

    @property
    def checking(self) -> Checking:
        return Checking(self.shelf, Herald(self.archives, self.people, Post(self.mailbox)), self.time)

    @property
    def backups(self) -> Backups:
        return Backups(self.libraries, self.shelf.stores.accounts, self.shelf, self.time)

    async def backup(self) -> Archive:
        """One of what the vault holds now."""
        report = await self.backups.backup(ADA, ignore, self.time.now)
        return await self.archives.get(ADA, report.archive_id)

    async def change(self) -> None:
        """Another like, and it is the next night."""
        self.time.now += NIGHT
        stored = library(playlist("Road", "A", "B"), likes=likes("C", f"{self.time.now:%Y%m%d}"))
        await keep(self.libraries, ADA, everything(stored), self.time.now)

    async def nights(self, count: int) -> list[Archive]:
        """A backup of each, newest first."""
        made: list[Archive] = []
        for _ in range(count):
            await self.change()
            made.insert(0, await self.backup())
        return made

    async def night(self) -> KeepingReport:
        """What follows a night's backup."""
        self.time.now += NIGHT
        return await self.keep()

    async def keep(self) -> KeepingReport:
        keeping = Keeping(self.checking, Retention(self.people, self.archives, self.policy), timedelta(days=30))
        return await keeping.keep(ADA, look=True)

    async def verify(self, archive: Archive) -> Checked:
        """As somebody who asks for it."""
        (checked,) = (await self.checking.check(ADA, archive.id, ignore)).checked
        return checked

    async def now(self, archive: Archive) -> Archive:
        return await self.archives.get(ADA, archive.id)

    async def states(self) -> list[ArchiveState]:
        return [archive.state for archive in await self.archives.of(ADA)]

    def file(self, archive: Archive) -> Path:
        return self.shelf.stores.folder.folder / str(archive.remote_id)

    @property
    def told(self) -> list[list[str]]:
        """The ids that each notice was about."""
        notices = [notice for notice in self.mailbox.notices if isinstance(notice, BackupsInTrouble)]
        return [[archive.id for archive in notice.archives] for notice in notices]


@pytest.fixture
def desk(database: Database, cipher: TokenCipher, time: Time, mailbox: Mailbox, tmp_path: Path) -> Desk:
    stores = Stores(FolderStore(tmp_path / "archives"), AccountRepository(database, cipher), None)
    shelf = Shelf(ArchiveRepository(database, cipher), stores, tmp_path / "drafts")
    return Desk(shelf, LibraryRepository(database), PeopleRepository(database), mailbox, time)


def tear(path: Path, *, at: int | None = None) -> None:
    """One byte of a file is another."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if at is None else at] ^= 1
    path.write_bytes(content)


def place_of(path: Path, member: str) -> int:
    """Where in an archive's file the bytes of a member are."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(member)
        return info.header_offset + 30 + len(info.filename) + info.compress_size // 2
