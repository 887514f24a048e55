import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from storage.database import Database
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.tokens import TokenCipher
from tests.storage.vaults import Vaults


@pytest.fixture
def url(migrated: Path, tmp_path: Path) -> str:
    path = tmp_path / "musivault.db"
    shutil.copy(migrated, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture
def cipher() -> TokenCipher:
    return TokenCipher([TokenCipher.generate_key()])


@pytest.fixture
def other_cipher() -> TokenCipher:
    """What a bot has whose operator lost the key."""
    return TokenCipher([TokenCipher.generate_key()])


@pytest.fixture
def libraries(database: Database) -> LibraryRepository:
    return LibraryRepository(database)


@pytest.fixture
def history(database: Database) -> HistoryRepository:
    return HistoryRepository(database)


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[[], bytes]:
    """Every byte the database has written, to look for what must not be readable."""
    return lambda: b"".join(path.read_bytes() for path in tmp_path.iterdir())


@pytest.fixture
async def vaults(migrated: Path, tmp_path: Path) -> AsyncIterator[Vaults]:
    async with AsyncExitStack() as stack:
        yield Vaults(migrated, tmp_path, stack)
