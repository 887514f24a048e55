"""Backups of many nights in the folder, and what keeping makes of them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.notices import Post
from bot.services.checking import Checking
from bot.services.checking.herald import Herald
from bot.services.keeping import Keeping
from bot.services.keeping.retention import Retention
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.people import PeopleRepository
from storage.records import Archive, ArchiveState, Policy
from storage.stores import ArchiveStore
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.bot.services.keeping.made import DAY
from tests.bot.services.working import Mailbox
from tests.bot.spotify.time import Time
from tests.builders import ADA

POLICY = Policy(last=3)
TRASH_FOR = timedelta(days=30)


@dataclass
class Home:
    """Everybody's backups, made without a library: only the files and what is known of them matter here."""

    shelf: Shelf
    time: Time
    workdir: Path
    people: PeopleRepository
    policy: Policy = POLICY
    mailbox: Mailbox = field(default_factory=Mailbox)

    @property
    def archives(self) -> ArchiveRepository:
        return self.shelf.archives

    @property
    def folder(self) -> Path:
        return self.shelf.stores.folder.folder

    @property
    def keeping(self) -> Keeping:
        checking = Checking(self.shelf, Herald(self.archives, self.people, Post(self.mailbox)), self.time)
        return Keeping(checking, Retention(self.people, self.archives, self.policy), TRASH_FOR)

    async def backup(self, owner: int = ADA, moment: datetime | None = None) -> Archive:
        """A proven one, of now."""
        moment = moment or self.time.now
        content = f"{owner} {moment}".encode()
        path = self.workdir / "draft.zip"
        path.write_bytes(content)
        store = await self.shelf.stores.for_new(owner)
        archive = Archive(
            id=sha256(content).hexdigest()[:32],
            discord_id=owner,
            store=store.kind,
            state=ArchiveState.UPLOADING,
            created_at=moment,
            name=f"{moment:%Y-%m-%dT%H%M}.zip",
            sha256=sha256(content).hexdigest(),
            size=len(content),
        )
        await self.archives.add(archive)
        stored = await store.put(archive, path, self.archives.replace)
        done = replace(stored, state=ArchiveState.VERIFIED)
        await self.archives.replace(done)
        return done

    async def nights(self, count: int, owner: int = ADA) -> list[Archive]:
        """One a night, newest first; it is the morning after the last."""
        made = [await self.backup(owner, self.time.now - DAY * back) for back in range(count)]
        self.time.now += timedelta(hours=1)
        return made

    async def good(self, owner: int = ADA) -> list[str]:
        """The names of the backups that can be restored, each with its file in place."""
        good = [each for each in await self.archives.of(owner) if each.state is ArchiveState.VERIFIED]
        for archive in good:
            assert await (await self.store(archive)).exists(archive)
        return [archive.name for archive in good]

    async def store(self, archive: Archive) -> ArchiveStore:
        return await self.shelf.stores.of(archive)

    def in_place(self, owner: int = ADA) -> list[str]:
        return sorted((path.name for path in (self.folder / str(owner)).glob("*.zip")), reverse=True)

    def in_trash(self, owner: int = ADA) -> list[str]:
        return sorted((path.name for path in (self.folder / str(owner) / ".trash").glob("*")), reverse=True)


@pytest.fixture
def accounts(database: Database, cipher: TokenCipher) -> AccountRepository:
    return AccountRepository(database, cipher)


@pytest.fixture
def home(database: Database, cipher: TokenCipher, accounts: AccountRepository, time: Time, tmp_path: Path) -> Home:
    stores = Stores(FolderStore(tmp_path / "archives"), accounts, None)
    (tmp_path / "drafts").mkdir()
    shelf = Shelf(ArchiveRepository(database, cipher), stores, tmp_path / "drafts")
    return Home(shelf, time, tmp_path, PeopleRepository(database))


def names(archives: list[Archive]) -> list[str]:
    return [archive.name for archive in archives]
