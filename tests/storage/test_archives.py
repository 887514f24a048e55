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
