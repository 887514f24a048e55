"""What every test may start from."""

import asyncio
import gc
from pathlib import Path

import pytest

from storage.database import migrate


def pytest_collection_finish() -> None:
    """What was imported stays to the end: looking through it for garbage again and again takes time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest schema, copied by every test instead of migrated again."""
    path = tmp_path_factory.mktemp("template") / "musivault.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path
