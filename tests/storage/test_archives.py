from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.archives import ArchiveRepository
from storage.database import Database
from storage.errors import NotFound
from storage.records import Archive, ArchiveState, LibraryCounts, StoreKind
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN, NOON, at

ARCHIVE = Archive("a1", ADA, StoreKind.DRIVE, ArchiveState.UPLOADING, NOON, "musivault.zip")


@pytest.fixture
async def archives(database: Database, cipher: TokenCipher) -> ArchiveRepository:
    repository = ArchiveRepository(database, cipher)
    await repository.add(ARCHIVE)
    return repository


async def test_a_backup_goes_from_uploading_to_verified(archives: ArchiveRepository) -> None:
    assert await archives.unfinished(ADA) == (ARCHIVE,)
    assert await archives.last_verified(ADA) is None
    done = replace(
        ARCHIVE,
        state=ArchiveState.VERIFIED,
        content_hash="c",
        sha256="s",
        size=2**40,
        counts=LibraryCounts(1, 2, 3),
        remote_id="r",
    )
    await archives.replace(done)
    assert await archives.get(ADA, "a1") == done
    assert await archives.last_verified(ADA) == done
    assert await archives.unfinished(ADA) == ()


async def test_the_newest_backup_is_first(archives: ArchiveRepository) -> None:
    newer = replace(ARCHIVE, id="a0", created_at=at(1), state=ArchiveState.VERIFIED)
    newest = replace(ARCHIVE, id="a2", created_at=at(2), state=ArchiveState.MISSING)
    for archive in (newest, newer):
        await archives.add(archive)
    assert await archives.of(ADA) == (newest, newer, ARCHIVE)
    assert await archives.last_verified(ADA) == newer
    assert await archives.of(BEN) == ()


async def test_somebody_else_s_backup_is_not_found(archives: ArchiveRepository) -> None:
    with pytest.raises(NotFound):
        await archives.get(BEN, "a1")
    await archives.replace(replace(ARCHIVE, discord_id=BEN, name="stolen"))
    assert await archives.get(ADA, "a1") == ARCHIVE


async def test_an_upload_s_address_is_kept_but_not_readable(
    archives: ArchiveRepository, database: Database, on_disk: Callable[[], bytes]
) -> None:
    uploading = replace(ARCHIVE, state=ArchiveState.UPLOADING, session="https://upload.example/secret")
    await archives.replace(uploading)
    assert await archives.get(ADA, "a1") == uploading
    await database.close()
    assert b"upload.example" not in on_disk()


async def test_an_upload_whose_key_is_lost_begins_anew(
    archives: ArchiveRepository, database: Database, other_cipher: TokenCipher
) -> None:
    uploading = replace(ARCHIVE, remote_id="r", session="https://upload.example/secret")
    await archives.replace(uploading)
    after = ArchiveRepository(database, other_cipher)
    assert await after.all_unfinished() == (replace(uploading, session=None),)


@pytest.fixture
async def verified(archives: ArchiveRepository) -> Archive:
    done = replace(ARCHIVE, state=ArchiveState.VERIFIED)
    await archives.replace(done)
    return done


@pytest.fixture
async def spare(archives: ArchiveRepository) -> Archive:
    """An older good one: something may go only where something good is left."""
    older = replace(ARCHIVE, id="a0", created_at=at(-1), state=ArchiveState.VERIFIED)
    await archives.add(older)
    return older


async def test_a_pin_stays_whatever_else_becomes_of_a_backup(archives: ArchiveRepository, verified: Archive) -> None:
    pinned = await archives.pin(ADA, "a1", pinned=True)
    assert pinned == replace(verified, pinned=True)
    await archives.replace(replace(verified, name="again.zip"))
    assert (await archives.get(ADA, "a1")).pinned
    assert await archives.pin(ADA, "a1", pinned=False) == replace(verified, name="again.zip")


async def test_only_one_s_own_good_backups_can_be_pinned(
    archives: ArchiveRepository, verified: Archive, spare: Archive
) -> None:
    for whose, which in ((BEN, "a1"), (ADA, "a9")):
        with pytest.raises(NotFound):
            await archives.pin(whose, which, pinned=True)
    await archives.let_go(ADA, ["a1"])
    with pytest.raises(NotFound):
        await archives.pin(ADA, "a1", pinned=True)


async def test_a_backup_that_is_let_go_is_none_before_it_lies_in_the_trash(
    archives: ArchiveRepository, verified: Archive, spare: Archive
) -> None:
    assert await archives.let_go(ADA, ["a1", "a9"]) == {"a1"}
    trashed = replace(verified, state=ArchiveState.TRASHED)
    assert await archives.get(ADA, "a1") == trashed
    assert await archives.last_verified(ADA) == spare
    await archives.mark_trashed(trashed, at(3))
    assert await archives.of(ADA) == (replace(trashed, trashed_at=at(3)), spare)


async def test_the_last_good_one_is_never_let_go_nor_are_all_at_once(
    archives: ArchiveRepository, verified: Archive, spare: Archive
) -> None:
    assert await archives.let_go(ADA, ["a1", "a0"]) == frozenset()
    assert await archives.let_go(ADA, ["a0"]) == {"a0"}
    assert await archives.let_go(ADA, ["a1"]) == frozenset()
    assert await archives.last_verified(ADA) == verified


@pytest.mark.parametrize("fault", [None, "a page is torn"])
async def test_a_backup_that_is_in_doubt_is_not_what_stays(
    archives: ArchiveRepository, verified: Archive, spare: Archive, fault: str | None
) -> None:
    if fault is None:
        await archives.note_missing(ADA, ["a0"], at(3))
    else:
        await archives.mark_checked(spare, at(3), fault)
    assert await archives.let_go(ADA, ["a1"]) == frozenset()


async def test_what_is_missing_is_noted_once_and_lost_only_if_it_was_noted(
    archives: ArchiveRepository, verified: Archive
) -> None:
    assert await archives.lose(ADA, ["a1"]) == frozenset()
    await archives.note_missing(ADA, ["a1"], at(3))
    await archives.note_missing(ADA, ["a1"], at(9))
    assert await archives.get(ADA, "a1") == replace(verified, missing_since=at(3))
    assert await archives.lose(ADA, ["a1"]) == {"a1"}
    assert await archives.last_verified(ADA) is None
    assert (await archives.get(ADA, "a1")).untold


async def test_a_check_says_how_a_backup_is_whatever_it_was_taken_for(
    archives: ArchiveRepository, verified: Archive
) -> None:
    await archives.mark_checked(verified, at(1), "likes.jsonl differs from its checksum")
    damaged = await archives.get(ADA, "a1")
    assert damaged.state is ArchiveState.DAMAGED
    assert (damaged.checked_at, damaged.fault) == (at(1), "likes.jsonl differs from its checksum")
    assert damaged.untold
    await archives.mark_told(ADA, ["a1"], told=True)
    await archives.mark_checked(await archives.get(ADA, "a1"), at(2), "the same again")
    assert not (await archives.get(ADA, "a1")).untold, "a finding is news once"
    await archives.mark_checked(damaged, at(3), None)
    assert await archives.get(ADA, "a1") == replace(verified, checked_at=at(3))


async def test_nothing_is_found_of_what_lies_in_the_trash(
    archives: ArchiveRepository, verified: Archive, spare: Archive
) -> None:
    await archives.let_go(ADA, ["a1"])
    await archives.mark_checked(verified, at(1), "it is gone")
    await archives.note_missing(ADA, ["a1"], at(1))
    assert await archives.get(ADA, "a1") == replace(verified, state=ArchiveState.TRASHED)


async def test_a_damaged_backup_that_is_taken_back_is_a_damaged_one(
    archives: ArchiveRepository, verified: Archive, spare: Archive
) -> None:
    await archives.mark_checked(verified, at(1), "it is torn")
    await archives.let_go(ADA, ["a1"], (ArchiveState.DAMAGED,))
    await archives.take_back(verified)
    assert (await archives.get(ADA, "a1")).state is ArchiveState.DAMAGED


async def test_who_has_good_backups_and_since_when(
    archives: ArchiveRepository, verified: Archive, spare: Archive
) -> None:
    await archives.add(replace(ARCHIVE, id="b1", discord_id=BEN))
    assert await archives.first_of_each() == {ADA: spare.created_at}
    assert await archives.all_verified() == (spare, verified)


async def test_what_was_pinned_meanwhile_is_not_let_go(archives: ArchiveRepository, verified: Archive) -> None:
    await archives.pin(ADA, "a1", pinned=True)
    assert await archives.let_go(ADA, ["a1"]) == frozenset()
    assert await archives.last_verified(ADA) == replace(verified, pinned=True)


async def test_nobody_lets_go_of_somebody_else_s(archives: ArchiveRepository, verified: Archive) -> None:
    assert await archives.let_go(BEN, [verified.id]) == frozenset()
    assert await archives.get(ADA, "a1") == verified


async def test_what_was_taken_out_of_the_trash_is_a_pinned_backup(
    archives: ArchiveRepository, verified: Archive, spare: Archive
) -> None:
    await archives.let_go(ADA, ["a1"])
    await archives.mark_trashed(verified, at(3))
    await archives.take_back(verified)
    assert await archives.get(ADA, "a1") == replace(verified, pinned=True)


async def test_only_what_is_in_the_trash_is_forgotten(
    archives: ArchiveRepository, verified: Archive, spare: Archive
) -> None:
    await archives.forget(verified)
    assert await archives.of(ADA) == (verified, spare)
    await archives.let_go(ADA, ["a1"])
    await archives.forget(verified)
    assert await archives.of(ADA) == (spare,)
