"""The journal of changes to somebody's Spotify: what was shown, what was sent, what came of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database, insert_rows, table_of
from storage.errors import NotFound
from storage.people import ensure_person
from storage.records import Change, ChangeState, ChangeStep, StepState
from storage.tables import ChangeRow, ChangeStepRow


class Done(NamedTuple):
    """A step of a change that was made, and what came of it."""

    change_id: str
    seq: int
    result: dict[str, object]


class ChangeRepository:
    """Every step is written down before it is sent, so that a crash leaves no doubt about what to look at."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, change: Change) -> None:
        """Keeps a plan and its steps."""
        row = ChangeRow(
            id=change.id,
            discord_id=change.discord_id,
            state=change.state.value,
            created_at=change.created_at,
            preview=change.preview,
            report=change.report,
        )
        steps = [
            {
                "change_id": change.id,
                "seq": step.seq,
                "kind": step.kind,
                "request": step.request,
                "state": step.state.value,
                "result": step.result,
            }
            for step in change.steps
        ]
        async with self._database.write() as session:
            await ensure_person(session, change.discord_id)
            session.add(row)
            await session.flush()
            await insert_rows(session, ChangeStepRow, steps)

    async def get(self, change_id: str) -> Change:
        """The change with its steps in order; NotFound where there is none."""
        async with self._database.read() as session:
            row = await session.get(ChangeRow, change_id)
            if row is None:
                raise NotFound(what="That plan")
            return (await _with_steps(session, [row]))[0]

    async def mark_step(
        self, change_id: str, seq: int, state: StepState, result: dict[str, object] | None = None
    ) -> None:
        """Writes down how far a step is; a result once known stays where none is given."""
        values = {"state": state.value} | ({} if result is None else {"result": result})
        which = (ChangeStepRow.change_id == change_id, ChangeStepRow.seq == seq)
        async with self._database.write() as session:
            await session.execute(update(ChangeStepRow).where(*which).values(**values))

    async def mark(self, change_id: str, state: ChangeState, report: dict[str, object] | None = None) -> None:
        """Writes down where the change stands; a report once known stays where none is given."""
        values = {"state": state.value} | ({} if report is None else {"report": report})
        async with self._database.write() as session:
            await session.execute(update(ChangeRow).where(ChangeRow.id == change_id).values(**values))

    async def turn_down(self, discord_id: int, change_id: str | None = None) -> None:
        """No preview of the person's can be confirmed any more, or not this one; what was begun goes on."""
        which = [ChangeRow.discord_id == discord_id, ChangeRow.state == ChangeState.PREVIEWED.value]
        which += [] if change_id is None else [ChangeRow.id == change_id]
        async with self._database.write() as session:
            await session.execute(update(ChangeRow).where(*which).values(state=ChangeState.CANCELLED.value))

    async def reports_since(self, discord_id: int, moment: datetime) -> tuple[dict[str, object], ...]:
        """What the person's changes since then report, finished or not, the oldest first."""
        statement = (
            select(ChangeRow.report)
            .where(ChangeRow.discord_id == discord_id, ChangeRow.created_at >= moment)
            .order_by(ChangeRow.created_at, ChangeRow.id)
        )
        async with self._database.read() as session:
            return tuple(report for report in await session.scalars(statement) if report)

    async def done_steps(self, discord_id: int, kind: str) -> tuple[ChangeStep, ...]:
        """Every step of a kind that was done for the person, oldest change first."""
        statement = (
            select(ChangeStepRow)
            .join(ChangeRow, ChangeRow.id == ChangeStepRow.change_id)
            .where(
                ChangeRow.discord_id == discord_id,
                ChangeStepRow.kind == kind,
                ChangeStepRow.state == StepState.DONE.value,
            )
            .order_by(ChangeRow.created_at, ChangeRow.id, ChangeStepRow.seq)
        )
        async with self._database.read() as session:
            return tuple(_step(step) for step in await session.scalars(statement))


def mark_done(connection: Connection, done: Done) -> None:
    """Writes down within large work that this very work was a step, so that neither is there without the other."""
    which = (ChangeStepRow.change_id == done.change_id, ChangeStepRow.seq == done.seq)
    values = {"state": StepState.DONE.value, "result": done.result}
    connection.execute(update(table_of(ChangeStepRow)).where(*which).values(**values))


def _step(row: ChangeStepRow) -> ChangeStep:
    return ChangeStep(seq=row.seq, kind=row.kind, request=row.request, state=StepState(row.state), result=row.result)


async def _with_steps(session: AsyncSession, rows: list[ChangeRow]) -> tuple[Change, ...]:
    statement = (
        select(ChangeStepRow).where(ChangeStepRow.change_id.in_([row.id for row in rows])).order_by(ChangeStepRow.seq)
    )
    steps: dict[str, list[ChangeStep]] = {row.id: [] for row in rows}
    for step in await session.scalars(statement):
        steps[step.change_id].append(_step(step))
    return tuple(
        Change(
            id=row.id,
            discord_id=row.discord_id,
            state=ChangeState(row.state),
            created_at=row.created_at,
            preview=row.preview,
            steps=tuple(steps[row.id]),
            report=row.report,
        )
        for row in rows
    )
