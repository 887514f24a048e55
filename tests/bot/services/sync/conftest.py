"""A lab with somebody in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.services.sync.lab import Lab, a_lab


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """Gus, with some of everything and more than a page of most."""
    async with a_lab(tmp_path, "gus") as lab:
        await lab.hands.furnish(
            "gus", likes=330, playlists=6, items=70, followed=3, albums=60, artists=60, shows=3, episodes=4, plays=20
        )
        yield lab


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Lab]:
    """Gus, with two pages of likes and of one playlist."""
    async with a_lab(tmp_path, "gus") as lab:
        await lab.hands.furnish(
            "gus", likes=60, playlists=2, items=55, followed=1, albums=3, artists=3, shows=1, episodes=1, plays=3
        )
        yield lab
