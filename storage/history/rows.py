"""The rows a history is made of, as one shape: what entered or left a list, at which step."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, String, Subquery, cast, func, literal, null, select, union, union_all

from storage.columns import UtcDateTime
from storage.records import EventKind, SavedKind, Which
from storage.tables import PlaylistEventRow, PlaylistRow, PlaylistVersionRow, SavedRow

Query = Select[*tuple[Any, ...]]
"""A statement that gives rows of any shape."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Some states of one list that followed each other: versions of a playlist, or moments of a saved list."""

    discord_id: int
    kind: SavedKind | None
    playlist_id: int
    low: int
    high: int
    observed_at: datetime


def number_of(moment: datetime) -> int:
    """The moment of a saved list's state as a number."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(number: int) -> datetime:
    """The same the other way."""
    return EPOCH + timedelta(microseconds=number)


def saved_rows(discord_id: int) -> Subquery:
    """Every entry a saved list ever had; `thing` is the row of the track, album, show or artist."""
    return (
        select(
            SavedRow.kind,
            func.coalesce(SavedRow.track_id, SavedRow.album_id, SavedRow.show_id, SavedRow.artist_id).label("thing"),
            SavedRow.added_at,
            SavedRow.ordinal,
            SavedRow.seen_at,
            SavedRow.removed_at,
        )
        .where(SavedRow.discord_id == discord_id)
        .subquery("saved_rows")
    )


def saved_moments(discord_id: int, kind: SavedKind | None = None) -> CompoundSelect[Any]:
    """When saved lists were seen to differ: `kind` and `moment`, each once."""
    rows = saved_rows(discord_id).c
    came = select(rows.kind, rows.seen_at.label("moment"))
    went = select(rows.kind, rows.removed_at.label("moment")).where(rows.removed_at.is_not(None))
    if kind is not None:
        came, went = came.where(rows.kind == kind.value), went.where(rows.kind == kind.value)
    return union(came, went)


def states(discord_id: int, which: Which | None) -> Subquery:
    """All observed states: `kind` of a saved list or null, `playlist_id`, `number`, and `moment`."""
    parts: list[Query] = []
    if not isinstance(which, SavedKind):
        parts.append(_versions(discord_id, which))
    if which is None or isinstance(which, SavedKind):
        saved = saved_moments(discord_id, which).subquery("moments").c
        parts.append(
            select(saved.kind.label("kind"), literal(0).label("playlist_id"), literal(0).label("number"), saved.moment)
        )
    return union_all(*parts).subquery("states")


def _versions(discord_id: int, spotify_id: str | None) -> Query:
    statement = (
        select(
            cast(null(), String).label("kind"),
            PlaylistVersionRow.playlist_id,
            PlaylistVersionRow.number,
            PlaylistVersionRow.observed_at.label("moment"),
        )
        .join(PlaylistRow, PlaylistRow.id == PlaylistVersionRow.playlist_id)
        .where(PlaylistRow.discord_id == discord_id)
    )
    return statement if spotify_id is None else statement.where(PlaylistRow.spotify_id == spotify_id)


def edits_in(span: Span) -> Subquery:
    """Every entry that came or went within a span: `kind`, `step`, `thing`, `added_at`, `added_by`, `seq`."""
    if span.kind is None:
        event = PlaylistEventRow
        return (
            select(
                event.kind,
                event.number.label("step"),
                event.track_id.label("thing"),
                event.added_at,
                event.added_by,
                event.seq,
            )
            .where(event.playlist_id == span.playlist_id, event.number.between(span.low, span.high))
            .subquery("edits")
        )
    return union_all(_saved_edits(span, EventKind.INSERT), _saved_edits(span, EventKind.REMOVE)).subquery("edits")


def _saved_edits(span: Span, kind: EventKind) -> Query:
    """The newest entry first, as the list itself is."""
    assert span.kind is not None  # noqa: S101 - only saved lists come here
    rows = saved_rows(span.discord_id).c
    step = rows.seen_at if kind is EventKind.INSERT else rows.removed_at
    low, high = (literal(moment_of(number), UtcDateTime()) for number in (span.low, span.high))
    return select(
        literal(kind.value).label("kind"),
        step.label("step"),
        rows.thing,
        rows.added_at,
        cast(null(), String).label("added_by"),
        (-rows.ordinal).label("seq"),
    ).where(rows.kind == span.kind.value, step.between(low, high))
