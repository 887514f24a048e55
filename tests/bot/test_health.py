"""Whether the bot is well, as its health page tells."""

from pathlib import Path

from bot.health import health_of
from storage.database import Database, migrate


async def test_a_database_that_raises_is_reported_and_not_raised(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/nowhere/musivault.db")
    report = await health_of(database, discord=True, schedule=True, jobs=True)
    assert (report.ok, report.database, report.jobs) == (False, False, True)
    await database.close()


async def test_the_bot_is_well_only_while_its_workers_live(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/musivault.db"
    await migrate(url)
    database = Database(url)
    assert (await health_of(database, discord=True, schedule=True, jobs=True)).ok
    assert not (await health_of(database, discord=True, schedule=True, jobs=False)).ok
    await database.close()
