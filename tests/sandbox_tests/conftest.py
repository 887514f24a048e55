"""A sandbox with Discord alone, on a clock of its own."""

import warnings
from collections.abc import AsyncIterator

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # discord.py 2.7.1 imports audioop, deprecated in 3.11
    import discord as discord

from tests.sandbox.clock import Clock
from tests.sandbox.sandbox import Sandbox, discord_only


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def discord_sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with discord_only(clock) as sandbox:
        yield sandbox
