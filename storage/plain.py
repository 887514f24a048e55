"""Statements on many rows of text, numbers and moments, made once and sent as they are.

With thousands of rows SQLAlchemy spends several times longer on each value than the database does. And Python's driver
for SQLite gives up the interpreter with every row, which on a busy process costs up to a switch of threads each time:
so all rows of a statement go and come as one JSON text, and SQLite takes them apart and puts them together.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import BindParameter, ColumnElement, Connection, Dialect, Select, Table, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.elements import CompilerElement

from storage.columns import UtcDateTime
from storage.database import sliced

Rows = Sequence[Mapping[str, Any]]
DIALECTS: Mapping[str, Dialect] = {
    "sqlite": SQLiteDialect_pysqlite(paramstyle="named"),
    "postgresql": PGDialect_psycopg(),  # type: ignore[no-untyped-call]
}
NUL = "\\u0000"
"""SQLite's JSON ends a text there; rows with one go the long way."""


def put_plain(connection: Connection, table: Table, rows: Rows, key: str, filled: Sequence[str] = ()) -> None:
    """Inserts rows, or overwrites those whose `key` is there; a null takes nothing away in the columns of `filled`."""
    _send(connection, table, rows, key, tuple(filled))


def add_plain(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts rows."""
    _send(connection, table, rows, None, ())


def find_plain(
    connection: Connection, table: Table, names: Sequence[str], key: str, values: Iterable[str] | Iterable[int]
) -> Sequence[Any]:
    """These columns of the rows whose `key` is one of the values, in the order of the primary key."""
    dialect = connection.dialect.name
    found: list[Any] = []
    for part in sliced(values):
        statement = _find(dialect, table, tuple(names), key)
        if dialect == "sqlite":
            found += orjson.loads(connection.exec_driver_sql(statement, {"given": _text_of(part)}).scalar_one())
        else:
            found += connection.exec_driver_sql(statement, {"given": part}).all()
    return found


def all_plain(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """The rows of a statement; its moments are to be read by `moment_of`."""
    if connection.dialect.name != "sqlite":
        return connection.execute(statement).all()
    row = statement.subquery()
    return orjson.loads(connection.execute(select(_as_text(row.c))).scalar_one())  # type: ignore[no-any-return]


def moment_of(value: str | datetime | None) -> datetime | None:
    """A moment as `all_plain` gives it."""
    if value is None:
        return None
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value.astimezone(UTC)


def _send(connection: Connection, table: Table, rows: Rows, key: str | None, filled: tuple[str, ...]) -> None:
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name != "sqlite":
        statement = _insert("postgresql", table, names, key, filled)
        for part in sliced(rows):
            connection.exec_driver_sql(statement, part)
        return
    taken, has_moments = itemgetter(*names), any(isinstance(table.c[name].type, UtcDateTime) for name in names)
    for part in sliced(rows):
        plain: list[Any] = [taken(row) for row in part]
        if has_moments:
            plain = [[_written(value) for value in row] for row in plain]
        given = _text_of(plain)
        if NUL in given:
            statement = _insert("sqlite", table, names, key, filled)
            connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in plain])
        else:
            connection.exec_driver_sql(_insert_many(table, names, key, filled), {"given": given})


def _written(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """A moment is written the way SQLAlchemy writes it into SQLite."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            message = f"A time without a zone cannot be stored: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value


def _text_of(values: object) -> str:
    return orjson.dumps(values).decode()


def _as_text(columns: Iterable[ColumnElement[Any]]) -> ColumnElement[str]:
    return func.json_group_array(func.json_array(*columns))


@cache
def _insert(dialect: str, table: Table, names: tuple[str, ...], key: str | None, filled: tuple[str, ...]) -> str:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    values = insert.values({name: bindparam(name) for name in names})
    return _compiled(_or_update(values, table, names, key, filled), dialect)


@cache
def _insert_many(table: Table, names: tuple[str, ...], key: str | None, filled: tuple[str, ...]) -> str:
    """All rows out of one JSON text, a list of lists."""
    each = func.json_each(bindparam("given")).table_valued("value")
    values = [func.json_extract(each.c.value, text(f"'$[{number}]'")) for number in range(len(names))]
    rows = select(*values).where(text("true"))  # or SQLite takes ON CONFLICT for a part of a join
    insert = sqlite.insert(table).from_select(list(names), rows, include_defaults=False)
    return _compiled(_or_update(insert, table, names, key, filled), "sqlite")


def _or_update(
    insert: Any,  # noqa: ANN401 - SQLite's or PostgreSQL's
    table: Table,
    names: tuple[str, ...],
    key: str | None,
    filled: tuple[str, ...],
) -> Any:  # noqa: ANN401
    if key is None:
        return insert
    new: dict[str, ColumnElement[Any]] = {name: insert.excluded[name] for name in names if name != key}
    new |= {name: func.coalesce(new[name], table.c[name]) for name in filled if name in new}
    return insert.on_conflict_do_update(index_elements=[key], set_=new)


@cache
def _find(dialect: str, table: Table, names: tuple[str, ...], key: str) -> str:
    given: BindParameter[Any] = bindparam("given")
    column = table.c[key]
    each = func.json_each(given).table_valued("value")
    one_of = column.in_(select(each.c.value)) if dialect == "sqlite" else column == func.any(given)
    statement = select(*(table.c[name] for name in names)).where(one_of).order_by(*table.primary_key.columns)
    return _compiled(select(_as_text(statement.subquery().c)) if dialect == "sqlite" else statement, dialect)


def _compiled(statement: CompilerElement, dialect: str) -> str:
    return str(statement.compile(dialect=DIALECTS[dialect]))
