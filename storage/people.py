"""The people who use MusiVault and what they chose."""

from pydantic import TypeAdapter
from sqlalchemy import Connection, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database, put_rows
from storage.records import Person, Policy
from storage.tables import PersonRow, SpotifyAccountRow

_POLICY = TypeAdapter(Policy)


class PeopleRepository:
    """Remembers people by their Discord id; somebody unknown is a person with nothing chosen yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, discord_id: int) -> Person:
        """The person, or a default one that is not stored."""
        async with self._database.read() as session:
            return await _get(session, discord_id)

    async def remember(self, discord_id: int, name: str) -> None:
        """Keeps what they are called now."""
        await self._set(discord_id, name=name)

    async def set_dm_channel(self, discord_id: int, channel_id: int | None) -> None:
        """Where direct messages to them go, or None where that channel is gone."""
        await self._set(discord_id, dm_channel_id=channel_id)

    async def mark_dms(self, discord_id: int, open: bool) -> None:  # noqa: A002
        """Whether direct messages reach them."""
        await self._set(discord_id, dms_open=open)

    async def choose(
        self,
        discord_id: int,
        *,
        wants_dms: bool | None = None,
        nightly: bool | None = None,
        nightly_hour: int | None = None,
        keeps_plays: bool | None = None,
        time_zone: str | None = None,
    ) -> Person:
        """Keeps the choices that are given, and returns the person as they are then."""
        chosen = {
            "wants_dms": wants_dms,
            "nightly": nightly,
            "nightly_hour": nightly_hour,
            "keeps_plays": keeps_plays,
            "time_zone": time_zone,
        }
        return await self._set(discord_id, **{name: value for name, value in chosen.items() if value is not None})

    async def set_keeping(self, discord_id: int, policy: Policy | None) -> Person:
        """How long they want their backups kept; None for as long as the operator says."""
        return await self._set(discord_id, keeping=None if policy is None else policy.counts)

    async def listening(self) -> tuple[int, ...]:
        """Whose plays are kept: they asked for it and a Spotify account is there, usable or not."""
        linked = exists().where(SpotifyAccountRow.discord_id == PersonRow.discord_id)
        statement = select(PersonRow.discord_id).where(PersonRow.keeps_plays, linked).order_by(PersonRow.discord_id)
        async with self._database.read() as session:
            return tuple(await session.scalars(statement))

    async def _set(self, discord_id: int, **values: object) -> Person:
        async with self._database.write() as session:
            await ensure_person(session, discord_id)
            if values:
                await session.execute(update(PersonRow).where(PersonRow.discord_id == discord_id).values(**values))
            return await _get(session, discord_id)


async def ensure_person(session: AsyncSession, discord_id: int) -> None:
    """Makes sure that something can belong to this person."""
    await (await session.connection()).run_sync(add_person, discord_id)


def add_person(connection: Connection, discord_id: int) -> None:
    """The same within large work."""
    row = {"discord_id": discord_id, "name": "", "nightly": True, "dms_open": True, "keeps_plays": False}
    put_rows(connection, PersonRow, [row], ["discord_id"], overwrite=False)


async def _get(session: AsyncSession, discord_id: int) -> Person:
    row = await session.scalar(select(PersonRow).where(PersonRow.discord_id == discord_id))
    return Person(discord_id) if row is None else person_of(row)


def person_of(row: PersonRow) -> Person:
    """The record of a row."""
    return Person(
        discord_id=row.discord_id,
        name=row.name,
        wants_dms=row.wants_dms,
        nightly=row.nightly,
        nightly_hour=row.nightly_hour,
        dm_channel_id=row.dm_channel_id,
        dms_open=row.dms_open,
        keeps_plays=row.keeps_plays,
        keeping=None if row.keeping is None else _POLICY.validate_python(row.keeping),
        time_zone=row.time_zone,
    )
