"""Old backups go after a new one was made: to the trash, then for good, and never when anything is in doubt."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.services.keeping.report import KeepingReport
from storage.database import Database
from storage.errors import NotFound
from storage.records import ArchiveState, Policy
from tests.bot.services.keeping.conftest import TRASH_FOR, Home, names
from tests.builders import ADA, BEN

Step = Callable[[], Awaitable[object]]


async def test_what_the_policy_lets_go_lies_in_the_trash(home: Home) -> None:
    made = await home.nights(5)
    assert await home.keeping.keep(ADA) == KeepingReport(trashed=2)
    assert await home.good() == home.in_place() == names(made[:3])
    assert home.in_trash() == names(made[3:])
    assert [each.trashed_at for each in await home.archives.of(ADA)] == [None] * 3 + [home.time.now] * 2


async def test_the_trash_is_emptied_when_its_time_has_come(home: Home) -> None:
    made = await home.nights(5)
    await home.keeping.keep(ADA)
    home.time.now += TRASH_FOR / 2
    assert await home.keeping.keep(ADA) == KeepingReport()
    assert home.in_trash() == names(made[3:])
    home.time.now += TRASH_FOR / 2
    assert await home.keeping.keep(ADA) == KeepingReport(purged=2)
    assert home.in_trash() == []
    assert await home.archives.of(ADA) == tuple(made[:3])


async def test_keeping_again_changes_nothing(home: Home) -> None:
    await home.nights(9)
    await home.keeping.keep(ADA)
    before = await home.archives.of(ADA)
    assert await home.keeping.keep(ADA) == KeepingReport()
    assert await home.archives.of(ADA) == before


async def test_without_rules_nothing_ever_goes(home: Home) -> None:
    await home.nights(9)
    assert await replace(home, policy=Policy()).keeping.keep(ADA) == KeepingReport()
    assert len(home.in_place()) == 9


async def test_a_pinned_backup_stays(home: Home) -> None:
    made = await home.nights(5)
    await home.archives.pin(ADA, made[4].id, pinned=True)
    await home.keeping.keep(ADA)
    assert await home.good() == names([*made[:3], made[4]])


async def test_somebody_who_has_no_backups_has_nothing_to_keep(home: Home) -> None:
    assert await home.keeping.keep(ADA) == KeepingReport()


async def test_nobody_s_backups_count_for_another(home: Home) -> None:
    await home.nights(5, ADA)
    bens = await home.nights(2, BEN)
    await home.keeping.keep(ADA)
    assert await home.good(BEN) == names(bens)
    (home.folder / str(ADA)).rename(home.folder / "gone")
    assert (await home.keeping.keep(BEN)).held_back is None


async def test_a_backup_that_is_gone_holds_back_everything(home: Home) -> None:
    made = await home.nights(5)
    (home.folder / str(made[1].remote_id)).unlink()
    told = await home.keeping.keep(ADA)
    assert told == KeepingReport(held_back=told.held_back)
    assert "1 of your 5 backups are not where MusiVault put them" in str(told.held_back)
    assert len(home.in_place()) == 4
    assert {each.state for each in await home.archives.of(ADA)} == {ArchiveState.VERIFIED}


async def test_a_backup_that_shrank_holds_back_everything(home: Home) -> None:
    made = await home.nights(5)
    (home.folder / str(made[0].remote_id)).write_bytes(b"half")
    assert (await home.keeping.keep(ADA)).held_back is not None
    assert home.in_trash() == []


async def test_a_folder_that_is_not_mounted_holds_back_everything(home: Home) -> None:
    await home.nights(5)
    home.folder.rename(home.folder.with_name("elsewhere"))
    told = await home.keeping.keep(ADA)
    assert "The backup folder is not answering" in str(told.held_back)
    home.folder.with_name("elsewhere").rename(home.folder)
    assert len(home.in_place()) == 5
    assert (await home.keeping.keep(ADA)).trashed == 2


async def test_the_trash_is_not_emptied_while_a_good_backup_is_gone(home: Home) -> None:
    made = await home.nights(5)
    await home.keeping.keep(ADA)
    home.time.now += TRASH_FOR
    (home.folder / str(made[0].remote_id)).unlink()
    assert (await home.keeping.keep(ADA)).held_back is not None
    assert len(home.in_trash()) == 2


async def test_the_last_ones_there_are_stay_in_the_trash(home: Home) -> None:
    made = await home.nights(5)
    await home.keeping.keep(ADA)
    for archive in made[:3]:
        await home.archives.replace(replace(archive, state=ArchiveState.MISSING))
    home.time.now += TRASH_FOR * 2
    assert await home.keeping.keep(ADA) == KeepingReport()
    assert home.in_trash() == names(made[3:])


async def test_what_was_moved_out_of_the_trash_is_a_backup_again_and_stays(home: Home) -> None:
    made = await home.nights(5)
    await home.keeping.keep(ADA)
    home.time.now += TRASH_FOR
    (home.folder / str(ADA) / ".trash" / made[3].name).rename(home.folder / str(made[3].remote_id))
    assert await home.keeping.keep(ADA) == KeepingReport(purged=1, taken_back=1)
    assert await home.good() == names(made[:4])
    assert await home.keeping.keep(ADA) == KeepingReport()


async def test_something_else_under_an_old_name_is_neither_a_backup_nor_erased(home: Home) -> None:
    made = await home.nights(5)
    await home.keeping.keep(ADA)
    home.time.now += TRASH_FOR
    (home.folder / str(made[3].remote_id)).write_bytes(b"something else")
    assert await home.keeping.keep(ADA) == KeepingReport(purged=1)
    assert await home.good() == names(made[:3])
    assert (home.folder / str(made[3].remote_id)).read_bytes() == b"something else"


@pytest.mark.parametrize("steps", range(6))
async def test_wherever_a_run_dies_the_next_moves_the_rest_into_the_trash(home: Home, steps: int) -> None:
    made = await home.nights(5)
    (old, older), store = made[3:], await home.store(made[0])
    run: list[Step] = [
        lambda: home.archives.let_go(ADA, [old.id, older.id]),
        lambda: store.trash(old),
        lambda: home.archives.mark_trashed(old, home.time.now),
        lambda: store.trash(older),
        lambda: home.archives.mark_trashed(older, home.time.now),
    ]
    for step in run[:steps]:
        await step()
    assert (await home.good())[:3] == names(made[:3])
    assert (await home.keeping.keep(ADA)).held_back is None
    assert await home.good() == home.in_place() == names(made[:3])
    assert home.in_trash() == names(made[3:])
    assert all(each.trashed_at for each in (await home.archives.of(ADA))[3:])


@pytest.mark.parametrize("steps", range(5))
async def test_wherever_a_run_dies_the_next_erases_the_rest(home: Home, steps: int) -> None:
    made = await home.nights(5)
    await home.keeping.keep(ADA)
    home.time.now += TRASH_FOR
    (old, older), store = made[3:], await home.store(made[0])
    run: list[Step] = [
        lambda: store.purge(old),
        lambda: home.archives.forget(old),
        lambda: store.purge(older),
        lambda: home.archives.forget(older),
    ]
    for step in run[:steps]:
        await step()
    assert (await home.keeping.keep(ADA)).held_back is None
    assert (home.in_place(), home.in_trash()) == (names(made[:3]), [])
    assert await home.archives.of(ADA) == tuple(made[:3])


async def test_two_runs_at_once_remove_no_more_than_one(home: Home) -> None:
    """The queue lets nobody have two jobs at once; should it ever, one of them may be held back."""
    made = await home.nights(6)
    await asyncio.gather(*(home.keeping.keep(ADA) for _ in range(3)))
    assert (home.in_place(), home.in_trash()) == (names(made[:3]), names(made[3:]))
    assert await home.good() == names(made[:3])


async def test_what_lies_in_the_trash_cannot_be_restored_from(home: Home) -> None:
    made = await home.nights(4)
    await home.keeping.keep(ADA)
    with pytest.raises(NotFound):
        await home.shelf.fetch(ADA, made[3].id)


async def test_trouble_nobody_foresaw_is_a_reference_and_not_a_failure(
    home: Home, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await home.nights(4)
    async with database.write() as session:
        await session.execute(text("UPDATE archives SET state = 'of a later release'"))
    told = await home.keeping.keep(ADA)
    assert "Something went wrong on our side" in str(told.held_back)
    assert "keeping.broken" in caplog.text
