import asyncio
import base64
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import ArchiveDamaged, NotFound, StoreDown
from storage.records import StoreKind
from storage.stores.drive import DriveClient, DriveDoor, DriveOAuth, DriveStore
from tests.sandbox.google.hands import GoogleHands
from tests.storage.stores.conftest import CHUNK, Memory, Opener, Parcel, parcel_of
from tests.storage.stores.looking import CHUNKS, assert_one_copy, kept, sent


async def test_a_backup_is_one_file_in_its_folder_with_the_same_bytes(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    file = await assert_one_copy(hands, parcel)
    assert (archive.remote_id, archive.session) == (file["id"], None)
    assert file["properties"]["mv_sha256"] == parcel.archive.sha256
    assert await sent(hands, "PUT") == [308, 308, 200]
    assert memory.pauses == []
    assert store.kind is StoreKind.DRIVE


@pytest.mark.parametrize("size", [1, CHUNK, 2 * CHUNK])
async def test_any_size_arrives_whole(
    store: DriveStore, hands: GoogleHands, memory: Memory, tmp_path: Path, size: int
) -> None:
    parcel = parcel_of(tmp_path, size)
    await store.put(parcel.archive, parcel.path, memory)
    await assert_one_copy(hands, parcel)


async def test_id_and_session_are_remembered_before_a_byte_is_sent(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await hands.fail_next(100, 503, **CHUNKS)
    with pytest.raises(StoreDown):
        await store.put(parcel.archive, parcel.path, memory)
    named, begun = memory.archives
    assert named.remote_id is not None
    assert named.session is None
    assert begun == replace(named, session=begun.session)
    assert begun.session is not None
    assert begun.session not in repr(begun)


async def test_a_file_that_changed_on_this_machine_is_not_uploaded(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    parcel.path.write_bytes(b"something else")
    with pytest.raises(ArchiveDamaged):
        await store.put(parcel.archive, parcel.path, memory)
    assert await hands.files("ada") == []


async def test_the_folder_is_made_once_and_remembered(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    await open_store().put(parcel.archive, parcel.path, memory)
    (folder,) = memory.folders
    other = parcel_of(tmp_path, 10, seed=2)
    await open_store(folder_id=folder).put(other.archive, other.path, memory)
    assert memory.folders == [folder]
    assert {each["parents"][0] for each in await kept(hands)} == {folder}


async def test_a_forgotten_folder_is_found_again_under_any_name(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    await open_store().put(parcel.archive, parcel.path, memory)
    await hands.rename("ada", memory.folders[0], "My precious backups")
    other = parcel_of(tmp_path, 10, seed=2)
    await open_store(folder_id=None).put(other.archive, other.path, memory)
    assert memory.folders[0] == memory.folders[1]


@pytest.mark.parametrize("for_good", [False, True], ids=["trashed", "deleted"])
async def test_a_folder_that_was_thrown_away_is_made_anew(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory, tmp_path: Path, for_good: bool
) -> None:
    await open_store().put(parcel.archive, parcel.path, memory)
    await hands.trash_folder("ada")
    if for_good:
        await hands.empty_trash("ada")
    other = parcel_of(tmp_path, 10, seed=2)
    await open_store(folder_id=memory.folders[0]).put(other.archive, other.path, memory)
    await assert_one_copy(hands, other)
    assert memory.folders[1] != memory.folders[0]


async def test_uploads_side_by_side_do_not_mix(
    open_store: Opener, hands: GoogleHands, memory: Memory, tmp_path: Path
) -> None:
    first, *parcels = [parcel_of(tmp_path, CHUNK + seed, seed) for seed in range(1, 7)]
    await open_store().put(first.archive, first.path, memory)
    store = open_store(folder_id=memory.folders[0])
    archives = await asyncio.gather(*(store.put(each.archive, each.path, memory) for each in parcels))
    for archive, parcel in zip(archives, parcels, strict=True):
        assert base64.b64decode(await hands.read_file("ada", str(archive.remote_id))) == parcel.content


async def test_a_fetched_backup_is_what_was_stored(
    store: DriveStore, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    await store.fetch(archive, tmp_path / "fetched.zip")
    assert (tmp_path / "fetched.zip").read_bytes() == parcel.content


async def test_a_backup_in_the_trash_can_still_be_restored_but_counts_as_missing(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    assert await store.exists(archive)
    await hands.trash("ada", str(archive.remote_id))
    assert not await store.exists(archive)
    await store.fetch(archive, tmp_path / "fetched.zip")
    assert (tmp_path / "fetched.zip").read_bytes() == parcel.content


async def test_fetching_survives_passing_trouble(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    await hands.fail_next(2, 503, path_contains="alt=media", skip=1)
    await store.fetch(archive, tmp_path / "fetched.zip")
    assert (tmp_path / "fetched.zip").read_bytes() == parcel.content


async def test_a_damaged_backup_is_never_handed_out(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    await hands.damage("ada", str(archive.remote_id))
    with pytest.raises(ArchiveDamaged):
        await store.fetch(archive, tmp_path / "fetched.zip")
    assert not (tmp_path / "fetched.zip").exists()
    assert not await store.exists(archive)


async def test_a_deleted_backup_is_missing(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    await hands.delete_for_good("ada", str(archive.remote_id))
    with pytest.raises(NotFound):
        await store.fetch(archive, tmp_path / "fetched.zip")
    assert not (tmp_path / "fetched.zip").exists()
    assert not await store.exists(archive)


async def test_an_archive_that_was_never_uploaded_is_not_there(
    store: DriveStore, parcel: Parcel, tmp_path: Path
) -> None:
    assert not await store.exists(parcel.archive)
    with pytest.raises(NotFound):
        await store.fetch(parcel.archive, tmp_path / "fetched.zip")


async def test_a_full_disk_of_our_own_is_not_blamed_on_google(
    store: DriveStore, parcel: Parcel, memory: Memory, tmp_path: Path
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    with pytest.raises(FileNotFoundError):
        await store.fetch(archive, tmp_path / "no such folder" / "fetched.zip")


async def test_a_door_opens_the_store_of_a_linked_account(
    oauth: DriveOAuth, client: DriveClient, open_store: Opener, parcel: Parcel, memory: Memory
) -> None:
    store = DriveDoor(oauth, client).store_of(memory.folder)(open_store.account)
    assert await store.exists(await store.put(parcel.archive, parcel.path, memory))


def test_chunks_that_google_would_refuse_are_refused_before(open_store: Opener) -> None:
    with pytest.raises(ValueError, match="multiple of 262144"):
        DriveStore(open_store.account, open_store.client, open_store.memory.folder, chunk_size=100_000)
