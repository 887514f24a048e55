import asyncio
import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.errors import ArchiveDamaged, NotFound, StoreDown, StoreError, StoreFull, StoreRefused
from storage.records import StoreKind
from storage.stores.drive import DriveClient, DriveDoor, DriveOAuth, DriveStore
from storage.stores.drive.calls import ATTEMPTS
from storage.stores.drive.errors import DriveGarbled, DriveRejected
from tests.sandbox.clock import Clock
from tests.sandbox.google.door import GoogleDoor
from tests.sandbox.google.hands import GoogleHands
from tests.storage.stores.conftest import CHUNK, Memory, Opener, Parcel, parcel_of

Fate = tuple[str, dict[str, Any]]
CHUNKS: dict[str, Any] = {"method": "PUT"}
SESSION: dict[str, Any] = {"method": "POST", "path_contains": "uploadType=resumable"}
FOLDERS: dict[str, Any] = {"method": "POST", "path_contains": "/drive/v3/files?fields=id&"}


async def kept(hands: GoogleHands) -> list[dict[str, Any]]:
    return [each for each in await hands.files("ada") if not each["folder"] and not each["trashed"]]


async def in_trash(hands: GoogleHands) -> list[dict[str, Any]]:
    return [each for each in await hands.files("ada") if not each["folder"] and each["trashed"]]


async def sent(hands: GoogleHands, method: str, part: str = "") -> list[int]:
    """The statuses of the requests that fit."""
    return [each["status"] for each in await hands.requests() if each["method"] == method and part in each["path"]]  # type: ignore[operator,misc]


async def assert_one_copy(hands: GoogleHands, parcel: Parcel) -> dict[str, Any]:
    (file,) = await kept(hands)
    assert file["path"] == f"MusiVault/{parcel.archive.discord_id}/{parcel.archive.name}"
    assert base64.b64decode(await hands.read_file("ada", file["id"])) == parcel.content
    return file


async def interrupted(open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory, chunks: int = 1) -> None:
    """An upload that stopped after some chunks, with a session on both sides."""
    await hands.fail_next(100, 503, **CHUNKS, skip=chunks)
    with pytest.raises(StoreDown):
        await open_store().put(parcel.archive, parcel.path, memory)
    await hands.calm()
    assert memory.archives[-1].session is not None


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


TROUBLES: list[Fate] = [
    ("fail_next", {"status": 503, **CHUNKS}),
    ("fail_next", {"status": 500, **CHUNKS, "skip": 1, "times": 3}),
    ("fail_next", {"status": 502, **CHUNKS, "skip": 2}),
    ("fail_next", {"status": 429, **CHUNKS, "skip": 1}),
    ("fail_next", {"status": 403, "reason": "userRateLimitExceeded", **CHUNKS, "skip": 1}),
    ("fail_next", {"status": 401, **CHUNKS, "skip": 1}),
    ("fail_next", {"status": 401, **CHUNKS, "skip": 2, "times": 2}),
    ("fail_next", {"status": 400, **CHUNKS, "skip": 1}),
    ("fail_next", {"status": 404, **CHUNKS, "skip": 1}),
    ("fail_next", {"status": 410, **CHUNKS, "skip": 2}),
    ("fail_next", {"status": 503, **SESSION, "times": 2}),
    ("fail_next", {"status": 503, "path_contains": "generateIds", "times": 4}),
    ("fail_next", {"status": 429, **FOLDERS}),
    ("fail_next", {"status": 404, **FOLDERS}),
    ("fail_next", {"status": 503, "path_contains": "/files?q="}),
    ("fail_next", {"status": 503, "path_contains": "/drive/v3", "times": 4}),
    ("cut_next", {"after_bytes": 0}),
    ("cut_next", {"after_bytes": 100_000}),
    ("cut_next", {"after_bytes": CHUNK - 1, "times": 3}),
    ("lose_answer_next", {**CHUNKS, "times": 2}),
    ("lose_answer_next", {**CHUNKS, "skip": 2}),
    ("lose_answer_next", {**CHUNKS, "skip": 2, "times": 5}),
    ("lose_answer_next", {**SESSION, "times": 3}),
    ("lose_answer_next", {**FOLDERS, "times": 3}),
    ("lose_answer_next", {"method": "GET", "path_contains": "generateIds", "times": 3}),
    ("lie_about_checksum_next", {}),
]


@pytest.mark.parametrize(("hand", "given"), TROUBLES, ids=[f"{hand}-{given}" for hand, given in TROUBLES])
async def test_passing_trouble_still_ends_with_one_whole_copy(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory, hand: str, given: dict[str, Any]
) -> None:
    await getattr(hands, hand)(**given)
    archive = await store.put(parcel.archive, parcel.path, memory)
    file = await assert_one_copy(hands, parcel)
    assert archive.remote_id == file["id"]
    assert sum(bool(each["folder"]) for each in await hands.files("ada")) == 2


async def test_a_cut_chunk_is_not_sent_again_from_the_start(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await hands.fail_next(1, 503, **CHUNKS, skip=2)
    await store.put(parcel.archive, parcel.path, memory)
    total = parcel.archive.size
    assert [(each["status"], each["content_range"]) for each in await hands.requests() if each["method"] == "PUT"] == [
        (308, f"bytes 0-{CHUNK - 1}/{total}"),
        (308, f"bytes {CHUNK}-{2 * CHUNK - 1}/{total}"),
        (503, f"bytes {2 * CHUNK}-{total - 1}/{total}"),
        (308, f"bytes */{total}"),
        (200, f"bytes {2 * CHUNK}-{total - 1}/{total}"),
    ]


async def test_an_access_token_that_runs_out_on_the_way_is_renewed(
    store: DriveStore, door: GoogleDoor, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await store.put(parcel.archive, parcel.path, memory)
    await hands.expire_access()
    other = replace(parcel.archive, id="f" * 32, remote_id=None)
    await store.put(other, parcel.path, memory)
    assert len(await kept(hands)) == 2


async def test_a_night_later_the_old_access_token_is_no_trouble(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory, clock: Clock
) -> None:
    store = open_store()
    archive = await store.put(parcel.archive, parcel.path, memory)
    clock.advance(timedelta(hours=24))
    assert await store.exists(archive)


async def test_trouble_that_stays_is_given_up_after_bounded_attempts(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await hands.fail_next(1000, 503, path_contains="/drive/v3")
    with pytest.raises(StoreDown):
        await store.put(parcel.archive, parcel.path, memory)
    assert len(memory.pauses) == ATTEMPTS - 1
    assert memory.pauses == sorted(memory.pauses)
    assert await kept(hands) == []


@pytest.mark.parametrize("where", [CHUNKS, {"path_contains": "/drive/v3"}], ids=["sessions", "everything"])
async def test_a_google_that_finds_nothing_is_given_up_too(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory, where: dict[str, Any]
) -> None:
    await hands.fail_next(1000, 404, **where)
    with pytest.raises(StoreDown):
        await store.put(parcel.archive, parcel.path, memory)
    await hands.calm()
    await store.put(memory.archives[-1] if memory.archives else parcel.archive, parcel.path, memory)
    await assert_one_copy(hands, parcel)


async def test_a_restarted_bot_goes_on_with_the_same_session(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await interrupted(open_store, hands, parcel, memory, chunks=2)
    before = len(await hands.requests())
    await open_store().put(memory.archives[-1], parcel.path, memory)
    await assert_one_copy(hands, parcel)
    asked = (await hands.requests())[before:]
    assert [each["status"] for each in asked if each["method"] == "PUT"] == [308, 200]
    assert len(await sent(hands, "POST", "uploadType=resumable")) == 1


async def test_a_session_lost_meanwhile_is_begun_anew_under_the_same_id(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await interrupted(open_store, hands, parcel, memory)
    assert await hands.lose_sessions() == 1
    remembered = memory.archives[-1]
    archive = await open_store().put(remembered, parcel.path, memory)
    await assert_one_copy(hands, parcel)
    assert archive.remote_id == remembered.remote_id


async def test_a_bot_that_knows_only_the_id_makes_one_file(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await hands.fail_next(100, 503, **SESSION)
    with pytest.raises(StoreDown):
        await open_store().put(parcel.archive, parcel.path, memory)
    await hands.calm()
    (named,) = memory.archives
    archive = await open_store().put(named, parcel.path, memory)
    await assert_one_copy(hands, parcel)
    assert archive.remote_id == named.remote_id


async def test_an_upload_that_ended_unnoticed_is_not_made_twice(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await open_store().put(parcel.archive, parcel.path, memory)
    chunks = len(await sent(hands, "PUT"))
    await open_store().put(memory.archives[-1], parcel.path, memory)
    await assert_one_copy(hands, parcel)
    assert len(await sent(hands, "PUT")) == chunks


async def test_an_archive_that_a_second_session_finds_there_is_taken_as_it_is(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await open_store().put(parcel.archive, parcel.path, memory)
    await hands.fail_next(1, 404, method="GET", path_contains="/drive/v3/files/1")
    await open_store().put(memory.archives[0], parcel.path, memory)
    await assert_one_copy(hands, parcel)
    assert 409 in await sent(hands, "POST")


async def test_a_copy_that_was_put_into_the_trash_is_made_again(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    first = await open_store().put(parcel.archive, parcel.path, memory)
    await hands.trash("ada", str(first.remote_id))
    second = await open_store().put(memory.archives[-1], parcel.path, memory)
    assert second.remote_id != first.remote_id
    await assert_one_copy(hands, parcel)


async def test_a_wrong_checksum_puts_the_copy_into_the_trash_and_makes_another(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await hands.lie_about_checksum_next()
    await store.put(parcel.archive, parcel.path, memory)
    await assert_one_copy(hands, parcel)
    assert len(await in_trash(hands)) == 1


async def test_two_wrong_checksums_are_no_backup(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    await hands.lie_about_checksum_next(2)
    with pytest.raises(DriveGarbled):
        await store.put(parcel.archive, parcel.path, memory)
    assert await kept(hands) == []
    await store.put(memory.archives[-1], parcel.path, memory)
    await assert_one_copy(hands, parcel)


async def test_a_file_that_changed_on_this_machine_is_not_uploaded(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    parcel.path.write_bytes(b"something else")
    with pytest.raises(ArchiveDamaged):
        await store.put(parcel.archive, parcel.path, memory)
    assert await hands.files("ada") == []


REFUSALS: list[tuple[Fate, type[StoreError], str]] = [
    (("fill_up", {"user": "ada"}), StoreFull, "no room for a backup of 525.1 KB"),
    (("revoke", {"user": "ada"}), StoreRefused, "/link drive"),
    (("fail_next", {"times": 9, "status": 401, "path_contains": "/drive/v3"}), StoreRefused, "/link drive"),
    (
        ("fail_next", {"status": 403, "reason": "insufficientPermissions", "path_contains": "/drive/v3"}),
        StoreRefused,
        "/link drive",
    ),
    (("fail_next", {"status": 403, "reason": "storageQuotaExceeded", **CHUNKS, "skip": 2}), StoreFull, "no room"),
    (
        ("fail_next", {"status": 403, "reason": "accessNotConfigured", "path_contains": "/drive/v3"}),
        DriveRejected,
        "whoever runs this bot",
    ),
    (("fail_next", {"status": 400, "path_contains": "generateIds"}), StoreError, "badRequest"),
]


@pytest.mark.parametrize(("fate", "error", "words"), REFUSALS, ids=[words for _, _, words in REFUSALS])
async def test_what_waiting_does_not_mend_is_said_at_once(
    store: DriveStore,
    hands: GoogleHands,
    parcel: Parcel,
    memory: Memory,
    fate: Fate,
    error: type[StoreError],
    words: str,
) -> None:
    await getattr(hands, fate[0])(**fate[1])
    with pytest.raises(error, match=words):
        await store.put(parcel.archive, parcel.path, memory)
    assert memory.pauses == []
    assert await kept(hands) == []


async def test_a_wrong_client_secret_is_the_operators_affair(
    open_store: Opener, parcel: Parcel, memory: Memory, client: DriveClient
) -> None:
    open_store.client = replace(client, client_secret="old")
    with pytest.raises(DriveRejected):
        await open_store().put(parcel.archive, parcel.path, memory)


async def test_a_google_that_is_not_there_is_tried_again_later(
    open_store: Opener, parcel: Parcel, memory: Memory, client: DriveClient, unused_tcp_port: int
) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}"
    open_store.client = replace(client, token_uri=f"{nowhere}/token", drive_root=f"{nowhere}/")
    with pytest.raises(StoreDown):
        await open_store().put(parcel.archive, parcel.path, memory)


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


@pytest.mark.parametrize("for_good", [False, True], ids=["trashed", "deleted"])
async def test_a_folder_thrown_away_during_the_upload_does_not_take_the_backup_with_it(
    open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory, for_good: bool
) -> None:
    await interrupted(open_store, hands, parcel, memory)
    await hands.trash_folder("ada")
    if for_good:
        await hands.empty_trash("ada")
    await open_store(folder_id=memory.folders[0]).put(memory.archives[-1], parcel.path, memory)
    await assert_one_copy(hands, parcel)


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
