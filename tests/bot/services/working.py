"""Jobs at work, for tests of the queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.jobs import Handler, Jobs, Report
from bot.notices import Notice
from bot.services.progress import OnProgress, Phase, Progress
from storage.records import Run, RunKind, RunState

REPORT: Report = {"likes": 3}


class Mailbox:
    """Takes every notice."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    async def __call__(self, notice: Notice) -> bool:
        self.notices.append(notice)
        return True


@asynccontextmanager
async def working(jobs: Jobs, handler: Handler) -> AsyncIterator[None]:
    """Workers that do every kind of job with one handler."""
    jobs.handlers = dict.fromkeys(RunKind, handler)
    await jobs.start()
    try:
        yield
    finally:
        await jobs.stop(grace=2)


def restarted(jobs: Jobs) -> Jobs:
    """What the next process makes of the same database."""
    return Jobs(jobs.runs, jobs.clock, jobs.post)


async def outcome(jobs: Jobs, run: Run) -> Run:
    """The run once it rests."""
    async with jobs.watching(run.id, 0.01) as states:
        async for state in states:
            if isinstance(state, Run):
                return state
    raise AssertionError("a run that is watched always ends")


def failing(error: Exception) -> Handler:
    async def fail(_: Run, __: OnProgress) -> Report:
        raise error

    return fail


async def done(_: Run, on_progress: OnProgress) -> Report:
    on_progress(Progress(Phase.READING, 1, 2))
    return REPORT


class Gate:
    """A job that waits to be let through, and knows how many are inside."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.entered: asyncio.Queue[Run] = asyncio.Queue()
        self.inside = 0
        self.most = 0

    async def __call__(self, run: Run, _: OnProgress) -> Report:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.put_nowait(run)
        try:
            await self.opened.wait()
        finally:
            self.inside -= 1
        return REPORT


async def ended_of(jobs: Jobs, run: Run) -> Run:
    """A parked run rests already, so it is looked at until it is more than parked."""
    for _ in range(500):
        now = await jobs.runs.get(run.id)
        if now.state in (RunState.DONE, RunState.FAILED):
            return now
        await asyncio.sleep(0.001)
    raise AssertionError("it never ended")
