"""Whose token it is: what began with one link never touches, or goes on with, another one."""

import asyncio
import random
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.errors import AccountChanged, NotLinked, SpotifyRevoked
from bot.services.accounts import Accounts, PersonalSpotify, SpotifyDoor
from bot.spotify.gateway import Access, SpotifyGateway
from bot.spotify.oauth import SpotifyApp, SpotifyOAuth
from bot.spotify.pacing import Pacing
from storage.accounts import AccountRepository
from storage.database import Database
from storage.records import AccountState, SpotifyAccount, SpotifyToken
from storage.tokens import TokenCipher
from tests.bot.spotify.time import Time
from tests.bot.spotify.wire import serving
from tests.builders import ADA

APP = SpotifyApp("MusiVault", "client", "secret")
RENEWED = {"access_token": "renewed", "refresh_token": "r2", "expires_in": 3600, "token_type": "Bearer", "scope": ""}
KINDS = pytest.mark.parametrize("revoked", [False, True], ids=["renewed", "revoked"])


@dataclass
class TokenDesk:
    """Spotify's desk for tokens: it answers when it is let, so that things can happen while it thinks."""

    revoked: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, _: web.Request) -> web.Response:
        self.asked.set()
        await self.answers.wait()
        if self.revoked:
            return web.json_response(
                {"error": "invalid_grant", "error_description": "Refresh token revoked"}, status=400
            )
        return web.json_response(RENEWED)


@dataclass
class Desk:
    """Accounts, what is kept of them, and the desk that renews their tokens."""

    accounts: Accounts
    kept: AccountRepository
    tokens: TokenDesk
    time: Time

    def link(self, key: str, *, minutes: float = 0, lasts: float = 60) -> SpotifyAccount:
        """An account as linking it so many minutes from now makes it."""
        linked_at = self.time() + timedelta(minutes=minutes)
        token = SpotifyToken(f"access-{key}-{minutes}", "refresh", linked_at + timedelta(minutes=lasts))
        return SpotifyAccount(ADA, key, key.lower(), key, APP.client_id, token, linked_at)

    async def old(self) -> PersonalSpotify:
        """Spotify as Ada, whose token is about to end."""
        await self.kept.save_spotify(self.link("A", lasts=1))
        return await self.accounts.spotify(ADA)


@pytest.fixture
async def desk(
    database: Database, cipher: TokenCipher, time: Time, executor: ThreadPoolExecutor
) -> AsyncIterator[Desk]:
    tokens, kept = TokenDesk(), AccountRepository(database, cipher)
    app = web.Application()
    app.router.add_post("/api/token", tokens.handle)
    async with serving(app) as url:
        gateway = SpotifyGateway(f"{url}/v1", Pacing(2, time, time.sleep, random.Random(1)), executor)
        oauth = SpotifyOAuth(url, f"{url}/callback/spotify", time, executor)
        yield Desk(Accounts(kept, SpotifyDoor(gateway, oauth, {APP.client_id: APP}), time), kept, tokens, time)
        tokens.answers.set()
        gateway.close()


async def token_of(access: Access) -> str:
    return access.access_token


async def test_a_token_about_to_end_is_renewed_and_kept_before_it_is_used(desk: Desk) -> None:
    spotify = await desk.old()
    desk.tokens.answers.set()
    assert await spotify.use(token_of) == "renewed"
    kept = await desk.kept.spotify(ADA)
    assert kept is not None
    assert (kept.token.access_token, kept.token.refresh_token) == ("renewed", "r2")


async def test_a_link_that_spotify_ended_is_marked_and_said(desk: Desk) -> None:
    spotify, desk.tokens.revoked = await desk.old(), True
    desk.tokens.answers.set()
    for _ in range(2):
        with pytest.raises(SpotifyRevoked):
            await spotify.use(token_of)
    assert await desk.kept.spotify(ADA) == replace(desk.link("A", lasts=1), state=AccountState.REFUSED)


async def test_what_began_with_one_account_never_goes_on_with_another(desk: Desk) -> None:
    await desk.kept.save_spotify(desk.link("A"))
    spotify = await desk.accounts.spotify(ADA)
    await desk.kept.save_spotify(desk.link("B", minutes=1))
    with pytest.raises(AccountChanged, match="Run it again"):
        await spotify.use(token_of)
    assert (await desk.accounts.spotify(ADA)).account_key == "B"


async def test_the_same_account_linked_anew_goes_on_with_its_new_token(desk: Desk) -> None:
    await desk.kept.save_spotify(desk.link("A"))
    spotify = await desk.accounts.spotify(ADA)
    anew = desk.link("A", minutes=1)
    await desk.kept.save_spotify(anew)
    assert await spotify.use(token_of) == anew.token.access_token


@KINDS
async def test_another_account_linked_during_a_renewal_keeps_its_own_token_and_state(
    desk: Desk, *, revoked: bool
) -> None:
    spotify, desk.tokens.revoked = await desk.old(), revoked
    use = asyncio.create_task(spotify.use(token_of))
    await desk.tokens.asked.wait()
    other = desk.link("B")
    await desk.kept.save_spotify(other)
    desk.tokens.answers.set()
    with pytest.raises(AccountChanged):
        await use
    assert await desk.kept.spotify(ADA) == other


@KINDS
async def test_the_same_account_linked_anew_during_a_renewal_counts(desk: Desk, *, revoked: bool) -> None:
    spotify, desk.tokens.revoked = await desk.old(), revoked
    use = asyncio.create_task(spotify.use(token_of))
    await desk.tokens.asked.wait()
    anew = desk.link("A", minutes=0.5)
    await desk.kept.save_spotify(anew)
    desk.tokens.answers.set()
    assert await use == anew.token.access_token
    assert await desk.kept.spotify(ADA) == anew


@KINDS
async def test_an_account_unlinked_during_a_renewal_stays_unlinked(desk: Desk, *, revoked: bool) -> None:
    spotify, desk.tokens.revoked = await desk.old(), revoked
    use = asyncio.create_task(spotify.use(token_of))
    await desk.tokens.asked.wait()
    await desk.kept.forget_spotify(ADA)
    desk.tokens.answers.set()
    with pytest.raises(NotLinked):
        await use
    assert await desk.kept.spotify(ADA) is None
