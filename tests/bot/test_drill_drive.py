"""The drill with a copy from the operator's Drive, and what it says where there is no way to one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Config
from bot.copies import CopyNote, copies_of, note
from bot.drill import Place, drill
from bot.drive_link import desk_of
from storage.copies import Copies, Copy
from storage.copy_uploads import CopyUpload
from storage.database import Database
from storage.installation import Installation
from storage.operator_drive import OperatorDrive
from storage.people import PeopleRepository
from tests.bot.services.google import Google, google_town
from tests.bot.spotify.time import NOW
from tests.bot.test_drill import IDENTITY, MORNING, configuration, files, wrong
from tests.sandbox.google.door import CLIENT_ID, CLIENT_SECRET
from tests.storage.conftest import database, url

__all__ = ["database", "url"]


@pytest.fixture
async def google() -> AsyncIterator[Google]:
    async with google_town() as google:
        yield google


@pytest.fixture
def config(tmp_path: Path, google: Google) -> Config:
    values = configuration(tmp_path, IDENTITY).model_dump()
    values["backup"] |= {"store": "drive"}
    values["drive"] |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    values["endpoints"] |= google.endpoints
    return Config.model_validate(values)


@pytest.fixture
async def copies(config: Config, database: Database, google: Google) -> Copies:
    """Of Ada's, whose Drive is linked."""
    await PeopleRepository(database).remember(1, "ada")
    async with desk_of(config) as desk:
        await desk.links.save(OperatorDrive(await google.hands.consent("ada"), NOW))
    copies = copies_of(config)
    assert copies is not None
    return copies


@pytest.fixture
async def copy(config: Config, copies: Copies, database: Database) -> Copy:
    """It lies in the Drive and no longer here."""
    copy, contents = copies.make(NOW)
    await note(Installation(database), CopyNote(copy.path.name, contents))
    async with desk_of(config) as desk:
        link = await desk.links.get()
        assert link is not None

        async def forget(_: CopyUpload) -> None: ...

        await desk.door.copies_of()(link).put(CopyUpload(NOW, copy.path.name), copy.path, forget)
    copy.path.unlink()
    return copy


async def found(config: Config, place: Place | None) -> dict[str, tuple[bool, str]]:
    return {each.subject: (each.ok, each.sentence) for each in await drill(config, MORNING, place)}


@pytest.mark.parametrize("place", [Place.DRIVE, None], ids=["asked for", "the folder has none"])
async def test_the_newest_is_fetched_opened_and_gone_again(
    config: Config, copy: Copy, tmp_path: Path, place: Place | None
) -> None:
    said = await found(config, place)
    assert [subject for subject, (ok, _) in said.items() if not ok] == []
    assert f"MusiVault/_database/{copy.path.name} in your Google Drive (" in said["copy"][1]
    assert said["people"][1] == "1, all that the live database had then"
    assert files(tmp_path) <= {"musivault.db", "musivault.db-wal", "musivault.db-shm"}


async def test_the_newest_of_several_is_taken(config: Config, copies: Copies, copy: Copy, google: Google) -> None:
    ((name, file),) = (await google.files()).items()
    await google.hands.rename("ada", file["id"], name.replace("2026-11-20", "2026-11-19"))
    said = await found(config, Place.DRIVE)
    assert said["copy"][1].endswith("was made 31 hours ago")


async def test_one_in_the_folder_comes_first(config: Config, copies: Copies, copy: Copy) -> None:
    here, _ = copies.make(NOW)
    assert str(here.path) in (await found(config, None))["copy"][1]
    assert "is not made" not in str(await found(config, Place.FOLDER))


async def test_a_copy_that_is_damaged_there_is_told(config: Config, copy: Copy, google: Google, tmp_path: Path) -> None:
    (file,) = (await google.files()).values()
    await google.hands.damage("ada", file["id"])
    said = await drill(config, MORNING, Place.DRIVE)
    assert wrong({each.subject: each for each in said}) == ["contents"]
    assert "Use an older one" in said[-1].sentence


@pytest.mark.usefixtures("copy")
async def test_a_drive_that_lets_nobody_in_is_told(config: Config, google: Google) -> None:
    await google.hands.revoke("ada")
    ok, said = (await found(config, Place.DRIVE))["copy"]
    assert (ok, said) == (
        False,
        "no link to your Google Drive is accepted: run `python -m bot drive link`",
    )


async def test_a_drive_without_any_is_told(config: Config, copies: Copies) -> None:
    ok, said = (await found(config, None))["copy"]
    assert (ok, said.startswith("there is none in MusiVault/_database/ of your Google Drive")) == (False, True)


@pytest.mark.usefixtures("copy")
async def test_after_a_lost_machine_it_is_said_that_the_copy_is_fetched_by_hand(config: Config, tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path}/new/musivault.db"
    lost = config.model_copy(update={"storage": config.storage.model_copy(update={"database_url": new})})
    for place in (None, Place.DRIVE):
        ok, said = (await found(lost, place))["copy"]
        assert not ok
        assert "kept in the database, and there is none here" in said
        assert "download the newest file of MusiVault/_database/ at https://drive.google.com into" in said
        assert str(tmp_path / "archives" / "_database") in said
    assert not (tmp_path / "new" / "musivault.db").exists()


async def test_a_folder_without_any_does_not_ask_a_drive_that_has_none_of_the_archives(
    config: Config, copies: Copies, google: Google
) -> None:
    folder = config.model_copy(update={"backup": config.backup.model_copy(update={"store": "folder"})})
    ok, said = (await found(folder, None))["copy"]
    assert (ok, "there is none in" in said) == (False, True)
    assert await google.hands.requests() == []


async def test_a_database_without_a_link_or_that_cannot_be_read_is_told_apart(config: Config, copies: Copies) -> None:
    async with desk_of(config) as desk:
        await desk.links.forget()
    assert "has no link that Google accepts" in (await found(config, Place.DRIVE))["copy"][1]
    for left in copies.database.parent.glob("musivault.db-*"):
        left.unlink()
    copies.database.write_bytes(b"not a database at all" * 1000)
    assert "cannot be read as it is" in (await found(config, Place.DRIVE))["copy"][1]
