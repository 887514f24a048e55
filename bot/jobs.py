"""Durable jobs: commands and the schedule enqueue, workers run, watchers see progress, restarts resume."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.errors import AccountChanged, SpotifyBusy, SpotifyDoubted, SpotifyDown, SpotifyRevoked, Unexpected
from bot.notices import Post, RunEnded
from bot.services.progress import OnProgress, Phase, Progress
from bot.time import Clock, Sleep
from storage.claims import Room
from storage.errors import AlreadyRunning, MusiVaultError, NextStep, StoreDown
from storage.records import Run, RunKind, RunState
from storage.runs import RunRepository

log = logging.getLogger(__name__)

Report = dict[str, object]
Handler = Callable[[Run, OnProgress], Awaitable[Report]]
Closing = Callable[[], Awaitable[None]]
"""Writes down what came of a run."""
WORKERS = 6
ROOM = Room(nights=4, of_one_app=3, nights_of_one_app=2)
"""Two workers are left to what people ask for, and three to those of other Spotify apps."""
ATTEMPTS = 4
CLOSING_WAITS = (1.0, 2.0, 4.0, 8.0)
"""How long a database that does not take an outcome is given, each time."""
LINK_AGAIN_WITHIN = timedelta(days=30)
"""How long a job waits for its person to link again, from when it was asked for."""
LOOK_AGAIN = timedelta(days=1)
PATIENT = (RunKind.SYNC, RunKind.BACKUP, RunKind.NIGHT, RunKind.RESTORE)
"""What waits for a link; a preview is asked for anew."""
OF_ANY_ACCOUNT = (RunKind.SYNC, RunKind.BACKUP)
FINAL = (RunState.DONE, RunState.FAILED)
AT_REST = (*FINAL, RunState.PARKED)


def goes_on_at(error: MusiVaultError, run: Run, now: datetime) -> datetime | None:
    """When a job that was refused goes on by itself; None where waiting does not help."""
    if isinstance(error, SpotifyBusy | SpotifyDoubted):
        return error.retry_at
    if isinstance(error, SpotifyRevoked) and run.kind in PATIENT:
        # Linking again wakes it. The daily look asks nobody: it sees a key or an app that the operator put back.
        until = run.created_at + LINK_AGAIN_WITHIN
        return min(now + LOOK_AGAIN, until) if now < until else None
    tried = run.attempts + 1
    if isinstance(error, SpotifyDown | StoreDown) and tried < ATTEMPTS:
        return now + timedelta(minutes=2**tried)
    return None


def waits_for_link(run: Run) -> bool:
    """Whether a job is paused until its person has linked again."""
    return run.state is RunState.PARKED and run.next_step is NextStep.LINK_SPOTIFY


def new_reference() -> str:
    """A short id that joins what a person saw to what the log says."""
    return secrets.token_hex(4)


@dataclass(slots=True)
class _Watch:
    """What those who follow a run are told: `moved` at every step, `ended` when it rests; `told` once anybody knows."""

    progress: Progress = field(default_factory=lambda: Progress(Phase.WAITING))
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    watchers: int = 0
    told: bool = False

    def report(self, progress: Progress) -> None:
        """A step further."""
        self.progress = progress
        self.moved.set()


@dataclass(slots=True)
class Jobs:
    """The queue and its workers. One process owns the database, so a running run that none of them holds is lost."""

    runs: RunRepository
    clock: Clock
    post: Post
    handlers: Mapping[RunKind, Handler] = field(default_factory=dict)
    sleep: Sleep = asyncio.sleep
    worker: str = field(default_factory=new_reference)
    _held: dict[int, Run] = field(default_factory=dict)
    _claims: asyncio.Lock = field(default_factory=asyncio.Lock)
    _watches: dict[int, _Watch] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _looks: asyncio.Queue[None] = field(default_factory=partial(asyncio.Queue, 1))
    _closing: bool = False

    async def enqueue(
        self, kind: RunKind, discord_id: int, payload: Report | None = None, *, again: bool = False
    ) -> Run:
        """Put a job on the queue; raises `AlreadyRunning` while this person has one of the kind.

        With `again` that one will do, and goes round once more if it runs already: it began with what is old by now.
        The very same job that waits for a link looks at once whether it can go on.
        """
        try:
            run = await self.runs.enqueue(kind, discord_id, payload or {}, self.clock(), again=again)
        except AlreadyRunning:
            paused = await self._paused(kind, discord_id, payload or {})
            if paused is None:
                raise
            await self.runs.wake(discord_id)
            run = await self.runs.get(paused.id)
        self.wake()
        return run

    async def enqueue_turns(self, kind: RunKind, turns: Mapping[int, str]) -> int:
        """Put on the queue what nobody asked for: each of these people's turns, once; how many are new."""
        added = await self.runs.enqueue_turns(kind, turns, self.clock())
        if added:
            self.wake()
        return added

    async def _paused(self, kind: RunKind, discord_id: int, payload: Report) -> Run | None:
        for run in await self.runs.live(discord_id):
            if (run.kind, run.payload) == (kind, payload) and waits_for_link(run):
                return run
        return None

    async def relinked(self, discord_id: int, *, another: bool) -> None:
        """What waited for this person goes on where it stopped; with `another` account than before, it ends."""
        if not another:
            await self.runs.wake(discord_id)
            self.wake()
            return
        async with self._claims:
            parked = [run for run in await self.runs.live(discord_id) if run.state is RunState.PARKED]
            for run in parked:
                sentence, step = AccountChanged().sentence, AccountChanged.next_step
                await self.runs.fail(run.id, sentence, None, self.clock(), step)
        for run in parked:
            await self._ended(run.id, self._watches.setdefault(run.id, _Watch()))

    def wake(self) -> None:
        """Something was added, or time has passed: one worker looks at the queue, and the next if it found a job."""
        if not self._looks.full():
            self._looks.put_nowait(None)

    async def tend(self) -> None:
        """What time asks for: look at the queue, and queue again what could not even be closed."""
        try:
            await self._resume()
        finally:
            self.wake()

    async def _resume(self) -> None:
        async with self._claims:
            abandoned = await self.runs.requeue_abandoned(self._held)
        if abandoned:
            log.info("jobs.resumed count=%d", abandoned)

    @property
    def alive(self) -> bool:
        """Whether all workers are there, for the health page."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def start(self) -> None:
        """Take over what the last process left behind and begin."""
        await self._resume()
        self._tasks = [asyncio.create_task(self._serve(), name=f"worker-{number}") for number in range(WORKERS)]
        self.wake()

    async def stop(self, grace: float = 10.0) -> None:
        """Let running jobs finish for `grace` seconds; what is cut short is resumed by the next start."""
        self._closing = True
        self.wake()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self) -> None:
        while not self._closing:
            await self._looks.get()
            try:
                await self._serve_one()
            except Exception:
                # A database that does not answer now must not end the worker: the next tick looks again.
                log.exception("jobs.trouble")
        self.wake()  # one worker after the other is told that it is over

    async def _serve_one(self) -> None:
        """Takes a job if there is one for it; the next worker looks then, and again when this one makes room."""
        async with self._claims:
            # Whoever waited for this may find that the bot is stopping by now.
            run = None if self._closing else await self.runs.claim(self.clock(), self.worker, ROOM)
            if run is None:
                return
            self._held[run.id] = run
        self.wake()
        try:
            await self._perform(run)
        finally:
            # One that goes round once more may be in the hands of another worker already.
            if self._held.get(run.id) is run:
                del self._held[run.id]
            self.wake()

    async def _perform(self, run: Run) -> None:
        """One run from claim to rest; whatever happens in it is its own affair."""
        watch = self._watches.setdefault(run.id, _Watch())
        watch.ended.clear()
        watch.told = False
        log.info("run.started id=%d kind=%s person=%d attempt=%d", run.id, run.kind, run.discord_id, run.attempts + 1)
        closing = await self._attempt(run, watch)
        if await self._insist(run, closing) or await self._insist(run, self._broken(run)):
            await self._ended(run.id, watch)

    async def _attempt(self, run: Run, watch: _Watch) -> Closing:
        """Do the work; what came of it is still to be written down."""
        try:
            report = await self.handlers[run.kind](run, watch.report)
        except MusiVaultError as error:
            return self._refused(run, error)
        except Exception as cause:  # noqa: BLE001 - logged under the reference that the person is told
            return self._broken(run, cause)
        log.info("run.done id=%d kind=%s", run.id, run.kind)
        return partial(self.runs.finish, run.id, report, self.clock())

    def _broken(self, run: Run, cause: Exception | None = None) -> Closing:
        """The fault is ours: the person has a reference, the log what is behind it."""
        error = Unexpected(new_reference())
        log.error("run.broken id=%d kind=%s reference=%s", run.id, run.kind, error.reference, exc_info=cause)
        return self._refused(run, error)

    def _refused(self, run: Run, error: MusiVaultError) -> Closing:
        """Waiting helps: park and go on later. It does not: the sentence is the outcome."""
        now = self.clock()
        log.info("run.refused id=%d kind=%s error=%s", run.id, run.kind, type(error).__name__)
        later = goes_on_at(error, run, now)
        if later is None:
            reference = error.reference if isinstance(error, Unexpected) else None
            failing = partial(self.runs.fail, run.id, error.sentence, reference, now, error.next_step)
            # These are of whatever account is linked: they go round once more for the one it is now.
            return partial(self._again, run, failing) if isinstance(error, AccountChanged) else failing
        tried = isinstance(error, SpotifyDown | StoreDown)
        return partial(self.runs.park, run.id, error.cause, later, tried=tried, next_step=error.next_step)

    async def _again(self, run: Run, closing: Closing) -> None:
        if run.kind in OF_ANY_ACCOUNT:
            await self.runs.enqueue(run.kind, run.discord_id, run.payload, self.clock(), again=True)
        await closing()

    async def _insist(self, run: Run, closing: Closing) -> bool:
        """Whether it could be written down; a run that nobody closes would stand in its person's way."""
        for wait in CLOSING_WAITS:
            try:
                await closing()
            except Exception:
                log.exception("run.unclosed id=%d kind=%s", run.id, run.kind)
                await self.sleep(wait)
            else:
                return True
        return False

    async def _ended(self, run_id: int, watch: _Watch) -> None:
        """Those who watch are told; if nobody does any more, the outcome becomes a notice."""
        run = await self.runs.get(run_id)
        if run.state not in AT_REST:
            return  # once more, and whoever watches goes on watching
        watch.ended.set()
        if watch.watchers == 0:
            self._watches.pop(run_id, None)
            await self._notify(run, watch)

    async def _notify(self, run: Run, watch: _Watch) -> None:
        if run.state in FINAL and not watch.told:
            watch.told = True
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
            watch.told = watch.told or watch.ended.is_set()
        finally:
            watch.watchers -= 1
            if watch.watchers == 0 and watch.ended.is_set():
                self._watches.pop(run_id, None)
                if not watch.told:
                    await self._notify(await self.runs.get(run_id), watch)

    async def _follow(self, run_id: int, watch: _Watch, every: float) -> AsyncIterator[Progress | Run]:
        while (run := await self.runs.get(run_id)).state not in AT_REST:
            watch.moved.clear()
            yield watch.progress
            await self._next_step(watch, every)
        if run.state in FINAL or run_id not in self._held:
            # A worker that took a parked one up again meanwhile says itself when it rests.
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
