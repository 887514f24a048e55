"""Durable jobs: commands and the schedule enqueue, workers run, watchers see progress, restarts resume."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import SpotifyBusy, SpotifyDown
from bot.notices import Post, RunEnded
from bot.services.progress import OnProgress, Phase, Progress
from bot.time import Clock
from storage.errors import MusiVaultError, StoreDown
from storage.records import Run, RunKind, RunState
from storage.runs import RunRepository

log = logging.getLogger(__name__)

Report = dict[str, object]
Handler = Callable[[Run, OnProgress], Awaitable[Report]]
WORKERS = 3
ATTEMPTS = 4
FINAL = (RunState.DONE, RunState.FAILED)
AT_REST = (*FINAL, RunState.PARKED)
UNEXPECTED = "Something went wrong on our side. Nothing was lost. Tell whoever runs this bot the reference {reference}."


def goes_on_at(error: MusiVaultError, attempts: int, now: datetime) -> datetime | None:
    """When a job that was refused goes on by itself; None where waiting does not help."""
    if isinstance(error, SpotifyBusy):
        return error.retry_at
    if isinstance(error, SpotifyDown | StoreDown) and attempts < ATTEMPTS:
        return now + timedelta(minutes=2**attempts)
    return None


def new_reference() -> str:
    """A short id that joins what a person saw to what the log says."""
    return secrets.token_hex(4)


@dataclass(slots=True)
class _Watch:
    """What those who follow a run are told: `moved` at every step, `ended` when it rests."""

    progress: Progress = field(default_factory=lambda: Progress(Phase.WAITING))
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    watchers: int = 0

    def report(self, progress: Progress) -> None:
        """A step further."""
        self.progress = progress
        self.moved.set()


@dataclass(slots=True)
class Jobs:
    """The queue and its workers. One process owns the database, so a run of another worker is one that died."""

    runs: RunRepository
    clock: Clock
    post: Post
    handlers: Mapping[RunKind, Handler] = field(default_factory=dict)
    worker: str = field(default_factory=new_reference)
    _watches: dict[int, _Watch] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: bool = False

    async def enqueue(
        self,
        kind: RunKind,
        discord_id: int,
        payload: Report | None = None,
        *,
        night: str | None = None,
        again: bool = False,
    ) -> Run:
        """Put a job on the queue; raises `AlreadyRunning` while this person has one of the kind.

        With `again` that one will do, and goes round once more if it runs already: it began with what is old by now.
        """
        run = await self.runs.enqueue(kind, discord_id, payload or {}, self.clock(), night, again=again)
        self.wake()
        return run

    def wake(self) -> None:
        """Look at the queue now: something was added, or time has passed."""
        self._work.set()

    async def start(self) -> None:
        """Take over what the last process left behind and begin."""
        abandoned = await self.runs.requeue_abandoned(self.worker)
        if abandoned:
            log.info("jobs.resumed count=%d", abandoned)
        self._tasks = [asyncio.create_task(self._serve(), name=f"worker-{number}") for number in range(WORKERS)]

    async def stop(self, grace: float = 10.0) -> None:
        """Let running jobs finish for `grace` seconds; what is cut short is resumed by the next start."""
        self._closing = True
        self._work.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self) -> None:
        while not self._closing:
            self._work.clear()
            try:
                found = await self._serve_one()
            except Exception:
                # A database that does not answer now must not end the worker: the next tick looks again.
                log.exception("jobs.trouble")
                found = False
            if found:
                self._work.set()
            else:
                await self._work.wait()

    async def _serve_one(self) -> bool:
        """Whether there was something to do; the others look too, since there may be more."""
        run = await self.runs.claim(self.clock(), self.worker)
        if run is None:
            return False
        self._work.set()
        await self._perform(run)
        return True

    async def _perform(self, run: Run) -> None:
        """One run from claim to rest; whatever happens in it is its own affair."""
        watch = self._watches.setdefault(run.id, _Watch())
        watch.ended.clear()
        log.info("run.started id=%d kind=%s person=%d attempt=%d", run.id, run.kind, run.discord_id, run.attempts)
        try:
            report = await self.handlers[run.kind](run, watch.report)
        except MusiVaultError as error:
            await self._refused(run, error)
        except Exception:
            reference = new_reference()
            log.exception("run.broken id=%d kind=%s reference=%s", run.id, run.kind, reference)
            await self.runs.fail(run.id, UNEXPECTED.format(reference=reference), reference, self.clock())
        else:
            await self.runs.finish(run.id, report, self.clock())
            log.info("run.done id=%d kind=%s", run.id, run.kind)
        await self._ended(run.id, watch)

    async def _refused(self, run: Run, error: MusiVaultError) -> None:
        """Waiting helps: park and go on later. It does not: the sentence is the outcome."""
        now = self.clock()
        log.info("run.refused id=%d kind=%s error=%s", run.id, run.kind, type(error).__name__)
        later = goes_on_at(error, run.attempts, now)
        if later is None:
            await self.runs.fail(run.id, error.sentence, None, now, error.next_step)
        else:
            await self.runs.park(run.id, error.cause, later)

    async def _ended(self, run_id: int, watch: _Watch) -> None:
        """Those who watch are told; if nobody does any more, the outcome becomes a notice."""
        run = await self.runs.get(run_id)
        if run.state not in AT_REST:
            return  # once more, and whoever watches goes on watching
        watch.ended.set()
        if watch.watchers == 0:
            self._watches.pop(run_id, None)
            if run.state in FINAL:
                await self.post(RunEnded(run.discord_id, run))

    def progress(self, run_id: int) -> Progress | None:
        """How far a run is that works right now; None for one that does not."""
        watch = self._watches.get(run_id)
        return None if watch is None or watch.ended.is_set() else watch.progress

    @asynccontextmanager
    async def watching(self, run_id: int, every: float) -> AsyncIterator[AsyncIterator[Progress | Run]]:
        """Follow a run: its progress at most every `every` seconds, then the run once it ended or waits for later.

        Who leaves early (the reply can no longer be edited) makes the outcome a notice.
        """
        watch = self._watches.setdefault(run_id, _Watch())
        watch.watchers += 1
        try:
            yield self._follow(run_id, watch, every)
        finally:
            watch.watchers -= 1
            if watch.watchers == 0 and watch.ended.is_set():
                self._watches.pop(run_id, None)

    async def _follow(self, run_id: int, watch: _Watch, every: float) -> AsyncIterator[Progress | Run]:
        while (run := await self.runs.get(run_id)).state not in AT_REST:
            watch.moved.clear()
            yield watch.progress
            await self._next_step(watch, every)
        watch.ended.set()
        yield run

    @staticmethod
    async def _next_step(watch: _Watch, every: float) -> None:
        """Until the run rests, or has moved and `every` seconds have gone by."""
        if await _within(every, watch.ended):
            return
        waits = [asyncio.ensure_future(event.wait()) for event in (watch.ended, watch.moved)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


async def _within(seconds: float, event: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
