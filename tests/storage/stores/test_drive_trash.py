from pathlib import Path

import pytest

from storage.errors import StoreDown, StoreRefused
from storage.records import Archive, ListedFile
from storage.stores.drive import DriveStore
from storage.stores.drive.errors import DriveUnlisted
from tests.sandbox.google.hands import GoogleHands
from tests.storage.stores.conftest import Memory, Parcel, parcel_of
from tests.storage.stores.looking import in_trash, kept, sent

LISTS = "pageSize=1000"


@pytest.fixture
async def archive(store: DriveStore, parcel: Parcel, memory: Memory) -> Archive:
    return await store.put(parcel.archive, parcel.path, memory)


async def five(store: DriveStore, memory: Memory, folder: Path) -> list[Archive]:
    parcels = [parcel_of(folder, 100 + seed, seed=seed) for seed in range(1, 6)]
    return [await store.put(each.archive, each.path, memory) for each in parcels]


async def test_the_list_is_whole_however_short_its_pages_are(
    store: DriveStore, hands: GoogleHands, memory: Memory, tmp_path: Path
) -> None:
    archives = await five(store, memory, tmp_path)
    await hands.short_pages(2)
    listed = await store.listed(archives[0].discord_id)
    wanted = {ListedFile(str(archive.remote_id), archive.name, archive.size, archive.sha256) for archive in archives}
    assert (len(listed), set(listed)) == (5, wanted)


async def test_a_backup_is_listed_wherever_its_owner_put_it(
    store: DriveStore, hands: GoogleHands, archive: Archive
) -> None:
    await hands.add_file("ada", "holiday.zip", "not ours")
    await hands.rename("ada", str(archive.remote_id), "my music.zip")
    assert [file.name for file in await store.listed(archive.discord_id)] == ["my music.zip"]


async def test_a_list_of_a_part_is_trouble_and_not_a_short_list(
    store: DriveStore, hands: GoogleHands, memory: Memory, tmp_path: Path
) -> None:
    archives = await five(store, memory, tmp_path)
    await hands.list_a_part_next()
    with pytest.raises(DriveUnlisted):
        await store.listed(archives[0].discord_id)
    assert len(await store.listed(archives[0].discord_id)) == 5


@pytest.mark.parametrize("status", [404, 500, 503])
async def test_a_list_that_failed_is_no_list(
    store: DriveStore, hands: GoogleHands, archive: Archive, status: int
) -> None:
    """A 404 while listing was once taken for an empty repository, and everything in it was pruned (restic #4612)."""
    await hands.fail_next(100, status, path_contains=LISTS)
    with pytest.raises(StoreDown):
        await store.listed(archive.discord_id)


async def test_a_second_page_that_failed_is_no_list_either(
    store: DriveStore, hands: GoogleHands, memory: Memory, tmp_path: Path
) -> None:
    archives = await five(store, memory, tmp_path)
    await hands.short_pages(2)
    await hands.fail_next(100, 503, path_contains=LISTS, skip=1)
    with pytest.raises(StoreDown):
        await store.listed(archives[0].discord_id)


async def test_passing_trouble_is_waited_out(store: DriveStore, hands: GoogleHands, archive: Archive) -> None:
    await hands.fail_next(2, 503, path_contains=LISTS)
    assert len(await store.listed(archive.discord_id)) == 1


async def test_a_drive_that_was_closed_says_so(store: DriveStore, hands: GoogleHands, archive: Archive) -> None:
    await hands.revoke("ada")
    with pytest.raises(StoreRefused):
        await store.listed(archive.discord_id)


async def test_what_is_in_the_trash_can_be_taken_out_again(
    store: DriveStore, hands: GoogleHands, archive: Archive
) -> None:
    await store.trash(archive)
    assert len(await in_trash(hands)) == 1
    assert await store.listed(archive.discord_id) == ()
    await hands.untrash("ada", str(archive.remote_id))
    assert len(await store.listed(archive.discord_id)) == 1
    assert await store.exists(archive)


async def test_a_backup_in_a_folder_that_was_thrown_away_is_not_listed(
    store: DriveStore, hands: GoogleHands, archive: Archive
) -> None:
    await hands.trash_folder("ada")
    assert await store.listed(archive.discord_id) == ()


async def test_what_was_purged_is_gone_and_nothing_else(
    store: DriveStore, hands: GoogleHands, memory: Memory, tmp_path: Path
) -> None:
    first, *others = await five(store, memory, tmp_path)
    await store.trash(first)
    await store.purge(first)
    assert await in_trash(hands) == []
    assert {file["id"] for file in await kept(hands)} == {archive.remote_id for archive in others}


async def test_trashing_and_purging_twice_is_once(store: DriveStore, hands: GoogleHands, archive: Archive) -> None:
    for _ in range(2):
        await store.trash(archive)
    for _ in range(2):
        await store.purge(archive)
    await store.trash(archive)
    assert await sent(hands, "DELETE") == [204, 404]


async def test_a_lost_answer_to_a_purge_is_asked_for_again(
    store: DriveStore, hands: GoogleHands, archive: Archive
) -> None:
    await store.trash(archive)
    await hands.lose_answer_next(method="DELETE")
    await store.purge(archive)
    assert await in_trash(hands) == []
