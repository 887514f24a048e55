"""Every fault while an archive comes back: the very bytes, or a sentence; and no half of one is left lying about."""

from typing import Any

import pytest

from bot.services.backup import BackupReport
from storage.errors import ArchiveDamaged, MusiVaultError, NotFound
from tests.bot.services.drive_faults.conftest import House, speaks
from tests.bot.services.drive_faults.table import FAULTS, FOREVER, MEDIA, TOKEN, TOKEN_FAULTS, Fault, every_day
from tests.storage.stores.looking import kept

pytestmark = pytest.mark.asyncio(loop_scope="module")
CUTS = [0, 1, 100_000, 262_143, 262_144, 560_000]


async def backed_up(house: House) -> str:
    report = await house.run()
    assert isinstance(report, BackupReport)
    return report.archive_id


async def fetched(house: House, archive_id: str) -> MusiVaultError | None:
    """None for one that came back whole."""
    refused = None
    try:
        assert len((await house.shelf.fetch(house.who, archive_id)).library.likes) == 2
    except MusiVaultError as error:
        refused = error
    assert refused is None or speaks(refused)
    assert not list((house.folder / "drafts").iterdir())
    return refused


async def ends_well(house: House, archive_id: str) -> None:
    error = await fetched(house, archive_id)
    assert not isinstance(error, ArchiveDamaged), "nothing is wrong with it"
    await house.hands.calm()
    assert await fetched(house, archive_id) is None


@pytest.mark.parametrize("times", [1, FOREVER], ids=["once", "for long"])
@pytest.mark.parametrize("fault", every_day(FAULTS))
async def test_a_fault_costs_no_archive(house: House, fault: Fault, times: int) -> None:
    archive_id = await backed_up(house)
    await fault.strike(house.hands, MEDIA, times)
    await ends_well(house, archive_id)


@pytest.mark.parametrize("times", [1, FOREVER], ids=["once", "for long"])
@pytest.mark.parametrize("fault", TOKEN_FAULTS, ids=str)
async def test_trouble_with_tokens_costs_none_either(house: House, fault: Fault, times: int) -> None:
    archive_id = await backed_up(house)
    await fault.strike(house.hands, TOKEN, times)
    await ends_well(house, archive_id)


@pytest.mark.parametrize("times", [1, FOREVER], ids=["once", "for long"])
@pytest.mark.parametrize("after_bytes", CUTS)
async def test_a_download_cut_at_any_byte_is_made_again(house: House, after_bytes: int, times: int) -> None:
    archive_id = await backed_up(house)
    await house.hands.cut_download_next(after_bytes, times)
    await ends_well(house, archive_id)


@pytest.mark.parametrize(
    ("deed", "meaning"),
    [("trash_archives", None), ("trash_folder", None), ("delete_archives", NotFound), ("delete_folder", NotFound)],
)
async def test_what_its_owner_threw_away_comes_back_from_the_trash_or_is_missing(
    house: House, deed: str, meaning: type[MusiVaultError] | None
) -> None:
    archive_id = await backed_up(house)
    await house.hands.meanwhile(deed, {"user": "ada"}, **MEDIA)
    error = await fetched(house, archive_id)
    assert (None if error is None else type(error)) is meaning


async def test_a_damaged_archive_is_said_to_be_damaged(house: House) -> None:
    archive_id = await backed_up(house)
    (file,) = await kept(house.hands)
    await house.hands.damage("ada", str(file["id"]))
    assert isinstance(await fetched(house, archive_id), ArchiveDamaged)


@pytest.mark.parametrize("given", [{"status": 503}, {"status": 404}, {"status": 403, "reason": "quotaExceeded"}])
async def test_asking_whether_an_archive_is_there_is_answered_in_words(house: House, given: dict[str, Any]) -> None:
    """A second backup of the same asks for the first."""
    await backed_up(house)
    await house.hands.fail_next(FOREVER, path_contains="/drive/v3/files/1", **given)
    outcome = await house.run()
    assert isinstance(outcome, BackupReport) or speaks(outcome)
    assert not list((house.folder / "drafts").iterdir())
