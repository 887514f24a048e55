"""What every test may start from."""

import asyncio
from pathlib import Path

import pytest

from storage.database import migrate


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest schema, copied by every test instead of migrated again."""
    path = tmp_path_factory.mktemp("template") / "musivault.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path
