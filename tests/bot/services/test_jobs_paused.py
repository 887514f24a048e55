"""Jobs that wait until somebody has linked again: they go on where they stopped, or end, and nothing loops."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.errors import AccountChanged, LinkEnd, SpotifyDoubted, SpotifyRevoked
from bot.jobs import AT_REST, LINK_AGAIN_WITHIN, LOOK_AGAIN, PATIENT, Jobs, goes_on_at, waits_for_link
from bot.notices import RunEnded
from bot.services.progress import OnProgress
from storage.errors import AlreadyRunning, NextStep
from storage.records import Run, RunKind, RunState
from tests.bot.services.working import REPORT, Mailbox, done, ended_of, failing, outcome, restarted, working
from tests.bot.spotify.time import Time
from tests.builders import ADA, BEN


async def paused(jobs: Jobs, kind: RunKind = RunKind.SYNC, discord_id: int = ADA) -> Run:
    """A job whose link turned out to be over; its process is gone."""
    jobs = restarted(jobs)
    async with working(jobs, failing(SpotifyRevoked())):
        return await outcome(jobs, await jobs.enqueue(kind, discord_id, {"n": 1}))


@pytest.mark.parametrize("kind", PATIENT)
async def test_a_dead_link_pauses_a_job_and_says_what_helps(jobs: Jobs, kind: RunKind) -> None:
    run = await paused(jobs, kind)
    assert (run.state, run.next_step, run.attempts) == (RunState.PARKED, NextStep.LINK_SPOTIFY, 0)
    assert "no longer lets MusiVault into your account" in str(run.sentence)
    assert waits_for_link(run)


async def test_a_preview_is_asked_for_again_instead(jobs: Jobs) -> None:
    run = await paused(jobs, RunKind.PREVIEW)
    assert (run.state, run.next_step) == (RunState.FAILED, NextStep.LINK_SPOTIFY)


async def test_linking_the_same_account_again_goes_on_even_after_a_restart(jobs: Jobs, mailbox: Mailbox) -> None:
    run = await paused(jobs)
    async with working(jobs, done):
        await jobs.relinked(ADA, another=False)
        ended = await ended_of(jobs, run)
    assert (ended.state, ended.report, ended.payload) == (RunState.DONE, REPORT, {"n": 1})
    assert mailbox.notices == [RunEnded(ADA, ended)]


async def test_linking_another_account_ends_what_waited_for_the_one_before(jobs: Jobs, mailbox: Mailbox) -> None:
    runs = [await paused(jobs, kind) for kind in (RunKind.SYNC, RunKind.RESTORE)]
    other = await paused(jobs, RunKind.SYNC, BEN)
    await jobs.relinked(ADA, another=True)
    for run in runs:
        ended = await jobs.runs.get(run.id)
        assert (ended.state, ended.next_step) == (RunState.FAILED, NextStep.STATUS)
        assert "it belongs to the account you had before" in str(ended.sentence)
    assert [type(notice) for notice in mailbox.notices] == [RunEnded, RunEnded]
    assert (await jobs.runs.get(other.id)).state is RunState.PARKED
    await jobs.enqueue(RunKind.SYNC, ADA)


async def test_what_nobody_links_again_for_is_looked_at_daily_and_given_up_after_a_month(
    jobs: Jobs, time: Time, mailbox: Mailbox
) -> None:
    began, looks = time.now, 0
    run = await paused(jobs)
    while run.state is RunState.PARKED:
        assert run.not_before is not None
        assert run.not_before <= time.now + LOOK_AGAIN
        time.now, looks, jobs = run.not_before, looks + 1, restarted(jobs)
        async with working(jobs, failing(SpotifyRevoked())):
            run = await looked_at(jobs, run)
    assert (run.state, run.finished_at) == (RunState.FAILED, began + LINK_AGAIN_WITHIN)
    assert run.next_step is NextStep.LINK_SPOTIFY
    assert looks == LINK_AGAIN_WITHIN / LOOK_AGAIN
    assert [type(notice) for notice in mailbox.notices] == [RunEnded]


async def looked_at(jobs: Jobs, before: Run) -> Run:
    """Parked again, or ended."""
    for _ in range(2000):
        run = await jobs.runs.get(before.id)
        if run.state in AT_REST and run.not_before != before.not_before:
            return run
        await asyncio.sleep(0.001)
    raise AssertionError("nobody looked")


async def test_the_same_command_again_looks_whether_it_can_go_on(jobs: Jobs) -> None:
    run = await paused(jobs)
    async with working(jobs, failing(SpotifyRevoked(LinkEnd.UNREADABLE))):
        again = await outcome(jobs, await jobs.enqueue(RunKind.SYNC, ADA, {"n": 1}))
    assert (again.id, again.state) == (run.id, RunState.PARKED)
    assert "can no longer read the access" in str(again.sentence)
    jobs = restarted(jobs)
    async with working(jobs, done):
        assert (await outcome(jobs, await jobs.enqueue(RunKind.SYNC, ADA, {"n": 1}))).state is RunState.DONE


async def test_another_job_of_the_kind_is_still_one_too_many(jobs: Jobs) -> None:
    await paused(jobs)
    with pytest.raises(AlreadyRunning):
        await jobs.enqueue(RunKind.SYNC, ADA, {"n": 2})


async def test_a_doubt_is_waited_out_without_counting_as_an_outage(jobs: Jobs, time: Time) -> None:
    due = time.now + timedelta(hours=1)
    async with working(jobs, failing(SpotifyDoubted(due))):
        run = await outcome(jobs, await jobs.enqueue(RunKind.SYNC, ADA))
    assert (run.state, run.not_before, run.attempts) == (RunState.PARKED, due, 0)
    assert "MusiVault asks once more." in str(run.sentence)
    assert not waits_for_link(run)


async def test_doubted_then_refused_is_two_looks_and_then_a_pause(jobs: Jobs, time: Time) -> None:
    answers: Sequence[Exception] = (SpotifyDoubted(time.now + timedelta(hours=1)), SpotifyRevoked())
    seen: list[Exception] = []

    async def asked(_: Run, __: OnProgress) -> dict[str, object]:
        seen.append(answers[len(seen)])
        raise seen[-1]

    async with working(jobs, asked):
        run = await outcome(jobs, await jobs.enqueue(RunKind.BACKUP, ADA))
    time.now += timedelta(hours=1)
    jobs = restarted(jobs)
    async with working(jobs, asked):
        run = await looked_at(jobs, run)
    assert waits_for_link(run)
    assert len(seen) == 2
    assert goes_on_at(seen[-1], run, run.created_at + LINK_AGAIN_WITHIN) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "ended"),
    [(RunKind.SYNC, RunState.DONE), (RunKind.BACKUP, RunState.DONE), (RunKind.RESTORE, RunState.FAILED)],
)
async def test_what_is_of_any_account_and_meets_another_goes_round_once_more_for_it(
    jobs: Jobs, kind: RunKind, ended: RunState
) -> None:
    rounds: list[int] = []

    async def changed_once(run: Run, _: OnProgress) -> dict[str, object]:
        rounds.append(run.id)
        if len(rounds) == 1:
            raise AccountChanged
        return REPORT

    async with working(jobs, changed_once):
        run = await outcome(jobs, await jobs.enqueue(kind, ADA))
    assert run.state is ended
    assert rounds == [run.id] * (1 if kind is RunKind.RESTORE else 2)
