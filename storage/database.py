"""The database: `read()` and `write()` transactions on the loop, large ones on threads, upserts, migration."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from storage.group import LARGEST, Piece, perform, tell
from storage.migrations import upgrade

T = TypeVar("T")
SLICE = 500
READERS = 2
PRAGMAS = ("journal_mode=WAL", "busy_timeout=10000", "foreign_keys=ON", "synchronous=NORMAL")
LARGE_PRAGMAS = (*PRAGMAS, "cache_size=-16384")
"""A page cache of 16 MB: whole libraries are read in other orders than that of the file."""
OPTIONS: dict[str, Any] = {
    "hide_parameters": True,  # an error must not put what people keep into a log
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


class Database:
    """Opens the database at `url`. Small things go through `read()` and `write()`, whole libraries through threads."""

    def __init__(self, url: str) -> None:
        self._engine = _open(url, PRAGMAS)
        self._reading = self._engine.execution_options(**_snapshot(self._engine.dialect.name))
        self._large = _open_large(url)
        self._large_reading = self._large.execution_options(**_snapshot(self._engine.dialect.name))
        self._turn = asyncio.Lock()
        self._sessions, self._closed = 0, False
        self._quiet = asyncio.Event()
        self._waiting: list[Piece[Any]] = []
        self._serving: asyncio.Task[None] | None = None
        self._writer = ThreadPoolExecutor(1, "database-writer")
        self._readers = ThreadPoolExecutor(READERS, "database-reader")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one consistent state and never waits for a writer."""
        session = AsyncSession(self._reading, expire_on_commit=False, autoflush=False)
        async with self._in_use(), session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end or leaves nothing; no network and no second `write()` inside."""
        # Writers of this process queue here, first come first served; SQLite's own waiting is unfair and times out.
        session = AsyncSession(self._engine, expire_on_commit=False, autoflush=False)
        async with self._in_use(), self._turn, session, session.begin():
            yield session

    @asynccontextmanager
    async def _in_use(self) -> AsyncIterator[None]:
        """A connection that is out when its engine is disposed of would stay open, and so would a later one."""
        if self._closed:
            message = "the database is closed"
            raise RuntimeError(message)
        self._sessions += 1
        try:
            yield
        finally:
            self._sessions -= 1
            if not self._sessions:
                self._quiet.set()

    async def read_large(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` on a reader's thread, where it sees one consistent state and holds nobody up."""

        def run() -> T:
            with self._large_reading.connect() as connection:
                return work(connection)

        return await _on_thread(self._readers, run)

    async def write_large(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` on the writer's thread, in turn with `write()`; it is committed whole or not at all.

        What waits at the same time is committed together. A cancelled caller waits for the end of what has begun.
        """
        piece = Piece(work)
        self._waiting.append(piece)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve(), name="database-writer")
        return await _until(piece.outcome, give_up=lambda: self._withdraw(piece))

    async def _serve(self) -> None:
        while self._waiting:
            async with self._turn:
                pieces, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
                try:
                    outcomes = await _on_thread(self._writer, partial(perform, self._large, pieces))
                except Exception as error:  # noqa: BLE001 - whoever waits is told
                    outcomes = [(None, error)] * len(pieces)
                tell(pieces, outcomes)

    def _withdraw(self, piece: Piece[Any]) -> bool:
        """Whether it had not begun yet; then it never does."""
        if piece not in self._waiting:
            return False
        self._waiting.remove(piece)
        return True

    async def revision(self) -> str | None:
        """The schema revision this database is at; None where nothing was migrated yet."""
        async with self._reading.connect() as connection:
            return await connection.run_sync(_revision)

    async def close(self) -> None:
        """Closes every connection, once what runs has ended; from now on none is opened."""
        self._closed = True
        while self._sessions:
            self._quiet.clear()
            await self._quiet.wait()
        if self._serving is not None:
            await asyncio.wait({self._serving})
        for threads in (self._writer, self._readers):
            await asyncio.to_thread(threads.shutdown)
        await asyncio.to_thread(self._large.dispose)
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
    connection = await session.connection()
    await connection.run_sync(partial(put_rows, row=row, rows=rows, key=key, overwrite=overwrite))


async def insert_rows(session: AsyncSession, row: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows of plain values."""
    await (await session.connection()).run_sync(add_rows, row, rows)


def put_rows(
    connection: Connection,
    row: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    *,
    overwrite: bool = True,
    filled: Sequence[str] = (),
) -> None:
    """An upsert within large work; a null never replaces what stands in the columns of `filled`."""
    if not rows:
        return
    table = table_of(row)
    insert = sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    changing: dict[str, Any] = {name: insert.excluded[name] for name in rows[0] if name not in key}
    if overwrite and changing:
        new = {
            name: func.coalesce(value, table.c[name]) if name in filled else value for name, value in changing.items()
        }
        statement = insert.on_conflict_do_update(index_elements=list(key), set_=new)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=list(key))
    for part in sliced(rows):
        connection.execute(statement, part)


def add_rows(connection: Connection, row: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts many rows of plain values within large work."""
    for part in sliced(rows):
        connection.execute(table_of(row).insert(), part)


def streamed(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows of a large result, fetched a slice at a time."""
    yield from connection.execute(statement, execution_options={"yield_per": SLICE})


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
    if parsed.drivername in {"postgres", "postgresql", "postgresql+asyncpg"}:
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for any other."""
    parsed = normal_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _snapshot(dialect: str) -> dict[str, Any]:
    """What makes a transaction see one state throughout, and take no lock that a writer waits for."""
    if dialect == "sqlite":
        return {"sqlite_begin": "BEGIN"}
    return {"isolation_level": "REPEATABLE READ"}


def _open(url: str, pragmas: Sequence[str]) -> AsyncEngine:
    parsed = normal_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(parsed, pool_pre_ping=True, **OPTIONS)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, **OPTIONS)
    _set_up_sqlite(engine.sync_engine, pragmas)
    return engine


def _open_large(url: str) -> Engine:
    """The same database for work on threads, without the asynchronous driver's detour for every row."""
    parsed = normal_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, **OPTIONS)
    engine = create_engine(parsed.set(drivername="sqlite+pysqlite"), **OPTIONS)
    _set_up_sqlite(engine, LARGE_PRAGMAS)
    return engine


def _set_up_sqlite(engine: Engine, pragmas: Sequence[str]) -> None:
    """Explicit transactions: left alone, the driver begins too late and concurrent writers lose updates silently."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))


async def _on_thread(threads: Executor, work: Callable[[], T]) -> T:
    """Waits until the thread is done even where the caller is cancelled: a turn must not end before the writing."""
    return await _until(asyncio.get_running_loop().run_in_executor(threads, work))


async def _until(running: asyncio.Future[T], give_up: Callable[[], bool] = lambda: False) -> T:
    """The result, once it is there; a cancelled caller waits too, unless it could still be given up."""
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            if give_up():
                raise
            cancelled = error
    if cancelled is not None:
        running.exception()
        raise cancelled
    return running.result()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
