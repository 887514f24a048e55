"""Every fault at every request of a backup: one proven archive in the end, and never two, or one that is none."""

from datetime import timedelta

import pytest

from bot.services.backup import BackupReport
from storage.errors import StoreRefused
from tests.bot.services.drive_faults.conftest import House
from tests.bot.services.drive_faults.table import (
    CHUNK,
    DEEDS,
    FAULTS,
    FOREVER,
    STAGES,
    TOKEN,
    TOKEN_FAULTS,
    Fault,
    Stage,
    everywhere,
    in_turn,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
UNIT = 256 * 1024


async def ends_well(house: House) -> None:
    """Whatever was made to happen: told right, and then mended."""
    await house.look(await house.run())
    await house.look(await house.second_run())
    await house.at_rest()


@pytest.mark.parametrize(("stage", "fault", "times"), everywhere(STAGES, FAULTS))
async def test_a_fault_ends_with_one_archive_or_a_clear_failure(
    house: House, stage: Stage, fault: Fault, times: int
) -> None:
    await stage.lead_to(house.hands)
    await fault.strike(house.hands, stage.where, times)
    await ends_well(house)


@pytest.mark.parametrize(("stage", "deed"), in_turn(STAGES, DEEDS))
async def test_a_deed_in_between_ends_with_one_archive_too(house: House, stage: Stage, deed: Fault) -> None:
    await stage.lead_to(house.hands)
    await deed.strike(house.hands, stage.where, 1)
    await ends_well(house)


@pytest.mark.parametrize("times", [1, FOREVER], ids=["once", "for long"])
@pytest.mark.parametrize("fault", TOKEN_FAULTS, ids=str)
async def test_trouble_with_tokens_ends_well_too(house: House, fault: Fault, times: int) -> None:
    await fault.strike(house.hands, TOKEN, times)
    await ends_well(house)


@pytest.mark.parametrize("after_bytes", [0, 1, UNIT // 2, UNIT - 1, UNIT])
@pytest.mark.parametrize("chunk", [0, 1, 2])
@pytest.mark.parametrize("times", [1, pytest.param(12, marks=pytest.mark.soak)])
async def test_a_connection_cut_at_any_byte_costs_no_archive(
    house: House, chunk: int, after_bytes: int, times: int
) -> None:
    cut: dict[str, object] = {"after_bytes": after_bytes, "times": times}
    await house.hands.meanwhile("cut_next", cut, **CHUNK, skip=chunk)
    assert isinstance(await house.run(), BackupReport)
    await house.at_rest()


@pytest.mark.parametrize("lie", ["lie_about_checksum_next", "lie_about_size_next"])
@pytest.mark.parametrize("times", [1, 2, FOREVER])
async def test_what_google_says_of_a_file_is_believed_over_what_was_sent(house: House, lie: str, times: int) -> None:
    await getattr(house.hands, lie)(times=times)
    await ends_well(house)


async def test_a_permission_given_to_an_app_in_testing_ends_after_a_week_and_is_asked_for_again(house: House) -> None:
    await house.hands.leave_in_testing()
    await house.link()
    assert isinstance(await house.run(), BackupReport)
    house.google_time.advance(timedelta(days=7))
    await house.like("New", "A", "B")
    refused = await house.run()
    assert isinstance(refused, StoreRefused)
    assert "/link drive" in refused.sentence
    assert isinstance(await house.second_run(), BackupReport)
    assert len(await house.verified()) == 2
