"""The same faults in the operator's Drive: one proven, sealed archive, or a sentence that asks nothing of members."""

from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.services.backup import BackupReport
from bot.services.operator_drive import OperatorRoom
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from storage.errors import MusiVaultError, NextStep
from storage.installation import Installation
from storage.operator_drive import OperatorDrive, OperatorDriveRepository
from storage.people import PeopleRepository
from storage.records import DriveAccount, StoreKind
from storage.sealing import Seal
from storage.stores.drive import DriveStore, OperatorDriveStore
from storage.stores.folder import FolderStore
from tests.bot.services.drive_faults.conftest import House
from tests.bot.services.drive_faults.table import CHUNK, FAULTS, FOREVER, STAGES, Fault, Stage, in_turn
from tests.storage.stores.looking import kept

pytestmark = pytest.mark.asyncio(loop_scope="module")
SEAL = Seal([Seal.generate_identity()])
SOME = ("404", "503", "403 storageQuotaExceeded", "403 insufficientPermissions", "403 appNotAuthorizedToFile")


class Lodging(House):
    """Somebody without a Drive, at an operator's who has one."""

    @property
    def links(self) -> OperatorDriveRepository:
        return OperatorDriveRepository(Installation(self.database), self.cipher)

    @property
    def shelf(self) -> Shelf:
        room = OperatorRoom(self.links, PeopleRepository(self.database), self.open_operators, takes_new=True)
        stores = Stores(FolderStore(self.folder / "archives"), self.accounts, self._open, room)
        return Shelf(self.archives, stores, self.folder / "drafts", SEAL)

    def open_operators(self, link: OperatorDrive, who: int, name: str) -> OperatorDriveStore:
        async def nothing(*_: Any) -> None: ...  # noqa: ANN401

        account = DriveAccount(who, link.refresh_token, link.linked_at)
        inner = DriveStore(account, self.client, nothing, sleep=nothing, chunk_size=256 * 1024, folder_name=name)
        return OperatorDriveStore(inner, link.linked_at)

    async def link(self, user: str = "ada") -> None:
        self.time.now = self.time.now.replace(microsecond=self.time.now.microsecond + 1)
        await self.links.save(OperatorDrive(await self.hands.consent(user), self.time.now))

    async def second_run(self) -> BackupReport:
        await self.hands.calm()
        await self.link()
        report = await self.run()
        assert isinstance(report, BackupReport), report
        return report


@pytest_asyncio.fixture(loop_scope="module")
async def lodging(house: House) -> Lodging:
    await house.accounts.forget_drive(house.who)
    lodging = Lodging(**vars(house))
    await PeopleRepository(house.database).remember(house.who, "Ada")
    await lodging.link()
    return lodging


@pytest.mark.parametrize(("stage", "fault"), in_turn(STAGES, [each for each in FAULTS if each.name in SOME]))
async def test_a_fault_ends_with_one_archive_or_a_failure_that_is_the_operator_s(
    lodging: Lodging, stage: Stage, fault: Fault
) -> None:
    await stage.lead_to(lodging.hands)
    await fault.strike(lodging.hands, stage.where, FOREVER)
    outcome = await lodging.run()
    await lodging.look(outcome)
    if isinstance(outcome, MusiVaultError):
        assert outcome.next_step is not NextStep.LINK_DRIVE
        assert "/link drive" not in outcome.sentence
    await lodging.look(await lodging.second_run())
    (file,) = await kept(lodging.hands)
    (archive,) = await lodging.verified()
    assert file["path"] == f"MusiVault/Ada ({lodging.who})/{archive.name}"
    assert archive.name.endswith(".zip.age")
    assert (await lodging.shelf.fetch(lodging.who, archive.id)).library.likes


async def test_everybody_s_archives_are_listed_for_their_person_alone(lodging: Lodging) -> None:
    other = Lodging(**vars(replace(lodging, who=lodging.who + 500_000)))
    for each in (lodging, other):
        await each.like("A", "B")
        assert isinstance(await each.run(), BackupReport)
    link = await lodging.links.get()
    assert link is not None
    for each in (lodging, other):
        (archive,) = await each.verified()
        (listed,) = await each.open_operators(link, each.who, "").listed(each.who)
        assert listed.remote_id == archive.remote_id


async def test_an_operator_who_links_another_account_keeps_nobody_s_backup_away(lodging: Lodging) -> None:
    await lodging.like("A", "B")
    await lodging.hands.fail_next(FOREVER, 503, **CHUNK, skip=1)
    assert isinstance(await lodging.run(), MusiVaultError)
    await lodging.hands.calm()
    await lodging.archives.forget_sessions(StoreKind.OPERATOR_DRIVE)
    await lodging.link("ben")
    assert isinstance(await lodging.run(), BackupReport)
    assert await kept(lodging.hands) == []
