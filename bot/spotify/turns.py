"""Whose turn it is to ask Spotify: few requests at a time, evenly spread, people before background."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.errors import SpotifyBusy
from bot.time import Clock, Sleep

_tickets = count()


@dataclass(frozen=True, slots=True)
class Request:
    """One request to come: through which app, to which `family` of endpoints, and how it may be repeated.

    `repeatable`: sent twice it does what it does sent once. `doubts`: how often a no that may be noise is asked again.
    """

    client_id: str
    family: str = "me"
    background: bool = False
    repeatable: bool = True
    doubts: int = 0
    ticket: int = field(default_factory=_tickets.__next__)


Admit = Callable[[Request], None]


class Turns:
    """One queue for all apps: `in_flight` requests in all, `width` for each app, `gap` seconds between its starts.

    `admit` is asked when a request's turn has come: it may raise `SpotifyBusy`, which costs no turn.
    """

    def __init__(self, width: int, in_flight: int, gap: float, clock: Clock, sleep: Sleep, admit: Admit) -> None:
        self._width = width
        self._free = in_flight
        self._gap = timedelta(seconds=gap)
        self._clock = clock
        self._sleep = sleep
        self._admit = admit
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """Hold a place while inside."""
        lane = self._lane(request.client_id)
        await self._enter(lane, request)
        try:
            yield
        finally:
            self._leave(lane)

    def hold(self, client_id: str, until: datetime) -> None:
        """No request of this app begins before `until`."""
        lane = self._lane(client_id)
        lane.opens_at = max(until, lane.opens_at or until)

    def close(self) -> None:
        """Forget who waits; their turn never comes."""
        for lane in self._lanes.values():
            lane.stop_waiting()

    def _lane(self, client_id: str) -> "_Lane":
        return self._lanes.setdefault(client_id, _Lane(self._width))

    async def _enter(self, lane: "_Lane", request: Request) -> None:
        place = _Place((request.background, request.ticket), request, asyncio.get_running_loop().create_future())
        heapq.heappush(lane.waiting, place)
        self._hand_out()
        try:
            await place.granted
        except asyncio.CancelledError:
            # The place may have been handed over in the very moment the wait was cancelled.
            if place.granted.done() and not place.granted.cancelled() and place.granted.exception() is None:
                self._leave(lane)
            elif lane.first() is None:
                lane.stop_waiting()
            raise

    def _leave(self, lane: "_Lane") -> None:
        lane.free += 1
        self._free += 1
        self._hand_out()

    def _hand_out(self) -> None:
        """Give every free place to whoever is next, and see to it that closed lanes open again."""
        now = self._clock()
        while self._free:
            ready = [lane for lane in self._lanes.values() if lane.free and lane.is_open(now) and lane.first()]
            if not ready:
                break
            self._grant(min(ready, key=lambda lane: lane.waiting[0]), now)
        for lane in self._lanes.values():
            if lane.free and lane.timer is None and not lane.is_open(now) and lane.first():
                lane.timer = asyncio.create_task(self._open_in_time(lane))

    def _grant(self, lane: "_Lane", now: datetime) -> None:
        place = heapq.heappop(lane.waiting)
        try:
            self._admit(place.request)
        except SpotifyBusy as busy:
            place.granted.set_exception(busy)
            return
        lane.free -= 1
        self._free -= 1
        lane.opens_at = now + self._gap if self._gap else None
        place.granted.set_result(None)

    async def _open_in_time(self, lane: "_Lane") -> None:
        """Once the wait was slept the lane is open, whatever the clock says by then."""
        while (until := lane.opens_at) is not None:
            await self._sleep(max(0.0, (until - self._clock()).total_seconds()))
            if lane.opens_at == until:
                lane.opens_at = None
        lane.timer = None
        self._hand_out()


@dataclass(order=True, slots=True)
class _Place:
    """Somebody who waits; the smallest `rank` is next."""

    rank: tuple[bool, int]
    request: Request = field(compare=False)
    granted: asyncio.Future[None] = field(compare=False)


@dataclass(eq=False, slots=True)
class _Lane:
    """What one app has free, who waits for it, and before when nobody begins."""

    free: int
    waiting: list[_Place] = field(default_factory=list)
    opens_at: datetime | None = None
    timer: asyncio.Task[None] | None = None

    def is_open(self, now: datetime) -> bool:
        return self.opens_at is None or self.opens_at <= now

    def first(self) -> _Place | None:
        """Who is next, past those who gave up."""
        while self.waiting and self.waiting[0].granted.done():
            heapq.heappop(self.waiting)
        return self.waiting[0] if self.waiting else None

    def stop_waiting(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
