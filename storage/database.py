"""The database: one engine, `read()` and `write()` transactions, upserts in slices, migration to the newest schema."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Row, Select, Table, event, inspect, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from storage.migrations import upgrade

T = TypeVar("T")
SLICE = 500
PRAGMAS = ("journal_mode=WAL", "busy_timeout=10000", "foreign_keys=ON", "synchronous=NORMAL")


class Database:
    """Opens the database at `url`; every repository works through its `read()` and `write()`."""

    def __init__(self, url: str) -> None:
        self._engine = _open(url, PRAGMAS)
        if self._engine.dialect.name == "sqlite":
            self._reading = self._engine.execution_options(sqlite_begin="BEGIN")
        else:
            self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one consistent state and never waits for a writer."""
        async with AsyncSession(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end or leaves nothing; no network and no second `write()` inside."""
        # Writers of this process queue here, first come first served; SQLite's own waiting is unfair and times out.
        session = AsyncSession(self._engine, expire_on_commit=False, autoflush=False)
        async with self._turn, session, session.begin():
            yield session

    async def revision(self) -> str | None:
        """The schema revision this database is at; None where nothing was migrated yet."""
        async with self._reading.connect() as connection:
            return await connection.run_sync(_revision)

    async def close(self) -> None:
        """Closes every connection."""
        await self._engine.dispose()


async def migrate(url: str) -> None:
    """Brings the database at `url` to the newest schema, in one transaction, and checks its references afterwards."""
    # Rebuilding a table with foreign keys on would cascade into its children, so this engine leaves them off.
    engine = _open(url, ("busy_timeout=60000", "foreign_keys=OFF"))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


async def upsert(
    session: AsyncSession,
    row: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    *,
    overwrite: bool = True,
) -> None:
    """Inserts rows of plain values; one whose `key` is there already is overwritten, or left alone."""
    if not rows:
        return
    table = table_of(row)
    connection = await session.connection()
    insert = sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    changing = [name for name in rows[0] if name not in key]
    if overwrite and changing:
        statement = insert.on_conflict_do_update(
            index_elements=list(key), set_={name: insert.excluded[name] for name in changing}
        )
    else:
        statement = insert.on_conflict_do_nothing(index_elements=list(key))
    for part in sliced(rows):
        await connection.execute(statement, part)


async def insert_rows(session: AsyncSession, row: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts many rows of plain values, a slice at a time so that the loop breathes between."""
    connection = await session.connection()
    for part in sliced(rows):
        await connection.execute(table_of(row).insert(), part)


async def streamed(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> AsyncIterator[Row[Any]]:
    """The rows of a large result, fetched a slice at a time so that the loop breathes between."""
    result = await session.stream(statement)
    async for part in result.partitions(SLICE):
        for row in part:
            yield row


def sliced(values: Iterable[T], size: int = SLICE) -> Iterator[list[T]]:
    """Lists of up to `size` values, in order."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def table_of(row: type[DeclarativeBase]) -> Table:
    """The table behind a mapped class, for statements without the ORM."""
    table = row.__table__
    if not isinstance(table, Table):
        message = f"{row.__name__} is not mapped to a table"
        raise TypeError(message)
    return table


def normal_url(url: str) -> URL:
    """The URL with the asynchronous driver; hosts hand out `postgres://`, people write `sqlite:///`."""
    parsed = make_url(url)
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return parsed.set(drivername="sqlite+aiosqlite")
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+asyncpg")
    return parsed


def _open(url: str, pragmas: Sequence[str]) -> AsyncEngine:
    parsed = normal_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, hide_parameters=True)  # an error must not put what people keep into a log
    _set_up_sqlite(engine, pragmas)
    return engine


def _set_up_sqlite(engine: AsyncEngine, pragmas: Sequence[str]) -> None:
    """Explicit transactions: left alone, the driver begins too late and concurrent writers lose updates silently."""

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
