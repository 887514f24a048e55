"""Killed at any moment of a night: the next one has every backup that should be there, once, and proven."""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from storage.tokens import TokenCipher
from tests.bot.services.drive_faults.conftest import House
from tests.bot.services.drive_faults.test_keeping import DAY, STAY, five_nights
from tests.sandbox.google.switches import DEED, Spell
from tests.sandbox.processes import ROOT
from tests.storage.stores.looking import kept

pytestmark = pytest.mark.asyncio(loop_scope="module")
REQUESTS = 18
"""As many as a night makes, the tokens apart."""
SEEDS = [*range(10), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(10, 110))]


@pytest_asyncio.fixture(loop_scope="module")
async def keyed(house: House) -> AsyncIterator[tuple[House, str]]:
    """A house whose key another process can be told."""
    key = TokenCipher.generate_key()
    house = replace(house, cipher=TokenCipher([key]))
    await house.link()
    yield house, key


async def spend_a_night(house: House, key: str, vault_url: str, at: int, *, in_time: bool) -> int | None:
    """A process that is killed just before, or just after, its request number `at` is done; its exit code."""
    given = {
        "database": vault_url,
        "token_uri": house.endpoints["google_token"],
        "drive_root": house.endpoints["drive_root"],
        "now": house.time.now.isoformat(),
        "who": str(house.who),
        "key": key,
        "folder": str(house.folder),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.services.drive_faults.killed", json.dumps(given), cwd=ROOT
    )

    async def kill() -> None:
        process.kill()
        await process.wait()

    where = {"path_contains": "/drive/v3/", "skip": at}
    house.switches.cast(Spell(1, DEED, deed=kill, **where))  # type: ignore[arg-type]
    if in_time:
        house.switches.cast(Spell(1, 503, **where))  # type: ignore[arg-type]
    return await process.wait()


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_night_killed_anywhere_is_made_up_for(keyed: tuple[House, str], vault_url: str, seed: int) -> None:
    house, key = keyed
    chance = random.Random(seed)
    await five_nights(house)
    await spend_a_night(house, key, vault_url, chance.randrange(REQUESTS), in_time=chance.random() < 0.5)
    await house.hands.calm()
    good = {archive.remote_id for archive in await house.verified()}
    assert good <= {file["id"] for file in await kept(house.hands)}
    await house.backups.tidy()  # as at every start
    report = await house.second_run()
    for _ in range(2):
        assert (await house.keeping.keep(house.who)).held_back is None
        house.time.now += DAY * 31
    assert (await house.verified())[0].id == report.archive_id
    assert len(await house.verified()) == STAY
    assert {archive.remote_id for archive in await house.verified()} == {file["id"] for file in await kept(house.hands)}
    assert len((await house.shelf.fetch(house.who, report.archive_id)).library.likes) == 2
    assert await house.archives.unfinished(house.who) == ()
    assert await house.backups.tidy() == 0
