"""How requests to Spotify are sent: in their turn, within the limits, and again where that may help.

A request that failed comes back as a `Setback` or as `AskedToWait`, which say what may be done about it; nobody
above sees one.
"""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from bot.errors import SpotifyBusy, SpotifyRefused, SpotifyUnclear
from bot.spotify.app_health import AppHealth
from bot.spotify.ledger import Ledger
from bot.spotify.setback import AskedToWait, Setback
from bot.spotify.turns import Request, Turns
from bot.time import Clock, Sleep

__all__ = ["LONGEST_WAIT", "Clock", "Pacing", "Request", "Sleep"]

T = TypeVar("T")

LONGEST_WAIT = 60.0
"""Seconds worth sitting through; Spotify's daily quota asks for hours, and those are parked."""

_WAITS = 5
_RETRIES = 3
_FIRST_PAUSE = 0.5


class Pacing:
    """All requests to the Web API pass through here: `concurrency` at a time for each app and `in_flight` in all.

    `rate` is how many an app may begin in a second; None for as many as come.
    """

    def __init__(
        self,
        concurrency: int,
        clock: Clock,
        sleep: Sleep,
        rng: random.Random,
        *,
        rate: float | None = None,
        in_flight: int = 16,
        ledger: Ledger | None = None,
        health: AppHealth | None = None,
    ) -> None:
        self.ledger = ledger or Ledger(clock)
        self.health = health or AppHealth(clock)
        self.clock = clock
        self._sleep = sleep
        self._rng = rng
        self._turns = Turns(concurrency, in_flight, 1 / rate if rate else 0.0, clock, sleep, self.ledger.admit)

    async def flush(self) -> None:
        """Write what was counted; called every now and then, and before the end."""
        await self.ledger.flush()

    def close(self) -> None:
        """Nobody gets a turn any more."""
        self._turns.close()

    async def run(self, request: Request, call: Callable[[], Awaitable[T]]) -> T:
        """Make one request in its turn. Raises `SpotifyBusy` instead of waiting long, `SpotifyUnclear` instead of
        sending a change twice, else the setback's own error.
        """
        self.ledger.check(request)
        waits = retries = 0
        while True:
            try:
                return await self._attempt(request, call)
            except AskedToWait as asked:
                waits += 1
                if waits > _WAITS:
                    raise SpotifyBusy(self.clock() + timedelta(seconds=asked.seconds)) from asked
            except Setback as setback:
                retries += 1
                if not _may_retry(request, setback, retries):
                    raise setback.error from setback
                await self._sleep(_FIRST_PAUSE * 2 ** (retries - 1) * (1 + self._rng.random()))

    async def _attempt(self, request: Request, call: Callable[[], Awaitable[T]]) -> T:
        """One request. What the others of that app must know of the answer they know before the next one begins."""
        async with self._turns.turn(request):
            try:
                answer = await call()
            except AskedToWait as asked:
                until = self.clock() + timedelta(seconds=asked.seconds)
                if asked.quota or asked.seconds > LONGEST_WAIT:
                    await self.ledger.block(request, until, "quota" if asked.quota else "rate")
                    raise SpotifyBusy(until) from asked
                self._turns.hold(request.client_id, until)
                raise
            except Setback as setback:
                if isinstance(setback.error, SpotifyRefused):
                    self.health.refused(request.client_id, setback.error.reason)
                raise
            self.health.worked(request.client_id)
            return answer


def _may_retry(request: Request, setback: Setback, retries: int) -> bool:
    if setback.doubtful:
        return retries <= request.doubts
    if setback.transient and setback.reached and not request.repeatable:
        raise SpotifyUnclear from setback
    return setback.transient and retries <= _RETRIES
