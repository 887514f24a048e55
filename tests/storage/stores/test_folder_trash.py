from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import StoreDown
from storage.records import Archive, ListedFile
from storage.stores.folder import FolderStore
from tests.storage.stores.conftest import Memory, Parcel, parcel_of
from tests.storage.stores.test_folder import files, parcel, store

__all__ = ["parcel", "store"]


@pytest.fixture
async def archive(store: FolderStore, parcel: Parcel, memory: Memory) -> Archive:
    return await store.put(parcel.archive, parcel.path, memory)


async def test_the_list_is_of_this_person_s_backups_in_place(
    store: FolderStore, archive: Archive, memory: Memory, tmp_path: Path
) -> None:
    second, others = parcel_of(tmp_path, 5, seed=2), parcel_of(tmp_path, 6, seed=3)
    await store.put(second.archive, second.path, memory)
    await store.put(replace(others.archive, discord_id=7), others.path, memory)
    (store.folder / str(archive.discord_id) / ".half.zip.part").touch()
    assert await store.listed(archive.discord_id) == (
        ListedFile(str(archive.remote_id), archive.name, archive.size),
        ListedFile(f"{archive.discord_id}/{second.archive.name}", second.archive.name, 5),
    )


async def test_a_folder_that_is_not_there_is_not_an_empty_one(store: FolderStore, archive: Archive) -> None:
    store.folder.rename(store.folder.with_name("unplugged"))
    with pytest.raises(StoreDown, match="The backup folder"):
        await store.listed(archive.discord_id)


async def test_what_is_in_the_trash_can_be_moved_back(store: FolderStore, archive: Archive, parcel: Parcel) -> None:
    await store.trash(archive)
    assert files(store) == [f"{archive.discord_id}/.trash/{archive.name}"]
    assert await store.listed(archive.discord_id) == ()
    assert not await store.exists(archive)
    (store.folder / files(store)[0]).rename(store.folder / str(archive.remote_id))
    assert await store.exists(archive)
    assert (store.folder / str(archive.remote_id)).read_bytes() == parcel.content


async def test_what_was_purged_is_gone(store: FolderStore, archive: Archive) -> None:
    await store.trash(archive)
    await store.purge(archive)
    assert files(store) == []


async def test_only_the_trash_is_purged(store: FolderStore, archive: Archive) -> None:
    await store.purge(archive)
    assert await store.exists(archive)


async def test_trashing_and_purging_twice_is_once(store: FolderStore, archive: Archive) -> None:
    for _ in range(2):
        await store.trash(archive)
    assert len(files(store)) == 1
    for _ in range(2):
        await store.purge(archive)
    await store.trash(archive)
    assert files(store) == []
