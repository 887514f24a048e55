"""Statements on many rows of text, numbers and moments, made once and sent as they are.

With thousands of rows SQLAlchemy spends several times longer on each value than the database does. And Python's driver
for SQLite gives up the interpreter with every row, which on a busy process costs up to a switch of threads each time:
so all rows of a statement go and come as one JSON text, and SQLite takes them apart and puts them together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    Table,
    TableValuedAlias,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    tuple_,
)
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
NUL = "\\u0000"
"""SQLite's JSON ends a text there; rows with one go the long way."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """What becomes of rows on their way in.

    Those whose `key` is there are overwritten; a null takes nothing away in the columns of `filled`. With `stays` they
    stay as they are, and only nulls in these columns are filled. Of the columns `looked_up`, the value is the key of
    another row, in that column, and its id is what is stored.
    """

    key: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    looked_up: tuple[tuple[str, Column[Any]], ...] = ()
    stays: bool = False

    def value(self, name: str, given: ColumnElement[Any]) -> ColumnElement[Any]:
        """What is stored in a column."""
        column = dict(self.looked_up).get(name)
        return given if column is None else _id_of(column, given)

    def or_update(self, insert: Any, table: Table, names: Sequence[str]) -> Any:  # noqa: ANN401 - SQLite's or PostgreSQL's
        """The statement, with what it does where a row is there already and says something else."""
        if not self.key:
            return insert
        given: dict[str, ColumnElement[Any]] = {name: insert.excluded[name] for name in names if name not in self.key}
        filled = [name for name in self.filled if name in given]
        new: dict[str, ColumnElement[Any]]
        if self.stays:
            new = {name: func.coalesce(table.c[name], given[name]) for name in filled}
        else:
            new = given | {name: func.coalesce(given[name], table.c[name]) for name in filled}
        if not new:
            return insert.on_conflict_do_nothing(index_elements=list(self.key))
        differs = or_(*(table.c[name].is_distinct_from(value) for name, value in new.items()))
        return insert.on_conflict_do_update(index_elements=list(self.key), set_=new, where=differs)


def put_plain(connection: Connection, table: Table, rows: Rows, insertion: Insertion) -> None:
    """Inserts rows, or overwrites those that are there and say something else."""
    _send(connection, table, rows, insertion)


def add_plain(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts rows."""
    _send(connection, table, rows, Insertion())


def cut_plain(
    connection: Connection, table: Table, owner: Column[Any], looked_up: Column[Any], lengths: Mapping[str, int]
) -> None:
    """Ends lists where they end now: rows of a `position` from the length on go.

    `lengths` are by the owners' keys, which stand in the column `looked_up`.
    """
    dialect = connection.dialect.name
    statement = _cut(dialect, table, owner, looked_up)
    for part in sliced(lengths.items()):
        if dialect == "sqlite":
            connection.exec_driver_sql(statement, {"given": _text_of(part)})
        else:
            connection.exec_driver_sql(statement, [{"key": key, "length": length} for key, length in part])


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


def _send(connection: Connection, table: Table, rows: Rows, insertion: Insertion) -> None:
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name != "sqlite":
        statement = _insert("postgresql", table, names, insertion)
        for part in sliced(rows):
            connection.exec_driver_sql(statement, part)
        return
    taken = itemgetter(*names)
    for part in sliced(rows):
        plain = [taken(row) for row in part]
        given = _text_of(plain)
        if NUL in given:
            statement = _insert("sqlite", table, names, insertion)
            written = [[_written(value) for value in row] for row in plain]
            connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in written])
        else:
            connection.exec_driver_sql(_insert_many(table, names, insertion), {"given": given})


def _written(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return _moment(value) if isinstance(value, datetime) else value


def _moment(value: datetime) -> str:
    """A moment the way SQLAlchemy writes it into SQLite: without the zone, which is UTC."""
    if value.tzinfo is None:
        message = f"A time without a zone cannot be stored: {value!r}"
        raise ValueError(message)
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:-6]


def _text_of(values: object) -> str:
    return orjson.dumps(values, default=_moment, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _as_text(columns: Iterable[ColumnElement[Any]]) -> ColumnElement[str]:
    return func.json_group_array(func.json_array(*columns))


@cache
def _insert(dialect: str, table: Table, names: tuple[str, ...], insertion: Insertion) -> str:
    """One row, for as many executions as there are rows."""
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    values = insert.values({name: insertion.value(name, bindparam(name)) for name in names})
    return _compiled(insertion.or_update(values, table, names), dialect)


@cache
def _insert_many(table: Table, names: tuple[str, ...], insertion: Insertion) -> str:
    """All rows out of one JSON text, a list of lists."""
    each = _each()
    values = [insertion.value(name, _nth(each, number)) for number, name in enumerate(names)]
    rows = select(*values).where(text("true"))  # or SQLite takes ON CONFLICT for a part of a join
    insert = sqlite.insert(table).from_select(list(names), rows, include_defaults=False)
    return _compiled(insertion.or_update(insert, table, names), "sqlite")


@cache
def _cut(dialect: str, table: Table, owner: Column[Any], looked_up: Column[Any]) -> str:
    position = table.c.position
    if dialect != "sqlite":
        behind = (owner == _id_of(looked_up, bindparam("key")), position >= bindparam("length"))
        return _compiled(delete(table).where(*behind), dialect)
    each, rest = _each(), table.alias("rest")
    found = (
        select(rest.c[owner.name], rest.c.position)
        .select_from(each)
        .join(looked_up.table, looked_up == _nth(each, 0))
        .join(rest, and_(rest.c[owner.name] == looked_up.table.c.id, rest.c.position >= _nth(each, 1)))
    )
    return _compiled(delete(table).where(tuple_(owner, position).in_(found)), dialect)


def _each() -> TableValuedAlias:
    return func.json_each(bindparam("given")).table_valued("value")


def _nth(each: TableValuedAlias, number: int) -> ColumnElement[Any]:
    return func.json_extract(each.c.value, text(f"'$[{number}]'"))


def _id_of(looked_up: Column[Any], key: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(looked_up.table.c.id).where(looked_up == key).scalar_subquery()


@cache
def _find(dialect: str, table: Table, names: tuple[str, ...], key: str) -> str:
    given: BindParameter[Any] = bindparam("given")
    column = table.c[key]
    each = _each()
    one_of = column.in_(select(each.c.value)) if dialect == "sqlite" else column == func.any(given)
    statement = select(*(table.c[name] for name in names)).where(one_of).order_by(*table.primary_key.columns)
    return _compiled(select(_as_text(statement.subquery().c)) if dialect == "sqlite" else statement, dialect)


def _compiled(statement: CompilerElement, dialect: str) -> str:
    return str(statement.compile(dialect=DIALECTS[dialect]))
