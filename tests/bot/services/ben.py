"""Ben's Spotify on the stand-in, with the one writer to it and its journal."""

import random
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.errors import SpotifyDown
from bot.services.accounts import Accounts, SpotifyDoor
from bot.services.changes import Changes
from bot.services.changes.steps import Request, journalled
from bot.services.progress import ignore
from bot.spotify.gateway import SpotifyGateway
from bot.spotify.oauth import SpotifyApp, SpotifyOAuth
from bot.spotify.pacing import Pacing
from storage.accounts import AccountRepository
from storage.changes import ChangeRepository
from storage.database import Database
from storage.people import PeopleRepository
from storage.records import Change, ChangeState, SpotifyAccount, StepState
from storage.tokens import TokenCipher
from tests.bot.spotify.time import Time
from tests.builders import BEN, NOON
from tests.sandbox.clock import Clock
from tests.sandbox.people import COOKIE, PEOPLE
from tests.sandbox.serving import serving
from tests.sandbox.spotify.apps import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.spotify.door import SpotifyDoor as StandIn
from tests.sandbox.spotify.hands import SpotifyHands

APP = SpotifyApp("MusiVault", CLIENT_ID, CLIENT_SECRET)
REDIRECT = "http://127.0.0.1:8321/callback/spotify"
LIST = "Sunday Spins"


@dataclass
class Bench:
    """Ben's Spotify, and the only writer to it."""

    hands: SpotifyHands
    accounts: Accounts
    changes: Changes

    async def journal(self, *requests: Request, sent: int = 0) -> str:
        """Keep a change; the first `sent` steps look as a crash between the write and its note leaves them."""
        change = Change("c", BEN, ChangeState.PREVIEWED, NOON, {}, journalled(requests))
        await self.changes.journal.create(change)
        for step in change.steps[:sent]:
            await self.changes.journal.mark_step("c", step.seq, StepState.SENT)
        return change.id

    async def apply(self) -> Change:
        spotify = await self.accounts.spotify(BEN)
        return await self.changes.apply(await self.changes.journal.get("c"), spotify, ignore)

    async def applied(self) -> Change:
        """Applied, and again for as often as an unclear answer parks the job."""
        for _ in range(3):
            try:
                return await self.apply()
            except SpotifyDown:
                continue
        raise AssertionError("it never went through")

    async def likes(self) -> list[str]:
        return [like["uri"] for like in (await self.hands.library("ben"))["likes"]]

    async def shelf(self, kind: str) -> list[str]:
        """Albums, shows or episodes, newest first; or artists, in no order."""
        library = await self.hands.library("ben")
        if kind == "artists":
            return [uri for uri in library["follows"] if ":artist:" in uri]
        return [saved["uri"] for saved in library[kind]]

    async def items(self, name: str = LIST) -> list[str | None]:
        return [item["uri"] for item in (await self.hands.playlist("ben", name))["items"]]

    async def names(self) -> list[str]:
        return [playlist["name"] for playlist in (await self.hands.library("ben"))["playlists"]]

    async def id_of(self, name: str = LIST) -> str:
        return str((await self.hands.playlist("ben", name))["id"])


@asynccontextmanager
async def open_bench(
    database: Database, cipher: TokenCipher, time: Time, executor: ThreadPoolExecutor
) -> AsyncIterator[Bench]:
    """Signed in, and nothing planned yet."""
    clock = Clock()
    door = StandIn(clock, PEOPLE)
    async with serving(door.app) as door.base_url:
        await door.hands.register_redirect(CLIENT_ID, REDIRECT)
        gateway = SpotifyGateway(f"{door.base_url}/v1", Pacing(2, time, time.sleep, random.Random(1)), executor)
        oauth = SpotifyOAuth(door.base_url, REDIRECT, clock, executor)
        repository = AccountRepository(database, cipher)
        await PeopleRepository(database).remember(BEN, "Ben")
        await repository.save_spotify(await signed_in(oauth))
        accounts = Accounts(repository, SpotifyDoor(gateway, oauth, {CLIENT_ID: APP}), clock)
        yield Bench(door.hands, accounts, Changes(ChangeRepository(database), time.sleep))
        gateway.close()


async def signed_in(oauth: SpotifyOAuth) -> SpotifyAccount:
    """Ben, by the whole way through the consent page."""
    url, verifier = oauth.begin(APP, "the-state")
    async with (
        aiohttp.ClientSession(cookies={COOKIE: "ben"}, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
        browser.post(URL(url), data={"decision": "agree"}, allow_redirects=False) as answer,
    ):
        code = URL(answer.headers["Location"]).query["code"]
    token = await oauth.finish(APP, code, verifier)
    return SpotifyAccount(BEN, "key", PEOPLE["ben"].spotify_id, "Ben", CLIENT_ID, token, NOON)
