"""Letting people sign in at Spotify: the consent page's address, the exchange of its code, and renewing tokens."""

import asyncio
import calendar
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import requests
import spotipy
from spotipy.cache_handler import CacheHandler
from spotipy.oauth2 import SpotifyOauthError

from bot.errors import (
    MusiVaultError,
    Refusal,
    SpotifyBusy,
    SpotifyDown,
    SpotifyRefused,
    SpotifyRevoked,
)
from bot.spotify.app_health import AppHealth
from bot.spotify.session import quiet_spotipy
from bot.spotify.translate import answer_behind, retry_after
from bot.time import Clock
from storage.errors import LinkExpired
from storage.records import SpotifyToken

T = TypeVar("T")

SCOPES = (
    "user-library-read",
    "user-library-modify",
    "playlist-read-private",
    "playlist-read-collaborative",
    "playlist-modify-private",
    "playlist-modify-public",
    "ugc-image-upload",
    "user-follow-read",
    "user-follow-modify",
    "user-top-read",
    "user-read-recently-played",
    "user-read-playback-position",
)
"""Everything MusiVault does, asked for once: a later addition would send everybody through the consent page again."""

LINK_MONTHS = 6
"""How long consent lasts, counted from the consent itself; renewing tokens does not prolong it (since June 2026)."""

_TIMEOUT = 15.0
_BUSY = 30.0


@dataclass(frozen=True, slots=True)
class SpotifyApp:
    """An app of the Spotify dashboard; without a secret it signs in by PKCE.

    `developer` names the dashboard account that owns it, since quota is counted for that. `people` is how many it may
    serve: five in development mode, 0 for as many as come (extended quota).
    """

    name: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    developer: str = ""
    people: int = 5


def link_ends(authorized_at: datetime) -> datetime:
    """When Spotify ends a link: six calendar months after the consent."""
    return months_after(authorized_at, LINK_MONTHS)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months on, or the last one of a shorter month."""
    year, month = divmod(moment.month - 1 + months, 12)
    year += moment.year
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


class SpotifyOAuth:
    """Talks to Spotify's accounts service for every app; holds nobody's token."""

    def __init__(
        self, accounts_url: str, redirect_uri: str, clock: Clock, executor: Executor, health: AppHealth | None = None
    ) -> None:
        self._accounts_url = accounts_url.rstrip("/")
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._executor = executor
        self._health = health or AppHealth(clock)
        quiet_spotipy()

    def begin(self, app: SpotifyApp, state: str) -> tuple[str, str | None]:
        """The address of Spotify's consent page, and the code verifier to keep for `finish` (None with a secret)."""
        with requests.Session() as session:
            flow = self._flow(app, _TokenInMemory(), session)
            url = flow.get_authorize_url(state)
        # Shows which Spotify account is about to be linked, even to those who agreed before.
        return f"{url}&show_dialog=true", None if app.client_secret else str(flow.code_verifier)

    async def finish(self, app: SpotifyApp, code: str, code_verifier: str | None) -> SpotifyToken:
        """Exchange the code that the browser brought back. Raises `LinkExpired` for one that is old or was used."""

        def exchange(flow: Any) -> None:  # noqa: ANN401 - spotipy has no types
            if app.client_secret:
                flow.get_access_token(code, as_dict=False, check_cache=False)
                return
            # spotipy makes new ones unless both are set; only the verifier is sent.
            flow.code_verifier, flow.code_challenge = code_verifier or "", "made by begin()"
            flow.get_access_token(code, check_cache=False)

        return await self._token(app, exchange, LinkExpired(kind="spotify"))

    async def refresh(self, app: SpotifyApp, token: SpotifyToken) -> SpotifyToken:
        """A new access token. Store it before use: the refresh token may have changed and the old one be dead.

        Raises `SpotifyRevoked` where Spotify says that this link is no more. Once it said so of everybody, during an
        outage (March 2022, metabrainz/listenbrainz-server#1921): one such answer is no proof, whatever its words are.
        """
        return await self._token(app, lambda flow: flow.refresh_access_token(token.refresh_token), SpotifyRevoked())

    async def _token(self, app: SpotifyApp, ask: Callable[[Any], object], refused: MusiVaultError) -> SpotifyToken:
        asked_at = self._clock()
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._executor, self._ask, app, ask, refused)
        except SpotifyRefused as error:
            self._health.refused(app.client_id, error.reason)
            raise
        try:
            return SpotifyToken(
                access_token=str(answer["access_token"]),
                refresh_token=str(answer["refresh_token"]),
                expires_at=asked_at + timedelta(seconds=float(answer["expires_in"])),
                scope=str(answer.get("scope") or ""),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SpotifyDown from error

    def _ask(self, app: SpotifyApp, ask: Callable[[Any], object], refused: MusiVaultError) -> dict[str, Any]:
        memory = _TokenInMemory()
        try:
            with requests.Session() as session:
                ask(self._flow(app, memory, session))
        except SpotifyOauthError as error:
            raise self._translated(error, refused) from error
        except (requests.RequestException, AttributeError, KeyError, TypeError) as error:
            # No answer, or one that is not a token: spotipy takes every friendly status for a token.
            raise SpotifyDown from error
        return memory.token

    def _flow(self, app: SpotifyApp, memory: "_TokenInMemory", session: requests.Session) -> Any:  # noqa: ANN401
        shared: dict[str, Any] = {
            "client_id": app.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": " ".join(SCOPES),
            "cache_handler": memory,
            "open_browser": False,
            "requests_session": session,
            "requests_timeout": _TIMEOUT,
        }
        if app.client_secret:
            flow = _SecretFlow(client_secret=app.client_secret, **shared)
        else:
            flow = spotipy.SpotifyPKCE(**shared)
        flow.OAUTH_AUTHORIZE_URL = f"{self._accounts_url}/authorize"
        flow.OAUTH_TOKEN_URL = f"{self._accounts_url}/api/token"
        return flow

    def _translated(self, error: SpotifyOauthError, refused: MusiVaultError) -> MusiVaultError:
        answer = answer_behind(error)
        if answer is not None and answer.status_code == 429:
            return SpotifyBusy(self._clock() + timedelta(seconds=retry_after(answer.headers, _BUSY)))
        if answer is None or answer.status_code >= 500:
            return SpotifyDown()
        if error.error == "invalid_grant" and "redirect" not in str(error.error_description).lower():
            return refused
        return SpotifyRefused(Refusal.APP_REJECTED)


class _TokenInMemory(CacheHandler):  # type: ignore[misc]  # spotipy has no types
    """Where spotipy leaves a token for us; its own cache is one file for everybody."""

    def __init__(self) -> None:
        self.token: dict[str, Any] = {}

    def get_cached_token(self) -> dict[str, Any] | None:
        """Nothing: a cached token would be handed out in place of the one a code is for."""
        return None

    def save_token_to_cache(self, token_info: dict[str, Any]) -> None:
        """Keep what Spotify answered."""
        self.token = token_info


class _SecretFlow(spotipy.SpotifyOAuth):  # type: ignore[misc]  # spotipy has no types
    """spotipy's authorisation with a secret, less its habit of replacing the granted scope by the wished-for one."""

    def _add_custom_values_to_token_info(self, token_info: dict[str, Any]) -> dict[str, Any]:
        granted = token_info.get("scope")
        values: dict[str, Any] = super()._add_custom_values_to_token_info(token_info)
        return values | {"scope": granted}
