"""What was asked of Spotify and what it said to that: counts by the hour, blocks, and what an app may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Database, table_of, upsert
from storage.tables import BlockRow, FeatureRow, RequestCountRow

Hour = tuple[str, str, datetime]
"""A client id, a family of endpoints, and the hour as it began."""


@dataclass(frozen=True, slots=True)
class Block:
    """Until when no app of a developer may ask a family of endpoints."""

    developer: str
    family: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an app may use what is closed to new ones."""

    client_id: str
    feature: str
    allowed: bool
    checked_at: datetime


class LedgerRepository:
    """Keeps Spotify's ledger beyond a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, counts: Mapping[Hour, int]) -> None:
        """Adds requests to those counted already."""
        rows = [
            {"client_id": client_id, "family": family, "hour": hour, "count": number}
            for (client_id, family, hour), number in counts.items()
        ]
        if not rows:
            return
        table = table_of(RequestCountRow)
        async with self._database.write() as session:
            connection = await session.connection()
            insert = sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
            adding: dict[str, Any] = {"count": table.c.count + insert.excluded.count}
            keys = ["client_id", "family", "hour"]
            await connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=adding), rows)

    async def requests_since(self, hour: datetime) -> dict[Hour, int]:
        """The counts of that hour and all later ones."""
        statement = select(RequestCountRow).where(RequestCountRow.hour >= hour)
        async with self._database.read() as session:
            rows = await session.scalars(statement)
            return {(row.client_id, row.family, row.hour): row.count for row in rows}

    async def forget_before(self, hour: datetime) -> None:
        """Removes counts and blocks that are over since before that hour."""
        async with self._database.write() as session:
            await session.execute(delete(RequestCountRow).where(RequestCountRow.hour < hour))
            await session.execute(delete(BlockRow).where(BlockRow.until < hour))

    async def block(self, block: Block) -> None:
        """Keeps a block in place of the one before it."""
        row = {
            "developer": block.developer,
            "family": block.family,
            "until": block.until,
            "reason": block.reason,
        }
        async with self._database.write() as session:
            await upsert(session, BlockRow, [row], ["developer", "family"])

    async def blocks(self, now: datetime) -> tuple[Block, ...]:
        """Those that still hold."""
        statement = select(BlockRow).where(BlockRow.until > now).order_by(BlockRow.developer, BlockRow.family)
        async with self._database.read() as session:
            rows = await session.scalars(statement)
            return tuple(Block(row.developer, row.family, row.until, row.reason) for row in rows)

    async def learn(self, verdict: Verdict) -> None:
        """Keeps a verdict in place of the one before it."""
        row = {
            "client_id": verdict.client_id,
            "feature": verdict.feature,
            "allowed": verdict.allowed,
            "checked_at": verdict.checked_at,
        }
        async with self._database.write() as session:
            await upsert(session, FeatureRow, [row], ["client_id", "feature"])

    async def verdicts(self) -> tuple[Verdict, ...]:
        """All that was learnt."""
        async with self._database.read() as session:
            rows = await session.scalars(select(FeatureRow))
            return tuple(Verdict(row.client_id, row.feature, row.allowed, row.checked_at) for row in rows)
