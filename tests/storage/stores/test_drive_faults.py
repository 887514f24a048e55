from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.errors import StoreDown, StoreError, StoreFull, StoreRefused
from storage.stores.drive import DriveClient, DriveStore
from storage.stores.drive.calls import ATTEMPTS
from storage.stores.drive.errors import DriveBarred, DriveGarbled, DriveRejected
from tests.sandbox.clock import Clock
from tests.sandbox.google.door import GoogleDoor
from tests.sandbox.google.hands import GoogleHands
from tests.storage.stores.conftest import CHUNK, Memory, Opener, Parcel
from tests.storage.stores.looking import (
    CHUNKS,
    FOLDERS,
    SESSION,
    Fate,
    assert_one_copy,
    in_trash,
    interrupted,
    kept,
    sent,
)

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


REFUSALS: list[tuple[Fate, type[StoreError], str]] = [
    (("fill_up", {"user": "ada"}), StoreFull, "no room for a backup of 525.1 KB"),
    (("revoke", {"user": "ada"}), StoreRefused, "/link drive"),
    (
        ("fail_next", {"status": 403, "reason": "domainPolicy", "path_contains": "/drive/v3"}),
        DriveBarred,
        "its administrator",
    ),
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
