"""How much each developer account asked of Spotify in a day, and what it must not ask for now.

Spotify counts by developer account and by family of endpoints, over 24 hours, and publishes no numbers (reference 4.1,
seen August and September 2026). Whoever goes too far is locked out of that family for up to a day.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.errors import SpotifyBusy
from bot.spotify.turns import Request
from bot.time import Clock
from storage.ledger import Block, Hour, LedgerRepository

log = logging.getLogger(__name__)

CATALOGUE = frozenset(
    {"tracks", "artists", "albums", "shows", "episodes", "users", "search", "audio-features", "audio-analysis"}
)
"""Families of which Spotify was seen to allow no more than a few hundred requests a day."""
CATALOGUE_REQUESTS = 300
BACKGROUND_SHARE = 0.8
"""Where work in the background stops, so that people's own commands keep room."""
REMEMBERED = timedelta(days=7)

_HOUR = timedelta(hours=1)
_WINDOW = timedelta(hours=25)
"""An hour's count leaves the last 24 hours once the whole hour has."""


class Ledger:
    """Says no in time. `developers` tells which account owns an app; an app that is not in there has its own.

    `daily` is how many requests each account may send to a family in 24 hours, 0 for any number; the apps `without`
    such a limit are those with extended quota. Without a repository nothing is remembered beyond this process.
    """

    def __init__(
        self,
        clock: Clock,
        developers: Mapping[str, str] | None = None,
        daily: int = 0,
        without: Collection[str] = (),
        kept: LedgerRepository | None = None,
    ) -> None:
        self._clock = clock
        self._developers = dict(developers or {})
        self._daily = daily
        self._without = frozenset(without)
        self._kept = kept
        self._hours: defaultdict[tuple[str, str], Counter[datetime]] = defaultdict(Counter)
        self._blocks: dict[tuple[str, str], Block] = {}
        self._unsaved: Counter[Hour] = Counter()
        self._unsaved_blocks: dict[tuple[str, str], Block] = {}

    async def load(self) -> None:
        """Take up what an earlier process wrote."""
        if self._kept is None:
            return
        now = self._clock()
        for (client_id, family, hour), number in (await self._kept.requests_since(now - _WINDOW)).items():
            if client_id not in self._without:
                self._hours[self._developer(client_id), family][hour] += number
        for block in await self._kept.blocks(now):
            self._blocks[block.developer, block.family] = block

    async def flush(self) -> None:
        """Write what was counted since the last time; what cannot be written now is written the next time."""
        if self._kept is None:
            return
        for key, block in list(self._unsaved_blocks.items()):
            await self._kept.block(block)
            self._unsaved_blocks.pop(key, None)
        counted, self._unsaved = self._unsaved, Counter()
        if not counted:
            return
        try:
            await self._kept.add(counted)
        except BaseException:
            self._unsaved.update(counted)
            raise
        await self._kept.forget_before(self._clock() - REMEMBERED)

    def check(self, request: Request) -> None:
        """Raises `SpotifyBusy` where this must not be asked now."""
        now, key = self._clock(), self._key(request)
        if (block := self._blocks.get(key)) is not None:
            if block.until > now:
                raise SpotifyBusy(block.until)
            del self._blocks[key]
        limit = self._limit(request)
        if limit is not None and self._used(key, now) >= limit:
            raise SpotifyBusy(self._room_at(key, limit))

    def admit(self, request: Request) -> None:
        """Count a request that is sent now, unless `check` has something against it."""
        self.check(request)
        now = self._clock()
        hour = now.replace(minute=0, second=0, microsecond=0)
        self._unsaved[request.client_id, request.family, hour] += 1
        if request.client_id not in self._without:
            self._hours[self._key(request)][hour] += 1

    async def block(self, request: Request, until: datetime, reason: str) -> None:
        """Spotify wants nothing more of this family from this developer; from here on nothing is sent."""
        key = self._key(request)
        block = self._blocks[key] = Block(*key, until, reason)
        log.warning("spotify.blocked developer=%s family=%s until=%s reason=%s", *key, until.isoformat(), reason)
        if self._kept is None:
            return
        self._unsaved_blocks[key] = block
        try:
            await self._kept.block(block)
        except Exception:
            # What Spotify said counts all the same; the next flush writes it.
            log.exception("ledger.unwritten")
        else:
            self._unsaved_blocks.pop(key, None)

    def blocks(self) -> tuple[Block, ...]:
        """Those that hold now."""
        now = self._clock()
        return tuple(block for block in self._blocks.values() if block.until > now)

    def used(self, client_id: str, family: str) -> int:
        """Requests to that family in the last 24 hours by all apps of the same developer."""
        return self._used((self._developer(client_id), family), self._clock())

    def _developer(self, client_id: str) -> str:
        return self._developers.get(client_id) or client_id

    def _key(self, request: Request) -> tuple[str, str]:
        return self._developer(request.client_id), request.family

    def _limit(self, request: Request) -> int | None:
        if not self._daily or request.client_id in self._without:
            return None
        limit = min(self._daily, CATALOGUE_REQUESTS) if request.family in CATALOGUE else self._daily
        return int(limit * BACKGROUND_SHARE) if request.background else limit

    def _used(self, key: tuple[str, str], now: datetime) -> int:
        hours = self._hours[key]
        for hour in [hour for hour in hours if hour <= now - _WINDOW]:
            del hours[hour]
        return hours.total()

    def _room_at(self, key: tuple[str, str], limit: int) -> datetime:
        """When enough of what was asked lies more than a day back."""
        hours = self._hours[key]
        left = hours.total()
        for hour in sorted(hours):
            left -= hours[hour]
            if left < limit:
                return hour + _WINDOW
        return self._clock() + _HOUR
