"""The durable jobs: enqueued, claimed by one worker, finished once, found again after a restart."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from storage.claims import Room, next_row
from storage.database import Database, table_of
from storage.errors import AlreadyRunning, NextStep, NotFound
from storage.people import ensure_person
from storage.records import Run, RunKind, RunState
from storage.tables import RunRow

ERASED = "secret"
"""What a payload holds under this name is encrypted, and is erased once the job has ended."""
NOTHING: Mapping[str, object] = MappingProxyType({})
LIVE = (RunState.QUEUED.value, RunState.RUNNING.value, RunState.PARKED.value)


class RunRepository:
    """The queue of jobs; what is due, running and done is read from here and nowhere else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(
        self, kind: RunKind, discord_id: int, payload: dict[str, object], now: datetime, *, again: bool = False
    ) -> Run:
        """A new job; AlreadyRunning where one of the kind is live.

        With `again` the live one is returned instead, and goes round once more if it runs already.
        """
        async with self._database.write() as session:
            await ensure_person(session, discord_id)
            same = select(RunRow).where(RunRow.discord_id == discord_id, RunRow.kind == kind.value)
            live = await session.scalar(same.where(RunRow.state.in_(LIVE)).limit(1).with_for_update())
            if live is not None:
                if not again:
                    raise AlreadyRunning(live.started_at or live.created_at)
                live.again = live.again or live.state == RunState.RUNNING.value
                return _run(live)
            row = RunRow(**_new_row(kind, discord_id, now, payload))
            session.add(row)
            await session.flush()
            return _run(row)

    async def enqueue_turns(self, kind: RunKind, turns: Mapping[int, str], now: datetime) -> int:
        """Jobs that nobody asked for, in this order: one for each of these people's turns; how many are new.

        A turn that is known by its name, whatever came of it, exists once; a live job of the kind stands for it too.
        """
        if not turns:
            return 0
        async with self._database.write() as session:
            insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
            adding = insert(table_of(RunRow)).on_conflict_do_nothing().returning(RunRow.id)
            rows = [_new_row(kind, discord_id, now, night=night) for discord_id, night in turns.items()]
            return len((await session.execute(adding, rows)).all())

    async def claim(self, now: datetime, worker: str, room: Room | None = None) -> Run | None:
        """Gives the next due job that there is room for to this worker; None where there is none."""
        try:
            async with self._database.write() as session:
                row = await next_row(session, now, room)
                if row is None:
                    return None
                row.state = RunState.RUNNING.value
                row.worker, row.started_at, row.again = worker, now, False
                row.sentence, row.not_before, row.next_step = None, None, None
                await session.flush()
                return _run(row)
        except IntegrityError:
            # On PostgreSQL another process began a job of the same person just now, and the database allows one.
            return None

    async def finish(self, run_id: int, report: dict[str, object], now: datetime) -> None:
        """Closes the job with what came of it."""
        await self._close(run_id, state=RunState.DONE.value, report=report, sentence=None, finished_at=now)

    async def fail(
        self, run_id: int, sentence: str, reference: str | None, now: datetime, next_step: NextStep = NextStep.NONE
    ) -> None:
        """Closes the job with why it failed and what helps, and the reference where the fault is ours."""
        await self._close(
            run_id,
            state=RunState.FAILED.value,
            sentence=sentence,
            next_step=next_step.value,
            reference=reference,
            finished_at=now,
        )

    async def park(
        self,
        run_id: int,
        sentence: str,
        not_before: datetime,
        *,
        tried: bool,
        next_step: NextStep = NextStep.NONE,
    ) -> None:
        """Puts the job aside until `not_before`, saying why and what the person can do about it.

        `tried` says that it counts as one of its attempts.
        """
        await self._set(
            RunRow.id == run_id,
            state=RunState.PARKED.value,
            sentence=sentence,
            not_before=not_before,
            next_step=next_step.value,
            worker=None,
            attempts=RunRow.attempts + int(tried),
        )

    async def wake(self, discord_id: int) -> int:
        """Queues the person's parked jobs again, whatever they wait for; how many there were."""
        parked = and_(RunRow.discord_id == discord_id, RunRow.state == RunState.PARKED.value)
        waiting = {"not_before": None, "sentence": None, "next_step": None}
        return await self._set(parked, state=RunState.QUEUED.value, **waiting)

    async def requeue_abandoned(self, held: Collection[int] = ()) -> int:
        """Queues again what should be running and is not: all but what is `held` by a worker; how many there were."""
        abandoned = and_(RunRow.state == RunState.RUNNING.value, RunRow.id.not_in(held))
        async with self._database.read() as session:
            if await session.scalar(select(RunRow.id).where(abandoned).limit(1)) is None:
                return 0
        return await self._set(abandoned, state=RunState.QUEUED.value, worker=None)

    async def get(self, run_id: int) -> Run:
        """The job; NotFound where there is none."""
        async with self._database.read() as session:
            row = await session.get(RunRow, run_id)
            if row is None:
                raise NotFound(what="That job")
            return _run(row)

    async def latest(self, discord_id: int, kind: RunKind) -> Run | None:
        """The person's newest job of a kind, whatever came of it."""
        statement = (
            select(RunRow)
            .where(RunRow.discord_id == discord_id, RunRow.kind == kind.value)
            .order_by(RunRow.created_at.desc(), RunRow.id.desc())
            .limit(1)
        )
        async with self._database.read() as session:
            row = await session.scalar(statement)
            return None if row is None else _run(row)

    async def had(self, people: Collection[int], kind: RunKind, night: str) -> frozenset[int]:
        """Who of these has had a job of this kind and this night, whatever came of it.

        Each tick asks: with the people in it the index of turns serves, and not all jobs there ever were are read.
        """
        theirs = RunRow.discord_id.in_(people)
        statement = select(RunRow.discord_id).where(theirs, RunRow.kind == kind.value, RunRow.night == night)
        async with self._database.read() as session:
            return frozenset(await session.scalars(statement))

    async def last_done(self, discord_id: int, kinds: Collection[RunKind]) -> Run | None:
        """The person's job of one of these kinds that succeeded last."""
        statement = (
            select(RunRow)
            .where(
                RunRow.discord_id == discord_id,
                RunRow.kind.in_([kind.value for kind in kinds]),
                RunRow.state == RunState.DONE.value,
            )
            .order_by(RunRow.finished_at.desc(), RunRow.id.desc())
            .limit(1)
        )
        async with self._database.read() as session:
            row = await session.scalar(statement)
            return None if row is None else _run(row)

    async def live(self, discord_id: int) -> tuple[Run, ...]:
        """What is queued, running or parked for the person, oldest first."""
        statement = (
            select(RunRow)
            .where(RunRow.discord_id == discord_id, RunRow.state.in_(LIVE))
            .order_by(RunRow.created_at, RunRow.id)
        )
        async with self._database.read() as session:
            return tuple(_run(row) for row in await session.scalars(statement))

    async def _close(self, run_id: int, **values: object) -> None:
        """The end of a job, or its next round where one was asked for while it ran."""
        async with self._database.write() as session:
            row = await session.get_one(RunRow, run_id, with_for_update=True)
            if row.again:
                values = {"state": RunState.QUEUED.value, "attempts": 0}
            elif ERASED in row.payload:
                row.payload = {name: value for name, value in row.payload.items() if name != ERASED}
            for name, value in values.items():
                setattr(row, name, value)
            row.worker = None

    async def _set(self, which: ColumnElement[bool], **values: object) -> int:
        statement = update(RunRow).where(which).values(**values).returning(RunRow.id)
        async with self._database.write() as session:
            return len((await session.scalars(statement)).all())


def _new_row(
    kind: RunKind, discord_id: int, now: datetime, payload: Mapping[str, object] = NOTHING, night: str | None = None
) -> dict[str, object]:
    return {
        "kind": kind.value,
        "discord_id": discord_id,
        "state": RunState.QUEUED.value,
        "created_at": now,
        "payload": dict(payload),
        "night": night,
        "attempts": 0,
        "again": False,
    }


def _run(row: RunRow) -> Run:
    return Run(
        id=row.id,
        kind=RunKind(row.kind),
        discord_id=row.discord_id,
        state=RunState(row.state),
        created_at=row.created_at,
        payload=row.payload,
        report=row.report,
        sentence=row.sentence,
        reference=row.reference,
        attempts=row.attempts,
        not_before=row.not_before,
        started_at=row.started_at,
        finished_at=row.finished_at,
        night=row.night,
        next_step=NextStep(row.next_step or NextStep.NONE),
    )
