"""The bot's side of a sync, put together as the bot does it, without Discord."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.config import Config
from bot.rooms import Rooms, opened
from storage.records import SpotifyAccount, SpotifyToken
from tests.bench.sync.town import Guest
from tests.sandbox.clock import Clock
from tests.sandbox.control import Control


@dataclass(frozen=True)
class Product:
    """What the benchmark touches."""

    rooms: Rooms
    clock: Clock

    async def link(self, guest: Guest, control: Control) -> None:
        """As if that person had agreed just now."""
        granted = await control.spotify("grant", user=guest.key, client_id=guest.client_id)
        now = self.clock.now()
        token = SpotifyToken(
            granted["access_token"],
            granted["refresh_token"],
            now + timedelta(seconds=granted["expires_in"]),
            granted["scope"],
        )
        account = SpotifyAccount(
            discord_id=guest.discord_id,
            account_key=f"key of {guest.key}",
            spotify_id=guest.spotify_id,
            display_name=guest.key,
            client_id=guest.client_id,
            token=token,
            authorized_at=now,
        )
        await self.rooms.kept.accounts.save_spotify(account)


@asynccontextmanager
async def product(config: Config, clock: Clock) -> AsyncIterator[Product]:
    """Open while the context lasts."""
    async with opened(config, clock=clock, sleep=asyncio.sleep) as rooms:
        yield Product(rooms, clock)
