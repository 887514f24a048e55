"""Single backups: deleted through the trash, taken back, and never the last good one."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.shelving import KeptForGood, LastGoodBackup, NotInTheTrash, OnlyDamaged, Shelving
from storage.errors import NotFound
from storage.records import Archive, ArchiveState
from tests.bot.services.keeping.conftest import TRASH_FOR, Home, accounts, home
from tests.builders import ADA, BEN

__all__ = ["accounts", "home"]


@pytest.fixture
def shelving(home: Home) -> Shelving:
    return Shelving(home.shelf, TRASH_FOR, home.time)


async def test_a_deleted_backup_lies_in_the_trash_and_comes_back_kept_for_good(home: Home, shelving: Shelving) -> None:
    made = await home.nights(2)
    deleted = await shelving.delete(ADA, made[0].id)
    assert (deleted.state, deleted.trashed_at) == (ArchiveState.TRASHED, home.time.now)
    assert home.in_trash() == [made[0].name]
    assert (await shelving.all(ADA)).trashed == (deleted,)
    assert await shelving.take_back(ADA, made[0].id) == replace(made[0], pinned=True)
    assert await home.good() == [each.name for each in made]


async def test_what_was_deleted_is_erased_with_the_rest_of_the_trash(home: Home, shelving: Shelving) -> None:
    made = await home.nights(2)
    await shelving.delete(ADA, made[1].id)
    home.time.now += TRASH_FOR
    assert (await shelving.all(ADA)).trashed == ()
    with pytest.raises(NotInTheTrash):
        await shelving.take_back(ADA, made[1].id)
    assert (await home.keeping.keep(ADA)).purged == 1
    assert home.in_trash() == []


async def test_the_last_good_one_is_not_deleted(home: Home, shelving: Shelving) -> None:
    made = await home.nights(2)
    await shelving.delete(ADA, made[0].id)
    for refused in (shelving.ask_delete(ADA, made[1].id), shelving.delete(ADA, made[1].id)):
        with pytest.raises(LastGoodBackup):
            await refused
    assert await home.good() == [made[1].name]


async def test_a_damaged_or_doubtful_one_beside_it_does_not_make_it_dispensable(home: Home, shelving: Shelving) -> None:
    made = await home.nights(3)
    await home.archives.mark_checked(made[0], home.time.now, "torn")
    await home.archives.note_missing(ADA, [made[1].id], home.time.now)
    with pytest.raises(LastGoodBackup):
        await shelving.ask_delete(ADA, made[2].id)
    await shelving.delete(ADA, made[0].id)
    assert (await shelving.take_back(ADA, made[0].id)).state is ArchiveState.DAMAGED


async def test_a_damaged_one_without_a_good_one_beside_it_is_not_called_good(home: Home, shelving: Shelving) -> None:
    (made,) = await home.nights(1)
    await home.archives.mark_checked(made, home.time.now, "torn")
    with pytest.raises(OnlyDamaged):
        await shelving.ask_delete(ADA, made.id)


async def test_two_that_are_deleted_at_once_leave_one(home: Home, shelving: Shelving) -> None:
    made = await home.nights(2)
    await asyncio.gather(*(shelving.delete(ADA, each.id) for each in made), return_exceptions=True)
    assert len(await home.good()) == 1


async def test_a_pinned_one_is_let_loose_first(home: Home, shelving: Shelving) -> None:
    made = await home.nights(2)
    await shelving.pin(ADA, made[0].id, pinned=True)
    with pytest.raises(KeptForGood):
        await shelving.delete(ADA, made[0].id)
    await shelving.pin(ADA, made[0].id, pinned=False)
    await shelving.delete(ADA, made[0].id)


async def test_what_is_no_longer_in_the_trash_is_not_taken_back(home: Home, shelving: Shelving) -> None:
    made = await home.nights(2)
    await shelving.delete(ADA, made[0].id)
    (home.folder / str(ADA) / ".trash" / made[0].name).unlink()
    with pytest.raises(NotInTheTrash):
        await shelving.take_back(ADA, made[0].id)
    assert (await home.archives.get(ADA, made[0].id)).state is ArchiveState.TRASHED


async def test_a_delete_that_died_half_way_is_ended_by_the_next_round(home: Home, shelving: Shelving) -> None:
    made = await home.nights(2)
    await home.archives.let_go(ADA, [made[0].id])
    assert (await home.keeping.keep(ADA)).trashed == 1
    assert home.in_trash() == [made[0].name]


async def test_nobody_touches_somebody_else_s(home: Home, shelving: Shelving) -> None:
    made = await home.nights(2)
    for act in (shelving.get, shelving.ask_delete, shelving.delete, shelving.take_back):
        with pytest.raises(NotFound):
            await act(BEN, made[0].id)
    with pytest.raises(NotFound):
        await shelving.pin(BEN, made[0].id, pinned=True)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, True),
        ({"state": ArchiveState.DAMAGED}, True),
        ({"state": ArchiveState.UPLOADING}, False),
        ({"state": ArchiveState.MISSING}, False),
        ({"state": ArchiveState.TRASHED}, False),
    ],
)
async def test_what_never_arrived_is_not_shown(
    home: Home, shelving: Shelving, change: dict[str, ArchiveState], shown: bool
) -> None:
    (made,) = await home.nights(1)
    await home.archives.replace(replace(made, **change))  # type: ignore[arg-type]
    assert len((await shelving.all(ADA)).shown) == shown


async def test_a_lost_one_is_shown_for_a_month(home: Home, shelving: Shelving) -> None:
    made: list[Archive] = await home.nights(2)
    await home.archives.note_missing(ADA, [made[0].id], home.time.now)
    await home.archives.lose(ADA, [made[0].id])
    home.time.now += timedelta(days=29)
    assert [each.id for each in (await shelving.all(ADA)).shown] == [each.id for each in made]
    assert [each.id for each in (await shelving.all(ADA)).good] == [made[1].id]
    home.time.now += timedelta(days=2)
    assert [each.id for each in (await shelving.all(ADA)).shown] == [made[1].id]
