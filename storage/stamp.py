"""A cheap mark of what a vault holds, to see whether it is still what was looked at."""

from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.tables import PlaylistRow, PlayRow, SavedRow, TopEntryRow

Query = Select[*tuple[Any, ...]]


def stamp_of(connection: Connection, discord_id: int) -> str:
    """Differs after anything that a sync or a restore changes in a vault: every such change counts something up."""
    saved, playlist, play, top = SavedRow, PlaylistRow, PlayRow, TopEntryRow
    counted: tuple[tuple[type[Any], tuple[Any, ...]], ...] = (
        (saved, (func.max(saved.id), func.sum(saved.ordinal), func.max(saved.seen_at), func.max(saved.removed_at))),
        (playlist, (func.max(playlist.id), func.sum(playlist.version), func.sum(playlist.place * playlist.id))),
        (play, (func.max(play.played_at),)),
        (top, tuple(func.sum(thing * (top.position + 1)) for thing in (top.track_id, top.artist_id))),
    )
    told: list[object] = []
    for row, marks in counted:
        statement: Query = select(func.count(), *marks).where(row.discord_id == discord_id)
        told += connection.execute(statement).one()
    return " ".join(map(str, told))
