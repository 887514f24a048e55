"""The journal of changes to somebody's Spotify: what was shown, what was sent, what came of it."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, select, update

from storage.database import Database, add_rows, table_of
from storage.errors import NotFound
from storage.people import add_person
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
        """Keeps a plan and its steps: of a large library there are thousands."""
        values = {
            "id": change.id,
            "discord_id": change.discord_id,
            "state": change.state.value,
            "created_at": change.created_at,
            "preview": change.preview,
            "report": change.report,
        }
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

        def work(connection: Connection) -> None:
            add_person(connection, change.discord_id)
            add_rows(connection, ChangeRow, [values])
            add_rows(connection, ChangeStepRow, steps)

        await self._database.write_large(work)

    async def get(self, change_id: str) -> Change:
        """The change with its steps in order; NotFound where there is none."""
        return await self._database.read_large(lambda connection: _change(connection, change_id))

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

    async def begin(self, change_id: str) -> bool:
        """Whether it is being made from now on, or was already; not what was turned down just now."""
        alive = (ChangeState.PREVIEWED.value, ChangeState.APPLYING.value)
        which = (ChangeRow.id == change_id, ChangeRow.state.in_(alive))
        beginning = update(ChangeRow).where(*which).values(state=ChangeState.APPLYING.value).returning(ChangeRow.id)
        async with self._database.write() as session:
            return await session.scalar(beginning) is not None

    async def turn_down(self, discord_id: int, change_id: str | None = None) -> None:
        """No preview of the person's can be confirmed any more, or not this one; what was begun goes on.

        The steps go: of a large library they are megabytes, and nobody will make them.
        """
        which = [ChangeRow.discord_id == discord_id, ChangeRow.state == ChangeState.PREVIEWED.value]
        which += [] if change_id is None else [ChangeRow.id == change_id]
        theirs = ChangeStepRow.change_id.in_(select(ChangeRow.id).where(*which))
        async with self._database.write() as session:
            await session.execute(delete(ChangeStepRow).where(theirs))
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


def _change(connection: Connection, change_id: str) -> Change:
    changes, steps = table_of(ChangeRow), table_of(ChangeStepRow)
    row = connection.execute(select(changes).where(changes.c.id == change_id)).one_or_none()
    if row is None:
        raise NotFound(what="That plan")
    in_order = select(steps).where(steps.c.change_id == change_id).order_by(steps.c.seq)
    return Change(
        id=row.id,
        discord_id=row.discord_id,
        state=ChangeState(row.state),
        created_at=row.created_at,
        preview=row.preview,
        steps=tuple(_step(step) for step in connection.execute(in_order)),
        report=row.report,
    )


def _step(row: ChangeStepRow | Row[Any]) -> ChangeStep:
    return ChangeStep(seq=row.seq, kind=row.kind, request=row.request, state=StepState(row.state), result=row.result)
