"""What a sync does about playlists: pure, from what is stored and what Spotify lists now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.spotify.parse import Listed
from storage.records import PlaylistDetails, PlaylistHead


class Why(StrEnum):
    """Why the contents of a playlist are read."""

    NEW = "new"
    EDITED = "its snapshot changed"
    UNREAD = "its contents were never read"
    WEEKLY = "not read for a week"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A playlist whose contents are to be read; `before` is what is stored of it."""

    listed: Listed
    why: Why
    before: PlaylistHead | None


@dataclass(frozen=True, slots=True)
class PlaylistsPlan:
    """What follows from the list alone.

    `read`: contents to fetch. `details`: those of which the details alone are to be written. `closed`: others'
    playlists, whose contents Spotify does not show. `missing`: stored ones the list no longer has; gone only once
    Spotify says so when asked about each. `order` by id, None where it stays as it is.
    """

    read: tuple[Wanted, ...] = ()
    details: tuple[Listed, ...] = ()
    closed: tuple[Listed, ...] = ()
    missing: tuple[str, ...] = ()
    order: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, when, and what they may: only apps of old see what is in the playlists of others."""

    spotify_id: str
    now: datetime
    full_every: timedelta
    sees_followed: bool = False
    full: bool = False


def plan_playlists(heads: Sequence[PlaylistHead], listed: Sequence[Listed], reader: Reader) -> PlaylistsPlan:
    """The fewest reads that make the vault hold what Spotify lists."""
    known = {head.details.spotify_id: head for head in heads}
    read: list[Wanted] = []
    details: list[Listed] = []
    closed: list[Listed] = []
    for entry in listed:
        before = known.get(entry.details.spotify_id)
        if may_read(entry.details, reader):
            if why := _reason(before, entry, reader):
                read.append(Wanted(entry, why, before))
            elif before is None or before.removed_at or before.details.lasting != entry.details.lasting:
                details.append(entry)
        elif _closed_differs(before, entry):
            closed.append(entry)
    order = tuple(entry.details.spotify_id for entry in listed)
    here = tuple(head.details.spotify_id for head in heads if head.removed_at is None)
    listed_ids = set(order)
    return PlaylistsPlan(
        read=tuple(read),
        details=tuple(details),
        closed=tuple(closed),
        missing=tuple(spotify_id for spotify_id in here if spotify_id not in listed_ids),
        order=None if order == here else order,
    )


def may_read(details: PlaylistDetails, reader: Reader) -> bool:
    """Whether Spotify shows the contents: of one's own, of shared ones, and of others' only to apps of old."""
    return details.owner_id == reader.spotify_id or details.collaborative or reader.sees_followed


def _reason(before: PlaylistHead | None, entry: Listed, reader: Reader) -> Why | None:
    """Any edit gives a playlist a new snapshot id, so the same id proves the same contents."""
    if before is None:
        return Why.NEW
    if entry.details.snapshot_id is None or entry.details.snapshot_id != before.details.snapshot_id:
        return Why.EDITED
    if before.closed:
        # A shared one that merely is followed stays closed until something about it changes.
        return None if entry.details.collaborative else Why.UNREAD
    if before.read_at is None:
        return Why.UNREAD
    return Why.WEEKLY if reader.full or reader.now - before.read_at >= reader.full_every else None


def _closed_differs(before: PlaylistHead | None, entry: Listed) -> bool:
    return (
        before is None
        or before.removed_at is not None
        or not before.closed
        or before.listed_items != entry.items
        or before.details.snapshot_id != entry.details.snapshot_id
        or before.details.lasting != entry.details.lasting
    )
