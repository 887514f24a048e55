"""The same promises with somebody's own Drive in between, and what they cost there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.services.checking.report import Verdict
from bot.services.keeping.report import KeepingReport
from bot.services.progress import ignore
from storage.errors import StoreDown
from storage.records import Archive, ArchiveState
from tests.bot.services.checking.conftest import Desk
from tests.builders import ADA
from tests.sandbox.google.hands import GoogleHands
from tests.storage.stores.conftest import Opener, account, ada, client, clock, door, hands, memory, oauth, open_store

__all__ = ["account", "ada", "client", "clock", "door", "hands", "memory", "oauth", "open_store"]


@pytest.fixture
async def drive(desk: Desk, open_store: Opener) -> Desk:
    """A desk whose person has linked their Drive."""
    await desk.shelf.stores.accounts.save_drive(replace(open_store.account, discord_id=ADA))
    desk.shelf = replace(desk.shelf, stores=replace(desk.shelf.stores, drive=lambda _: open_store()))
    return desk


async def spent(hands: GoogleHands, work: Callable[[], Awaitable[object]]) -> int:
    before = len(await hands.requests())
    await work()
    asked = (await hands.requests())[before:]
    return len([each for each in asked if "/drive/v3/" in str(each["path"])])


async def test_a_night_in_which_nothing_changed_costs_two_requests(drive: Desk, hands: GoogleHands) -> None:
    await drive.nights(3)

    async def night() -> None:
        await drive.backup()
        await drive.night()

    assert await spent(hands, night) == 2


async def test_a_good_backup_is_read_from_drive(drive: Desk, hands: GoogleHands) -> None:
    (archive,) = await drive.nights(1)
    assert (await drive.verify(archive)).verdict is Verdict.GOOD


async def test_damage_is_seen_on_the_list_already(drive: Desk, hands: GoogleHands) -> None:
    made = await drive.nights(3)
    await hands.damage("ada", str(made[1].remote_id))
    await drive.night()
    assert (await drive.now(made[1])).state is ArchiveState.DAMAGED
    assert drive.told == [[made[1].id]]


@pytest.mark.parametrize("how", ["trash", "delete_for_good"])
async def test_what_its_owner_threw_away_is_lost_after_two_nights(drive: Desk, hands: GoogleHands, how: str) -> None:
    made = await drive.nights(5)
    await getattr(hands, how)("ada", str(made[2].remote_id))
    assert (await drive.night()).held_back
    assert drive.told == []
    assert await drive.night() == KeepingReport(trashed=1)
    assert (await drive.now(made[2])).state is ArchiveState.MISSING
    assert drive.told == [[made[2].id]]


async def test_what_is_taken_out_of_the_trash_is_a_backup_again(drive: Desk, hands: GoogleHands) -> None:
    made = await drive.nights(3)
    await hands.trash("ada", str(made[1].remote_id))
    await drive.night()
    await drive.night()
    assert (await drive.verify(made[1])).verdict is Verdict.ABSENT, "Google still gives it out, but not for long"
    await hands.untrash("ada", str(made[1].remote_id))
    await drive.night()
    assert (await drive.now(made[1])).state is ArchiveState.VERIFIED


async def test_a_list_of_a_part_or_none_notes_nothing(drive: Desk, hands: GoogleHands) -> None:
    made = await drive.nights(3)
    await hands.list_a_part_next()
    await drive.night()
    await hands.fail_next(100, 503, path_contains="pageSize=1000")
    await drive.night()
    await hands.calm()
    assert await drive.archives.of(ADA) == tuple(made)


async def test_a_list_that_lacks_one_for_days_is_not_believed_where_it_is_there_by_name(
    drive: Desk, hands: GoogleHands
) -> None:
    made = await drive.nights(3)
    await hands.list_late("ada", str(made[1].remote_id))
    for _ in range(5):
        await drive.night()
    assert await drive.states() == [ArchiveState.VERIFIED] * 3
    assert drive.told == []


async def test_another_drive_in_its_place_loses_nothing_at_once(drive: Desk, hands: GoogleHands) -> None:
    """Its list is whole, and has nothing of ours but the newest."""
    made = await drive.nights(5)
    for archive in made[1:]:
        await hands.list_late("ada", str(archive.remote_id))
    for _ in range(3):
        assert (await drive.night()).held_back
    assert ArchiveState.MISSING not in await drive.states()


async def test_a_drive_that_does_not_answer_condemns_nothing(drive: Desk, hands: GoogleHands) -> None:
    (archive,) = await drive.nights(1)
    await hands.fail_next(100, 503, path_contains="/drive/v3/files/")
    with pytest.raises(StoreDown):
        await drive.verify(archive)
    assert await drive.now(archive) == archive


async def test_a_closed_drive_does_not_keep_the_folder_from_being_checked(drive: Desk, hands: GoogleHands) -> None:
    (in_drive,) = await drive.nights(1)
    await drive.shelf.stores.accounts.forget_drive(ADA)
    (in_folder,) = await drive.nights(1)
    report = await drive.checking.check_sample(ADA, drive.time.now, ignore)
    assert [each.archive_id for each in report.checked] == [in_folder.id]
    assert await drive.now(in_drive) == in_drive


async def test_the_same_library_is_uploaded_anew_where_the_last_one_is_gone(drive: Desk, hands: GoogleHands) -> None:
    (archive,) = await drive.nights(1)
    await hands.trash("ada", str(archive.remote_id))
    anew: Archive = await drive.backup()
    assert anew.id != archive.id
    assert (await drive.now(archive)).missing_since == drive.time.now
