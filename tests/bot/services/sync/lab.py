"""The sync engine on Spotify's stand-in, without Discord: real spotipy, a real database, a clock of ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.rooms import Rooms, opened
from bot.services.progress import ignore
from bot.services.sync import SyncReport
from storage.records import SavedKind, SpotifyAccount, SpotifyToken
from tests.sandbox.clock import Clock
from tests.sandbox.operator import configuration
from tests.sandbox.people import PEOPLE
from tests.sandbox.sandbox import Sandbox
from tests.sandbox.spotify.apps import CLIENT_ID
from tests.sandbox.spotify.door import SpotifyDoor
from tests.sandbox.spotify.hands import SpotifyHands
from tests.sandbox.world import SEED

KINDS = {SavedKind.TRACK: "likes", SavedKind.ALBUM: "albums", SavedKind.SHOW: "shows", SavedKind.EPISODE: "episodes"}
State = dict[str, Any]


@dataclass
class Lab:
    """Somebody's Spotify (`hands` act there) and somebody's vault."""

    hands: SpotifyHands
    clock: Clock
    rooms: Rooms
    user: str

    @property
    def discord_id(self) -> int:
        return PEOPLE[self.user].discord_id

    async def sync(self, *, full: bool = False) -> SyncReport:
        """One sync, a minute after whatever came before."""
        self.clock.advance(timedelta(minutes=1))
        return await self.rooms.engine.sync(self.discord_id, ignore, full=full)

    async def requests(self) -> int:
        """How many requests to the Web API there were since the last look, pictures apart."""
        number = (await self.hands.counts())["api"]
        await self.hands.reset_requests()
        return int(number)

    async def link(self) -> None:
        """As if the person had agreed just now."""
        granted = await self.hands.grant(self.user)
        now = self.clock.now()
        await self.rooms.kept.accounts.save_spotify(
            SpotifyAccount(
                discord_id=self.discord_id,
                account_key=f"key of {self.user}",
                spotify_id=PEOPLE[self.user].spotify_id,
                display_name=PEOPLE[self.user].spotify_name,
                client_id=CLIENT_ID,
                token=SpotifyToken(
                    granted["access_token"],
                    granted["refresh_token"],
                    now + timedelta(seconds=granted["expires_in"]),
                    granted["scope"],
                ),
                authorized_at=now,
            )
        )

    async def at_spotify(self) -> State:
        """What the person has there, as far as an app of 2026 may see it."""
        library = await self.hands.library(self.user)
        saved = {
            name: [(entry["uri"], _moment(entry["added_at"])) for entry in library[name]] for name in KINDS.values()
        }
        playlists = {
            playlist["id"]: (
                playlist["name"],
                [(one["uri"], _moment(one["added_at"]), one["added_by"] or None) for one in playlist["items"]],
            )
            for playlist in library["playlists"]
            if playlist["readable"] and playlist["listed"]
        }
        return saved | {"playlists": playlists, "artists": set(library["follows"])}

    async def in_vault(self) -> State:
        """What the vault has of the same."""
        vault = self.rooms.kept.library
        state: State = {
            name: [tuple(key) for key in await vault.saved_keys(self.discord_id, kind)] for kind, name in KINDS.items()
        }
        heads = [head for head in await vault.playlist_heads(self.discord_id) if not (head.removed_at or head.closed)]
        state["playlists"] = {
            head.details.spotify_id: (
                head.details.name,
                [tuple(key) for key in await vault.playlist_keys(self.discord_id, head.details.spotify_id)],
            )
            for head in heads
        }
        state["artists"] = {uri for uri, _ in await vault.saved_keys(self.discord_id, SavedKind.ARTIST)}
        return state

    async def agrees(self, *, artists: bool = False) -> None:
        """The vault equals Spotify; who is followed may be a day old unless asked for."""
        there, here = await self.at_spotify(), await self.in_vault()
        for name, value in there.items():
            if name != "artists" or artists:
                assert here[name] == value, f"{name} differ"


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@asynccontextmanager
async def a_lab(folder: Path, user: str = "ada", seed: int = SEED, **changes: object) -> AsyncIterator[Lab]:
    """A linked person whose vault is empty yet; waiting costs no time. Another seed is another world and weather."""
    clock = Clock()
    door = SpotifyDoor(clock, PEOPLE, seed)
    async with Sandbox({"spotify": door}, clock) as sandbox:
        config = Config.model_validate(configuration(folder, sandbox.endpoints, 1, **changes))

        async def sleep(seconds: float) -> None:
            clock.advance(timedelta(seconds=seconds))
            await asyncio.sleep(0)

        async with opened(config, clock=clock, sleep=sleep) as rooms:
            lab = Lab(door.hands, clock, rooms, user)
            await lab.link()
            yield lab
