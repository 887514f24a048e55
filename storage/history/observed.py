"""Spans of a history as records: what was added, removed and moved, and what a list was called before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from storage.history.names import Names, names_of
from storage.history.rows import Span, number_of, saved_moments
from storage.history.tally import Parts, count_items, parts_of, ranked
from storage.records import Observed, PlaylistDetails, Presence, SavedKind
from storage.tables import PlaylistRow, PlaylistVersionRow


@dataclass(slots=True)
class Past:
    """A playlist, and where its details or its presence changed, by version."""

    spotify_id: str
    closed: bool
    details: list[tuple[int, PlaylistDetails]] = field(default_factory=list)
    presence: list[tuple[int, Presence]] = field(default_factory=list)

    def details_at(self, number: int) -> PlaylistDetails | None:
        """As they were at a version; None before the first."""
        return next((details for since, details in reversed(self.details) if since <= number), None)


def observed(connection: Connection, spans: Sequence[Span]) -> tuple[Observed, ...]:
    """One record for each span; several states in one tell only what is different in the end."""
    began = _first_moments(connection, spans)
    found = [(span, ranked(connection, span, first=span.low == span.high == _first(span, began))) for span in spans]
    kinds = {_catalogue_of(span) for span in spans}
    names = {kind: _names(connection, kind, found) for kind in kinds}
    past = _past(connection, [span.playlist_id for span in spans if span.kind is None])
    told = []
    for span, rows in found:
        parts = parts_of(rows, names[_catalogue_of(span)])
        items = count_items(connection, span)
        if span.kind is None:
            told.append(_playlist(span, parts, items, past[span.playlist_id]))
        else:
            told.append(_saved(span.kind, span, parts, items, is_first=span.low == _first(span, began)))
    return tuple(told)


def _catalogue_of(span: Span) -> SavedKind:
    """Playlists hold tracks, as liked songs do."""
    return span.kind or SavedKind.TRACK


def _saved(kind: SavedKind, span: Span, parts: Parts, items: int, *, is_first: bool) -> Observed:
    presence = Presence.NEW if is_first else None
    return Observed(kind, span.high, span.observed_at, items, presence, **parts._asdict())


def _playlist(span: Span, parts: Parts, items: int, past: Past) -> Observed:
    before, after = past.details_at(span.low - 1), past.details_at(span.high)
    return Observed(
        which=past.spotify_id,
        number=span.high,
        observed_at=span.observed_at,
        items=items,
        presence=_presence(span, past),
        details=after,
        before=before if before != after else None,
        closed=past.closed,
        **parts._asdict(),
    )


def _presence(span: Span, past: Past) -> Presence | None:
    """The last word counts; what is new and gone again within the span is gone."""
    words = [word for number, word in past.presence if span.low <= number <= span.high]
    if words[-1:] == [Presence.GONE]:
        return Presence.GONE
    if span.low == 1:
        return Presence.NEW
    return words[-1] if words else None


def _past(connection: Connection, playlist_ids: Sequence[int]) -> dict[int, Past]:
    """Whatever versions of these playlists say besides their items."""
    heads = select(PlaylistRow.id, PlaylistRow.spotify_id, PlaylistRow.closed).where(PlaylistRow.id.in_(playlist_ids))
    past = {row_id: Past(spotify_id, closed) for row_id, spotify_id, closed in connection.execute(heads)}
    version = PlaylistVersionRow
    statement = (
        select(version.playlist_id, version.number, version.details, version.presence)
        .where(version.playlist_id.in_(playlist_ids), or_(version.details.is_not(None), version.presence.is_not(None)))
        .order_by(version.playlist_id, version.number)
    )
    for row in connection.execute(statement):
        if row.details is not None:
            past[row.playlist_id].details.append((row.number, PlaylistDetails(**row.details)))
        if row.presence is not None:
            past[row.playlist_id].presence.append((row.number, Presence(row.presence)))
    return past


def _first(span: Span, began: Mapping[SavedKind, datetime]) -> int:
    """The number of the first state of a span's list."""
    return 1 if span.kind is None else number_of(began[span.kind])


def _first_moments(connection: Connection, spans: Sequence[Span]) -> dict[SavedKind, datetime]:
    """When each saved list was seen for the first time."""
    if not any(span.kind for span in spans):
        return {}
    moments = saved_moments(spans[0].discord_id).subquery("all_moments").c
    first = select(moments.kind, func.min(moments.moment).label("moment")).group_by(moments.kind)
    return {SavedKind(row.kind): row.moment for row in connection.execute(first)}


def _names(connection: Connection, kind: SavedKind, found: Sequence[tuple[Span, Sequence[Row[Any]]]]) -> Names:
    ids = {row.thing for span, rows in found if _catalogue_of(span) is kind for row in rows}
    return names_of(connection, kind, ids - {None})
