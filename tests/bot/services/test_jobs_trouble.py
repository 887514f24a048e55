"""The durable queue on bad days: outages, restarts, faults of ours, a database that takes nothing."""

import asyncio
import logging
from datetime import datetime, timedelta

import pytest

from bot.errors import SpotifyBusy, SpotifyDown
from bot.jobs import ATTEMPTS, CLOSING_WAITS, Jobs, Report
from bot.notices import RunEnded
from bot.services.progress import OnProgress
from storage.database import Database
from storage.errors import StoreRefused
from storage.records import Run, RunKind, RunState
from storage.runs import RunRepository
from tests.bot.services.working import REPORT, Gate, Mailbox, done, ended_of, failing, outcome, restarted, working
from tests.bot.spotify.time import Time
from tests.builders import ADA


async def test_an_outage_is_waited_out_longer_each_time_and_given_up_in_the_end(jobs: Jobs, time: Time) -> None:
    waits: list[timedelta] = []
    run = await jobs.enqueue(RunKind.SYNC, ADA)
    for _ in range(ATTEMPTS):
        jobs = restarted(jobs)
        async with working(jobs, failing(SpotifyDown())):
            run = await rested(jobs, run)
        if run.not_before:
            waits.append(run.not_before - time.now)
            time.now = run.not_before
    assert waits == [timedelta(minutes=minutes) for minutes in (2, 4, 8)]
    assert run.state is RunState.FAILED
    assert "Spotify is not answering" in str(run.sentence)


async def test_waiting_for_spotify_s_turn_and_restarts_use_up_no_attempt(jobs: Jobs, time: Time) -> None:
    run = await jobs.enqueue(RunKind.SYNC, ADA)
    for _ in range(ATTEMPTS):
        jobs = restarted(jobs)
        due = time.now + timedelta(hours=1)
        async with working(jobs, failing(SpotifyBusy(due))):
            run = await parked_until(jobs, run, due)
        time.now = due
        await jobs.runs.claim(time(), "a process that was killed")
    jobs = restarted(jobs)
    async with working(jobs, failing(SpotifyDown())):
        run = await parked_until(jobs, run, time.now + timedelta(minutes=2))
    assert run.attempts == 1


async def parked_until(jobs: Jobs, run: Run, due: datetime) -> Run:
    for _ in range(500):
        now = await jobs.runs.get(run.id)
        if (now.state, now.not_before) == (RunState.PARKED, due):
            return now
        await asyncio.sleep(0.001)
    raise AssertionError(f"it never waited until {due}: {now}")


class Forgetful(RunRepository):
    """A database that does not take the next outcomes."""

    def __init__(self, database: Database, fails: int) -> None:
        super().__init__(database)
        self.fails = fails

    async def _close(self, run_id: int, **values: object) -> None:
        self.fails -= 1
        if self.fails >= 0:
            raise OSError("disk I/O error")
        await super()._close(run_id, **values)


async def at_once(_: float) -> None:
    await asyncio.sleep(0)


def forgetful(database: Database, jobs: Jobs, fails: int) -> Jobs:
    return Jobs(Forgetful(database, fails), jobs.clock, jobs.post, sleep=at_once)


async def test_an_outcome_is_kept_once_the_database_takes_it(database: Database, jobs: Jobs, mailbox: Mailbox) -> None:
    jobs = forgetful(database, jobs, 2)
    async with working(jobs, done):
        run = await ended_of(jobs, await jobs.enqueue(RunKind.SYNC, ADA))
    assert (run.state, run.report) == (RunState.DONE, REPORT)
    assert mailbox.notices == [RunEnded(ADA, run)]


async def test_an_outcome_that_cannot_be_kept_is_a_failure_and_blocks_nobody(jobs: Jobs) -> None:
    async def strange(_: Run, __: OnProgress) -> Report:
        return {"likes": object()}

    jobs.sleep = at_once
    async with working(jobs, strange):
        run = await ended_of(jobs, await jobs.enqueue(RunKind.SYNC, ADA))
        assert (run.state, bool(run.reference)) == (RunState.FAILED, True)
        await jobs.enqueue(RunKind.SYNC, ADA)


async def test_a_run_that_could_not_be_closed_is_queued_again_by_the_clock(database: Database, jobs: Jobs) -> None:
    jobs = forgetful(database, jobs, 2 * len(CLOSING_WAITS))
    runs: list[Run] = []

    async def noted(run: Run, on_progress: OnProgress) -> Report:
        runs.append(run)
        return await done(run, on_progress)

    async with working(jobs, noted):
        run = await jobs.enqueue(RunKind.SYNC, ADA)
        for _ in range(500):
            await jobs.tend()
            if (await jobs.runs.get(run.id)).state is RunState.DONE:
                break
            await asyncio.sleep(0.001)
        assert jobs.alive
    assert [each.id for each in runs] == [run.id, run.id]
    assert not jobs.alive


async def test_the_clock_takes_nothing_from_a_worker(jobs: Jobs) -> None:
    gate = Gate()
    async with working(jobs, gate):
        run = await jobs.enqueue(RunKind.SYNC, ADA)
        await gate.entered.get()
        await jobs.tend()
        assert (await jobs.runs.get(run.id)).state is RunState.RUNNING
        gate.opened.set()
        assert (await outcome(jobs, run)).state is RunState.DONE


async def test_who_could_not_be_shown_the_outcome_gets_a_notice(jobs: Jobs, mailbox: Mailbox) -> None:
    async def lose_the_reply(run: Run) -> None:
        async with jobs.watching(run.id, 0.01) as states:
            async for state in states:
                if isinstance(state, Run):
                    raise ConnectionError

    async with working(jobs, done):
        run = await jobs.enqueue(RunKind.SYNC, ADA)
        with pytest.raises(ConnectionError):
            await lose_the_reply(run)
    assert [notice.run.id for notice in mailbox.notices if isinstance(notice, RunEnded)] == [run.id]


async def rested(jobs: Jobs, run: Run) -> Run:
    """After one attempt more than it had."""
    for _ in range(500):
        now = await jobs.runs.get(run.id)
        if now.state is RunState.FAILED or (now.state is RunState.PARKED and now.attempts > run.attempts):
            return now
        await asyncio.sleep(0.001)
    raise AssertionError("it was never tried again")


async def test_a_refusal_is_the_outcome_at_once_with_what_helps(jobs: Jobs) -> None:
    error = StoreRefused(store="Google Drive")
    async with working(jobs, failing(error)):
        run = await outcome(jobs, await jobs.enqueue(RunKind.BACKUP, ADA))
    assert (run.state, run.sentence, run.next_step) == (RunState.FAILED, error.sentence, error.next_step)


async def test_our_own_fault_is_shown_as_a_reference_and_never_as_its_text(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        async with working(jobs, failing(ZeroDivisionError("a secret detail"))):
            run = await outcome(jobs, await jobs.enqueue(RunKind.SYNC, ADA))
    assert run.state is RunState.FAILED
    assert run.reference
    assert run.reference in str(run.sentence)
    assert "secret detail" not in str(run.sentence)
    logged = next(record for record in caplog.records if run.reference in record.getMessage())
    assert logged.exc_info is not None


async def test_a_worker_outlives_the_faults_of_its_jobs(jobs: Jobs) -> None:
    async with working(jobs, failing(ZeroDivisionError())):
        for _ in range(6):
            assert (await outcome(jobs, await jobs.enqueue(RunKind.SYNC, ADA))).state is RunState.FAILED


async def test_what_a_dead_process_was_doing_is_done_by_the_next(jobs: Jobs, time: Time) -> None:
    run = await jobs.enqueue(RunKind.RESTORE, ADA, {"change_id": "c"})
    await jobs.runs.claim(time(), "a process that was killed")
    async with working(jobs, done):
        ended = await ended_of(jobs, run)
    assert (ended.state, ended.attempts, ended.payload) == (RunState.DONE, 0, {"change_id": "c"})
