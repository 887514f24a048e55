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


async def test_a_pin_stays_whatever_else_becomes_of_a_backup(archives: ArchiveRepository, verified: Archive) -> None:
    pinned = await archives.pin(ADA, "a1", pinned=True)
    assert pinned == replace(verified, pinned=True)
    await archives.replace(replace(verified, name="again.zip"))
    assert (await archives.get(ADA, "a1")).pinned
    assert await archives.pin(ADA, "a1", pinned=False) == replace(verified, name="again.zip")


async def test_only_one_s_own_good_backups_can_be_pinned(archives: ArchiveRepository, verified: Archive) -> None:
    for whose, which in ((BEN, "a1"), (ADA, "a9")):
        with pytest.raises(NotFound):
            await archives.pin(whose, which, pinned=True)
    await archives.let_go(ADA, ["a1"])
    with pytest.raises(NotFound):
        await archives.pin(ADA, "a1", pinned=True)


async def test_a_backup_that_is_let_go_is_none_before_it_lies_in_the_trash(
    archives: ArchiveRepository, verified: Archive
) -> None:
    assert await archives.let_go(ADA, ["a1", "a9"]) == {"a1"}
    trashed = replace(verified, state=ArchiveState.TRASHED)
    assert await archives.get(ADA, "a1") == trashed
    assert await archives.last_verified(ADA) is None
    await archives.mark_trashed(trashed, at(3))
    assert await archives.of(ADA) == (replace(trashed, trashed_at=at(3)),)


async def test_what_was_pinned_meanwhile_is_not_let_go(archives: ArchiveRepository, verified: Archive) -> None:
    await archives.pin(ADA, "a1", pinned=True)
    assert await archives.let_go(ADA, ["a1"]) == frozenset()
    assert await archives.last_verified(ADA) == replace(verified, pinned=True)


async def test_nobody_lets_go_of_somebody_else_s(archives: ArchiveRepository, verified: Archive) -> None:
    assert await archives.let_go(BEN, [verified.id]) == frozenset()
    assert await archives.get(ADA, "a1") == verified


async def test_what_was_taken_out_of_the_trash_is_a_pinned_backup(
    archives: ArchiveRepository, verified: Archive
) -> None:
    await archives.let_go(ADA, ["a1"])
    await archives.mark_trashed(verified, at(3))
    await archives.take_back(verified)
    assert await archives.get(ADA, "a1") == replace(verified, pinned=True)


async def test_only_what_is_in_the_trash_is_forgotten(archives: ArchiveRepository, verified: Archive) -> None:
    await archives.forget(verified)
    assert await archives.of(ADA) == (verified,)
    await archives.let_go(ADA, ["a1"])
    await archives.forget(verified)
    assert await archives.of(ADA) == ()
