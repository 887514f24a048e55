"""Linked accounts: a usable token for each call, what is linked, and unlinking."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import AccountChanged, LinkEnd, NotLinked, SpotifyDoubted, SpotifyRevoked, TokenExpired
from bot.spotify.features import Feature
from bot.spotify.gateway import Access, SpotifyGateway
from bot.spotify.oauth import SpotifyApp, SpotifyOAuth, link_ends
from bot.spotify.parse import Follows, Listed, Opened, Page, Profile
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.records import (
    AccountState,
    Image,
    Play,
    PlaylistItem,
    Saved,
    SavedKind,
    SpotifyAccount,
    Top,
    TopKind,
    TopTerm,
)

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)

REFRESH_EARLY = timedelta(minutes=2)
DOUBT = timedelta(hours=1)
"""After the first refusal of a link, until Spotify is asked the one time more."""
CONSENT_BEFORE = timedelta(minutes=10)
"""How much earlier than we wrote it down the consent may have been given: as long as a one-time link is good for."""


def end_of(account: SpotifyAccount, apps: Collection[str], now: datetime) -> LinkEnd | None:
    """Why this link can no longer be used; None while it can. `apps` are the client ids the operator has."""
    if not account.token.refresh_token:
        return LinkEnd.UNREADABLE
    if account.state is AccountState.REFUSED:
        return LinkEnd.SIX_MONTHS if is_over(account, now) else LinkEnd.REFUSED
    return None if account.client_id in apps else LinkEnd.APP_GONE


def is_over(account: SpotifyAccount, now: datetime) -> bool:
    """Whether six months have passed since the consent."""
    return link_ends(account.authorized_at) - CONSENT_BEFORE <= now


@dataclass(slots=True)
class SpotifyDoor:
    """All that is needed to talk to Spotify: its API, its sign-in, and the apps the operator registered."""

    gateway: SpotifyGateway
    oauth: SpotifyOAuth
    apps: Mapping[str, SpotifyApp]


@dataclass(slots=True)
class Accounts:
    """Who linked what. Tokens are refreshed early, under that person's lock, and stored before they are used."""

    repository: AccountRepository
    door: SpotifyDoor
    clock: Clock
    _locks: defaultdict[int, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock), repr=False)
    _renewals: set[asyncio.Task[SpotifyAccount]] = field(default_factory=set, repr=False)

    async def spotify(self, discord_id: int, *, background: bool = False) -> "PersonalSpotify":
        """Spotify as this person; raises `NotLinked` before any work begins."""
        account = await self._usable(discord_id)
        return PersonalSpotify(self, discord_id, account.account_key, account.spotify_id, background)

    async def access(
        self, discord_id: int, account_key: str, *, background: bool, refused: str | None = None
    ) -> Access:
        """A token that is good for a while; `refused` is the one that Spotify just turned down.

        Raises `AccountChanged` where another account than `account_key` is linked by now.
        """
        account = await self.same(discord_id, account_key)
        if self._is_old(account, refused):
            account = await self._renewed(discord_id, account_key, refused)
        return Access(account.client_id, account.token.access_token, background)

    async def settle(self) -> None:
        """Wait for what Spotify is being asked; each answer may hold the only token that is good from now on."""
        await asyncio.gather(*self._renewals, return_exceptions=True)

    def _is_old(self, account: SpotifyAccount, refused: str | None) -> bool:
        return account.token.access_token == refused or account.token.expires_at - REFRESH_EARLY <= self.clock()

    async def _renewed(self, discord_id: int, account_key: str, refused: str | None) -> SpotifyAccount:
        """Renewed to its end even where whoever asked is cancelled: the old refresh token may be dead by then."""

        async def renew() -> SpotifyAccount:
            async with self._locks[discord_id]:
                account = await self.same(discord_id, account_key)
                return await self._refresh(account) if self._is_old(account, refused) else account

        renewal = asyncio.create_task(renew(), name=f"renewal-{discord_id}")
        self._renewals.add(renewal)
        renewal.add_done_callback(self._forget)
        return await asyncio.shield(renewal)

    def _forget(self, renewal: asyncio.Task[SpotifyAccount]) -> None:
        self._renewals.discard(renewal)
        if not renewal.cancelled() and renewal.exception() is not None:
            # Whoever asked has it too, unless they are gone.
            log.debug("renewal.refused error=%s", type(renewal.exception()).__name__)

    async def _usable(self, discord_id: int) -> SpotifyAccount:
        account = await self.repository.spotify(discord_id)
        if account is None:
            raise NotLinked
        end = end_of(account, self.door.apps, self.clock())
        if end is not None:
            raise SpotifyRevoked(end)
        return account

    async def same(self, discord_id: int, account_key: str) -> SpotifyAccount:
        """The person's account; raises `AccountChanged` where it is another than `account_key` by now."""
        account = await self._usable(discord_id)
        if account.account_key != account_key:
            raise AccountChanged
        return account

    async def _refresh(self, account: SpotifyAccount) -> SpotifyAccount:
        """The account with a new token. Linked anew while Spotify was asked, it has one already: that one counts."""
        now = self.clock()
        if account.doubted_at is not None and now < account.doubted_at + DOUBT:
            raise SpotifyDoubted(account.doubted_at + DOUBT)
        try:
            token = await self.door.oauth.refresh(self.door.apps[account.client_id], account.token)
        except SpotifyRevoked:
            await self._doubt(account, now)
        else:
            if await self.repository.replace_token(account, token):
                return replace(account, token=token, doubted_at=None)
        return await self.same(account.discord_id, account.account_key)

    async def _doubt(self, account: SpotifyAccount, now: datetime) -> None:
        """The first refusal is doubted, the second believed, and at once once the time is up.

        Returns where it is about a link that is no more.
        """
        over = is_over(account, now)
        if account.doubted_at is None and not over:
            if await self.repository.mark_doubted(account, now):
                log.info("link.doubted person=%d", account.discord_id)
                raise SpotifyDoubted(now + DOUBT)
        elif await self.repository.mark_spotify(account, AccountState.REFUSED):
            log.info("link.ended person=%d over=%s", account.discord_id, over)
            raise SpotifyRevoked(LinkEnd.SIX_MONTHS if over else LinkEnd.REFUSED)


@dataclass(frozen=True, slots=True)
class PersonalSpotify:
    """The gateway bound to one person and one account: an expired token is renewed once and the call made again.

    `account_key` says which account; once the person linked another, every call raises `AccountChanged`.
    """

    accounts: Accounts
    discord_id: int
    account_key: str
    spotify_id: str
    background: bool = False

    async def use(self, call: Callable[Concatenate[Access, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Any method of the gateway, as this person. A refused token means nothing was done, so it is sent again."""
        access = await self._access()
        try:
            return await call(access, *args, **kwargs)
        except TokenExpired:
            access = await self._access(refused=access.access_token)
            return await call(access, *args, **kwargs)

    async def still_linked(self) -> None:
        """Raises `AccountChanged` or `NotLinked` where what was read meanwhile is no longer of the linked account."""
        await self.accounts.same(self.discord_id, self.account_key)

    async def _access(self, *, refused: str | None = None) -> Access:
        return await self.accounts.access(
            self.discord_id, self.account_key, background=self.background, refused=refused
        )

    @property
    def gateway(self) -> SpotifyGateway:
        """The writes, for `use`."""
        return self.accounts.door.gateway

    async def profile(self) -> Profile:
        """Who this is."""
        return await self.use(self.gateway.profile)

    async def keep_profile(self, profile: Profile) -> None:
        """What the account is called now, into the vault."""
        await self.accounts.repository.rename_spotify(
            self.discord_id, self.account_key, profile.spotify_id, profile.display_name, profile.image_url
        )

    async def saved_list(self, kind: SavedKind, offset: int) -> Page[Saved]:
        """Fifty saved tracks, albums, shows or episodes from `offset` on, newest first."""
        return await self.use(self.gateway.saved_list, kind, offset)

    async def followed_artists(self, after: str | None) -> Follows:
        """Fifty followed artists behind the one called `after`."""
        return await self.use(self.gateway.followed_artists, after)

    async def top(self, kind: TopKind, term: TopTerm) -> Top:
        """The fifty favourites of one range."""
        return await self.use(self.gateway.top, kind, term)

    async def recently_played(self, after_ms: int | None = None) -> tuple[Play, ...]:
        """The last plays, newest first."""
        return await self.use(self.gateway.recently_played, after_ms)

    async def playlists(self, offset: int) -> Page[Listed]:
        """Fifty playlists from `offset` on."""
        return await self.use(self.gateway.playlists, offset)

    async def playlist(self, playlist_id: str) -> Opened:
        """A playlist with the first page of its items, where they are shown."""
        return await self.use(self.gateway.playlist, playlist_id)

    async def items(self, playlist_id: str, offset: int) -> Page[PlaylistItem]:
        """Fifty items of a playlist from `offset` on."""
        return await self.use(self.gateway.items, playlist_id, offset)

    async def saved(self, uris: Sequence[str]) -> tuple[bool, ...]:
        """Whether each of up to forty URIs is in the library."""
        return await self.use(self.gateway.saved, uris)

    async def image(self, url: str) -> Image:
        """A picture as it is; no request to the Web API."""
        return await self.gateway.image(url)

    async def may(self, feature: Feature) -> bool | None:
        """Whether this person's app may use what is closed to new ones; None where nobody knows yet."""
        return self.gateway.features.may((await self._access()).client_id, feature)

    async def learn(self, feature: Feature, allowed: bool) -> None:
        """Remember what came of trying it."""
        await self.gateway.features.learn((await self._access()).client_id, feature, allowed)
