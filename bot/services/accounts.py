"""Linked accounts: a usable token for each call, what is linked, and unlinking."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import AccountChanged, NotLinked, SpotifyRevoked, TokenExpired
from bot.spotify.gateway import Access, SpotifyGateway
from bot.spotify.oauth import SpotifyApp, SpotifyOAuth
from bot.spotify.parse import Page
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.records import AccountState, Like, PlaylistDetails, PlaylistItem, SpotifyAccount

P = ParamSpec("P")
T = TypeVar("T")
REFRESH_EARLY = timedelta(minutes=2)


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
        async with self._locks[discord_id]:
            account = await self._same(discord_id, account_key)
            if account.token.access_token == refused or account.token.expires_at - REFRESH_EARLY <= self.clock():
                account = await self._refresh(account)
        return Access(account.client_id, account.token.access_token, background)

    async def _usable(self, discord_id: int) -> SpotifyAccount:
        account = await self.repository.spotify(discord_id)
        if account is None:
            raise NotLinked
        if account.state is not AccountState.LINKED or account.client_id not in self.door.apps:
            raise SpotifyRevoked
        return account

    async def _same(self, discord_id: int, account_key: str) -> SpotifyAccount:
        account = await self._usable(discord_id)
        if account.account_key != account_key:
            raise AccountChanged
        return account

    async def _refresh(self, account: SpotifyAccount) -> SpotifyAccount:
        """The account with a new token. Linked anew while Spotify was asked, it has one already: that one counts."""
        try:
            token = await self.door.oauth.refresh(self.door.apps[account.client_id], account.token)
        except SpotifyRevoked:
            if await self.repository.mark_spotify(account, AccountState.REFUSED):
                raise
        else:
            if await self.repository.replace_token(account, token):
                return replace(account, token=token)
        return await self._same(account.discord_id, account.account_key)


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

    async def _access(self, *, refused: str | None = None) -> Access:
        return await self.accounts.access(
            self.discord_id, self.account_key, background=self.background, refused=refused
        )

    @property
    def gateway(self) -> SpotifyGateway:
        """The writes, for `use`."""
        return self.accounts.door.gateway

    async def likes(self, offset: int) -> Page[Like]:
        """Fifty likes from `offset` on, newest first."""
        return await self.use(self.gateway.likes, offset)

    async def playlists(self, offset: int) -> Page[PlaylistDetails]:
        """Fifty playlists from `offset` on."""
        return await self.use(self.gateway.playlists, offset)

    async def items(self, playlist_id: str, offset: int) -> Page[PlaylistItem]:
        """Fifty items of a playlist from `offset` on."""
        return await self.use(self.gateway.items, playlist_id, offset)
