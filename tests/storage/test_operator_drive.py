from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.database import Database
from storage.installation import Installation
from storage.operator_drive import OperatorDrive, OperatorDriveRepository
from storage.records import AccountState
from storage.tokens import TokenCipher
from tests.builders import NOON, at

DRIVE = OperatorDrive("operator-refresh-secret", NOON, "ops@example.org")


@pytest.fixture
def links(database: Database, cipher: TokenCipher) -> OperatorDriveRepository:
    return OperatorDriveRepository(Installation(database), cipher)


async def test_a_link_is_kept_replaced_and_forgotten(links: OperatorDriveRepository) -> None:
    assert await links.get() is None
    await links.save(DRIVE)
    assert await links.get() == DRIVE
    other = OperatorDrive("another", at(1), None)
    await links.save(other)
    assert await links.get() == other
    await links.forget()
    assert await links.get() is None


async def test_a_refusal_is_news_once_and_never_of_another_link(links: OperatorDriveRepository) -> None:
    assert not await links.mark_refused(NOON)
    await links.save(DRIVE)
    assert not await links.mark_refused(at(1))
    assert await links.mark_refused(NOON)
    assert not await links.mark_refused(NOON)
    assert await links.get() == replace(DRIVE, state=AccountState.REFUSED)


async def test_its_token_is_not_readable_in_the_file_and_is_refused_without_the_key(
    links: OperatorDriveRepository, database: Database, other_cipher: TokenCipher, on_disk: Callable[[], bytes]
) -> None:
    await links.save(DRIVE)
    after = await OperatorDriveRepository(Installation(database), other_cipher).get()
    assert after == replace(DRIVE, refresh_token="", state=AccountState.REFUSED)
    await database.close()
    assert b"ops@example.org" in on_disk()
    assert b"refresh-secret" not in on_disk()
