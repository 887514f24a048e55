"""Google on a loopback port, somebody who linked it, and an archive to keep."""

import hashlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.records import Archive, ArchiveState, DriveAccount, StoreKind
from storage.stores.drive import DriveClient, DriveOAuth, DriveStore
from tests.sandbox.browser import Browser
from tests.sandbox.clock import Clock
from tests.sandbox.google.door import CLIENT_ID, CLIENT_SECRET, GoogleDoor
from tests.sandbox.google.hands import GoogleHands
from tests.sandbox.people import PEOPLE
from tests.sandbox.serving import serving

CHUNK = 256 * 1024
REDIRECT = "http://127.0.0.1:8321/callback/drive"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Memory:
    """Keeps what a store wants remembered, and survives it."""

    def __init__(self) -> None:
        self.archives: list[Archive] = []
        self.folders: list[str] = []
        self.pauses: list[float] = []

    async def __call__(self, archive: Archive) -> None:
        self.archives.append(archive)

    async def folder(self, account: DriveAccount, folder_id: str) -> None:
        assert account.discord_id == PEOPLE["ada"].discord_id
        self.folders.append(folder_id)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


@dataclass
class Parcel:
    """An archive's row and its file."""

    archive: Archive
    path: Path

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()


def parcel_of(folder: Path, size: int, seed: int = 1, store: StoreKind = StoreKind.DRIVE) -> Parcel:
    content = random.Random(seed).randbytes(size)
    path = folder / f"draft-{seed}.zip"
    path.write_bytes(content)
    archive = Archive(
        id=f"{seed:032x}",
        discord_id=PEOPLE["ada"].discord_id,
        store=store,
        state=ArchiveState.UPLOADING,
        created_at=NOON,
        name=f"musivault-2026-11-20T120000Z-{seed:08x}.zip",
        sha256=hashlib.sha256(content).hexdigest(),
        size=size,
    )
    return Parcel(archive, path)


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    """Three chunks, the last one short."""
    return parcel_of(tmp_path, 2 * CHUNK + 777)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def door(clock: Clock) -> AsyncIterator[GoogleDoor]:
    door = GoogleDoor(clock, PEOPLE)
    async with serving(door.app) as door.base_url:
        await door.hands.register_redirect(REDIRECT)
        yield door


@pytest.fixture
def hands(door: GoogleDoor) -> GoogleHands:
    return door.hands


@pytest.fixture
async def ada() -> AsyncIterator[Browser]:
    async with Browser("ada") as browser:
        yield browser


@pytest.fixture
def oauth(door: GoogleDoor) -> DriveOAuth:
    at = door.endpoints()
    return DriveOAuth(
        CLIENT_ID,
        CLIENT_SECRET,
        REDIRECT,
        at["google_oauth"],
        at["google_token"],
        at["google_revoke"],
        at["drive_root"],
    )


@pytest.fixture
def client(door: GoogleDoor) -> DriveClient:
    at = door.endpoints()
    return DriveClient(CLIENT_ID, CLIENT_SECRET, at["google_token"], at["drive_root"])


@pytest.fixture
async def account(oauth: DriveOAuth, ada: Browser) -> DriveAccount:
    url, verifier = oauth.begin("a-state")
    page = await (await ada.open(url)).press("Continue")
    code = page.url.partition("code=")[2].partition("&")[0].replace("%2F", "/")
    grant = await oauth.finish(code, "a-state", verifier)
    return DriveAccount(PEOPLE["ada"].discord_id, grant.refresh_token, NOON, grant.email)


@dataclass
class Opener:
    """Makes stores: a new one stands for a bot that was started again."""

    account: DriveAccount
    client: DriveClient
    memory: Memory

    def __call__(self, folder_id: str | None = None) -> DriveStore:
        account = replace(self.account, folder_id=folder_id)
        return DriveStore(
            account,
            self.client,
            self.memory.folder,
            sleep=self.memory.sleep,
            chance=random.Random(3).random,
            chunk_size=CHUNK,
        )


@pytest.fixture
def open_store(account: DriveAccount, client: DriveClient, memory: Memory) -> Opener:
    return Opener(account, client, memory)


@pytest.fixture
def store(open_store: Opener) -> DriveStore:
    return open_store()
