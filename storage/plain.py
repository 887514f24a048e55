"""Statements on text and numbers alone, made once and sent as they are: with thousands of rows in small portions,
SQLAlchemy spends several times longer on each value than the database does. No times and no JSON go through here.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import BindParameter, ColumnElement, Connection, Dialect, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.elements import CompilerElement

from storage.database import sliced

Rows = Sequence[Mapping[str, Any]]
DIALECTS: Mapping[str, Dialect] = {
    "sqlite": SQLiteDialect_pysqlite(paramstyle="named"),
    "postgresql": PGDialect_psycopg(),  # type: ignore[no-untyped-call]
}


def put_plain(connection: Connection, table: Table, rows: Rows, key: str, filled: Sequence[str] = ()) -> None:
    """Inserts rows, or overwrites those whose `key` is there; a null takes nothing away in the columns of `filled`."""
    if rows:
        text = _put(connection.dialect.name, table, tuple(rows[0]), key, tuple(filled))
        for part in sliced(rows):
            connection.exec_driver_sql(text, part)


def add_plain(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts rows."""
    if rows:
        text = _add(connection.dialect.name, table, tuple(rows[0]))
        for part in sliced(rows):
            connection.exec_driver_sql(text, part)


def find_plain(
    connection: Connection, table: Table, names: Sequence[str], key: str, values: Iterable[str] | Iterable[int]
) -> Sequence[Any]:
    """These columns of the rows whose `key` is one of the values, in the order of the primary key."""
    dialect = connection.dialect.name
    found: list[Any] = []
    for part in sliced(values):
        given: object = orjson.dumps(part).decode() if dialect == "sqlite" else part
        found += connection.exec_driver_sql(_find(dialect, table, tuple(names), key), {"given": given}).all()
    return found


@cache
def _put(dialect: str, table: Table, names: tuple[str, ...], key: str, filled: tuple[str, ...]) -> str:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    new: dict[str, ColumnElement[Any]] = {name: insert.excluded[name] for name in names if name != key}
    new |= {name: func.coalesce(new[name], table.c[name]) for name in filled if name in new}
    values = insert.values({name: bindparam(name) for name in names})
    return _text(values.on_conflict_do_update(index_elements=[key], set_=new), dialect)


@cache
def _add(dialect: str, table: Table, names: tuple[str, ...]) -> str:
    return _text(table.insert().values({name: bindparam(name) for name in names}), dialect)


@cache
def _find(dialect: str, table: Table, names: tuple[str, ...], key: str) -> str:
    given: BindParameter[Any] = bindparam("given")
    column = table.c[key]
    each = func.json_each(given).table_valued("value")
    one_of = column.in_(select(each.c.value)) if dialect == "sqlite" else column == func.any(given)
    statement = select(*(table.c[name] for name in names)).where(one_of).order_by(*table.primary_key.columns)
    return _text(statement, dialect)


def _text(statement: CompilerElement, dialect: str) -> str:
    return str(statement.compile(dialect=DIALECTS[dialect]))
