"""A second, consistent file of a SQLite database that is in use, and the proof that it is whole. All of it blocks."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.errors import ArchiveDamaged

WAIT = 10.0
"""Seconds to wait for a lock; reading waits for no writer, so only a repair after a crash takes any."""


class CopyDamaged(ArchiveDamaged):
    """A copy of the database that would not do as the database."""

    template = "This copy of the database is damaged ({where}). Use an older one, and look at the disk it lies on."


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds, as far as a lost person shows; `people_hash` tells the same number of others apart."""

    revision: str
    people: int
    people_hash: str


def take(database: Path, target: Path) -> Contents:
    """Writes what the database holds at one moment into a new file, proves it and tells what is inside.

    Writers go on meanwhile. Copying the file would lose what still lies in its write-ahead log.
    """
    with _opened(database, "ro") as live:
        before = _people(live)
        live.execute("VACUUM INTO ?", (str(target),))
        after, revision = _people(live), _revision(live)
    contents = examine(target)
    with _opened(target, "ro") as taken:
        held = _people(taken)
    if not before & after <= held <= before | after:
        raise CopyDamaged(where="it does not hold the people of the database")
    if contents.revision != revision:
        raise CopyDamaged(where=f"its schema is {contents.revision}, not {revision}")
    return contents


def examine(path: Path) -> Contents:
    """Reads every page and follows every reference; `CopyDamaged` where one is not right."""
    try:
        with _opened(path, "ro") as database:
            _prove(database)
            people = _people(database)
            digest = hashlib.sha256(",".join(map(str, sorted(people))).encode()).hexdigest()
            return Contents(_revision(database), len(people), digest)
    except sqlite3.DatabaseError as error:
        raise CopyDamaged(where=f"it cannot be read as a database: {error}") from error


def _prove(database: sqlite3.Connection) -> None:
    ((found,), *_) = database.execute("PRAGMA integrity_check(1)").fetchall()
    if found != "ok":
        raise CopyDamaged(where=found)
    broken = database.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise CopyDamaged(where=f"a row of {broken[0]} refers to one of {broken[2]} that is not there")


def _people(database: sqlite3.Connection) -> frozenset[int]:
    return frozenset(discord_id for (discord_id,) in database.execute("SELECT discord_id FROM people"))


def _revision(database: sqlite3.Connection) -> str:
    ((revision,),) = database.execute("SELECT version_num FROM alembic_version").fetchall()
    return str(revision)


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """A connection of its own: `VACUUM INTO` refuses to run in the transactions that SQLAlchemy begins."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=WAIT)) as connection:
        yield connection
