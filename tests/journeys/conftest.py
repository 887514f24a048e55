"""A town a test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys.town import Town, a_town


@pytest.fixture(autouse=True)
def furnished(tmp_path: Path, migrated: Path) -> None:
    """A town's bot finds its database as its last process left it."""
    shutil.copy(migrated, tmp_path / "musivault.db")


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as open_town:
        yield open_town
