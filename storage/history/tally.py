"""What became of the entries of a list within a span: counted by the database, a few of them by name."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from storage.columns import UtcDateTime
from storage.history.names import LOST, Names
from storage.history.rows import Query, Span, playlist_edits, saved_edits
from storage.records import Entries, Entry, EventKind
from storage.tables import PlaylistEventRow, SavedRow

FEW = 3
"""Entries that are named; of the others only the number is told."""
ADDED, REMOVED, MOVED = "added", "removed", "moved"


class Parts(NamedTuple):
    """What happened to the entries of a list."""

    added: Entries
    removed: Entries
    moved: Entries


def ranked(connection: Connection, span: Span, *, first: bool) -> Sequence[Row[Any]]:
    """For each of added, removed and moved: the total and the first few keys.

    Before the `first` state of a list there was nothing, so that all of it is added; that is quickly counted.
    """
    statement = _counting_all if first else _ranking
    return connection.execute(statement(saved=span.kind is not None), span.parameters).all()


@cache
def _counting_all(*, saved: bool) -> Query:
    edits = saved_edits() if saved else playlist_edits()
    key = (edits.c.thing, edits.c.added_at, edits.c.added_by)
    few = select(*key, func.min(edits.c.seq).label("seq")).group_by(*key).order_by("seq", "thing").limit(FEW)
    all_of_it = select(
        func.count().label("total"),
        func.min(edits.c.added_by).label("first_adder"),
        func.max(edits.c.added_by).label("last_adder"),
        func.count().label("keys"),
        func.count(edits.c.added_by).label("adders"),
        func.max(edits.c.added_at).label("newest"),
    )
    named, counted = few.subquery("few"), all_of_it.subquery("all_of_it")
    return select(literal(ADDED).label("what"), named, counted).join_from(named, counted, literal(True)).order_by("seq")


@cache
def _ranking(*, saved: bool) -> Query:
    """Made once: putting it together takes longer than running it."""
    edits = _weighed(saved_edits() if saved else playlist_edits())
    whole = edits.c.what
    adder, added_at = edits.c.added_by, edits.c.added_at
    ranked = select(
        edits,
        func.sum(edits.c.weight).over(partition_by=whole).label("total"),
        func.row_number().over(partition_by=whole, order_by=(edits.c.seq, edits.c.thing)).label("place"),
        func.min(adder).over(partition_by=whole).label("first_adder"),
        func.max(adder).over(partition_by=whole).label("last_adder"),
        func.count().over(partition_by=whole).label("keys"),
        func.count(adder).over(partition_by=whole).label("adders"),
        func.max(added_at).over(partition_by=whole).label("newest"),
    ).subquery("ranked")
    return select(ranked).where(ranked.c.place <= FEW).order_by(ranked.c.what, ranked.c.place)


def _weighed(edits: Subquery) -> Subquery:
    """Each key with what became of it in the end: how many copies are new, gone, or stand elsewhere.

    Only what left and came back in one step has moved; what came and left again within the span was never there.
    """
    came, went = _counted(edits, EventKind.INSERT), _counted(edits, EventKind.REMOVE)
    key = ("thing", "added_at", "added_by")
    steps = (
        select(
            *(edits.c[name] for name in key),
            came.label("came"),
            went.label("went"),
            func.min(edits.c.seq).label("seq"),
        )
        .group_by(*(edits.c[name] for name in key), edits.c.step)
        .subquery("steps")
    )
    stayed = case((steps.c.came < steps.c.went, steps.c.came), else_=steps.c.went)
    keys = (
        select(
            *(steps.c[name] for name in key),
            func.sum(steps.c.came).label("came"),
            func.sum(steps.c.went).label("went"),
            func.max(stayed).label("stayed"),
            func.count().label("steps"),
            func.min(steps.c.seq).label("seq"),
        )
        .group_by(*(steps.c[name] for name in key))
        .subquery("keys")
    )

    def part(what: str, weight: Any, where: Any) -> Query:  # noqa: ANN401 - SQL expressions
        columns = (keys.c[name] for name in (*key, "seq"))
        return select(literal(what).label("what"), *columns, weight.label("weight")).where(where)

    even = and_(keys.c.stayed > 0, or_(keys.c.came == keys.c.went, keys.c.steps == 1))
    return union_all(
        part(ADDED, keys.c.came - keys.c.went, keys.c.came > keys.c.went),
        part(REMOVED, keys.c.went - keys.c.came, keys.c.went > keys.c.came),
        part(MOVED, keys.c.stayed, even),
    ).subquery("weighed")


def _counted(edits: Subquery, kind: EventKind) -> ColumnElement[int]:
    return func.sum(case((edits.c.kind == kind.value, 1), else_=0))


def count_items(connection: Connection, span: Span) -> int:
    """How many entries the list held in the last state of a span."""
    saved = span.kind is not None
    return int(connection.execute(_counting(saved=saved), span.parameters).scalar_one_or_none() or 0)


@cache
def _counting(*, saved: bool) -> Query:
    if saved:
        row, high = SavedRow, bindparam("high", type_=UtcDateTime())
        held = (row.seen_at <= high, or_(row.removed_at.is_(None), row.removed_at > high))
        mine = (row.discord_id == bindparam("discord_id"), row.kind == bindparam("kind"))
        return select(func.count()).where(*mine, *held)
    event = PlaylistEventRow
    step = case((event.kind == EventKind.INSERT.value, 1), else_=-1)
    by_then = event.number <= bindparam("high", type_=Integer)
    return select(func.sum(step)).where(event.playlist_id == bindparam("playlist_id"), by_then)


def parts_of(rows: Sequence[Row[Any]], names: Names) -> Parts:
    """What `ranked` found, in words."""
    told = {what: _few(list(group), names) for what, group in groupby(rows, key=lambda row: row.what)}
    return Parts(*(told.get(what, Entries()) for what in (ADDED, REMOVED, MOVED)))


def _few(rows: Sequence[Row[Any]], names: Names) -> Entries:
    row = rows[0]
    return Entries(
        total=int(row.total),
        first=tuple(entry(names, row.thing, row.added_at, row.added_by) for row in rows),
        adder=row.first_adder if row.first_adder == row.last_adder and row.keys == row.adders else None,
        newest=row.newest,
    )


def entry(names: Names, thing: int | None, added_at: Any, added_by: str | None) -> Entry:  # noqa: ANN401
    """A row in words."""
    name = LOST if thing is None else names[thing]
    return Entry(name.uri, name.title, name.artists, added_at, added_by)
