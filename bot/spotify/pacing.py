"""How requests to Spotify take turns: few at a time for each app, people before background, short waits sat out.

A request that failed comes back as a `Setback` or as `AskedToWait`, which say what may be done about it; nobody
above sees one.
"""

import asyncio
import heapq
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from bot.errors import SpotifyBusy, SpotifyError, SpotifyUnclear

T = TypeVar("T")
Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]

LONGEST_WAIT = 60.0
"""Seconds worth sitting through; Spotify's daily quota asks for hours, and those are parked."""

_WAITS = 5
_RETRIES = 3
_FIRST_PAUSE = 0.5


class Setback(Exception):
    """One request failed with `error`.

    `transient`: asking again may help. `reached`: False where Spotify certainly did not act on it, so that even a
    change may be sent again.
    """

    def __init__(self, error: SpotifyError, *, transient: bool = False, reached: bool = True) -> None:
        super().__init__(error.sentence)
        self.error = error
        self.transient = transient
        self.reached = reached


class AskedToWait(Exception):
    """One request was refused for now: nothing was done, ask again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait {seconds:.0f} s")
        self.seconds = seconds


class Pacing:
    """One queue for each Spotify app, `concurrency` requests wide."""

    def __init__(self, concurrency: int, clock: Clock, sleep: Sleep, rng: random.Random) -> None:
        self._concurrency = concurrency
        self._clock = clock
        self._sleep = sleep
        self._rng = rng
        self._lanes: dict[str, _Lane] = {}

    async def run(
        self, client_id: str, call: Callable[[], Awaitable[T]], *, idempotent: bool, background: bool = False
    ) -> T:
        """Make one request in its turn. Raises `SpotifyBusy` instead of waiting long, `SpotifyUnclear` instead of
        sending a change twice, else the setback's own error.
        """
        lane = self._lanes.setdefault(client_id, _Lane(self._concurrency))
        async with lane.turn(background):
            waits = retries = 0
            while True:
                await self._hold(lane)
                try:
                    return await call()
                except AskedToWait as asked:
                    waits += 1
                    self._note_wait(lane, asked, waits)
                except Setback as setback:
                    retries += 1
                    if not self._may_retry(setback, idempotent, retries):
                        raise setback.error from setback
                    await self._sleep(_FIRST_PAUSE * 2 ** (retries - 1) * (1 + self._rng.random()))

    async def _hold(self, lane: "_Lane") -> None:
        """While Spotify asks one request of an app to wait, the others of that app wait too."""
        if lane.resume_at is not None and (left := (lane.resume_at - self._clock()).total_seconds()) > 0:
            await self._sleep(left)

    def _note_wait(self, lane: "_Lane", asked: AskedToWait, waits: int) -> None:
        resume_at = self._clock() + timedelta(seconds=asked.seconds)
        if asked.seconds > LONGEST_WAIT or waits > _WAITS:
            raise SpotifyBusy(resume_at) from asked
        lane.resume_at = max(resume_at, lane.resume_at or resume_at)

    def _may_retry(self, setback: Setback, idempotent: bool, retries: int) -> bool:
        if setback.transient and setback.reached and not idempotent:
            raise SpotifyUnclear from setback
        return setback.transient and retries <= _RETRIES


class _Lane:
    """The turns of one app: `width` at a time, people first, then in the order they came."""

    def __init__(self, width: int) -> None:
        self.resume_at: datetime | None = None
        self._free = width
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._tickets = count()

    @asynccontextmanager
    async def turn(self, background: bool) -> AsyncIterator[None]:
        """Hold one of the places while inside."""
        await self._enter(background)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, background: bool) -> None:
        if self._free:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (background, next(self._tickets), place))
        try:
            await place
        except asyncio.CancelledError:
            # The place may have been handed over in the very moment the wait was cancelled.
            if place.done() and not place.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            place = heapq.heappop(self._waiting)[2]
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
