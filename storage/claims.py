"""Which job is next: fair between people, between what they ask for and the night, and between Spotify apps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.records import RunState
from storage.tables import RunRow, SpotifyAccountRow

OF_ITSELF = RunRow.night.is_not(None)
"""Nights, and the checks of each week: nobody waits for them."""
Beside = Row[int, str | None, str]
"""A running job: whose, the name of its turn if nobody asked for it, and through which Spotify app, if any."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many jobs may run at the same time: nights (and weekly checks), those of one Spotify app, and its nights.

    So what people ask for finds a worker while nights run, and an app that is slow holds up its own people only.
    """

    nights: int
    of_one_app: int
    nights_of_one_app: int


async def next_row(session: AsyncSession, now: datetime, room: Room | None) -> RunRow | None:
    """The job whose turn it is; None where nothing is due or there is no room for what is.

    One job at a time for each person: a sync and a restore of the same library would read each other's halves.
    """
    running = (
        select(RunRow.discord_id, RunRow.night, SpotifyAccountRow.client_id)
        .outerjoin(SpotifyAccountRow, SpotifyAccountRow.discord_id == RunRow.discord_id)
        .where(RunRow.state == RunState.RUNNING.value)
    )
    beside = (await session.execute(running)).all()
    statement = _due(now).where(RunRow.discord_id.not_in([each.discord_id for each in beside]))
    if room is not None:
        statement = _within(statement, room, beside)
    return await session.scalar(statement.limit(1).with_for_update(skip_locked=True, of=RunRow))


def _due(now: datetime) -> Select[RunRow]:
    """The oldest first, what people asked for before what comes of itself."""
    due = or_(
        RunRow.state == RunState.QUEUED.value,
        and_(RunRow.state == RunState.PARKED.value, RunRow.not_before <= now),
    )
    account = SpotifyAccountRow.discord_id == RunRow.discord_id
    order = (OF_ITSELF, RunRow.created_at, RunRow.id)
    return select(RunRow).outerjoin(SpotifyAccountRow, account).where(due).order_by(*order)


def _within(statement: Select[RunRow], room: Room, beside: Sequence[Beside]) -> Select[RunRow]:
    """Only what there is room for beside what runs."""
    nights = [each for each in beside if each.night is not None]
    full = _full(beside, room.of_one_app)
    full_at_night = _full(nights, room.nights_of_one_app)
    app = SpotifyAccountRow.client_id
    statement = statement.where(or_(app.is_(None), app.not_in(full)))
    if len(nights) >= room.nights:
        return statement.where(~OF_ITSELF)
    return statement.where(or_(~OF_ITSELF, app.is_(None), app.not_in(full_at_night)))


def _full(beside: Sequence[Beside], most: int) -> list[str]:
    """The apps through which so many jobs run already."""
    counts = Counter(each.client_id for each in beside)
    return [app for app, count in counts.items() if count >= most and app is not None]
