"""The rows of a person's playlists: current contents, and a version with its events for every state that was seen."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.catalogue import Ids
from storage.database import insert_rows, streamed, table_of
from storage.records import EventKind, Playlist, PlaylistDetails, PlaylistItem, Track
from storage.tables import PlaylistEventRow, PlaylistItemRow, PlaylistRow, PlaylistVersionRow
from storage.versions import Edit, edits

Entry = tuple[int | None, datetime | None, str | None]


async def load_playlists(session: AsyncSession, discord_id: int, tracks: dict[int, Track]) -> tuple[Playlist, ...]:
    """All playlists in their order, the removed ones last."""
    mine = PlaylistRow.discord_id == discord_id
    order = (PlaylistRow.removed_at.is_not(None), PlaylistRow.place, PlaylistRow.id)
    rows = (await session.execute(select(table_of(PlaylistRow)).where(mine).order_by(*order))).all()
    items: dict[int, list[PlaylistItem]] = {row.id: [] for row in rows}
    statement = (
        select(table_of(PlaylistItemRow))
        .where(PlaylistItemRow.playlist_id.in_(select(PlaylistRow.id).where(mine)))
        .order_by(PlaylistItemRow.playlist_id, PlaylistItemRow.position)
    )
    async for row in streamed(session, statement):
        items[row.playlist_id].append(item_of(row, tracks))
    return tuple(Playlist(_details(row), tuple(items[row.id]), row.removed_at) for row in rows)


def item_of(row: Row[Any], tracks: dict[int, Track]) -> PlaylistItem:
    """The record of an item's or an event's row."""
    return PlaylistItem(None if row.track_id is None else tracks[row.track_id], row.added_at, row.added_by)


async def keep_playlist(
    session: AsyncSession, discord_id: int, playlist: Playlist, ids: Ids, observed_at: datetime
) -> None:
    """Makes the stored playlist this one, whatever is stored; a state not seen before becomes a version."""
    after: list[Entry] = [
        (None if item.track is None else ids[item.track.uri], item.added_at, item.added_by) for item in playlist.items
    ]
    stored = await _stored(session, discord_id, playlist.details.spotify_id)
    if stored is None:
        playlist_id, number = await _insert(session, discord_id, playlist), 0
        before: list[Entry] = []
    else:
        playlist_id, number = stored.id, stored.version
        before = await _entries(session, playlist_id)
    script = edits(before, after)
    known = None if stored is None else _details(stored)
    renewed = known is None or lasting(known) != lasting(playlist.details)
    if script or renewed:
        number += 1
        version = {
            "playlist_id": playlist_id,
            "number": number,
            "observed_at": observed_at,
            "details": asdict(playlist.details) if renewed else None,
        }
        await insert_rows(session, PlaylistVersionRow, [version])
        await _write_events(session, playlist_id, number, script, before, after)
        await _write_items(session, playlist_id, before, after)
    values = {**asdict(playlist.details), "version": number, "removed_at": playlist.removed_at}
    await session.execute(update(PlaylistRow).where(PlaylistRow.id == playlist_id).values(**values))


async def mark_removed(
    session: AsyncSession, discord_id: int, spotify_ids: Sequence[str], observed_at: datetime
) -> None:
    """Says since when playlists are gone from Spotify; their contents stay."""
    for spotify_id in spotify_ids:
        statement = update(PlaylistRow).where(
            PlaylistRow.discord_id == discord_id,
            PlaylistRow.spotify_id == spotify_id,
            PlaylistRow.removed_at.is_(None),
        )
        await session.execute(statement.values(removed_at=observed_at))


async def put_in_order(session: AsyncSession, discord_id: int, order: Sequence[str]) -> None:
    """Gives the playlists the places that the order says; one not in it keeps its own."""
    mine = PlaylistRow.discord_id == discord_id
    places = {
        spotify_id: (row_id, place)
        for spotify_id, row_id, place in await session.execute(
            select(PlaylistRow.spotify_id, PlaylistRow.id, PlaylistRow.place).where(mine)
        )
    }
    for place, spotify_id in enumerate(order):
        row_id, before = places.get(spotify_id, (None, place))
        if row_id is not None and before != place:
            await session.execute(update(PlaylistRow).where(PlaylistRow.id == row_id).values(place=place))


def lasting(details: PlaylistDetails) -> PlaylistDetails:
    """What makes a version: not the cover's address, which expires, nor the snapshot id, which says nothing itself."""
    return replace(details, image_url=None, snapshot_id=None)


async def _stored(session: AsyncSession, discord_id: int, spotify_id: str) -> Row[Any] | None:
    statement = select(table_of(PlaylistRow)).where(
        PlaylistRow.discord_id == discord_id, PlaylistRow.spotify_id == spotify_id
    )
    return (await session.execute(statement)).one_or_none()


async def _insert(session: AsyncSession, discord_id: int, playlist: Playlist) -> int:
    last = await session.scalar(select(func.max(PlaylistRow.place)).where(PlaylistRow.discord_id == discord_id))
    place = 0 if last is None else last + 1
    row = PlaylistRow(discord_id=discord_id, place=place, version=0, **asdict(playlist.details))
    session.add(row)
    await session.flush()
    return row.id


async def _entries(session: AsyncSession, playlist_id: int) -> list[Entry]:
    statement = (
        select(PlaylistItemRow.track_id, PlaylistItemRow.added_at, PlaylistItemRow.added_by)
        .where(PlaylistItemRow.playlist_id == playlist_id)
        .order_by(PlaylistItemRow.position)
    )
    return [(row.track_id, row.added_at, row.added_by) async for row in streamed(session, statement)]


async def _write_events(
    session: AsyncSession,
    playlist_id: int,
    number: int,
    script: Sequence[Edit],
    before: Sequence[Entry],
    after: Sequence[Entry],
) -> None:
    rows = []
    for seq, (kind, position, index) in enumerate(script):
        track_id, added_at, added_by = before[index] if kind is EventKind.REMOVE else after[index]
        rows.append(
            {
                "playlist_id": playlist_id,
                "number": number,
                "seq": seq,
                "kind": kind.value,
                "position": position,
                "track_id": track_id,
                "added_at": added_at,
                "added_by": added_by,
            }
        )
    await insert_rows(session, PlaylistEventRow, rows)


async def _write_items(
    session: AsyncSession, playlist_id: int, before: Sequence[Entry], after: Sequence[Entry]
) -> None:
    """Rewrites the contents from the first difference on; what was appended costs no more than itself."""
    shorter = min(len(before), len(after))
    first = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    await session.execute(
        delete(PlaylistItemRow).where(PlaylistItemRow.playlist_id == playlist_id, PlaylistItemRow.position >= first)
    )
    rows = [
        {
            "playlist_id": playlist_id,
            "position": position,
            "track_id": after[position][0],
            "added_at": after[position][1],
            "added_by": after[position][2],
        }
        for position in range(first, len(after))
    ]
    await insert_rows(session, PlaylistItemRow, rows)


def _details(row: Row[Any]) -> PlaylistDetails:
    return PlaylistDetails(
        spotify_id=row.spotify_id,
        name=row.name,
        owner_id=row.owner_id,
        description=row.description,
        public=row.public,
        collaborative=row.collaborative,
        owner_name=row.owner_name,
        snapshot_id=row.snapshot_id,
        image_url=row.image_url,
    )
