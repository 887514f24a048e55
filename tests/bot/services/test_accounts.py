"""Whose token it is: what began with one link never touches, or goes on with, another one. And when a link is over."""

import asyncio
import random
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.errors import AccountChanged, LinkEnd, NotLinked, SpotifyDoubted, SpotifyRevoked
from bot.services.accounts import CONSENT_BEFORE, DOUBT, Accounts, PersonalSpotify, SpotifyDoor, end_of
from bot.spotify.gateway import Access, SpotifyGateway
from bot.spotify.oauth import SpotifyApp, SpotifyOAuth, link_ends
from bot.spotify.pacing import Pacing
from storage.accounts import AccountRepository
from storage.database import Database
from storage.records import AccountState, SpotifyAccount, SpotifyToken
from storage.tokens import TokenCipher
from tests.bot.spotify.time import Time
from tests.builders import ADA
from tests.sandbox.serving import serving

APP = SpotifyApp("MusiVault", "client", "secret")
RENEWED = {"access_token": "renewed", "refresh_token": "r2", "expires_in": 3600, "token_type": "Bearer", "scope": ""}
KINDS = pytest.mark.parametrize("revoked", [False, True], ids=["renewed", "revoked"])


@dataclass
class TokenDesk:
    """Spotify's desk for tokens: it answers when it is let, so that things can happen while it thinks."""

    revoked: bool = False
    times: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, _: web.Request) -> web.Response:
        self.times += 1
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

    async def doubt(self, spotify: PersonalSpotify) -> None:
        """Spotify says no, and that is not believed yet."""
        with pytest.raises(SpotifyDoubted):
            await spotify.use(token_of)

    async def state(self) -> AccountState:
        """As what her link is kept."""
        account = await self.kept.spotify(ADA)
        assert account is not None
        return account.state


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


async def test_the_first_refusal_is_doubted_and_spotify_is_left_alone_for_an_hour(desk: Desk) -> None:
    spotify, desk.tokens.revoked = await desk.old(), True
    desk.tokens.answers.set()
    doubted_at = desk.time()
    for minutes in (0, 1, 58):
        desk.time.now += timedelta(minutes=minutes)
        with pytest.raises(SpotifyDoubted, match="asks once more") as doubted:
            await spotify.use(token_of)
        assert doubted.value.retry_at == doubted_at + DOUBT
    assert desk.tokens.times == 1
    assert await desk.state() is AccountState.LINKED


async def test_after_an_outage_the_same_link_goes_on_and_its_next_refusal_is_doubted_again(desk: Desk) -> None:
    spotify, desk.tokens.revoked = await desk.old(), True
    desk.tokens.answers.set()
    await desk.doubt(spotify)
    desk.tokens.revoked = False
    desk.time.now += DOUBT
    assert await spotify.use(token_of) == "renewed"
    desk.tokens.revoked = True
    desk.time.now += timedelta(hours=1)
    await desk.doubt(spotify)
    assert desk.tokens.times == 3


async def test_a_link_refused_once_more_is_over_and_never_asked_for_again(desk: Desk) -> None:
    spotify, desk.tokens.revoked = await desk.old(), True
    desk.tokens.answers.set()
    await desk.doubt(spotify)
    desk.time.now += DOUBT
    for _ in range(3):
        with pytest.raises(SpotifyRevoked, match="access was taken back") as revoked:
            await spotify.use(token_of)
        assert revoked.value.end is LinkEnd.REFUSED
        desk.time.now += timedelta(days=1)
    assert desk.tokens.times == 2
    assert await desk.state() is AccountState.REFUSED


async def test_the_doubt_outlives_a_restart(desk: Desk) -> None:
    spotify, desk.tokens.revoked = await desk.old(), True
    desk.tokens.answers.set()
    await desk.doubt(spotify)
    desk.accounts = Accounts(desk.kept, desk.accounts.door, desk.time)
    await desk.doubt(await desk.accounts.spotify(ADA))
    assert desk.tokens.times == 1


@pytest.mark.parametrize(
    ("early", "over"),
    [(timedelta(), True), (CONSENT_BEFORE, True), (CONSENT_BEFORE + timedelta(seconds=1), False)],
    ids=["to the second", "agreed before the browser came back", "before its time"],
)
async def test_a_refusal_after_six_months_is_believed_at_once(desk: Desk, *, early: timedelta, over: bool) -> None:
    spotify, desk.tokens.revoked = await desk.old(), True
    desk.tokens.answers.set()
    desk.time.now = link_ends(desk.time.now) - early
    with pytest.raises(SpotifyRevoked if over else SpotifyDoubted) as refused:
        await spotify.use(token_of)
    assert desk.tokens.times == 1
    assert not isinstance(refused.value, SpotifyRevoked) or "six months old" in refused.value.sentence


@pytest.mark.parametrize(
    ("linked", "ends"),
    [
        (datetime(2026, 11, 20, 18, tzinfo=UTC), datetime(2027, 5, 20, 18, tzinfo=UTC)),
        (datetime(2026, 8, 31, 18, tzinfo=UTC), datetime(2027, 2, 28, 18, tzinfo=UTC)),
        (datetime(2027, 8, 31, 18, tzinfo=UTC), datetime(2028, 2, 29, 18, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 6, 30, 23, 59, tzinfo=UTC)),
    ],
)
def test_six_months_are_calendar_months(linked: datetime, ends: datetime) -> None:
    assert link_ends(linked) == ends


async def test_many_requests_at_once_renew_a_token_once(desk: Desk) -> None:
    spotify = await desk.old()
    desk.tokens.answers.set()
    assert await asyncio.gather(*(spotify.use(token_of) for _ in range(8))) == ["renewed"] * 8
    assert desk.tokens.times == 1


async def test_who_gives_up_waiting_does_not_lose_the_token_that_comes(desk: Desk) -> None:
    spotify = await desk.old()
    use = asyncio.create_task(spotify.use(token_of))
    await desk.tokens.asked.wait()
    use.cancel()
    await asyncio.wait([use])
    assert use.cancelled()
    desk.tokens.answers.set()
    await desk.accounts.settle()
    kept = await desk.kept.spotify(ADA)
    assert kept is not None
    assert (kept.token.access_token, kept.token.refresh_token) == ("renewed", "r2")


class Dying(AccountRepository):
    """A process that ends between Spotify's answer and the database."""

    async def replace_token(self, account: SpotifyAccount, token: SpotifyToken) -> bool:
        raise ConnectionAbortedError


@pytest.mark.parametrize("rotated", [False, True], ids=["with a secret", "rotated"])
async def test_killed_before_the_new_token_is_kept_it_was_never_used_and_nothing_loops(
    desk: Desk, database: Database, cipher: TokenCipher, *, rotated: bool
) -> None:
    await desk.old()
    desk.tokens.answers.set()
    dying = Accounts(Dying(database, cipher), desk.accounts.door, desk.time)
    with pytest.raises(ConnectionAbortedError):
        await (await dying.spotify(ADA)).use(token_of)
    desk.tokens.revoked = rotated  # the old refresh token died with the answer
    spotify = await desk.accounts.spotify(ADA)
    if not rotated:
        assert await spotify.use(token_of) == "renewed"
        return
    await desk.doubt(spotify)
    desk.time.now += DOUBT
    for _ in range(3):
        with pytest.raises(SpotifyRevoked):
            await spotify.use(token_of)
    assert desk.tokens.times == 3


async def test_access_that_cannot_be_read_any_more_is_called_that(desk: Desk, database: Database) -> None:
    await desk.kept.save_spotify(desk.link("A"))
    stranger = AccountRepository(database, TokenCipher([TokenCipher.generate_key()]))
    accounts = Accounts(stranger, desk.accounts.door, desk.time)
    with pytest.raises(SpotifyRevoked, match="can no longer read the access") as revoked:
        await accounts.spotify(ADA)
    assert revoked.value.end is LinkEnd.UNREADABLE


async def test_an_app_the_operator_took_away_is_called_that(desk: Desk) -> None:
    await desk.kept.save_spotify(replace(desk.link("A"), client_id="former"))
    with pytest.raises(SpotifyRevoked, match="a Spotify app that this bot no longer uses") as revoked:
        await desk.accounts.spotify(ADA)
    assert revoked.value.end is LinkEnd.APP_GONE


def test_a_link_is_good_until_spotify_says_otherwise(time: Time) -> None:
    token = SpotifyToken("a", "r", time())
    account = SpotifyAccount(ADA, "A", "a", "A", APP.client_id, token, time())
    assert end_of(account, {APP.client_id}, time() + timedelta(days=400)) is None
    refused = replace(account, state=AccountState.REFUSED)
    assert end_of(refused, {APP.client_id}, time() + timedelta(days=400)) is LinkEnd.SIX_MONTHS
    assert end_of(refused, {APP.client_id}, time()) is LinkEnd.REFUSED


async def test_what_began_with_one_account_never_goes_on_with_another(desk: Desk) -> None:
    await desk.kept.save_spotify(desk.link("A"))
    spotify = await desk.accounts.spotify(ADA)
    await desk.kept.save_spotify(desk.link("B", minutes=1))
    with pytest.raises(AccountChanged, match="Run it again"):
        await spotify.use(token_of)
    assert (await desk.accounts.spotify(ADA)).account_key == "B"


async def test_what_was_read_is_known_to_be_of_the_account_that_is_linked(desk: Desk) -> None:
    await desk.kept.save_spotify(desk.link("A"))
    spotify = await desk.accounts.spotify(ADA)
    await spotify.still_linked()
    await desk.kept.save_spotify(desk.link("B", minutes=1))
    with pytest.raises(AccountChanged):
        await spotify.still_linked()


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
