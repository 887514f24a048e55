import asyncio
import threading
from functools import partial

import pytest
from sqlalchemy import Connection, func, select

from storage.database import Database, add_rows, upsert
from storage.tables import SettingRow


def _add(connection: Connection, key: str, value: str = "") -> str:
    add_rows(connection, SettingRow, [{"key": key, "value": value}])
    return threading.current_thread().name


def _count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(SettingRow)).scalar_one()


async def test_large_work_leaves_the_loop_s_thread(database: Database) -> None:
    assert await database.write_large(partial(_add, key="a")) != threading.current_thread().name
    assert await database.read_large(_count) == 1


async def test_large_writing_that_fails_leaves_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        _add(connection, "half")
        raise LookupError

    with pytest.raises(LookupError):
        await database.write_large(work)
    assert await database.read_large(_count) == 0


def _add_one(connection: Connection) -> None:
    value = int(connection.execute(select(SettingRow.value)).scalar_one())
    connection.execute(SettingRow.__table__.update().values(value=str(value + 1)))  # type: ignore[attr-defined]


async def _add_one_more(database: Database) -> None:
    async with database.write() as session:
        row = (await session.scalars(select(SettingRow))).one()
        await asyncio.sleep(0)
        row.value = str(int(row.value) + 1)


async def test_large_and_small_writers_lose_no_update(database: Database, url: str) -> None:
    another_process = Database(url)
    await database.write_large(partial(_add, key="count", value="0"))
    both = [database, another_process] * 10
    await asyncio.gather(*(which.write_large(_add_one) for which in both), *(_add_one_more(which) for which in both))
    await another_process.close()
    async with database.read() as session:
        assert await session.scalar(select(SettingRow.value)) == "40"


async def test_a_large_reader_sees_one_state_and_holds_no_writer_up(database: Database) -> None:
    began, written = threading.Event(), threading.Event()

    def work(connection: Connection) -> tuple[int, int]:
        before = _count(connection)
        began.set()
        written.wait(20)
        return before, _count(connection)

    reading = asyncio.ensure_future(database.read_large(work))
    await asyncio.to_thread(began.wait, 20)
    await database.write_large(partial(_add, key="a"))
    written.set()
    assert await reading == (0, 0)


async def test_a_cancelled_writer_keeps_its_turn_until_it_is_done(database: Database) -> None:
    began, go_on = threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        began.set()
        go_on.wait(20)
        _add(connection, "a")

    writing = asyncio.ensure_future(database.write_large(work))
    await asyncio.to_thread(began.wait, 20)
    writing.cancel()
    async with asyncio.TaskGroup() as group:
        next_one = group.create_task(_put_second(database))
        await asyncio.sleep(0)
        assert not next_one.done()
        go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await database.read_large(_count) == 2


async def _put_second(database: Database) -> None:
    async with database.write() as session:
        await upsert(session, SettingRow, [{"key": "b", "value": ""}], ["key"])


async def test_closing_waits_for_what_runs(url: str) -> None:
    database = Database(url)
    began, go_on = threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        began.set()
        go_on.wait(20)
        _add(connection, "a")

    writing = asyncio.ensure_future(database.write_large(work))
    await asyncio.to_thread(began.wait, 20)
    go_on.set()
    await database.close()
    await writing
    again = Database(url)
    assert await again.read_large(_count) == 1
    await again.close()
