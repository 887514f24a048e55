"""One person's backups with everything real, on whatever Google there is."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.notices import Post
from bot.services.backup import Backups
from bot.services.checking import Checking
from bot.services.checking.herald import Herald
from bot.services.keeping import Keeping
from bot.services.keeping.retention import Retention
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.library import LibraryRepository
from storage.people import PeopleRepository
from storage.records import DriveAccount, Policy
from storage.stores.drive import DriveClient, DriveStore
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.bot.spotify.time import Time


@dataclass
class Home:
    """The services, made anew each time they are asked for."""

    who: int
    database: Database
    cipher: TokenCipher
    client: DriveClient
    time: Time
    folder: Path

    @property
    def accounts(self) -> AccountRepository:
        return AccountRepository(self.database, self.cipher)

    @property
    def archives(self) -> ArchiveRepository:
        return ArchiveRepository(self.database, self.cipher)

    @property
    def shelf(self) -> Shelf:
        stores = Stores(FolderStore(self.folder / "archives"), self.accounts, self._open)
        return Shelf(self.archives, stores, self.folder / "drafts")

    @property
    def backups(self) -> Backups:
        return Backups(LibraryRepository(self.database), self.accounts, self.shelf, self.time)

    @property
    def keeping(self) -> Keeping:
        people = PeopleRepository(self.database)
        checking = Checking(self.shelf, Herald(self.archives, people, Post()), self.time)
        return Keeping(checking, Retention(people, self.archives, Policy(last=3)), timedelta(days=30))

    def _open(self, account: DriveAccount) -> DriveStore:
        async def sleep(_: float) -> None: ...

        return DriveStore(
            account,
            self.client,
            self.accounts.set_drive_folder,
            sleep=sleep,
            chance=lambda: 0.5,
            chunk_size=256 * 1024,
        )
