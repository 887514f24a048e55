"""The nightly backups: who is to have one, their jobs, and why earlier ones failed."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.people import person_of
from storage.records import AccountState, Person, Run, RunKind, RunState
from storage.tables import PersonRow, RunRow, SpotifyAccountRow

NIGHT = RunKind.NIGHT.value
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class NightRepository:
    """Knows each person's nights by name: the moment of their turn, as text that sorts by time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> tuple[tuple[Person, str | None], ...]:
        """Whom the night is for, and the name of their last one: everybody in one query, since each tick asks.

        Nightly backups are on, a Spotify account is linked and not known to be refused, and no night is under way.
        """
        linked = exists().where(
            SpotifyAccountRow.discord_id == PersonRow.discord_id, SpotifyAccountRow.state == AccountState.LINKED.value
        )
        # Word for word the condition of the index on live jobs: with parameters it would not be used.
        live = text("runs.state IN ('queued', 'running', 'parked')")
        under_way = exists().where(RunRow.discord_id == PersonRow.discord_id, RunRow.kind == NIGHT, live)
        last = (
            select(RunRow.night)
            .where(RunRow.discord_id == PersonRow.discord_id, RunRow.kind == NIGHT, RunRow.night.is_not(None))
            .order_by(RunRow.night.desc())
            .limit(1)
            .scalar_subquery()
        )
        statement = select(PersonRow, last).where(PersonRow.nightly, linked, ~under_way).order_by(PersonRow.discord_id)
        async with self._database.read() as session:
            return tuple((person_of(row), night) for row, night in await session.execute(statement))

    async def in_turn(self, people: Collection[int]) -> tuple[int, ...]:
        """The same people, whose last good backup is the oldest first."""
        if not people:
            return ()
        async with self._database.read() as session:
            good = await _last_good(session, people)
        return tuple(sorted(people, key=lambda discord_id: (good.get(discord_id, BEFORE_ALL), discord_id)))

    async def failures(self, run: Run) -> tuple[str, ...]:
        """Why this person's nights before this one failed, since the last that did not; newest first."""
        earlier = (RunRow.discord_id == run.discord_id, RunRow.kind == run.kind.value, RunRow.id < run.id)
        good = select(RunRow.id).where(*earlier, RunRow.state == RunState.DONE.value)
        last_good = good.order_by(RunRow.id.desc()).limit(1).scalar_subquery()
        since = select(RunRow.sentence).where(
            *earlier, RunRow.state == RunState.FAILED.value, (last_good.is_(None)) | (RunRow.id > last_good)
        )
        async with self._database.read() as session:
            return tuple(sentence or "" for sentence in await session.scalars(since.order_by(RunRow.id.desc())))


async def _last_good(session: AsyncSession, people: Collection[int]) -> dict[int, datetime]:
    """When these people last had all of their library in a backup, whether that had to be made anew or not."""
    statement = select(RunRow.discord_id, func.max(RunRow.finished_at)).where(
        RunRow.discord_id.in_(people),
        RunRow.kind.in_((NIGHT, RunKind.BACKUP.value)),
        RunRow.state == RunState.DONE.value,
    )
    rows = await session.execute(statement.group_by(RunRow.discord_id))
    return {discord_id: finished_at for discord_id, finished_at in rows if finished_at is not None}
