from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.copy_uploads import CopyUpload, CopyUploadRepository
from storage.database import Database
from storage.installation import Installation
from storage.tokens import TokenCipher
from tests.builders import NOON

UPLOAD = CopyUpload(NOON, "a.db.age", "abc", "1file", "https://google.example/session-secret", last="b.db.age")


@pytest.fixture
def uploads(database: Database, cipher: TokenCipher) -> CopyUploadRepository:
    return CopyUploadRepository(Installation(database), cipher)


async def test_how_far_an_upload_is_outlives_a_restart(uploads: CopyUploadRepository) -> None:
    assert await uploads.get() is None
    await uploads.save(UPLOAD)
    assert await uploads.get() == UPLOAD
    done = replace(UPLOAD, session=None, proven=True, thinned=True)
    await uploads.save(done)
    assert await uploads.get() == done


async def test_a_session_is_not_readable_and_begins_anew_without_the_key(
    uploads: CopyUploadRepository, database: Database, other_cipher: TokenCipher, on_disk: Callable[[], bytes]
) -> None:
    await uploads.save(UPLOAD)
    after = await CopyUploadRepository(Installation(database), other_cipher).get()
    assert after == replace(UPLOAD, session=None)
    await database.close()
    assert b"a.db.age" in on_disk()
    assert b"session-secret" not in on_disk()
