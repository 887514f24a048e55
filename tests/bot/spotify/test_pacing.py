"""Turns, waits and repeats of requests to Spotify."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.errors import Refusal, SpotifyBusy, SpotifyDown, SpotifyGone, SpotifyRefused, SpotifyUnclear
from bot.spotify.pacing import Pacing, Request
from bot.spotify.setback import AskedToWait, Setback
from tests.bot.spotify.time import NOW, Time


@pytest.fixture
def pacing(time: Time) -> Pacing:
    return Pacing(1, time, time.sleep, random.Random(1))


def answering(*answers: object) -> Callable[[], Awaitable[object]]:
    """A request that meets these answers one after the other."""
    left = list(answers)

    async def call() -> object:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return call


DOWN = Setback(SpotifyDown(), transient=True)


async def test_a_short_wait_is_sat_out_even_by_a_change(pacing: Pacing, time: Time) -> None:
    assert await pacing.run(Request("app", repeatable=False), answering(AskedToWait(7), "done")) == "done"
    assert time.slept == [7]


async def test_a_long_wait_is_not_slept_but_told(pacing: Pacing, time: Time) -> None:
    with pytest.raises(SpotifyBusy) as busy:
        await pacing.run(Request("app"), answering(AskedToWait(79892)))
    assert busy.value.retry_at == NOW + timedelta(seconds=79892)
    assert time.slept == []


async def test_endless_short_waits_end(pacing: Pacing) -> None:
    with pytest.raises(SpotifyBusy):
        await pacing.run(Request("app"), answering(*[AskedToWait(2) for _ in range(50)]))


async def test_a_hiccup_is_asked_again_after_a_growing_pause(pacing: Pacing, time: Time) -> None:
    assert await pacing.run(Request("app"), answering(DOWN, DOWN, DOWN, "done")) == "done"
    assert len(time.slept) == 3
    assert time.slept == sorted(time.slept)


async def test_three_repeats_are_enough(pacing: Pacing) -> None:
    with pytest.raises(SpotifyDown):
        await pacing.run(Request("app"), answering(DOWN, DOWN, DOWN, DOWN, "too late"))


async def test_a_change_whose_answer_was_lost_is_not_sent_again(pacing: Pacing, time: Time) -> None:
    with pytest.raises(SpotifyUnclear):
        await pacing.run(Request("app", repeatable=False), answering(DOWN, "twice"))
    assert time.slept == []


async def test_a_change_that_never_left_may_be_sent_again(pacing: Pacing) -> None:
    never_left = Setback(SpotifyDown(), transient=True, reached=False)
    assert await pacing.run(Request("app", repeatable=False), answering(never_left, "done")) == "done"


async def test_a_refusal_is_told_at_once(pacing: Pacing, time: Time) -> None:
    with pytest.raises(SpotifyGone):
        await pacing.run(Request("app"), answering(Setback(SpotifyGone("this playlist"))))
    assert time.slept == []


async def test_while_one_is_asked_to_wait_the_others_of_that_app_wait_too(time: Time) -> None:
    pacing = Pacing(2, time, time.sleep, random.Random(1))
    refused = asyncio.Event()
    asked_at: list[datetime] = []

    async def first() -> None:
        if not refused.is_set():
            refused.set()
            raise AskedToWait(30)

    async def second() -> None:
        asked_at.append(time())

    async def later() -> None:
        await refused.wait()
        await pacing.run(Request("app"), second)

    await asyncio.gather(pacing.run(Request("app"), first), later())
    assert asked_at == [NOW + timedelta(seconds=30)]


async def test_people_go_before_background(pacing: Pacing) -> None:
    gate, order = asyncio.Event(), []

    async def request(name: str) -> None:
        await gate.wait()
        order.append(name)

    async with asyncio.TaskGroup() as group:
        for name, background in (("first", True), ("night", True), ("person", False), ("night 2", True), ("p2", False)):
            group.create_task(pacing.run(Request("app", background=background), partial(request, name)))
            await asyncio.sleep(0)
        gate.set()
    assert order == ["first", "person", "p2", "night", "night 2"]


async def test_no_more_than_so_many_requests_of_an_app_are_under_way(time: Time) -> None:
    pacing, under_way, most = Pacing(2, time, time.sleep, random.Random(1)), 0, 0

    async def request() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    await asyncio.gather(*[pacing.run(Request("app"), request) for _ in range(9)])
    assert most == 2


async def test_apps_do_not_wait_for_each_other(pacing: Pacing) -> None:
    never = asyncio.Event()

    async def stuck() -> None:
        await never.wait()

    task = asyncio.create_task(pacing.run(Request("app"), stuck))
    await asyncio.sleep(0)
    assert await pacing.run(Request("other app"), answering("done")) == "done"
    task.cancel()


@pytest.mark.parametrize("in_the_very_moment", [True, False])
async def test_whoever_gives_up_waiting_leaves_the_place_to_others(pacing: Pacing, in_the_very_moment: bool) -> None:
    gate = asyncio.Event()

    async def hold() -> None:
        await pacing.run(Request("app"), gate.wait)
        waiter.cancel()  # its turn has just come, and it does not know yet

    holder = asyncio.create_task(hold())
    await asyncio.sleep(0)
    waiter = asyncio.create_task(pacing.run(Request("app"), answering("never")))
    await asyncio.sleep(0)
    if not in_the_very_moment:
        waiter.cancel()
        await asyncio.sleep(0)
    gate.set()
    await holder
    with pytest.raises(asyncio.CancelledError):
        await waiter
    assert await asyncio.wait_for(pacing.run(Request("app"), answering("done")), 1) == "done"


async def test_requests_of_an_app_begin_evenly_spread(time: Time) -> None:
    pacing, begun = Pacing(8, time, time.sleep, random.Random(1), rate=4), list[datetime]()

    async def request() -> None:
        begun.append(time())

    await asyncio.gather(*[pacing.run(Request("app"), request) for _ in range(5)])
    assert [moment - NOW for moment in begun] == [timedelta(seconds=0.25 * place) for place in range(5)]
    time.now += timedelta(seconds=10)
    await pacing.run(Request("app"), request)
    assert begun[-1] == time.now, "what was not used is no reason to wait"


async def test_a_repeat_takes_its_turn_like_any_other(time: Time) -> None:
    pacing = Pacing(1, time, time.sleep, random.Random(1), rate=0.1)
    assert await pacing.run(Request("app"), answering(DOWN, "done")) == "done"
    assert sum(time.slept) == pytest.approx(10)


async def test_all_apps_together_have_no_more_than_so_many_under_way(time: Time) -> None:
    pacing, under_way, most = Pacing(2, time, time.sleep, random.Random(1), in_flight=3), 0, 0

    async def request() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    await asyncio.gather(*[pacing.run(Request(app), request) for app in "abcde" for _ in range(3)])
    assert most == 3


async def test_who_pauses_before_a_repeat_keeps_no_place(time: Time) -> None:
    async def sleep(_seconds: float) -> None:
        await asyncio.wait_for(narrow.run(Request("app"), answering("meanwhile")), 1)

    narrow = Pacing(1, time, sleep, random.Random(1))
    assert await narrow.run(Request("app"), answering(DOWN, "done")) == "done"


NOISE = Setback(SpotifyRefused(Refusal.FORBIDDEN), reached=False, doubtful=True)


@pytest.mark.parametrize("doubts", [0, 1, 2])
async def test_a_no_that_may_be_noise_is_doubted_so_often_and_then_believed(pacing: Pacing, doubts: int) -> None:
    assert await pacing.run(Request("app", doubts=doubts), answering(*[NOISE] * doubts, "done")) == "done"
    with pytest.raises(SpotifyRefused):
        await pacing.run(Request("app", doubts=doubts), answering(*[NOISE] * (doubts + 1), "too late"))


async def test_a_no_that_has_a_reason_is_never_doubted(pacing: Pacing) -> None:
    reasoned = Setback(SpotifyRefused(Refusal.SCOPE_MISSING), reached=False)
    with pytest.raises(SpotifyRefused):
        await pacing.run(Request("app", doubts=2), answering(reasoned, "too late"))
