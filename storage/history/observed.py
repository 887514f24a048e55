"""Spans of a history in words' reach: what was added, removed and moved, counted by the database, a few by name."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from storage.history.names import LOST, Names, names_of
from storage.history.rows import Query, Span, edits_in, moment_of, saved_moments, saved_rows
from storage.records import Entries, Entry, EventKind, Observed, PlaylistDetails, Presence, SavedKind
from storage.tables import PlaylistEventRow, PlaylistRow, PlaylistVersionRow

FEW = 3
"""Entries that are named; of the others only the number is told."""
ADDED, REMOVED, MOVED = "added", "removed", "moved"


class Parts(NamedTuple):
    """What happened to the entries of a list."""

    added: Entries
    removed: Entries
    moved: Entries


Details = dict[int, list[tuple[int, PlaylistDetails]]]


def observed(connection: Connection, spans: Sequence[Span]) -> tuple[Observed, ...]:
    """One record for each span; several states in one tell only what is different in the end."""
    found = [(span, _ranked(connection, span)) for span in spans]
    names = {kind: _names(connection, kind, found) for kind in {span.kind or SavedKind.TRACK for span in spans}}
    details = _details(connection, [span for span in spans if span.kind is None])
    heads = _heads(connection, [span.playlist_id for span in spans if span.kind is None])
    first = _first_moments(connection, spans)
    told = []
    for span, rows in found:
        parts = _entries(rows, names[span.kind or SavedKind.TRACK])
        if span.kind is not None:
            told.append(_saved(connection, span, parts, is_first=first.get(span.kind) == moment_of(span.low)))
        else:
            told.append(_playlist(connection, span, parts, heads[span.playlist_id], details[span.playlist_id]))
    return tuple(told)


def _saved(connection: Connection, span: Span, parts: Parts, *, is_first: bool) -> Observed:
    assert span.kind is not None  # noqa: S101 - only saved lists come here
    at = moment_of(span.high)
    rows = saved_rows(span.discord_id).c
    held = or_(rows.removed_at.is_(None), rows.removed_at > at)
    count = select(func.count()).where(rows.kind == span.kind.value, rows.seen_at <= at, held)
    return Observed(
        which=span.kind,
        number=span.high,
        observed_at=span.observed_at,
        items=connection.execute(count).scalar_one(),
        presence=Presence.NEW if is_first else None,
        added=parts.added,
        removed=parts.removed,
        moved=parts.moved,
    )


def _playlist(
    connection: Connection,
    span: Span,
    parts: Parts,
    head: Row[Any],
    details: list[tuple[int, PlaylistDetails]],
) -> Observed:
    then = [known for number, known in details if number <= span.high]
    before = [known for number, known in details if number < span.low]
    after = then[-1]
    return Observed(
        which=head.spotify_id,
        number=span.high,
        observed_at=span.observed_at,
        items=count_items(connection, span.playlist_id, span.high),
        presence=_presence(connection, span),
        details=after,
        before=before[-1] if before and before[-1] != after else None,
        closed=head.closed,
        added=parts.added,
        removed=parts.removed,
        moved=parts.moved,
    )


def count_items(connection: Connection, playlist_id: int, number: int) -> int:
    """How many items a playlist held at a version."""
    event = PlaylistEventRow
    step = case((event.kind == EventKind.INSERT.value, 1), else_=-1)
    count = select(func.sum(step)).where(event.playlist_id == playlist_id, event.number <= number)
    return connection.execute(count).scalar_one_or_none() or 0


def _presence(connection: Connection, span: Span) -> Presence | None:
    """The last word counts; what is new and gone again within the span is gone."""
    version = PlaylistVersionRow
    statement = (
        select(version.presence)
        .where(
            version.playlist_id == span.playlist_id,
            version.number.between(span.low, span.high),
            version.presence.is_not(None),
        )
        .order_by(version.number.desc())
        .limit(1)
    )
    last = connection.execute(statement).scalar_one_or_none()
    if last == Presence.GONE:
        return Presence.GONE
    if span.low == 1:
        return Presence.NEW
    return Presence.BACK if last == Presence.BACK else None


def _heads(connection: Connection, playlist_ids: Sequence[int]) -> dict[int, Row[Any]]:
    statement: Query = select(PlaylistRow.id, PlaylistRow.spotify_id, PlaylistRow.closed)
    return {row.id: row for row in connection.execute(statement.where(PlaylistRow.id.in_(playlist_ids)))}


def _details(connection: Connection, spans: Sequence[Span]) -> Details:
    """The details of these playlists wherever they changed, by version."""
    version = PlaylistVersionRow
    statement = (
        select(version.playlist_id, version.number, version.details)
        .where(version.playlist_id.in_([span.playlist_id for span in spans]), version.details.is_not(None))
        .order_by(version.playlist_id, version.number)
    )
    return {
        playlist_id: [(row.number, PlaylistDetails(**row.details)) for row in rows]
        for playlist_id, rows in groupby(connection.execute(statement), key=lambda row: row.playlist_id)
    }


def _first_moments(connection: Connection, spans: Sequence[Span]) -> dict[SavedKind, Any]:
    """When each saved list was seen for the first time."""
    if not any(span.kind for span in spans):
        return {}
    moments = saved_moments(spans[0].discord_id).subquery("all_moments").c
    first = select(moments.kind, func.min(moments.moment).label("moment")).group_by(moments.kind)
    return {SavedKind(row.kind): row.moment for row in connection.execute(first)}


def _ranked(connection: Connection, span: Span) -> Sequence[Row[Any]]:
    """For each of added, removed and moved: the total and the first few keys."""
    edits = _weighed(edits_in(span))
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
    statement = select(ranked).where(ranked.c.place <= FEW).order_by(ranked.c.what, ranked.c.place)
    return connection.execute(statement).all()


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


def _names(connection: Connection, kind: SavedKind, found: Sequence[tuple[Span, Sequence[Row[Any]]]]) -> Names:
    ids = {row.thing for span, rows in found if (span.kind or SavedKind.TRACK) is kind for row in rows}
    return names_of(connection, kind, ids - {None})


def _entries(rows: Sequence[Row[Any]], names: Names) -> Parts:
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
