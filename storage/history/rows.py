"""The rows a history is made of, as one shape: what entered or left a list, at which step."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    Subquery,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)

from storage.columns import UtcDateTime
from storage.records import EventKind, SavedKind, Which
from storage.tables import PlaylistEventRow, PlaylistRow, PlaylistVersionRow, SavedRow

Query = Select[*tuple[Any, ...]]
"""A statement that gives rows of any shape."""
THING = func.coalesce(SavedRow.track_id, SavedRow.album_id, SavedRow.show_id, SavedRow.artist_id).label("thing")
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

    @property
    def parameters(self) -> dict[str, object]:
        """What `playlist_edits` or `saved_edits` ask for."""
        if self.kind is None:
            return {"playlist_id": self.playlist_id, "low": self.low, "high": self.high}
        low, high = moment_of(self.low), moment_of(self.high)
        return {"discord_id": self.discord_id, "kind": self.kind.value, "low": low, "high": high}


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


def playlist_edits() -> Subquery:
    """Every item that came or went in the versions `low` to `high` of `playlist_id` (parameters), with its `step`."""
    event = PlaylistEventRow
    versions = event.number.between(bindparam("low", type_=Integer), bindparam("high", type_=Integer))
    return (
        select(
            event.kind,
            event.number.label("step"),
            event.track_id.label("thing"),
            event.added_at,
            event.added_by,
            event.seq,
        )
        .where(event.playlist_id == bindparam("playlist_id"), versions)
        .subquery("edits")
    )


def saved_edits() -> Subquery:
    """The same of the saved list `kind` of `discord_id`, seen from `low` to `high`; the newest entry first."""
    return union_all(_saved_edits(EventKind.INSERT), _saved_edits(EventKind.REMOVE)).subquery("edits")


def _saved_edits(kind: EventKind) -> Query:
    row = SavedRow
    step = row.seen_at if kind is EventKind.INSERT else row.removed_at
    low, high = (bindparam(name, type_=UtcDateTime()) for name in ("low", "high"))
    return select(
        literal(kind.value).label("kind"),
        step.label("step"),
        THING,
        row.added_at,
        cast(null(), String).label("added_by"),
        (-row.ordinal).label("seq"),
    ).where(row.discord_id == bindparam("discord_id"), row.kind == bindparam("kind"), step.between(low, high))
