"""What everything else is built on: the database, what is kept in it, the door to Spotify, and the sync."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.config import Config
from bot.door import open_spotify
from bot.services.accounts import Accounts, SpotifyDoor
from bot.services.sync import SyncEngine
from bot.services.sync.vault import Vault
from bot.time import Clock, Sleep
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.changes import ChangeRepository
from storage.copy_uploads import CopyUploadRepository
from storage.covers import CoverRepository
from storage.database import Database, migrate
from storage.downloads import DownloadRepository
from storage.history import HistoryRepository
from storage.installation import Installation
from storage.ledger import LedgerRepository
from storage.library import LibraryRepository
from storage.links import LinkRepository
from storage.listening import ListeningRepository
from storage.nights import NightRepository
from storage.operator_drive import OperatorDriveRepository
from storage.people import PeopleRepository
from storage.places import PlacesRepository
from storage.runs import RunRepository
from storage.sync_states import SyncStateRepository
from storage.tokens import TokenCipher


@dataclass(frozen=True, slots=True)
class Repositories:
    """Everything that is kept, by noun."""

    people: PeopleRepository
    accounts: AccountRepository
    links: LinkRepository
    library: LibraryRepository
    listening: ListeningRepository
    covers: CoverRepository
    states: SyncStateRepository
    history: HistoryRepository
    places: PlacesRepository
    runs: RunRepository
    nights: NightRepository
    changes: ChangeRepository
    archives: ArchiveRepository
    downloads: DownloadRepository
    ledger: LedgerRepository
    installation: Installation
    operator_drive: OperatorDriveRepository
    copy_uploads: CopyUploadRepository

    @classmethod
    def of(cls, database: Database, cipher: TokenCipher) -> "Repositories":
        """All of them on one database."""
        return cls(
            people=PeopleRepository(database),
            accounts=AccountRepository(database, cipher),
            links=LinkRepository(database, cipher),
            library=LibraryRepository(database),
            listening=ListeningRepository(database),
            covers=CoverRepository(database),
            states=SyncStateRepository(database),
            history=HistoryRepository(database),
            places=PlacesRepository(database),
            runs=RunRepository(database),
            nights=NightRepository(database),
            changes=ChangeRepository(database),
            archives=ArchiveRepository(database, cipher),
            downloads=DownloadRepository(database),
            ledger=LedgerRepository(database),
            installation=Installation(database),
            operator_drive=OperatorDriveRepository(Installation(database), cipher),
            copy_uploads=CopyUploadRepository(Installation(database), cipher),
        )

    @property
    def vault(self) -> Vault:
        """Those a sync writes to."""
        return Vault(self.library, self.listening, self.covers, self.states, self.history)


@dataclass(frozen=True, slots=True)
class Rooms:
    """All of it, open."""

    database: Database
    kept: Repositories
    door: SpotifyDoor
    engine: SyncEngine
    cipher: TokenCipher

    @property
    def accounts(self) -> Accounts:
        """Who linked what."""
        return self.engine.accounts


@asynccontextmanager
async def opened(config: Config, *, clock: Clock, sleep: Sleep) -> AsyncIterator[Rooms]:
    """The database brought up to date, and the door to Spotify; leaving closes both."""
    async with AsyncExitStack() as stack:
        await migrate(config.storage.database_url)
        database = Database(config.storage.database_url)
        stack.push_async_callback(database.close)
        cipher = TokenCipher(config.storage.encryption_keys)
        kept = Repositories.of(database, cipher)
        door = await open_spotify(config, kept.ledger, clock, sleep, stack)
        accounts = Accounts(kept.accounts, door, clock)
        stack.push_async_callback(accounts.settle)
        full_every = timedelta(days=config.sync.full_pass_days)
        yield Rooms(database, kept, door, SyncEngine(accounts, kept.vault, clock, full_every), cipher)
