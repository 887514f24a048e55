"""Our own budget and Spotify's blocks: nobody is asked too much, and a restart forgets nothing."""

import asyncio
import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SpotifyBusy
from bot.spotify.ledger import CATALOGUE_REQUESTS, Ledger
from bot.spotify.pacing import Pacing, Request
from bot.spotify.setback import AskedToWait
from storage.ledger import Block, LedgerRepository
from tests.bot.spotify.time import NOW, Time

DAY = timedelta(days=1)
PERSON, NIGHT = Request("app"), Request("app", background=True)
OURS = {"app": "dev", "sister": "dev", "stranger": "somebody else", "alone": ""}


def admitted(ledger: Ledger, request: Request, times: int) -> int:
    """How many of so many requests are let through."""
    passed = 0
    for _ in range(times):
        try:
            ledger.admit(request)
        except SpotifyBusy:
            continue
        passed += 1
    return passed


def test_a_spent_budget_ends_requests_and_says_when_there_is_room(time: Time) -> None:
    ledger = Ledger(time, OURS, daily=10)
    assert admitted(ledger, PERSON, 12) == 10
    with pytest.raises(SpotifyBusy) as busy:
        ledger.check(PERSON)
    time.now = busy.value.retry_at
    assert admitted(ledger, PERSON, 1) == 1
    assert time.now - NOW > DAY


def test_the_night_leaves_room_for_people(time: Time) -> None:
    ledger = Ledger(time, OURS, daily=10)
    assert admitted(ledger, NIGHT, 20) == 8
    assert admitted(ledger, PERSON, 20) == 2


def test_apps_of_one_developer_share_a_budget_and_others_do_not(time: Time) -> None:
    ledger = Ledger(time, OURS, daily=10)
    assert admitted(ledger, PERSON, 10) == 10
    assert admitted(ledger, Request("sister"), 1) == 0
    assert [admitted(ledger, Request(app), 20) for app in ("stranger", "alone", "unheard of")] == [10, 10, 10]


def test_each_family_has_its_own_budget_and_the_catalogue_a_small_one(time: Time) -> None:
    ledger = Ledger(time, OURS, daily=5000)
    assert admitted(ledger, Request("app", "tracks"), 1000) == CATALOGUE_REQUESTS
    assert admitted(ledger, Request("app", "playlists"), 1000) == 1000


@pytest.mark.parametrize("ledger", [Ledger(lambda: NOW, OURS), Ledger(lambda: NOW, OURS, daily=10, without=["app"])])
def test_without_a_limit_of_our_own_nothing_is_held_back(ledger: Ledger) -> None:
    assert admitted(ledger, PERSON, 400) == 400


@settings(max_examples=50, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 8)), max_size=60))
def test_no_24_hours_ever_see_more_than_the_budget(steps: list[tuple[int, int]]) -> None:
    time, sent = Time(), list[datetime]()
    ledger = Ledger(time, OURS, daily=10)
    for minutes, wanted in steps:
        time.now += timedelta(minutes=minutes)
        sent += [time.now] * admitted(ledger, PERSON, wanted)
    for moment in sent:
        assert sum(moment <= other < moment + DAY for other in sent) <= 10


async def test_a_block_holds_for_the_developers_family_and_for_nothing_else(time: Time) -> None:
    ledger, until = Ledger(time, OURS), NOW + timedelta(hours=20)
    await ledger.block(Request("app", "tracks"), until, "quota")
    for app in ("app", "sister"):
        with pytest.raises(SpotifyBusy) as busy:
            ledger.check(Request(app, "tracks"))
        assert busy.value.retry_at == until
    for fine in (Request("app", "me"), Request("stranger", "tracks")):
        ledger.check(fine)
    assert ledger.blocks() == (Block("dev", "tracks", until, "quota"),)
    time.now = until
    ledger.check(Request("app", "tracks"))
    assert ledger.blocks() == ()


async def test_a_restart_forgets_neither_counts_nor_blocks(time: Time, kept: LedgerRepository) -> None:
    before, until = Ledger(time, OURS, daily=10, kept=kept), NOW + timedelta(hours=20)
    admitted(before, PERSON, 3)
    await before.flush()
    admitted(before, Request("sister"), 4)
    await before.flush()
    await before.flush()
    await before.block(Request("app", "tracks"), until, "quota")

    after = Ledger(time, OURS, daily=10, kept=kept)
    await after.load()
    assert after.used("app", "me") == 7
    assert admitted(after, PERSON, 10) == 3
    with pytest.raises(SpotifyBusy):
        after.check(Request("sister", "tracks"))


async def test_what_is_over_is_not_taken_up_again(time: Time, kept: LedgerRepository) -> None:
    before = Ledger(time, OURS, daily=10, kept=kept)
    admitted(before, PERSON, 10)
    await before.block(Request("app", "tracks"), NOW + timedelta(hours=1), "quota")
    await before.flush()
    time.now += timedelta(hours=26)
    after = Ledger(time, OURS, daily=10, kept=kept)
    await after.load()
    assert (after.used("app", "me"), after.blocks()) == (0, ())


class Broken(LedgerRepository):
    """A database that is down for a while."""

    down = True

    async def add(self, counts: object) -> None:
        if self.down:
            raise OSError("disk full")
        await super().add(counts)  # type: ignore[arg-type]

    async def block(self, block: Block) -> None:
        if self.down:
            raise OSError("disk full")
        await super().block(block)


async def test_what_could_not_be_written_holds_and_is_written_later(time: Time, kept: LedgerRepository) -> None:
    broken = Broken(kept._database)
    ledger, until = Ledger(time, OURS, daily=10, kept=broken), NOW + timedelta(hours=20)
    admitted(ledger, PERSON, 3)
    await ledger.block(PERSON, until, "quota")
    with pytest.raises(OSError, match="disk full"):
        await ledger.flush()
    with pytest.raises(SpotifyBusy):
        ledger.check(PERSON)
    broken.down = False
    await ledger.flush()
    assert sum((await kept.requests_since(NOW - DAY)).values()) == 3
    assert await kept.blocks(NOW) == (Block("dev", "me", until, "quota"),)


async def test_a_spent_quota_stops_its_family_at_once_and_nothing_else(time: Time, kept: LedgerRepository) -> None:
    pacing = Pacing(2, time, time.sleep, random.Random(1), ledger=Ledger(time, OURS, kept=kept))
    sent: list[Request] = []

    async def send(request: Request) -> str:
        async def call() -> str:
            sent.append(request)
            await asyncio.sleep(0)
            if request.family == "playlists":
                raise AskedToWait(20, quota=True)
            return "done"

        return await pacing.run(request, call)

    wanted = [Request("app", "playlists") for _ in range(6)] + [Request("sister", "playlists"), Request("app")]
    results = await asyncio.gather(*map(send, wanted), return_exceptions=True)
    assert [type(result) for result in results] == [*[SpotifyBusy] * 7, str]
    assert [request.family for request in sent].count("playlists") == 3, "two of one app, one of its sister"
    assert time.slept == []
    with pytest.raises(SpotifyBusy):
        await send(Request("sister", "playlists"))
    assert await send(Request("stranger", "me")) == "done"
    assert await kept.blocks(NOW) == (Block("dev", "playlists", NOW + timedelta(seconds=20), "quota"),)
    time.now += timedelta(seconds=20)
    before = len(sent)
    with pytest.raises(SpotifyBusy):
        await send(Request("app", "playlists"))
    assert len(sent) == before + 1, "once the time has come it is asked again"


async def test_a_spent_budget_costs_no_request(time: Time) -> None:
    pacing = Pacing(1, time, time.sleep, random.Random(1), ledger=Ledger(time, OURS, daily=1))
    sent = 0

    async def call() -> None:
        nonlocal sent
        sent += 1

    await pacing.run(PERSON, call)
    with pytest.raises(SpotifyBusy):
        await pacing.run(PERSON, call)
    assert sent == 1
