"""The nightly backups: who is to have one, their jobs, and why earlier ones failed."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import exists, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database, table_of
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

    async def enqueue(self, nights: Mapping[int, str], now: datetime) -> int:
        """Puts these people's nights on the queue, the oldest good backup first; how many are new.

        A night that is known, whatever came of it, exists once; while an older one is live it stands for the new one.
        """
        if not nights:
            return 0
        async with self._database.write() as session:
            good = await _last_good(session, nights)
            order = sorted(nights, key=lambda discord_id: (good.get(discord_id, BEFORE_ALL), discord_id))
            insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
            adding = insert(table_of(RunRow)).on_conflict_do_nothing().returning(RunRow.id)
            added = await session.execute(adding, [_row(discord_id, nights[discord_id], now) for discord_id in order])
            return len(added.all())

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


def _row(discord_id: int, night: str, now: datetime) -> dict[str, object]:
    return {
        "kind": NIGHT,
        "discord_id": discord_id,
        "state": RunState.QUEUED.value,
        "created_at": now,
        "payload": {},
        "night": night,
        "attempts": 0,
        "again": False,
    }
