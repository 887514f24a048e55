"""The night of many: who is put on the queue, what it costs to ask, and that nobody holds up anybody else."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, text

from bot.config import BackupSection
from bot.errors import Refusal, SpotifyBusy, SpotifyRefused, Unexpected
from bot.jobs import ROOM, WORKERS, Jobs, Report
from bot.services.night import NightWatch, same_cause
from bot.services.progress import OnProgress
from storage.accounts import AccountRepository
from storage.database import Database
from storage.errors import MusiVaultError, StoreFull
from storage.nights import NightRepository
from storage.people import PeopleRepository
from storage.records import AccountState, Run, RunKind, RunState
from storage.tokens import TokenCipher
from tests.bot.services.working import failing, working
from tests.bot.spotify.time import NOW, Time
from tests.builders import ADA, BEN
from tests.storage.test_accounts import spotify_account

MANY, SOME, PEOPLE_AN_APP = 300, 90, 30
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE = NOW.replace(hour=3) + DAY
"""When the next nights begin."""
MORNING = THREE + 2 * HOUR
REPORT: Report = {}


def app_of(discord_id: int) -> str:
    return f"app-{discord_id // PEOPLE_AN_APP:02}"


@dataclass
class Village:
    """People who linked in the evening, the watch, and what their nights do."""

    watch: NightWatch
    time: Time
    people: PeopleRepository
    accounts: AccountRepository
    database: Database
    started: list[int] = field(default_factory=list)
    ran: list[int] = field(default_factory=list)
    inside: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    stuck: frozenset[int] = frozenset()
    trouble: dict[int, Exception] = field(default_factory=dict)
    stepped: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def jobs(self) -> Jobs:
        return self.watch.jobs

    async def settle(self, *people: int) -> None:
        for who in people:
            account = spotify_account(who, key=str(who))
            await self.accounts.save_spotify(replace(account, client_id=app_of(who), authorized_at=NOW))

    async def __call__(self, run: Run, _: OnProgress) -> Report:
        """A job: how many are inside is counted, and those of a slow app come out only when they are cut off."""
        self.started.append(run.discord_id)
        for counted in ("all", app_of(run.discord_id)):
            self.inside[counted] += 1
            self.most[counted] = max(self.most[counted], self.inside[counted])
        self.stepped.set()
        try:
            await asyncio.sleep(0)
            if run.discord_id in self.stuck:
                await asyncio.Event().wait()
            self.ran.append(run.discord_id)
            if (error := self.trouble.get(run.discord_id)) is not None:
                raise error
            return REPORT
        finally:
            self.inside.subtract(["all", app_of(run.discord_id)])
            self.stepped.set()

    async def until_ran(self, count: int) -> None:
        while len(self.ran) < count:
            self.stepped.clear()
            await asyncio.wait_for(self.stepped.wait(), 30)

    async def until_inside(self, count: int) -> None:
        while self.inside["all"] < count:
            self.stepped.clear()
            await asyncio.wait_for(self.stepped.wait(), 30)

    async def states(self) -> Counter[str]:
        async with self.database.read() as session:
            return Counter(await session.scalars(text("SELECT state FROM runs WHERE kind = 'night'")))

    async def until_states(self, **counts: int) -> None:
        for _ in range(2000):
            if await self.states() == Counter(counts):
                return
            await asyncio.sleep(0.001)
        raise AssertionError(f"{dict(await self.states())} instead of {counts}")


@pytest.fixture
async def village(database: Database, cipher: TokenCipher, jobs: Jobs, time: Time) -> Village:
    accounts = AccountRepository(database, cipher)
    watch = NightWatch(NightRepository(database), accounts, jobs, BackupSection(), time)
    return Village(watch, time, PeopleRepository(database), accounts, database)


@pytest.fixture
async def crowd(village: Village) -> Village:
    await village.settle(*range(1, MANY + 1))
    return village


@pytest.fixture
async def some(village: Village) -> Village:
    await village.settle(*range(1, SOME + 1))
    return village


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked."""
    seen: list[str] = []

    def see(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database._engine.sync_engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(database._engine.sync_engine, "before_cursor_execute", see)


async def test_a_tick_asks_one_question_however_many_people_there_are(crowd: Village) -> None:
    crowd.time.now = MORNING
    await crowd.watch.enqueue_due()
    async with working(crowd.jobs, crowd):
        await crowd.until_ran(MANY)
        await crowd.until_states(done=MANY)
    with statements(crowd.database) as asked:
        assert await crowd.watch.enqueue_due() == 0
    assert len([each for each in asked if not each.startswith("BEGIN")]) == 1


async def test_putting_all_of_them_on_the_queue_is_a_handful_of_statements(crowd: Village) -> None:
    for who in range(1, MANY + 1):
        await crowd.accounts.spotify(who)  # remembered, as they are once somebody asked
    crowd.time.now = MORNING
    with statements(crowd.database) as asked:
        assert await crowd.watch.enqueue_due() == MANY
    assert len(asked) <= 10


async def test_the_night_of_many_is_spread_and_each_has_one(crowd: Village) -> None:
    arrived: list[int] = []
    async with working(crowd.jobs, crowd):
        for minutes in range(-30, 120):
            crowd.time.now = THREE + timedelta(minutes=minutes)
            arrived.append(await crowd.watch.enqueue_due())
        await crowd.until_ran(MANY)
    assert sorted(crowd.ran) == list(range(1, MANY + 1))
    assert sum(arrived[:30]) == sum(arrived[91:]) == 0
    assert max(arrived) < MANY / 20, "spread over the hour"
    assert crowd.most["all"] <= ROOM.nights
    assert max(crowd.most[app_of(who)] for who in range(1, MANY + 1)) <= ROOM.nights_of_one_app


async def test_after_days_of_outage_everybody_has_one_night_the_oldest_backup_first(village: Village) -> None:
    people = list(range(1, PEOPLE_AN_APP))
    await village.settle(*people)
    order = sorted(people, key=lambda who: hashlib.sha256(str(who).encode()).digest())
    for minutes, who in enumerate(order):
        village.time.now = NOW + timedelta(minutes=minutes)
        run = await village.jobs.enqueue(RunKind.BACKUP, who)
        await village.jobs.runs.claim(village.time(), "w")
        await village.jobs.runs.finish(run.id, {}, village.time())
    village.time.now = NOW + 5 * DAY
    assert await village.watch.enqueue_due() == len(people)
    async with working(village.jobs, village):
        await village.until_states(done=len(people))
    assert village.started == order
    assert await village.watch.enqueue_due() == 0, "one for all the nights that were missed"


async def test_one_person_s_trouble_and_a_blocked_app_are_theirs_alone(some: Village) -> None:
    some.time.now, later = MORNING, MORNING + 6 * HOUR
    blocked = [who for who in range(1, SOME + 1) if app_of(who) == "app-03"]
    some.trouble = {7: RuntimeError("broken"), **{who: SpotifyBusy(later) for who in blocked}}
    await some.watch.enqueue_due()
    async with working(some.jobs, some):
        await some.until_ran(SOME)
        await some.until_states(done=SOME - len(blocked) - 1, failed=1, parked=len(blocked))
        some.time.now, some.trouble = later, {}
        assert await some.watch.enqueue_due() == 0
        some.jobs.wake()
        await some.until_states(done=SOME - 1, failed=1)


async def test_an_app_that_never_answers_holds_up_its_own_people_only(some: Village) -> None:
    some.stuck = frozenset(who for who in range(1, SOME + 1) if app_of(who) == "app-00")
    some.time.now = MORNING
    await some.watch.enqueue_due()
    async with working(some.jobs, some):
        await some.until_ran(SOME - len(some.stuck))
        assert some.inside["app-00"] == ROOM.nights_of_one_app
        await some.jobs.stop(grace=0)
    assert not some.stuck & set(some.ran)


async def test_what_people_ask_for_does_not_wait_for_nights(some: Village) -> None:
    nights = frozenset(range(1, SOME))
    some.stuck, some.time.now = nights, MORNING
    await some.watch.enqueue_due()
    async with working(some.jobs, some):
        await some.until_inside(ROOM.nights)
        for _ in range(20):
            assert (await some.states())["running"] <= ROOM.nights, "however long the other workers look"
        await some.jobs.enqueue(RunKind.SYNC, SOME)
        await some.until_ran(1)
        await some.jobs.stop(grace=0)
    assert some.ran[0] == SOME
    assert ROOM.nights < WORKERS


async def test_commands_of_one_app_leave_room_for_those_of_another(village: Village) -> None:
    await village.settle(1, 2, 3, 4, 5, PEOPLE_AN_APP)
    village.stuck = frozenset(range(1, 6))
    for who in (1, 2, 3, 4, 5, PEOPLE_AN_APP):
        await village.jobs.enqueue(RunKind.SYNC, who)
    async with working(village.jobs, village):
        await village.until_ran(1)
        assert village.inside["app-00"] == ROOM.of_one_app
        await village.jobs.stop(grace=0)
    assert village.ran == [PEOPLE_AN_APP]


@pytest.mark.parametrize("state", [AccountState.REFUSED, AccountState.LINKED], ids=["refused", "linked later"])
async def test_a_dead_link_and_one_made_after_the_turn_have_no_night(village: Village, state: AccountState) -> None:
    await village.settle(ADA, BEN)
    account = replace(spotify_account(ADA, key=str(ADA)), authorized_at=THREE + HOUR, state=state)
    await village.accounts.save_spotify(account)
    village.time.now = MORNING
    assert await village.watch.enqueue_due() == 1
    assert await village.jobs.runs.live(ADA) == ()
    village.time.now = MORNING + DAY
    assert await village.watch.enqueue_due() == (state is AccountState.LINKED)


async def test_whoever_s_key_was_lost_has_no_night_that_could_only_fail(
    village: Village, database: Database, other_cipher: TokenCipher
) -> None:
    await village.settle(ADA)
    village.time.now = MORNING
    watch = replace(village.watch, accounts=AccountRepository(database, other_cipher))
    assert await watch.enqueue_due() == 0


async def test_an_operator_without_nights_enqueues_none(village: Village) -> None:
    await village.settle(ADA)
    village.time.now = MORNING
    assert await replace(village.watch, config=BackupSection(nightly=False)).enqueue_due() == 0


async def test_moving_the_hour_never_makes_two_nights_of_one(village: Village) -> None:
    await village.settle(ADA)

    async def spends(moment: datetime, **chosen: object) -> int:
        await village.people.choose(ADA, **chosen)  # type: ignore[arg-type]
        village.time.now = moment
        added = await village.watch.enqueue_due()
        if added:
            run = await village.jobs.runs.claim(moment, "w")
            assert run is not None
            await village.jobs.runs.finish(run.id, {}, moment)
        return added

    assert await spends(MORNING) == 1
    noon = THREE.replace(hour=12)
    assert await spends(noon, nightly_hour=10) == 0, "seven hours after the last"
    assert await spends(noon, time_zone="Asia/Tokyo") == 0, "ten in the morning there was in the night before"
    assert await spends(noon + 14 * HOUR) == 1, "ten the next morning in Tokyo"
    assert await spends(noon + 15 * HOUR, time_zone="America/New_York") == 0


async def test_a_failed_night_is_not_tried_again_before_the_next(village: Village) -> None:
    await village.settle(ADA)
    village.time.now = MORNING
    await village.watch.enqueue_due()
    async with working(village.jobs, failing(StoreFull(store="It", size="1 KB"))):
        await village.until_states(failed=1)
    assert await village.watch.enqueue_due() == 0
    village.time.now = MORNING + DAY
    assert await village.watch.enqueue_due() == 1
    assert [run.state for run in await village.jobs.runs.live(ADA)] == [RunState.QUEUED]


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (StoreFull(store="Google Drive", size="12.3 MB"), StoreFull(store="Google Drive", size="1.1 GB"), True),
        (Unexpected("0a1b2c3d"), Unexpected("ffff0000"), True),
        (SpotifyRefused(Refusal.OWNER_PREMIUM), SpotifyRefused(Refusal.NOT_REGISTERED), False),
        (Unexpected("0a1b2c3d"), StoreFull(store="Google Drive", size="1.1 GB"), False),
    ],
)
def test_a_cause_is_the_same_whatever_its_sentence_was_filled_with(
    before: MusiVaultError, now: MusiVaultError, *, same: bool
) -> None:
    assert same_cause(now, before.sentence) is same
