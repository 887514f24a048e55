"""What the installation as a whole remembers."""

from sqlalchemy import delete, update

from storage.database import Database, upsert
from storage.tables import SettingRow


class Installation:
    """Small values by key that outlive a restart and belong to nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The value, or None where nothing was put."""
        async with self._database.read() as session:
            row = await session.get(SettingRow, key)
            return None if row is None else row.value

    async def put(self, key: str, value: str) -> None:
        """Keeps the value in place of the one before."""
        async with self._database.write() as session:
            await upsert(session, SettingRow, [{"key": key, "value": value}], ["key"])

    async def swap(self, key: str, before: str, after: str) -> bool:
        """Keeps `after` where `before` stands; False where something else does by now."""
        which = (SettingRow.key == key, SettingRow.value == before)
        statement = update(SettingRow).where(*which).values(value=after).returning(SettingRow.key)
        async with self._database.write() as session:
            return await session.scalar(statement) is not None

    async def remove(self, key: str) -> None:
        """As if nothing had been put."""
        async with self._database.write() as session:
            await session.execute(delete(SettingRow).where(SettingRow.key == key))
