"""Whose backups are read when: each once a week, spread over it, and few at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs import Jobs
from bot.services.checking.watch import AT_A_TIME, WEEK, CheckWatch, latest_turn, week_of
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.records import Archive, ArchiveState, Run, RunKind, StoreKind
from storage.tokens import TokenCipher
from tests.bot.spotify.time import Time
from tests.builders import ADA

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
IDS = st.integers(1, 2**63 - 1)


@given(IDS, MOMENTS)
def test_the_latest_turn_is_past_and_not_older_than_a_week(discord_id: int, now: datetime) -> None:
    assert now - WEEK < latest_turn(discord_id, now) <= now


@given(IDS, MOMENTS, st.timedeltas(timedelta(), WEEK))
def test_a_week_keeps_its_name_until_the_next_turn(discord_id: int, now: datetime, later: timedelta) -> None:
    first, second = latest_turn(discord_id, now), latest_turn(discord_id, now + later)
    assert second in (first, first + WEEK)
    assert (week_of(first) == week_of(second)) == (first == second)


def test_people_are_spread_over_the_week() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    days = {latest_turn(number, now).weekday() for number in range(100)}
    assert days == set(range(7))


@pytest.fixture
def archives(database: Database, cipher: TokenCipher) -> ArchiveRepository:
    return ArchiveRepository(database, cipher)


@pytest.fixture
def watch(archives: ArchiveRepository, jobs: Jobs, time: Time) -> CheckWatch:
    return CheckWatch(archives, jobs, time)


async def backed_up(watch: CheckWatch, discord_id: int, moment: datetime) -> Archive:
    archive = Archive(f"{discord_id}", discord_id, StoreKind.FOLDER, ArchiveState.VERIFIED, moment, "a.zip")
    await watch.archives.add(archive)
    return archive


async def due(watch: CheckWatch, discord_id: int = ADA) -> list[Run]:
    return [run for run in await watch.jobs.runs.live(discord_id) if run.kind is RunKind.WEEK]


async def test_each_has_one_check_a_week_whatever_came_of_it(watch: CheckWatch, time: Time) -> None:
    await backed_up(watch, ADA, time.now - WEEK * 2)
    assert [await watch.enqueue_due() for _ in range(3)] == [1, 0, 0]
    (run,) = await due(watch)
    await watch.jobs.runs.fail(run.id, "It was not to be.", None, time.now)
    assert await watch.enqueue_due() == 0
    time.now += WEEK
    assert await watch.enqueue_due() == 1


async def test_a_check_that_somebody_asks_for_and_the_week_s_are_not_in_each_other_s_way(
    watch: CheckWatch, time: Time
) -> None:
    await backed_up(watch, ADA, time.now - WEEK * 2)
    assert await watch.enqueue_due() == 1
    asked = await watch.jobs.enqueue(RunKind.CHECK, ADA, {"archive_id": "1"})
    first = await watch.jobs.runs.claim(time.now, "worker")
    assert first is not None
    assert first.id == asked.id
    time.now += WEEK
    await watch.jobs.runs.finish((await due(watch))[0].id, {}, time.now)
    assert await watch.enqueue_due() == 1


async def test_who_has_only_just_begun_has_their_first_turn_in_the_next_week(watch: CheckWatch, time: Time) -> None:
    await backed_up(watch, ADA, time.now)
    assert await watch.enqueue_due() == 0
    time.now += WEEK
    assert await watch.enqueue_due() == 1


async def test_who_has_no_good_backup_has_none_to_check(watch: CheckWatch, time: Time) -> None:
    archive = await backed_up(watch, ADA, time.now - WEEK * 2)
    await watch.archives.replace(replace(archive, state=ArchiveState.MISSING))
    assert await watch.enqueue_due() == 0


async def test_after_a_long_pause_few_are_added_at_a_time_and_all_in_the_end(watch: CheckWatch, time: Time) -> None:
    for discord_id in range(1, 6):
        await backed_up(watch, discord_id, time.now - WEEK * 9)
    assert [await watch.enqueue_due() for _ in range(4)] == [AT_A_TIME, AT_A_TIME, 1, 0]


async def test_what_somebody_asks_for_is_done_before_the_week_s_checks(watch: CheckWatch, time: Time) -> None:
    await backed_up(watch, ADA, time.now - WEEK * 9)
    await watch.enqueue_due()
    time.now += timedelta(minutes=1)
    asked = await watch.jobs.enqueue(RunKind.CHECK, ADA + 1, {"archive_id": "1"})
    first = await watch.jobs.runs.claim(time.now, "worker")
    assert first is not None
    assert first.id == asked.id
