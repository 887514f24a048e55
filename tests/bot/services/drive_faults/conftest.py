"""Somebody with a library and a Drive, and what a member would find after each attempt at a backup."""

import base64
import hashlib
import random
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.errors import Unexpected
from bot.jobs import ATTEMPTS, goes_on_at
from bot.services.backup import BackupReport
from bot.services.progress import ignore
from storage.covers import CoverRepository
from storage.database import Database
from storage.errors import MusiVaultError, NextStep
from storage.library import LibraryRepository
from storage.records import (
    AccountState,
    Archive,
    ArchiveState,
    DriveAccount,
    Image,
    Run,
    RunKind,
    RunState,
)
from storage.stores.drive import DriveClient
from storage.tokens import TokenCipher
from tests.bot.services.drive_faults.home import Home
from tests.bot.spotify.time import Time
from tests.builders import ADA, NOON, VaultPlan, everything, library, likes, playlist
from tests.sandbox.clock import Clock
from tests.sandbox.google.door import CLIENT_ID, CLIENT_SECRET, GoogleDoor
from tests.sandbox.google.hands import GoogleHands
from tests.sandbox.google.switches import DEED, Deed, Spell, Switches
from tests.sandbox.people import PEOPLE
from tests.sandbox.serving import serving
from tests.storage.seeing import keep
from tests.storage.stores.looking import in_trash, kept

NUMBERS = count(ADA + 1000)
"""A person for each case."""
ROAD = playlist("Road", "A", "B")
COVER = Image("image/jpeg", random.Random(7).randbytes(560_000))
"""It makes three chunks of the archive."""
WAYS_ON = ("again", "/link drive", "Free some space", "whoever runs this bot", "/vault backup", "Choose an older one")


@dataclass
class House(Home):
    """One person's backups, and the hands that act at Google."""

    hands: GoogleHands
    switches: Switches
    google_time: Clock
    endpoints: dict[str, str]

    async def link(self, user: str = "ada") -> None:
        """As if for the first time."""
        self.time.now += timedelta(seconds=1)
        token = await self.hands.consent(user)
        await self.accounts.save_drive(DriveAccount(self.who, token, self.time.now, PEOPLE[user].email))

    async def meanwhile(self, deed: Deed, **where: Any) -> None:  # noqa: ANN401
        """Something of ours happens just before Google answers."""
        self.switches.cast(Spell(1, DEED, deed=deed, **where))

    async def like(self, *names: str) -> None:
        """The library has changed."""
        await keep(LibraryRepository(self.database), self.who, VaultPlan(likes=likes(*names)), self.time.now)

    async def run(self) -> BackupReport | MusiVaultError:
        """A backup as the jobs make one: trouble that passes is waited for, a bounded number of times."""
        since = self.time.now
        for attempt in (0, ATTEMPTS - 2, ATTEMPTS - 1):
            run = Run(1, RunKind.BACKUP, self.who, RunState.RUNNING, since, attempts=attempt)
            self.time.now += timedelta(minutes=20)
            try:
                return await self.backups.backup(self.who, ignore, since)
            except MusiVaultError as error:
                if goes_on_at(error, run, self.time.now) is None:
                    return error
        raise AssertionError("never given up")

    async def second_run(self) -> BackupReport:
        """When all is well again, the link too."""
        await self.hands.calm()
        await self.hands.make_room("ada")
        account = await self.accounts.drive(self.who)
        if account is None or account.state is not AccountState.LINKED:
            await self.link()
        report = await self.run()
        assert isinstance(report, BackupReport), report
        return report

    async def verified(self) -> tuple[Archive, ...]:
        return tuple(each for each in await self.archives.of(self.who) if each.state is ArchiveState.VERIFIED)

    async def look(self, outcome: BackupReport | MusiVaultError) -> None:
        """After any attempt: what is said to be a backup is one, and a failure says what to do."""
        there = {file["id"]: file for file in await kept(self.hands)}
        assert len(there) <= 1, "doubled in the Drive"
        verified = await self.verified()
        if isinstance(outcome, BackupReport):
            assert [archive.id for archive in verified] == [outcome.archive_id]
        else:
            assert speaks(outcome), outcome.sentence
        for archive in verified:
            await self.proves(archive, there[archive.remote_id])

    async def proves(self, archive: Archive, file: dict[str, Any]) -> None:
        """It is, byte for byte, what was written, and opens."""
        content = base64.b64decode(await self.hands.read_file("ada", file["id"]))
        assert hashlib.sha256(content).hexdigest() == archive.sha256
        assert len(content) == archive.size

    async def at_rest(self) -> None:
        """In the end: exactly one, and nothing left over."""
        (archive,) = await self.verified()
        (file,) = await kept(self.hands)
        assert file["path"] == f"MusiVault/{self.who}/{archive.name}"
        await self.proves(archive, file)
        assert (await self.shelf.fetch(self.who, archive.id)).library.likes
        assert await self.archives.unfinished(self.who) == ()
        assert not [path for path in (self.folder / "drafts").glob("*") if path.is_file()]

    async def in_trash(self) -> list[str]:
        return sorted((file["name"] for file in await in_trash(self.hands)), reverse=True)


def speaks(error: MusiVaultError) -> bool:
    """Whether a person would know what to do next."""
    if isinstance(error, Unexpected):
        return False
    return error.next_step is not NextStep.NONE or any(words in error.sentence for words in WAYS_ON)


@pytest.fixture(scope="module")
def vault_url(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("vaults") / "musivault.db"
    shutil.copy(migrated, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def vaults(vault_url: str) -> AsyncIterator[Database]:
    """One database for all cases, each with a person of its own: a new one warms up too slowly."""
    opened = Database(vault_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def house(vaults: Database, cipher: TokenCipher, time: Time, tmp_path: Path) -> AsyncIterator[House]:
    clock = Clock()
    door = GoogleDoor(clock, PEOPLE)
    async with serving(door.app) as door.base_url:
        at = door.endpoints()
        client = DriveClient(CLIENT_ID, CLIENT_SECRET, at["google_token"], at["drive_root"])
        house = House(next(NUMBERS), vaults, cipher, client, time, tmp_path, door.hands, door.switches, clock, at)
        await keep(LibraryRepository(vaults), house.who, everything(library(ROAD, likes=likes("A", "B"))), NOON)
        await CoverRepository(vaults).keep_covers(house.who, {ROAD.details.spotify_id: COVER}, NOON)
        await house.link()
        yield house
