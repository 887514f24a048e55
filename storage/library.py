"""A person's library: what it is now, what it was, and the one way it changes."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import CompoundSelect, Select, delete, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from storage.catalogue import forget_unused, keep_tracks, load_tracks
from storage.database import Database, streamed, table_of
from storage.errors import NotFound
from storage.likes import apply_likes, load_likes
from storage.people import ensure_person
from storage.playlists import item_of, keep_playlist, load_playlists, mark_removed, put_in_order
from storage.records import (
    EventKind,
    ItemEvent,
    Library,
    LibraryCounts,
    PlaylistDetails,
    PlaylistItem,
    PlaylistVersion,
    SyncPlan,
    Track,
)
from storage.tables import LikeRow, PlaylistEventRow, PlaylistItemRow, PlaylistRow, PlaylistVersionRow
from storage.versions import replay


class LibraryRepository:
    """The vault. Nothing in it is lost by a sync: what is gone from Spotify is marked, and every state comes back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, discord_id: int) -> Library:
        """Likes newest first; playlists in their order, those gone from Spotify last with `removed_at`."""
        async with self._database.read() as session:
            tracks = await load_tracks(session, _track_ids(discord_id))
            return Library(
                likes=await load_likes(session, discord_id, tracks),
                playlists=await load_playlists(session, discord_id, tracks),
            )

    async def apply(self, discord_id: int, plan: SyncPlan, observed_at: datetime) -> None:
        """Writes a plan, whole or not at all. What is stored decides how: a plan applied twice changes nothing."""
        async with self._database.write() as session:
            await ensure_person(session, discord_id)
            ids = await keep_tracks(session, _tracks(plan))
            if plan.likes is not None:
                await apply_likes(session, discord_id, plan.likes, ids, observed_at)
            for playlist in (*plan.playlists_added, *(change.after for change in plan.playlists_changed)):
                await keep_playlist(session, discord_id, playlist, ids, observed_at)
            gone = [playlist.details.spotify_id for playlist in plan.playlists_removed]
            await mark_removed(session, discord_id, gone, observed_at)
            if plan.order is not None:
                await put_in_order(session, discord_id, plan.order)

    async def counts(self, discord_id: int) -> LibraryCounts:
        """How much there is, removed things apart."""
        here = (PlaylistRow.discord_id == discord_id, PlaylistRow.removed_at.is_(None))
        likes = select(func.count()).select_from(LikeRow)
        items = select(func.count()).select_from(PlaylistItemRow)
        async with self._database.read() as session:
            return LibraryCounts(
                likes=await _count(
                    session, likes.where(LikeRow.discord_id == discord_id, LikeRow.removed_at.is_(None))
                ),
                playlists=await _count(session, select(func.count()).select_from(PlaylistRow).where(*here)),
                items=await _count(
                    session, items.where(PlaylistItemRow.playlist_id.in_(select(PlaylistRow.id).where(*here)))
                ),
            )

    async def history(self, discord_id: int, spotify_id: str) -> tuple[PlaylistVersion, ...]:
        """Every state of a playlist that was seen, oldest first; none where the playlist is unknown."""
        async with self._database.read() as session:
            return await _history(session, discord_id, spotify_id)

    async def contents_at(self, discord_id: int, spotify_id: str, number: int) -> tuple[PlaylistItem, ...]:
        """What a playlist held at a version; NotFound where there is no such version."""
        versions = await self.history(discord_id, spotify_id)
        if number not in {version.number for version in versions}:
            raise NotFound(what="That version of the playlist")
        events = chain.from_iterable(version.events for version in versions if version.number <= number)
        return replay((), events)

    async def erase(self, discord_id: int) -> None:
        """Removes the library and its history for good, and what of the catalogue nobody else has."""
        async with self._database.write() as session:
            await session.execute(delete(LikeRow).where(LikeRow.discord_id == discord_id))
            await session.execute(delete(PlaylistRow).where(PlaylistRow.discord_id == discord_id))
            await forget_unused(session)


def _tracks(plan: SyncPlan) -> Iterator[Track]:
    playlists = chain(plan.playlists_added, (change.after for change in plan.playlists_changed))
    items = chain.from_iterable(playlist.items for playlist in playlists)
    tracks = chain((like.track for like in plan.likes or ()), (item.track for item in items))
    return (track for track in tracks if track is not None)


def _track_ids(discord_id: int) -> CompoundSelect[Any]:
    """Selects the catalogue rows that the current library needs."""
    likes = select(LikeRow.track_id).where(LikeRow.discord_id == discord_id, LikeRow.removed_at.is_(None))
    items = select(PlaylistItemRow.track_id).join(PlaylistRow, PlaylistRow.id == PlaylistItemRow.playlist_id)
    return union(likes, items.where(PlaylistRow.discord_id == discord_id))


async def _count(session: AsyncSession, statement: Select[Any]) -> int:
    return await session.scalar(statement) or 0


async def _history(session: AsyncSession, discord_id: int, spotify_id: str) -> tuple[PlaylistVersion, ...]:
    mine = select(PlaylistRow.id).where(PlaylistRow.discord_id == discord_id, PlaylistRow.spotify_id == spotify_id)
    tracks = await load_tracks(session, select(PlaylistEventRow.track_id).where(PlaylistEventRow.playlist_id.in_(mine)))
    events: dict[int, list[ItemEvent]] = {}
    statement = (
        select(table_of(PlaylistEventRow))
        .where(PlaylistEventRow.playlist_id.in_(mine))
        .order_by(PlaylistEventRow.number, PlaylistEventRow.seq)
    )
    async for row in streamed(session, statement):
        event = ItemEvent(EventKind(row.kind), row.position, item_of(row, tracks))
        events.setdefault(row.number, []).append(event)
    versions = []
    details: dict[str, Any] = {}
    seen = select(PlaylistVersionRow).where(PlaylistVersionRow.playlist_id.in_(mine))
    for version in await session.scalars(seen.order_by(PlaylistVersionRow.number)):
        details = version.details or details
        versions.append(
            PlaylistVersion(
                version.number, version.observed_at, PlaylistDetails(**details), tuple(events.get(version.number, ()))
            )
        )
    return tuple(versions)
