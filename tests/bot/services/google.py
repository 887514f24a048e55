"""Google with the operator's Drive: Ada runs the bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from storage.stores.drive import DriveClient
from tests.sandbox.clock import Clock
from tests.sandbox.google.door import CLIENT_ID, CLIENT_SECRET, GoogleDoor
from tests.sandbox.google.hands import GoogleHands
from tests.sandbox.people import PEOPLE
from tests.sandbox.serving import serving


@dataclass(frozen=True)
class Google:
    """The hands that act there, and the client that the bot uses."""

    hands: GoogleHands
    client: DriveClient
    endpoints: dict[str, str]

    async def files(self, *, trashed: bool = False) -> dict[str, dict[str, Any]]:
        """What lies in the Drive, or in its trash, by name."""
        every = [file for file in await self.hands.files("ada") if not file["folder"] and file["trashed"] is trashed]
        named = {str(file["name"]): file for file in every}
        assert len(named) == len(every), "doubled in the Drive"
        return named

    async def asked(self, method: str, part: str = "") -> int:
        """How many requests fit."""
        every = await self.hands.requests()
        return sum(each["method"] == method and part in str(each["path"]) for each in every)


@asynccontextmanager
async def google_town() -> AsyncIterator[Google]:
    """On a port of its own."""
    door = GoogleDoor(Clock(), PEOPLE)
    async with serving(door.app) as door.base_url:
        at = door.endpoints()
        client = DriveClient(CLIENT_ID, CLIENT_SECRET, at["google_token"], at["drive_root"])
        yield Google(door.hands, client, at)
