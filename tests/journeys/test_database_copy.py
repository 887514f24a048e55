"""The bot's own database, as an operator gets it back after a bad day."""

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from storage.copies import Copies, Copy
from storage.sealing import Seal
from tests.journeys.test_backup import in_drive
from tests.journeys.test_night import MORNING, sleep_until
from tests.journeys.test_operator_drive import OPERATOR, health, linked, looked_at
from tests.journeys.town import Town, a_town, first_sync

IDENTITY = Seal.generate_identity()


@pytest_asyncio.fixture
async def sealing_town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path, started=False, backup={"identities": [IDENTITY]}) as town:
        yield town


def copies_of(town: Town) -> Copies:
    return Copies(town.folder / "musivault.db", town.folder / "archives", Seal([IDENTITY]))


async def until_copies(town: Town, count: int) -> list[Copy]:
    for _ in range(200):
        copies = await asyncio.to_thread(copies_of(town).listed)
        if len(copies) >= count:
            break
        await asyncio.sleep(0.03)
    assert len(copies) == count
    return copies


def lose_the_machine(town: Town) -> None:
    for path in town.folder.glob("musivault.db*"):
        path.unlink()


def bring_back(town: Town, copy: Copy) -> None:
    """What the README says."""
    Seal([IDENTITY]).unseal(copy.path, town.folder / "musivault.db")


def leave_half_a_copy(town: Town) -> Path:
    left = town.folder / ".musivault.db-scratch-x1"
    left.mkdir()
    (left / "taken.db").write_bytes(b"everybody's library")
    return left


async def test_a_lost_machine_costs_what_came_after_the_last_copy_and_nothing_else(sealing_town: Town) -> None:
    town = sealing_town
    await town.start()
    await until_copies(town, 1)
    ada = town.person("ada")
    before = await first_sync(ada)
    await sleep_until(town, MORNING)
    newest, _ = await until_copies(town, 2)
    await town.stop()
    lose_the_machine(town)
    bring_back(town, newest)
    await town.start()
    after = await ada.types("/vault status")
    holds = before.text.splitlines()[1]
    assert holds.startswith("It holds 320 likes")
    assert holds in after.text
    await sleep_until(town, MORNING + timedelta(hours=12))
    await town.stop()
    await until_copies(town, 2)


async def test_what_a_crash_left_readable_is_gone_after_the_next_start(sealing_town: Town) -> None:
    left = leave_half_a_copy(sealing_town)
    await sealing_town.start()
    assert not left.exists()


async def test_it_is_gone_too_where_the_identity_was_taken_out_meanwhile(tmp_path: Path) -> None:
    async with a_town(tmp_path, started=False) as town:
        left = leave_half_a_copy(town)
        await town.start()
        assert not left.exists()


@pytest_asyncio.fixture
async def carrying_town(tmp_path: Path) -> AsyncIterator[Town]:
    """Gus runs the bot, whose archives go to his Drive."""
    async with a_town(tmp_path, started=False, backup={"store": "drive", "identities": [IDENTITY]}) as town:
        yield town


async def until_in_drive(town: Town, name: str) -> str:
    """The id of the file."""
    for _ in range(200):
        files = [file for file in await in_drive(town.person(OPERATOR)) if file["name"] == name]
        if files:
            break
        await asyncio.sleep(0.03)
    (file,) = files
    assert file["path"] == f"MusiVault/_database/{name}"
    return str(file["id"])


def lose_the_disk(town: Town) -> None:
    """All of it: the database, and the folder that the local copies lie in."""
    lose_the_machine(town)
    shutil.rmtree(town.folder / "archives")


async def save_from_the_browser(town: Town, file_id: str, name: str) -> Copy:
    """What the README says: on the web page of the Drive, without any link."""
    content = base64.b64decode(await town.person(OPERATOR).drive.read_file(file_id=file_id))
    path = town.folder / "Downloads" / name
    path.parent.mkdir()
    path.write_bytes(content)
    return Copy(path, town.clock.now())


async def test_with_the_disk_gone_too_the_copy_comes_back_from_the_operator_s_drive(carrying_town: Town) -> None:
    town = carrying_town
    await town.start()
    await linked(town)
    await until_copies(town, 1)
    ada = town.person("ada")
    before = await first_sync(ada)
    await sleep_until(town, MORNING)
    newest, _ = await until_copies(town, 2)
    await sleep_until(town, MORNING + timedelta(minutes=2))
    file_id = await until_in_drive(town, newest.path.name)
    assert await health(town) == ""
    await town.stop()
    lose_the_disk(town)
    bring_back(town, await save_from_the_browser(town, file_id, newest.path.name))
    await town.start()
    holds = before.text.splitlines()[1]
    assert holds.startswith("It holds 320 likes")
    assert holds in (await ada.types("/vault status")).text
    assert (await looked_at(town)).ok
