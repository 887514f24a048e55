import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from storage.migrations import head
from storage.snapshot import CopyDamaged, examine, take


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as connection:
        yield connection


def join(connection: sqlite3.Connection, *people: int) -> None:
    statement = "INSERT INTO people (discord_id, name, nightly, dms_open) VALUES (?, '', 1, 1)"
    connection.executemany(statement, [(discord_id,) for discord_id in people])


@pytest.fixture
def live(url: str) -> Path:
    path = Path(url.removeprefix("sqlite+aiosqlite:///"))
    with opened(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        join(connection, 1, 2, 3)
    return path


def test_what_still_lies_in_the_write_ahead_log_is_in_the_copy(live: Path, tmp_path: Path) -> None:
    with opened(live) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        join(connection, 4)
        contents = take(live, tmp_path / "taken.db")
    assert (contents.people, contents.revision) == (4, head())
    assert contents == examine(tmp_path / "taken.db")


def test_a_copy_under_a_hot_writer_is_of_one_moment(live: Path, tmp_path: Path) -> None:
    stop, pairs = threading.Event(), "SELECT count(*) FROM {}"

    def write() -> None:
        with opened(live) as connection:
            number = 1000
            while not stop.is_set():
                number += 1
                connection.execute("BEGIN IMMEDIATE")
                join(connection, number)
                connection.execute("INSERT INTO installation (key, value) VALUES (?, '')", (str(number),))
                connection.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            contents = take(live, tmp_path / f"{number}.db")
            with opened(tmp_path / f"{number}.db") as taken:
                assert taken.execute(pairs.format("installation")).fetchone() == (contents.people - 3,)
    finally:
        stop.set()
        writer.join()


def test_the_same_number_of_others_is_told_apart(live: Path, tmp_path: Path) -> None:
    before = take(live, tmp_path / "one.db")
    with opened(live) as connection:
        connection.execute("UPDATE people SET discord_id = 9 WHERE discord_id = 3")
    after = take(live, tmp_path / "two.db")
    assert before.people == after.people
    assert before != after


def test_a_reference_to_nothing_is_damage(live: Path, tmp_path: Path) -> None:
    with opened(live) as connection:
        connection.execute(
            "INSERT INTO drive_accounts (discord_id, refresh_token, linked_at, state) VALUES (77, x'00', '', '')"
        )
    with pytest.raises(CopyDamaged, match="a row of drive_accounts refers to one of people that is not there"):
        take(live, tmp_path / "taken.db")


def test_a_damaged_page_is_found(live: Path, tmp_path: Path) -> None:
    take(live, tmp_path / "taken.db")
    changed = bytearray((tmp_path / "taken.db").read_bytes())
    changed[4096 * 3 : 4096 * 6] = b"\xff" * (4096 * 3)
    (tmp_path / "taken.db").write_bytes(changed)
    with pytest.raises(CopyDamaged):
        examine(tmp_path / "taken.db")


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_file_that_is_no_database_of_ours_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "taken.db").write_bytes(content)
    with pytest.raises(CopyDamaged, match="cannot be read as a database"):
        examine(tmp_path / "taken.db")


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        take(tmp_path / "none.db", tmp_path / "taken.db")
    assert list(tmp_path.iterdir()) == []
