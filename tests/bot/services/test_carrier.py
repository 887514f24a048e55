"""The nightly copy in the operator's Drive: once, whole, gone on with, and never at the cost of an older one."""

import base64
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services.carrier import CopyCarrier
from bot.services.operator_drive import OperatorRoom
from storage.copies import Copies, Copy
from storage.copy_uploads import CopyUploadRepository
from storage.database import Database
from storage.installation import Installation
from storage.operator_drive import OperatorDrive, OperatorDriveRepository
from storage.people import PeopleRepository
from storage.sealing import Seal
from storage.stores.drive import DriveCopies, OperatorDriveStore
from storage.tokens import TokenCipher
from tests.bot.services.drive_faults.table import META
from tests.bot.services.google import Google, google_town
from tests.bot.spotify.time import Time
from tests.storage.stores.looking import CHUNKS

SEAL = Seal([Seal.generate_identity()])
CHUNK = 256 * 1024
"""The copy of an empty database takes two."""
FOREVER = 10_000
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Machine:
    """What the bot has to carry copies with; `restart` makes all of it anew but the database and the folder."""

    database: Database
    cipher: TokenCipher
    copies: Copies
    google: Google
    time: Time
    carrier: CopyCarrier = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        room = OperatorRoom(self.links, PeopleRepository(self.database), _no_member, takes_new=True)
        self.carrier = CopyCarrier(self.copies, room, self.uploads, self.open, self.time)

    @property
    def links(self) -> OperatorDriveRepository:
        return OperatorDriveRepository(Installation(self.database), self.cipher)

    @property
    def uploads(self) -> CopyUploadRepository:
        return CopyUploadRepository(Installation(self.database), self.cipher)

    def open(self, link: OperatorDrive) -> DriveCopies:
        async def sleep(_: float) -> None: ...

        return DriveCopies(link, self.google.client, sleep=sleep, chance=random.Random(3).random, chunk_size=CHUNK)

    async def link(self, user: str = "ada") -> None:
        self.time.now += timedelta(seconds=1)
        await self.links.save(OperatorDrive(await self.google.hands.consent(user), self.time.now))

    def copy(self) -> Copy:
        copy, _ = self.copies.make(self.time.now)
        return copy

    async def tick(self, later: timedelta = timedelta(0)) -> None:
        self.time.now += later
        await self.carrier.carry_due()
        await self.carrier.finished()

    async def trouble(self) -> str:
        upload = await self.uploads.get()
        return "" if upload is None else upload.trouble


def _no_member(link: OperatorDrive, who: int, name: str) -> OperatorDriveStore:
    raise AssertionError(f"no archive of {who} is opened here: {name} {link.linked_at}")


@pytest.fixture
async def google() -> AsyncIterator[Google]:
    async with google_town() as google:
        yield google


@pytest.fixture
async def machine(
    database: Database, url: str, cipher: TokenCipher, google: Google, time: Time, tmp_path: Path
) -> Machine:
    copies = Copies(Path(url.removeprefix("sqlite+aiosqlite:///")), tmp_path / "archives", SEAL)
    machine = Machine(database, cipher, copies, google, time)
    await machine.link()
    return machine


async def test_a_copy_lies_there_byte_for_byte_and_once(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    copy = machine.copy()
    caplog.set_level("INFO")
    for _ in range(3):
        await machine.tick(MINUTE)
        machine.restart()
    (file,) = (await machine.google.files()).values()
    assert file["path"] == f"MusiVault/_database/{copy.path.name}"
    assert base64.b64decode(await machine.google.hands.read_file("ada", file["id"])) == copy.path.read_bytes()
    assert await machine.google.asked("POST", "uploadType=resumable") == 1
    assert caplog.text.count(f"copy.uploaded name={copy.path.name}") == 1


async def test_what_lies_there_asks_google_nothing_more(machine: Machine) -> None:
    machine.copy()
    await machine.tick()
    await machine.google.hands.forget_requests()
    for _ in range(5):
        await machine.tick(HOUR)
    assert await machine.google.hands.requests() == []


async def test_an_upload_whose_last_answer_was_lost_is_found_and_not_made_again(machine: Machine) -> None:
    machine.copy()
    hands = machine.google.hands
    await hands.lose_answer_next(FOREVER, **CHUNKS, skip=1)
    await hands.fail_next(FOREVER, 503, **META)
    await machine.tick()
    assert await machine.trouble() == "Google Drive is not answering"
    assert len(await machine.google.files()) == 1
    await hands.calm()
    machine.restart()
    await machine.tick(HOUR)
    assert len(await machine.google.files()) == 1
    assert await machine.google.asked("POST", "uploadType=resumable") == 1
    assert await machine.trouble() == ""


async def test_an_upload_that_was_cut_goes_on_after_a_restart(machine: Machine) -> None:
    copy = machine.copy()
    hands = machine.google.hands
    await hands.fail_next(FOREVER, 503, **CHUNKS, skip=1)
    await machine.tick()
    assert await machine.google.files() == {}
    await hands.calm()
    await hands.forget_requests()
    machine.restart()
    await machine.tick()
    assert list(await machine.google.files()) == [copy.path.name]
    assert await machine.google.asked("POST", "uploadType=resumable") == 0
    assert await machine.google.asked("PUT") == 2  # how far it was, and the chunk that was missing


async def test_a_copy_that_google_garbled_is_sent_again(machine: Machine) -> None:
    copy = machine.copy()
    await machine.google.hands.lie_about_checksum_next()
    await machine.tick()
    assert list(await machine.google.files()) == [copy.path.name]
    assert list(await machine.google.files(trashed=True)) == [copy.path.name]
    assert await machine.trouble() == ""


async def test_a_full_drive_is_said_and_asked_again_an_hour_later_and_no_sooner(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    copy = machine.copy()
    hands = machine.google.hands
    await hands.fill_up("ada", leave=1000)
    await machine.tick()
    assert "copy.not_uploaded: your Google Drive has no room for" in caplog.text
    assert "has no room for" in await machine.trouble()
    await hands.make_room("ada")
    await hands.forget_requests()
    for _ in range(5):
        await machine.tick(11 * MINUTE)
    assert await hands.requests() == []
    await machine.tick(11 * MINUTE)
    assert list(await machine.google.files()) == [copy.path.name]
    assert await machine.trouble() == ""
    assert caplog.text.count("copy.not_uploaded") == 1


async def test_a_link_that_google_ended_is_said_and_used_no_more_until_there_is_another(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    copy = machine.copy()
    await machine.google.hands.revoke("ada")
    await machine.tick()
    assert await machine.carrier.room.trouble() == "refused"
    assert "drive.operator_refused" in caplog.text
    assert "copy.not_uploaded: no link to your Google Drive is accepted" in caplog.text
    await machine.google.hands.forget_requests()
    await machine.tick(HOUR)
    assert await machine.google.hands.requests() == []
    await machine.link()
    await machine.tick(HOUR)
    assert list(await machine.google.files()) == [copy.path.name]


async def test_before_a_drive_is_linked_only_the_log_says_so(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    await machine.links.forget()
    machine.copy()
    await machine.tick()
    assert "run `python -m bot drive link`" in caplog.text
    assert await machine.google.hands.requests() == []


async def test_the_same_account_linked_again_gets_no_second_one(machine: Machine) -> None:
    machine.copy()
    await machine.tick()
    await machine.link()
    await machine.tick(MINUTE)
    assert len(await machine.google.files()) == 1


async def test_another_account_gets_its_own(machine: Machine) -> None:
    copy = machine.copy()
    await machine.tick()
    await machine.link("ben")
    await machine.tick(MINUTE)
    assert copy.path.name in [file["name"] for file in await machine.google.hands.files("ben")]


async def test_a_copy_that_does_not_open_any_more_is_not_carried(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    copy = machine.copy()
    content = bytearray(copy.path.read_bytes())
    content[-1000] ^= 1
    copy.path.write_bytes(content)
    await machine.tick()
    assert await machine.google.files() == {}
    assert "copy.not_uploaded: This copy of the database is damaged" in caplog.text


async def test_a_copy_that_a_wrong_clock_dated_does_not_stand_for_the_newest(machine: Machine) -> None:
    machine.time.now += 365 * DAY
    machine.copy()
    machine.time.now -= 365 * DAY
    copy = machine.copy()
    await machine.tick()
    assert list(await machine.google.files()) == [copy.path.name]


async def nights(machine: Machine, count: int) -> list[str]:
    """The names, newest first."""
    made: list[str] = []
    for _ in range(count):
        made.insert(0, machine.copy().path.name)
        await machine.tick()
        machine.time.now += DAY
    return made


async def test_old_ones_go_to_the_trash_as_those_on_the_disk_go(machine: Machine) -> None:
    made = await nights(machine, 11)
    machine.copies.thin(machine.time.now - DAY)
    here = {copy.path.name for copy in machine.copies.listed()}
    assert set(await machine.google.files()) == here
    assert set(await machine.google.files(trashed=True)) == set(made) - here
    assert len(here) == 9


@pytest.mark.parametrize("lie", ["a part", "late", "down", "no list"])
async def test_a_list_that_is_not_whole_removes_nothing_and_is_asked_for_again(
    machine: Machine, lie: str, caplog: pytest.LogCaptureFixture
) -> None:
    await nights(machine, 8)
    hands, trashed = machine.google.hands, set(await machine.google.files(trashed=True))
    copy = machine.copy()
    listing: dict[str, Any] = {"method": "GET", "path_contains": "pageSize=1000"}
    match lie:
        case "a part":
            await hands.meanwhile("list_a_part_next", {}, **listing)
        case "down":
            await hands.fail_next(FOREVER, 503, **listing)
        case "no list":
            await hands.garble_next(FOREVER, **listing)
        case _:
            # Everything that is to go is listed, but the one that was just proven is not.
            await hands.meanwhile("list_late_by_name", {"user": "ada", "name": copy.path.name}, **listing)
    await machine.tick()
    assert copy.path.name in await machine.google.files()
    assert set(await machine.google.files(trashed=True)) == trashed
    assert "copy.none_removed" in caplog.text
    await hands.calm()
    await machine.tick(HOUR)
    assert set(await machine.google.files(trashed=True)) != trashed
    assert copy.path.name in await machine.google.files()


async def test_files_of_others_in_that_folder_are_left_alone(machine: Machine) -> None:
    await nights(machine, 2)
    (folder,) = [file for file in await machine.google.hands.files("ada") if file["name"] == "_database"]
    await machine.google.hands.add_file("ada", "notes.txt", folder=str(folder["id"]))
    (first, *_) = (await machine.google.files()).values()
    await machine.google.hands.rename("ada", first["id"], "the good one")
    await nights(machine, 10)
    assert {"notes.txt", "the good one"} <= set(await machine.google.files())


async def test_stopping_breaks_an_upload_off_and_the_next_start_goes_on(machine: Machine) -> None:
    copy = machine.copy()
    await machine.google.hands.latency(0.2)
    await machine.carrier.carry_due()
    await machine.carrier.stop(grace=0)
    assert await machine.google.files() == {}
    await machine.google.hands.calm()
    await machine.google.hands.latency(0)
    machine.restart()
    await machine.tick()
    assert list(await machine.google.files()) == [copy.path.name]
