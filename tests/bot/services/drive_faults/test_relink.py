"""A Drive linked anew in the middle of a backup: the archive is in the Drive that is linked now, and proven there."""

from typing import Any

import pytest

from bot.errors import DriveChanged
from bot.services.backup import BackupReport
from bot.services.progress import ignore
from storage.errors import StoreRefused
from storage.records import AccountState
from tests.bot.services.drive_faults.conftest import House
from tests.bot.services.drive_faults.table import CHUNK, FOREVER, META, STAGES, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
LATER = [stage for stage in STAGES if stage.name != "a garbled copy into the trash"]


async def files_of(house: House, user: str) -> list[dict[str, Any]]:
    return [file for file in await house.hands.files(user) if not file["folder"] and not file["trashed"]]


@pytest.mark.parametrize("user", ["ada", "ben"], ids=["the same account", "another account"])
@pytest.mark.parametrize("stage", LATER, ids=str)
async def test_a_link_made_meanwhile_is_where_the_backup_ends_up(house: House, stage: Stage, user: str) -> None:
    await stage.lead_to(house.hands)
    await house.meanwhile(lambda: house.link(user), **stage.where)
    report = await house.run()
    assert isinstance(report, BackupReport), report
    (archive,) = await house.verified()
    (file,) = await files_of(house, user)
    assert file["id"] == archive.remote_id
    assert len((await house.shelf.fetch(house.who, archive.id)).library.likes) == 2
    account = await house.accounts.drive(house.who)
    assert account is not None
    assert account.state is AccountState.LINKED
    assert account.folder_id in {None} | {folder["id"] for folder in await house.hands.files(user)}


async def test_a_refusal_of_the_old_link_is_not_one_of_the_new(house: House) -> None:
    async def relinked_and_revoked() -> None:
        await house.hands.revoke("ada")
        await house.link("ben")

    await house.meanwhile(relinked_and_revoked, **CHUNK, skip=1)
    with pytest.raises((StoreRefused, DriveChanged)):
        await house.backups.backup(house.who, ignore, house.time.now)
    account = await house.accounts.drive(house.who)
    assert account is not None
    assert account.state is AccountState.LINKED
    assert isinstance(await house.run(), BackupReport)
    assert len(await files_of(house, "ben")) == 1


async def test_an_upload_cut_off_goes_on_in_no_drive_but_the_one_that_is_linked(house: House) -> None:
    await house.hands.fail_next(FOREVER, 503, **CHUNK, skip=2)
    await house.hands.fail_next(FOREVER, 503, **META)
    assert not isinstance(await house.run(), BackupReport)
    await house.hands.calm()
    await house.link("ben")
    assert isinstance(await house.run(), BackupReport)
    assert await files_of(house, "ada") == []
    assert len(await files_of(house, "ben")) == 1


async def test_after_an_unlinking_too_an_upload_cut_off_is_made_anew_in_another_drive(house: House) -> None:
    await house.hands.fail_next(FOREVER, 503, **CHUNK, skip=1)
    assert not isinstance(await house.run(), BackupReport)
    await house.hands.calm()
    await house.accounts.forget_drive(house.who)
    await house.link("ben")
    assert isinstance(await house.run(), BackupReport)
    assert len(await files_of(house, "ben")) == len(await house.verified()) == 1


async def test_a_drive_unlinked_in_the_middle_sends_the_backup_to_the_folder(house: House) -> None:
    await house.meanwhile(lambda: house.accounts.forget_drive(house.who), **CHUNK, skip=1)
    assert isinstance(await house.run(), BackupReport)
    (archive,) = await house.verified()
    assert (house.folder / "archives" / str(archive.remote_id)).is_file()
    assert not list((house.folder / "drafts").iterdir())


async def test_a_link_that_google_ended_is_noticed_where_nothing_is_uploaded_too(house: House) -> None:
    assert isinstance(await house.run(), BackupReport)
    await house.hands.revoke("ada")
    assert isinstance(await house.run(), StoreRefused)
    account = await house.accounts.drive(house.who)
    assert account is not None
    assert account.state is AccountState.REFUSED
