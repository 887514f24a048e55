import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import CreateTable

from storage.columns import Base
from storage.database import Database, migrate
from storage.library import LibraryRepository
from storage.migrations import downgrade, head, upgrade
from tests.builders import ADA, NOON, everything, library, likes, playlist
from tests.storage.seeing import keep


def _tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    return {name for (name,) in rows}


def test_the_migrations_make_the_tables_the_code_expects(migrated: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


async def test_migrating_twice_at_once_is_migrating_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/made/musivault.db"
    await asyncio.gather(migrate(url), migrate(url))
    database = Database(url)
    assert await database.revision() == head()
    await database.close()


async def test_an_unmigrated_database_has_no_revision(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    assert await database.revision() is None
    await database.close()


async def test_migrating_keeps_what_is_stored(url: str, libraries: LibraryRepository) -> None:
    stored = library(playlist("Road", "A", "B"), likes=likes("C"))
    await keep(libraries, ADA, everything(stored), NOON)
    await migrate(url)
    assert await libraries.load(ADA) == stored


async def test_the_way_back_leaves_nothing_and_the_way_forth_works_again(url: str, tmp_path: Path) -> None:
    def there_and_back(connection: Connection) -> None:
        downgrade(connection, "base")
        upgrade(connection)

    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: downgrade(sync, "base"))
    assert _tables(tmp_path / "musivault.db") == {"alembic_version"}
    async with engine.begin() as connection:
        await connection.run_sync(there_and_back)
    await engine.dispose()
    assert "playlist_events" in _tables(tmp_path / "musivault.db")


async def test_a_migration_that_leaves_broken_references_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE children (parent INTEGER REFERENCES parents (id))")
        connection.execute("INSERT INTO children VALUES (7)")
    connection.close()
    with pytest.raises(RuntimeError, match="children"):
        await migrate(f"sqlite:///{path}")
    assert _tables(path) == {"parents", "children"}


def test_the_tables_are_postgresql_s_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    ddl = "".join(str(CreateTable(table).compile(dialect=dialect)) for table in Base.metadata.sorted_tables)
    assert "JSONB" in ddl
    assert "TIMESTAMP WITHOUT TIME ZONE" not in ddl
