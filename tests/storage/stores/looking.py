"""What lies in Ada's Drive, and uploads that were cut off; for the tests of the Drive store."""

import base64
from typing import Any

import pytest

from storage.errors import StoreDown
from tests.sandbox.google.hands import GoogleHands
from tests.storage.stores.conftest import Memory, Opener, Parcel

Fate = tuple[str, dict[str, Any]]
CHUNKS: dict[str, Any] = {"method": "PUT"}
SESSION: dict[str, Any] = {"method": "POST", "path_contains": "uploadType=resumable"}
FOLDERS: dict[str, Any] = {"method": "POST", "path_contains": "/drive/v3/files?fields=id&"}


async def kept(hands: GoogleHands) -> list[dict[str, Any]]:
    return [each for each in await hands.files("ada") if not each["folder"] and not each["trashed"]]


async def in_trash(hands: GoogleHands) -> list[dict[str, Any]]:
    return [each for each in await hands.files("ada") if not each["folder"] and each["trashed"]]


async def sent(hands: GoogleHands, method: str, part: str = "") -> list[int]:
    """The statuses of the requests that fit."""
    return [each["status"] for each in await hands.requests() if each["method"] == method and part in each["path"]]  # type: ignore[operator,misc]


async def assert_one_copy(hands: GoogleHands, parcel: Parcel) -> dict[str, Any]:
    (file,) = await kept(hands)
    assert file["path"] == f"MusiVault/{parcel.archive.discord_id}/{parcel.archive.name}"
    assert base64.b64decode(await hands.read_file("ada", file["id"])) == parcel.content
    return file


async def interrupted(open_store: Opener, hands: GoogleHands, parcel: Parcel, memory: Memory, chunks: int = 1) -> None:
    """An upload that stopped after some chunks, with a session on both sides."""
    await hands.fail_next(100, 503, **CHUNKS, skip=chunks)
    with pytest.raises(StoreDown):
        await open_store().put(parcel.archive, parcel.path, memory)
    await hands.calm()
    assert memory.archives[-1].session is not None
