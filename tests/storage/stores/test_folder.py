import errno
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import ArchiveDamaged, NextStep, NotFound, StoreDown, StoreFull
from storage.records import StoreKind
from storage.stores.fingerprint import Fingerprint
from storage.stores.folder import FolderRefused, FolderStore
from tests.storage.stores.conftest import Memory, Parcel, parcel_of


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    return parcel_of(tmp_path, 300_000, store=StoreKind.FOLDER)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "archives")


def files(store: FolderStore) -> list[str]:
    return sorted(str(path.relative_to(store.folder)) for path in store.folder.rglob("*") if path.is_file())


async def test_a_backup_lies_in_the_persons_own_folder(store: FolderStore, parcel: Parcel, memory: Memory) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    assert files(store) == [f"{archive.discord_id}/{archive.name}"] == [archive.remote_id]
    assert (store.folder / str(archive.remote_id)).read_bytes() == parcel.content
    assert memory.archives == [archive]
    assert store.kind is StoreKind.FOLDER


async def test_putting_it_again_changes_nothing(store: FolderStore, parcel: Parcel, memory: Memory) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    before = (store.folder / str(archive.remote_id)).stat()
    assert await store.put(archive, parcel.path, memory) == archive
    assert (store.folder / str(archive.remote_id)).stat().st_ino == before.st_ino
    assert len(files(store)) == 1


async def test_a_copy_cut_off_by_a_crash_is_replaced(store: FolderStore, parcel: Parcel, memory: Memory) -> None:
    place = store.folder / str(parcel.archive.discord_id) / parcel.archive.name
    place.parent.mkdir(parents=True)
    place.with_name(f".{place.name}.part").write_bytes(b"half a fi")
    place.write_bytes(b"an older attempt")
    await store.put(parcel.archive, parcel.path, memory)
    assert place.read_bytes() == parcel.content
    assert len(files(store)) == 1


async def test_a_name_cannot_lead_out_of_the_folder(store: FolderStore, parcel: Parcel, memory: Memory) -> None:
    archive = await store.put(replace(parcel.archive, name="../../evil.zip"), parcel.path, memory)
    assert files(store) == [f"{archive.discord_id}/evil.zip"]


async def test_a_file_that_changed_is_not_stored(store: FolderStore, parcel: Parcel, memory: Memory) -> None:
    parcel.path.write_bytes(b"something else")
    with pytest.raises(ArchiveDamaged):
        await store.put(parcel.archive, parcel.path, memory)
    assert files(store) == []


async def test_a_fetched_backup_is_what_was_stored(
    store: FolderStore, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    assert await store.exists(archive)
    await store.fetch(archive, tmp_path / "fetched.zip")
    assert (tmp_path / "fetched.zip").read_bytes() == parcel.content


async def test_one_flipped_bit_is_noticed(store: FolderStore, parcel: Parcel, memory: Memory, tmp_path: Path) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    content = bytearray(parcel.content)
    content[1000] ^= 1
    (store.folder / str(archive.remote_id)).write_bytes(content)
    assert not await store.exists(archive)
    with pytest.raises(ArchiveDamaged):
        await store.fetch(archive, tmp_path / "fetched.zip")
    assert not (tmp_path / "fetched.zip").exists()


async def test_a_deleted_backup_is_missing(store: FolderStore, parcel: Parcel, memory: Memory, tmp_path: Path) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    (store.folder / str(archive.remote_id)).unlink()
    assert not await store.exists(archive)
    with pytest.raises(NotFound):
        await store.fetch(archive, tmp_path / "fetched.zip")


async def test_an_archive_that_was_never_stored_is_not_there(
    store: FolderStore, parcel: Parcel, tmp_path: Path
) -> None:
    assert not await store.exists(parcel.archive)
    with pytest.raises(NotFound):
        await store.fetch(parcel.archive, tmp_path / "fetched.zip")


async def test_something_in_the_way_of_the_folder_is_said(tmp_path: Path, parcel: Parcel, memory: Memory) -> None:
    (tmp_path / "archives").write_text("a file where the folder should be")
    with pytest.raises(StoreDown, match="The backup folder"):
        await FolderStore(tmp_path / "archives").put(parcel.archive, parcel.path, memory)


@pytest.mark.skipif(not Path("/sys/kernel").exists(), reason="needs a place where nobody may write, root neither")
async def test_a_forbidden_folder_is_the_operators_affair(parcel: Parcel, memory: Memory) -> None:
    with pytest.raises(FolderRefused, match="whoever runs this bot") as told:
        await FolderStore(Path("/sys/kernel/archives")).put(parcel.archive, parcel.path, memory)
    assert told.value.next_step is NextStep.NONE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
async def test_a_full_disk_is_said_with_the_size(store: FolderStore, parcel: Parcel, memory: Memory) -> None:
    place = store.folder / str(parcel.archive.discord_id)
    place.mkdir(parents=True)
    (place / f".{parcel.archive.name}.part").symlink_to("/dev/full")
    with pytest.raises(StoreFull, match=r"no room for a backup of 300\.0 KB") as told:
        await store.put(parcel.archive, parcel.path, memory)
    assert isinstance(told.value.__cause__, OSError)
    assert told.value.__cause__.errno == errno.ENOSPC
    assert files(store) == []
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 KB"), (1_540_000, "1.5 MB"), (2_000_000_000_000, "2000.0 GB")],
)
def test_sizes_are_said_as_people_say_them(size: int, words: str) -> None:
    assert Fingerprint(size, "", "").spoken_size == words
