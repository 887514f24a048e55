import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from storage.database import Database, normal_url, sliced, upsert
from storage.tables import LinkRow, PersonRow, SavedRow, SettingRow


async def _value(database: Database, key: str) -> str | None:
    async with database.read() as session:
        return await session.scalar(select(SettingRow.value).where(SettingRow.key == key))


async def _put(database: Database, key: str, value: str) -> None:
    async with database.write() as session:
        await upsert(session, SettingRow, [{"key": key, "value": value}], ["key"])


async def _add_one(database: Database) -> None:
    async with database.write() as session:
        row = (await session.scalars(select(SettingRow))).one()
        await asyncio.sleep(0)
        row.value = str(int(row.value) + 1)


async def test_concurrent_writers_lose_no_update(database: Database, url: str) -> None:
    another_process = Database(url)
    await _put(database, "count", "0")
    await asyncio.gather(*(_add_one(which) for which in [database, another_process] * 10))
    await another_process.close()
    assert await _value(database, "count") == "20"


async def _put_half(database: Database) -> None:
    async with database.write() as session:
        session.add(SettingRow(key="half", value="done"))
        await session.flush()
        raise LookupError


async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError):
        await _put_half(database)
    assert await _value(database, "half") is None


async def test_a_read_sees_one_state_and_holds_no_writer_up(database: Database) -> None:
    await _put(database, "song", "old")
    async with database.read() as session:
        before = await session.scalar(select(SettingRow.value))
        await _put(database, "song", "new")
        session.expire_all()
        assert await session.scalar(select(SettingRow.value)) == before == "old"
    assert await _value(database, "song") == "new"


async def test_an_upsert_can_leave_what_is_there_alone(database: Database) -> None:
    await _put(database, "song", "first")
    async with database.write() as session:
        await upsert(session, SettingRow, [{"key": "song", "value": "second"}], ["key"], overwrite=False)
    assert await _value(database, "song") == "first"


async def test_nothing_can_belong_to_nobody(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(SavedRow(discord_id=1, kind="track", ordinal=0, seen_at=datetime(2026, 1, 1, tzinfo=UTC)))


async def test_an_error_does_not_carry_what_people_keep_into_a_log(database: Database) -> None:
    await _put(database, "song", "private title")
    with pytest.raises(IntegrityError) as caught:
        async with database.write() as session:
            session.add(SettingRow(key="song", value="private title"))
    assert "private" not in str(caught.value)


async def test_a_person_s_row_takes_all_that_is_theirs_with_it(database: Database) -> None:
    async with database.write() as session:
        session.add(PersonRow(discord_id=1))
        await session.flush()
        session.add(SavedRow(discord_id=1, kind="track", ordinal=0, seen_at=datetime(2026, 1, 1, tzinfo=UTC)))
    async with database.write() as session:
        await session.execute(delete(PersonRow))
        assert (await session.scalars(select(SavedRow))).all() == []


def _link(expires_at: datetime) -> LinkRow:
    return LinkRow(
        state_hash="x",
        kind="spotify",
        discord_id=2**63 - 1,
        discord_name="",
        client_id="",
        created_at=expires_at,
        expires_at=expires_at,
    )


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    berlin = datetime(2026, 11, 20, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    async with database.write() as session:
        session.add(_link(berlin))
    async with database.read() as session:
        row = (await session.scalars(select(LinkRow))).one()
    assert row.expires_at == berlin
    assert row.expires_at.tzinfo is UTC
    assert row.discord_id == 2**63 - 1


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        async with database.write() as session:
            session.add(_link(datetime(2026, 11, 20, 13)))  # noqa: DTZ001


async def test_the_database_file_is_in_write_ahead_mode(database: Database) -> None:
    async with database.read() as session:
        assert (await session.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("sqlite:///data/a.db", "sqlite+aiosqlite:///data/a.db"),
        ("sqlite+aiosqlite:////data/a.db", "sqlite+aiosqlite:////data/a.db"),
        ("postgres://me:secret@host/vault", "postgresql+psycopg://me:secret@host/vault"),
        ("postgresql://me:secret@host/vault", "postgresql+psycopg://me:secret@host/vault"),
    ],
)
def test_addresses_as_hosts_hand_them_out_are_understood(written: str, opened: str) -> None:
    assert normal_url(written).render_as_string(hide_password=False) == opened


def test_slices_hold_everything_in_order() -> None:
    assert list(sliced(range(5), 2)) == [[0, 1], [2, 3], [4]]


async def test_closing_waits_for_whoever_still_reads(url: str) -> None:
    database, order = Database(url), []

    async def look() -> None:
        async with database.read() as session:
            reading.set()
            await go_on.wait()
            await session.execute(text("SELECT 1"))
            order.append("read")

    async def close() -> None:
        await database.close()
        order.append("closed")

    reading, go_on = asyncio.Event(), asyncio.Event()
    looking = asyncio.create_task(look())
    await reading.wait()
    closing = asyncio.create_task(close())
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(looking, closing)
    assert order == ["read", "closed"]


async def test_a_closed_database_opens_nothing_for_whoever_comes_late(url: str) -> None:
    database = Database(url)
    await database.close()
    for late in (database.read, database.write):
        with pytest.raises(RuntimeError, match="is closed"):
            async with late():
                pass
