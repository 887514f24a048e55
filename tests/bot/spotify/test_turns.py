"""The queue: widths, gaps, who goes first, and that nobody's place is lost."""

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SpotifyBusy
from bot.spotify.turns import Request, Turns
from tests.bot.spotify.time import NOW, Time

BREATHS = 20


class Slow:
    """Time that moves to the next sleeper once everybody waits, so that many may sleep at once."""

    def __init__(self) -> None:
        self.now = NOW
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + timedelta(seconds=seconds), next(self._numbers), awake))
        await awake

    async def until_done(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(BREATHS):
                await asyncio.sleep(0)
            if self._sleepers and not task.done():
                moment, _, awake = heapq.heappop(self._sleepers)
                self.now = max(self.now, moment)
                if not awake.done():
                    awake.set_result(None)
        await task


@dataclass
class Asked:
    """When a request began and ended."""

    request: Request
    came: datetime
    began: datetime
    ended: datetime


def nothing_against(_request: Request) -> None:
    """Admits everybody."""


async def asked(turns: Turns, time: Slow, request: Request, after: float, seconds: float, told: list[Asked]) -> None:
    await time.sleep(after)
    came = time()
    async with turns.turn(request):
        began = time()
        await time.sleep(seconds)
        told.append(Asked(request, came, began, time()))


requests = st.lists(
    st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from([0, 0.1, 1, 5]), st.sampled_from([0.05, 0.3, 2])),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(requests=requests, width=st.integers(1, 3), in_flight=st.integers(1, 4), gap=st.sampled_from([0, 0.25, 1]))
def test_widths_gaps_and_order_hold_whoever_asks(
    requests: list[tuple[str, bool, float, float]], width: int, in_flight: int, gap: float
) -> None:
    time, told = Slow(), list[Asked]()

    async def all_of_them() -> None:
        turns = Turns(width, in_flight, gap, time, time.sleep, nothing_against)
        work = [
            asked(turns, time, Request(app, background=background), after, seconds, told)
            for app, background, after, seconds in requests
        ]
        await time.until_done(asyncio.gather(*work))

    asyncio.run(all_of_them())
    assert len(told) == len(requests)
    for moment in {one.began for one in told}:
        under_way = Counter(one.request.client_id for one in told if one.began <= moment < one.ended)
        assert under_way.total() <= in_flight
        assert all(number <= width for number in under_way.values())
    for app in "abc":
        begun = sorted(one.began for one in told if one.request.client_id == app)
        assert all(later - earlier >= timedelta(seconds=gap) for earlier, later in pairwise(begun))
        waited = [one for one in told if one.request.client_id == app]
        for person in (one for one in waited if not one.request.background):
            overtook = [one for one in waited if one.request.background and person.came < one.began < person.began]
            assert overtook == [], "the night went first while a person of the same app waited"


async def test_people_of_any_app_go_before_the_night_of_all_others() -> None:
    time, order = Slow(), list[str]()
    turns = Turns(2, 1, 0, time, time.sleep, nothing_against)

    async def request(name: str, app: str, background: bool) -> None:
        async with turns.turn(Request(app, background=background)):
            order.append(name)
            await time.sleep(1)

    names = (("first", "a", True), ("night a", "a", True), ("night b", "b", True), ("person", "c", False))
    await time.until_done(asyncio.gather(*[request(*name) for name in names]))
    assert order == ["first", "person", "night a", "night b"]


async def test_an_app_that_is_held_does_not_hold_the_others() -> None:
    time, told = Slow(), list[Asked]()
    turns = Turns(1, 2, 0, time, time.sleep, nothing_against)
    turns.hold("a", NOW + timedelta(seconds=30))
    work = [asked(turns, time, Request(app), 0, 1, told) for app in "ab"]
    await time.until_done(asyncio.gather(*work))
    assert {one.request.client_id: one.began - NOW for one in told} == {
        "a": timedelta(seconds=30),
        "b": timedelta(0),
    }


async def test_a_clock_that_stands_still_stops_nobody() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    turns = Turns(1, 1, 0.25, lambda: NOW, sleep, nothing_against)
    for _ in range(4):
        async with turns.turn(Request("a")):
            pass
    assert slept == [0.25] * 3


async def test_who_is_not_admitted_costs_no_turn() -> None:
    time, told = Slow(), list[Asked]()

    def admit(request: Request) -> None:
        if request.family == "tracks":
            raise SpotifyBusy(NOW + timedelta(hours=1))

    turns = Turns(1, 1, 1, time, time.sleep, admit)
    refused = [asked(turns, time, Request("a", "tracks"), 0, 1, told) for _ in range(3)]
    fine = [asked(turns, time, Request("a"), 0, 0, told) for _ in range(2)]
    results = asyncio.gather(fine[0], *refused, fine[1], return_exceptions=True)
    await time.until_done(results)
    assert [type(result) for result in await results] == [type(None), *[SpotifyBusy] * 3, type(None)]
    assert [one.began - NOW for one in told] == [timedelta(0), timedelta(seconds=1)]


async def test_whoever_gives_up_while_the_app_is_held_leaves_nothing_behind(time: Time) -> None:
    asleep = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await asleep.wait()

    turns = Turns(1, 1, 0, time, sleep, nothing_against)
    turns.hold("a", NOW + timedelta(seconds=30))

    async def wait() -> None:
        async with turns.turn(Request("a")):
            pytest.fail("never its turn")

    waiter = asyncio.create_task(wait())
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 3  # this test, the one who waits, and what opens the app again
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1
