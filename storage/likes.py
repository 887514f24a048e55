"""The rows of a person's likes: which stay, which are new, which are marked as removed."""

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.catalogue import Ids
from storage.database import insert_rows, sliced, streamed, table_of
from storage.records import Like, Track
from storage.tables import LikeRow

Key = tuple[int | None, datetime | None]


async def load_likes(session: AsyncSession, discord_id: int, tracks: dict[int, Track]) -> tuple[Like, ...]:
    """The likes that are not removed, newest first."""
    statement = (
        select(LikeRow.track_id, LikeRow.added_at)
        .where(LikeRow.discord_id == discord_id, LikeRow.removed_at.is_(None))
        .order_by(LikeRow.ordinal.desc())
    )
    return tuple(
        [
            Like(None if row.track_id is None else tracks[row.track_id], row.added_at)
            async for row in streamed(session, statement)
        ]
    )


async def apply_likes(
    session: AsyncSession, discord_id: int, likes: Sequence[Like], ids: Ids, observed_at: datetime
) -> None:
    """Makes the stored likes these, newest first: what is gone is marked, what is new gets the next ordinals."""
    wanted: list[Key] = [(ids[like.track.uri] if like.track else None, like.added_at) for like in reversed(likes)]
    rows = await _stored(session, discord_id)
    matched = [rows[key].popleft() if rows[key] else None for key in wanted]
    await _mark_removed(session, [row_id for left in rows.values() for row_id, _ in left], observed_at)
    next_ordinal = await _next_ordinal(session, discord_id)
    ordinals = _ordinals(matched, next_ordinal)
    moved = [
        {"row_id": row[0], "new": ordinal}
        for row, ordinal in zip(matched, ordinals, strict=True)
        if row is not None and row[1] != ordinal
    ]
    await _move(session, moved)
    new = [
        {"discord_id": discord_id, "track_id": key[0], "added_at": key[1], "ordinal": ordinal, "seen_at": observed_at}
        for key, row, ordinal in zip(wanted, matched, ordinals, strict=True)
        if row is None
    ]
    await insert_rows(session, LikeRow, new)


def _ordinals(matched: Sequence[tuple[int, int] | None], next_ordinal: int) -> list[int]:
    """Rising ordinals, oldest first: the stored ones where all that is new came last, else all new."""
    stored = [row[1] for row in matched if row is not None]
    rising = all(one < other for one, other in pairwise(stored))
    if rising and all(row is not None for row in matched[: len(stored)]):
        return stored + list(range(next_ordinal, next_ordinal + len(matched) - len(stored)))
    return list(range(next_ordinal, next_ordinal + len(matched)))


async def _stored(session: AsyncSession, discord_id: int) -> defaultdict[Key, deque[tuple[int, int]]]:
    """Row ids and ordinals of the likes not removed, oldest first, by what tells likes apart."""
    statement = (
        select(LikeRow.id, LikeRow.track_id, LikeRow.added_at, LikeRow.ordinal)
        .where(LikeRow.discord_id == discord_id, LikeRow.removed_at.is_(None))
        .order_by(LikeRow.ordinal)
    )
    rows: defaultdict[Key, deque[tuple[int, int]]] = defaultdict(deque)
    async for row in streamed(session, statement):
        rows[row.track_id, row.added_at].append((row.id, row.ordinal))
    return rows


async def _mark_removed(session: AsyncSession, row_ids: Sequence[int], observed_at: datetime) -> None:
    for part in sliced(row_ids):
        await session.execute(update(LikeRow).where(LikeRow.id.in_(part)).values(removed_at=observed_at))


async def _move(session: AsyncSession, moved: Sequence[dict[str, int]]) -> None:
    table = table_of(LikeRow)
    statement = update(table).where(table.c.id == bindparam("row_id")).values(ordinal=bindparam("new"))
    connection = await session.connection()
    for part in sliced(moved):
        await connection.execute(statement, part)


async def _next_ordinal(session: AsyncSession, discord_id: int) -> int:
    highest = await session.scalar(select(func.max(LikeRow.ordinal)).where(LikeRow.discord_id == discord_id))
    return 0 if highest is None else highest + 1
