from pathlib import Path
from typing import Any

import pytest

from storage.records import Archive
from storage.stores.drive import DriveStore
from tests.sandbox.google.hands import GoogleHands
from tests.storage.stores.conftest import Memory, Parcel


async def files(hands: GoogleHands) -> list[dict[str, Any]]:
    return [each for each in await hands.files("ada") if not each["folder"] and not each["trashed"]]


async def only_file(hands: GoogleHands) -> dict[str, Any]:
    (file,) = await files(hands)
    return file


async def test_put_leaves_one_file_with_the_same_bytes(
    store: DriveStore, hands: GoogleHands, parcel: Parcel, memory: Memory
) -> None:
    archive = await store.put(parcel.archive, parcel.path, memory)
    file = await only_file(hands)
    assert (file["sha256"], file["size"]) == (parcel.archive.sha256, parcel.archive.size)
    assert archive.remote_id == file["id"]
    assert archive.session is None
    print(*await hands.requests(), sep="\n")
