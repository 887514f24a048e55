"""Old backups in somebody's own Drive: the same promises, with Google in between."""

from dataclasses import replace

import pytest

from bot.services.keeping.report import KeepingReport
from bot.services.shelf import Shelf
from storage.accounts import AccountRepository
from storage.records import Archive
from tests.bot.services.keeping.conftest import TRASH_FOR, Home, names
from tests.builders import ADA
from tests.sandbox.google.hands import GoogleHands
from tests.storage.stores.conftest import Opener, account, ada, client, clock, door, hands, memory, oauth, open_store
from tests.storage.stores.looking import in_trash, kept, sent

__all__ = ["account", "ada", "client", "clock", "door", "hands", "memory", "oauth", "open_store"]
LISTS = "pageSize=1000"


@pytest.fixture
async def drive(home: Home, accounts: AccountRepository, open_store: Opener) -> Home:
    """A home whose person has linked their Drive."""
    await accounts.save_drive(replace(open_store.account, discord_id=ADA))
    stores = replace(home.shelf.stores, drive=lambda _: open_store())
    return replace(home, shelf=Shelf(home.archives, stores, home.shelf.workdir))


async def files(hands: GoogleHands) -> tuple[list[str], list[str]]:
    """What lies in place and in the trash, newest first."""
    there, trash = await kept(hands), await in_trash(hands)
    return sorted((file["name"] for file in there), reverse=True), sorted((it["name"] for it in trash), reverse=True)


async def unharmed(drive: Home, hands: GoogleHands, made: list[Archive]) -> None:
    assert await files(hands) == (names(made), [])
    assert [replace(each, missing_since=None) for each in await drive.archives.of(ADA)] == made


async def test_old_backups_go_to_the_drive_s_trash_and_are_erased_later(drive: Home, hands: GoogleHands) -> None:
    made = await drive.nights(5)
    assert await drive.keeping.keep(ADA) == KeepingReport(trashed=2)
    assert await files(hands) == (names(made[:3]), names(made[3:]))
    drive.time.now += TRASH_FOR
    assert await drive.keeping.keep(ADA) == KeepingReport(purged=2)
    assert await files(hands) == (names(made[:3]), [])


async def test_google_is_asked_for_no_list_where_nothing_is_to_be_done(drive: Home, hands: GoogleHands) -> None:
    await drive.nights(3)
    await drive.keeping.keep(ADA)
    assert await sent(hands, "GET", LISTS) == []


async def test_what_google_erased_from_its_trash_needs_no_erasing(drive: Home, hands: GoogleHands) -> None:
    await drive.nights(5)
    await drive.keeping.keep(ADA)
    await hands.empty_trash("ada")
    drive.time.now += TRASH_FOR
    assert await drive.keeping.keep(ADA) == KeepingReport(purged=2)


async def test_a_list_of_a_part_holds_back_everything(drive: Home, hands: GoogleHands) -> None:
    made = await drive.nights(5)
    await hands.list_a_part_next()
    assert "which backups lie in it" in str((await drive.keeping.keep(ADA)).held_back)
    await unharmed(drive, hands, made)
    assert (await drive.keeping.keep(ADA)).trashed == 2


@pytest.mark.parametrize("status", [404, 503])
async def test_a_list_that_fails_holds_back_everything(drive: Home, hands: GoogleHands, status: int) -> None:
    made = await drive.nights(5)
    await hands.fail_next(100, status, path_contains=LISTS)
    assert (await drive.keeping.keep(ADA)).held_back is not None
    await unharmed(drive, hands, made)


async def test_backups_that_their_owner_threw_away_hold_back_everything(drive: Home, hands: GoogleHands) -> None:
    made = await drive.nights(5)
    await hands.trash_folder("ada")
    assert "5 of your 5 backups" in str((await drive.keeping.keep(ADA)).held_back)
    await hands.untrash("ada", (await hands.files("ada"))[0]["id"])  # type: ignore[arg-type]
    await unharmed(drive, hands, made)


async def test_a_closed_drive_holds_back_everything(drive: Home, hands: GoogleHands) -> None:
    await drive.nights(5)
    await hands.revoke("ada")
    assert "no longer lets MusiVault in" in str((await drive.keeping.keep(ADA)).held_back)


async def test_an_unlinked_drive_does_not_keep_the_folder_from_being_cleared(
    drive: Home, accounts: AccountRepository
) -> None:
    await drive.nights(4)
    await accounts.forget_drive(ADA)
    in_folder = await drive.nights(5)
    told = await drive.keeping.keep(ADA)
    assert (told.trashed, told.held_back) == (2, None)
    assert drive.in_place() == names(in_folder[:3])


async def test_trouble_in_the_middle_is_gone_on_with_the_next_time(drive: Home, hands: GoogleHands) -> None:
    made = await drive.nights(6)
    await hands.fail_next(100, 503, method="PATCH", skip=1)
    told = await drive.keeping.keep(ADA)
    assert (told.trashed, told.held_back is None) == (1, False)
    await hands.calm()
    assert await drive.keeping.keep(ADA) == KeepingReport(trashed=2)
    assert await files(hands) == (names(made[:3]), names(made[3:]))


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_lost_answer_changes_nothing(drive: Home, hands: GoogleHands, method: str) -> None:
    made = await drive.nights(5)
    await hands.lose_answer_next(2, method=method)
    await drive.keeping.keep(ADA)
    drive.time.now += TRASH_FOR
    await drive.keeping.keep(ADA)
    assert await files(hands) == (names(made[:3]), [])
    assert await drive.good() == names(made[:3])


async def test_what_its_owner_took_out_of_the_trash_stays(drive: Home, hands: GoogleHands) -> None:
    made = await drive.nights(5)
    await drive.keeping.keep(ADA)
    await hands.untrash("ada", str(made[4].remote_id))
    drive.time.now += TRASH_FOR
    assert await drive.keeping.keep(ADA) == KeepingReport(purged=1, taken_back=1)
    assert await drive.good() == names([*made[:3], made[4]])


async def test_a_list_that_is_some_seconds_behind_holds_back_nothing(drive: Home, hands: GoogleHands) -> None:
    """The newest backup is there when it is asked for by its id."""
    made = await drive.nights(5)
    await hands.list_late("ada", str(made[0].remote_id))
    assert await drive.keeping.keep(ADA) == KeepingReport(trashed=2)


async def test_any_other_backup_has_to_be_on_the_list(drive: Home, hands: GoogleHands) -> None:
    made = await drive.nights(5)
    await hands.list_late("ada", str(made[1].remote_id))
    assert "1 of your 5 backups" in str((await drive.keeping.keep(ADA)).held_back)
    await unharmed(drive, hands, made)
