"""The durable queue: what is asked for is done, once, whatever happens on the way."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import SpotifyBusy
from bot.jobs import Jobs, Report
from bot.notices import Notice, Post, RunEnded
from bot.services.progress import OnProgress, Phase, Progress
from storage.errors import AlreadyRunning
from storage.records import Run, RunKind, RunState
from tests.bot.services.working import REPORT, Gate, Mailbox, done, ended_of, failing, outcome, restarted, working
from tests.bot.spotify.time import Time
from tests.builders import ADA, BEN


async def test_what_is_asked_for_is_done_and_reported(jobs: Jobs) -> None:
    async with working(jobs, done):
        run = await outcome(jobs, await jobs.enqueue(RunKind.SYNC, ADA))
    assert (run.state, run.report) == (RunState.DONE, REPORT)


async def test_a_second_job_of_the_kind_is_refused_while_one_is_live(jobs: Jobs) -> None:
    await jobs.enqueue(RunKind.SYNC, ADA)
    with pytest.raises(AlreadyRunning):
        await jobs.enqueue(RunKind.SYNC, ADA)


async def test_a_job_asked_for_again_while_it_runs_goes_round_once_more_and_is_told_of_once(
    jobs: Jobs, mailbox: Mailbox
) -> None:
    gate = Gate()
    first = await jobs.enqueue(RunKind.SYNC, ADA)
    async with working(jobs, gate):
        await gate.entered.get()
        assert (await jobs.enqueue(RunKind.SYNC, ADA, again=True)).id == first.id
        gate.opened.set()
        run = await ended_of(jobs, first)
    assert run.state is RunState.DONE
    assert gate.entered.qsize() == 1
    assert mailbox.notices == [RunEnded(ADA, run)]


async def test_jobs_of_one_person_run_one_after_the_other(jobs: Jobs) -> None:
    gate = Gate()
    runs = [await jobs.enqueue(kind, ADA) for kind in (RunKind.SYNC, RunKind.BACKUP, RunKind.RESTORE)]
    async with working(jobs, gate):
        first = await gate.entered.get()
        assert gate.entered.empty()
        gate.opened.set()
        ended = [await outcome(jobs, run) for run in runs]
    assert first.id == runs[0].id
    assert [run.state for run in ended] == [RunState.DONE] * 3
    assert gate.most == 1


async def test_jobs_of_different_people_run_together(jobs: Jobs) -> None:
    gate = Gate()
    runs = [await jobs.enqueue(RunKind.SYNC, person) for person in (ADA, BEN)]
    async with working(jobs, gate):
        await gate.entered.get()
        await gate.entered.get()
        gate.opened.set()
        for run in runs:
            await outcome(jobs, run)
    assert gate.most == 2


async def test_a_parked_job_goes_on_when_it_is_due_and_not_before(jobs: Jobs, time: Time) -> None:
    due = time.now + timedelta(hours=3)
    async with working(jobs, failing(SpotifyBusy(due))):
        run = await outcome(jobs, await jobs.enqueue(RunKind.SYNC, ADA))
        assert (run.state, run.not_before) == (RunState.PARKED, due)
    time.now = due - timedelta(seconds=1)
    assert await jobs.runs.claim(time(), "somebody") is None
    jobs = restarted(jobs)
    async with working(jobs, done):
        time.now = due
        jobs.wake()
        assert (await ended_of(jobs, run)).state is RunState.DONE


async def test_stopping_lets_a_running_job_end(jobs: Jobs) -> None:
    gate = Gate()
    run = await jobs.enqueue(RunKind.SYNC, ADA)
    waiting = await jobs.enqueue(RunKind.SYNC, BEN, None)
    jobs.handlers = dict.fromkeys(RunKind, gate)
    await jobs.start()
    await gate.entered.get()
    await gate.entered.get()
    late = await jobs.enqueue(RunKind.BACKUP, ADA)
    stopping = asyncio.create_task(jobs.stop(grace=5))
    await asyncio.sleep(0)
    gate.opened.set()
    await stopping
    assert [(await jobs.runs.get(each.id)).state for each in (run, waiting, late)] == [
        RunState.DONE,
        RunState.DONE,
        RunState.QUEUED,
    ]


async def test_what_does_not_end_in_time_is_left_for_the_next_start(jobs: Jobs) -> None:
    gate = Gate()
    run = await jobs.enqueue(RunKind.SYNC, ADA)
    jobs.handlers = dict.fromkeys(RunKind, gate)
    await jobs.start()
    await gate.entered.get()
    await jobs.stop(grace=0)
    assert (await jobs.runs.get(run.id)).state is RunState.RUNNING
    again = restarted(jobs)
    async with working(again, done):
        assert (await ended_of(again, run)).state is RunState.DONE


async def test_an_outcome_nobody_watched_becomes_a_notice(jobs: Jobs, mailbox: Mailbox) -> None:
    async with working(jobs, done):
        run = await ended_of(jobs, await jobs.enqueue(RunKind.SYNC, ADA))
    assert mailbox.notices == [RunEnded(ADA, run)]


async def test_an_outcome_that_was_watched_is_told_once(jobs: Jobs, mailbox: Mailbox) -> None:
    async with working(jobs, done):
        await outcome(jobs, await jobs.enqueue(RunKind.SYNC, ADA))
    assert mailbox.notices == []


async def test_a_notice_that_cannot_be_delivered_does_no_harm(jobs: Jobs) -> None:
    async def undeliverable(_: Notice) -> bool:
        raise ConnectionError

    jobs.post = Post(undeliverable)
    async with working(jobs, done):
        for _ in range(4):
            await ended_of(jobs, await jobs.enqueue(RunKind.SYNC, ADA))


async def test_progress_is_seen_by_who_watches(jobs: Jobs) -> None:
    seen: list[Progress] = []
    reported, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_: Run, on_progress: OnProgress) -> Report:
        on_progress(Progress(Phase.READING, 2, 5))
        reported.set()
        await go_on.wait()
        return REPORT

    async with working(jobs, slowly):
        run = await jobs.enqueue(RunKind.SYNC, ADA)
        await reported.wait()
        async with jobs.watching(run.id, 0.01) as states:
            async for state in states:
                if isinstance(state, Progress):
                    seen.append(state)
                    go_on.set()
    assert Progress(Phase.READING, 2, 5) in seen
