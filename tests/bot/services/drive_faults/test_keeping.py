"""Every fault while old backups go: none is lost that should stay, and in the end those go that should."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.records import Archive, ArchiveState, StoreKind
from tests.bot.services.drive_faults.conftest import WAYS_ON, House
from tests.bot.services.drive_faults.table import DEEDS, FAULTS, LIST, Fault, Stage, everywhere, in_turn
from tests.storage.stores.looking import kept

pytestmark = pytest.mark.asyncio(loop_scope="module")
DAY = timedelta(days=1)
OLD, STAY = 2, 3
STAGES = [
    Stage("listing", LIST, (("short_pages", {"longest": 2}),)),
    Stage("listing the second page", LIST | {"skip": 1}, (("short_pages", {"longest": 2}),)),
    Stage("trashing", {"method": "PATCH"}),
    Stage("trashing the next", {"method": "PATCH", "skip": 1}),
]
PURGING = [Stage("purging", {"method": "DELETE"}), Stage("purging the next", {"method": "DELETE", "skip": 1})]


async def five_nights(house: House) -> None:
    """Five small backups; a policy of three makes two of them old."""
    for night in range(5):
        content = f"{house.who} {night}".encode()
        path = house.folder / "small.zip"
        path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        archive = Archive(
            digest[:32],
            house.who,
            StoreKind.DRIVE,
            ArchiveState.UPLOADING,
            house.time.now + DAY * night,
            f"{night}.zip",
            sha256=digest,
            size=len(content),
        )
        await house.archives.add(archive)
        store = await house.shelf.stores.for_new(house.who)
        stored = await store.put(archive, path, house.archives.replace)
        await house.archives.replace(replace(stored, state=ArchiveState.VERIFIED))
    house.time.now += DAY * 5


async def keeps(house: House) -> None:
    """Once; whatever happens, every backup that is said to be good is in its place."""
    report = await house.keeping.keep(house.who)
    assert report.held_back is None or any(words in report.held_back for words in WAYS_ON), report.held_back
    there = {file["id"] for file in await kept(house.hands)}
    good = await house.verified()
    assert len(good) >= STAY
    assert {archive.remote_id for archive in good} <= there


@pytest.mark.parametrize(("stage", "fault", "times"), everywhere(STAGES, FAULTS))
async def test_a_fault_loses_no_backup_and_is_made_up_for(house: House, stage: Stage, fault: Fault, times: int) -> None:
    await five_nights(house)
    await stage.lead_to(house.hands)
    await fault.strike(house.hands, stage.where, times)
    await keeps(house)
    await house.hands.calm()
    await keeps(house)
    assert (len(await kept(house.hands)), len(await house.in_trash())) == (STAY, OLD)
    assert len(await house.verified()) == STAY


@pytest.mark.parametrize(("stage", "fault", "times"), everywhere(PURGING, FAULTS))
async def test_a_fault_while_the_trash_is_emptied_is_made_up_for(
    house: House, stage: Stage, fault: Fault, times: int
) -> None:
    await five_nights(house)
    await keeps(house)
    house.time.now += DAY * 31
    await fault.strike(house.hands, stage.where, times)
    await keeps(house)
    await house.hands.calm()
    await keeps(house)
    assert (len(await kept(house.hands)), await house.in_trash()) == (STAY, [])
    assert len(await house.archives.of(house.who)) == STAY


@pytest.mark.parametrize(("stage", "deed"), in_turn(STAGES, [each for each in DEEDS if "archives" not in each.name]))
async def test_a_deed_in_between_removes_nothing_that_should_stay(house: House, stage: Stage, deed: Fault) -> None:
    await five_nights(house)
    await stage.lead_to(house.hands)
    await deed.strike(house.hands, stage.where, 1)
    await house.keeping.keep(house.who)
    assert len(await house.verified()) >= STAY
