"""A person's library: what it is now, what it was, and the one way it changes."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, delete, func, select, union

from storage import archive, playlists, saved
from storage.archive import ArchiveSummary, Opened
from storage.archive.bring import Members, bring, clear, held, is_empty
from storage.archive.contents import NOTHING, contents_of
from storage.catalogue import add_things, forget_unused, keep_things, load_tracks, own_files, under_way
from storage.changes import Done, mark_done
from storage.covers import forget_unused_covers
from storage.database import Database, sliced, table_of
from storage.errors import Forgotten
from storage.group import Gathered
from storage.merging import Comparison, comparison, merged, replaced
from storage.people import add_person
from storage.playlists import Seen
from storage.records import (
    ItemKey,
    Library,
    LibraryCounts,
    PlaylistDetails,
    PlaylistHead,
    SavedKey,
    SavedKind,
    Thing,
)
from storage.stamp import stamp_of
from storage.sync_states import mark_brought
from storage.tables import (
    PlaylistItemRow,
    PlaylistRow,
    PlayRow,
    SavedRow,
    SectionRow,
    StagedPageRow,
    TopEntryRow,
)

Query = Select[*tuple[Any, ...]]


class LibraryRepository:
    """The vault. Nothing in it is lost by a sync: what is gone from Spotify is marked, and every state comes back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._things = Gathered(self._keep_things)
        self._playlists = Gathered(self._keep_playlists)

    async def keep_things(self, things: Iterable[Thing]) -> None:
        """Puts what was read into the catalogue, so that keys are enough from then on."""
        given = list(things)
        if given:
            await self._things.put(given)

    async def _keep_things(self, things: Sequence[Thing]) -> None:
        await self._database.write_large(lambda connection: keep_things(connection, things))

    async def saved_keys(self, discord_id: int, kind: SavedKind) -> tuple[SavedKey, ...]:
        """What a saved list holds, newest first."""
        return await self._database.read_large(lambda connection: saved.saved_keys(connection, discord_id, kind))

    async def apply_saved(
        self, discord_id: int, kind: SavedKind, keys: Sequence[SavedKey], observed_at: datetime
    ) -> None:
        """Makes a saved list this one, newest first; its things are in the catalogue, else it raises Forgotten."""

        def work(connection: Connection) -> None:
            add_person(connection, discord_id)
            saved.apply_saved(connection, discord_id, kind, keys, observed_at)

        await self._forgiving(discord_id, self._database.write_large(work))

    async def playlist_heads(self, discord_id: int) -> tuple[PlaylistHead, ...]:
        """All playlists without their items, in their order, the removed ones last."""
        return await self._database.read_large(lambda connection: playlists.load_heads(connection, discord_id))

    async def playlist_keys(self, discord_id: int, spotify_id: str) -> tuple[ItemKey, ...]:
        """What a playlist holds; nothing where it is unknown."""
        read = partial(playlists.playlist_keys, discord_id=discord_id, spotify_id=spotify_id)
        return await self._database.read_large(read)

    async def keep_playlist(
        self,
        discord_id: int,
        details: PlaylistDetails,
        keys: Sequence[ItemKey] | None,
        observed_at: datetime,
        *,
        closed: bool = False,
        listed_items: int | None = None,
    ) -> None:
        """Makes a playlist this one, and one that was removed is back; without `keys` its items stay what they are.

        The tracks are in the catalogue, else it raises Forgotten. Keys say that the contents were read just now.
        """
        state: dict[str, object] = {"closed": closed, "listed_items": listed_items}
        if keys is not None:
            state["read_at"] = observed_at
        seen = Seen(discord_id, details, keys, observed_at, state)
        await self._forgiving(discord_id, self._playlists.put([seen]))

    async def _keep_playlists(self, seen: Sequence[Seen]) -> None:
        def work(connection: Connection) -> None:
            for discord_id in {one.discord_id for one in seen}:
                add_person(connection, discord_id)
            playlists.keep_playlists(connection, seen)

        await self._database.write_large(work)

    async def mark_removed(self, discord_id: int, spotify_ids: Sequence[str], observed_at: datetime) -> None:
        """Says since when playlists are gone from Spotify; what they held stays."""
        if spotify_ids:
            work = partial(
                playlists.mark_removed, discord_id=discord_id, spotify_ids=spotify_ids, observed_at=observed_at
            )
            await self._database.write_large(work)

    async def put_in_order(self, discord_id: int, order: Sequence[str]) -> None:
        """Gives the playlists the places that the order says; one not in it keeps its own."""
        await self._database.write_large(lambda connection: playlists.put_in_order(connection, discord_id, order))

    async def load(self, discord_id: int) -> Library:
        """Likes newest first; playlists whose contents are known in their order, those removed last."""
        return await self._database.read_large(lambda connection: _load(connection, discord_id))

    async def write_archive(
        self, discord_id: int, path: Path, *, spotify_id: str, created_at: datetime
    ) -> ArchiveSummary:
        """Writes all that is kept of a person's music into an archive at `path`, as it is at one moment."""

        def work(connection: Connection) -> ArchiveSummary:
            counts = _counts(connection, discord_id)
            return archive.write(
                connection, path, counts, discord_id=discord_id, spotify_id=spotify_id, created_at=created_at
            )

        return await self._database.read_large(work)

    async def is_empty(self, discord_id: int) -> bool:
        """Whether a vault has never held anything."""
        return await self._database.read_large(lambda connection: is_empty(connection, discord_id))

    async def compared(self, discord_id: int, opened: Opened, now: datetime, *, replacing: bool = False) -> Comparison:
        """What a vault holds, and what it would hold with an archive merged into it, or `replacing` what it holds."""

        def read(connection: Connection) -> tuple[str, Members]:
            return stamp_of(connection, discord_id), held(connection, discord_id)

        stamp, members = await self._database.read_large(read)

        def compare() -> Comparison:
            before, theirs = contents_of(members), opened.contents
            after = replaced(before, theirs, opened.known, now) if replacing else merged(before, theirs, now)
            return comparison(stamp, before, after)

        return await asyncio.to_thread(compare)

    async def stamp(self, discord_id: int) -> str:
        """Differs when what a vault holds differs."""
        return await self._database.read_large(lambda connection: stamp_of(connection, discord_id))

    async def bring(
        self,
        discord_id: int,
        opened: Opened,
        compared: Comparison,
        now: datetime,
        *,
        done: Done | None = None,
        replacing: bool = False,
    ) -> bool:
        """Writes what was compared, whole or not at all; False, and nothing done, where the vault has changed since.

        With it goes into the journal that it is `done`. What is new to the vault comes into the catalogue before, a
        slice at a time, so that nobody waits for all of it. Things are called what the catalogue calls them.
        """
        for part in sliced(compared.new):
            await self._database.write_large(partial(add_things, things=part))

        def work(connection: Connection) -> bool:
            if stamp_of(connection, discord_id) != compared.stamp:
                return False
            if replacing:
                clear(connection, discord_id)
            known = NOTHING if replacing else compared.before
            bring(connection, discord_id, known, compared.after, opened.covers, now)
            mark_brought(connection, discord_id, opened, compared.changed, replaced=replacing)
            if done is not None:
                mark_done(connection, done)
            return True

        return await self._database.write_large(work)

    async def counts(self, discord_id: int) -> LibraryCounts:
        """How much there is, removed things apart."""
        return await self._database.read_large(lambda connection: _counts(connection, discord_id))

    async def erase(self, discord_id: int) -> None:
        """Removes the library and its history for good, and what of the catalogue nobody else has.

        While somebody else reads theirs, what is on Spotify stays for them: only the person's own files go at once.
        """
        await self._database.write_large(lambda connection: _erase(connection, discord_id))

    async def forget_unused(self) -> None:
        """Removes what of the catalogue nobody has any more, unless somebody just reads their library."""
        await self._database.write_large(
            lambda connection: None if under_way(connection) else forget_unused(connection)
        )

    async def _forgiving(self, discord_id: int, writing: Awaitable[None]) -> None:
        """Where something was forgotten between its reading and now, its pages have to be read again."""
        try:
            await writing
        except Forgotten:
            pages = delete(StagedPageRow).where(StagedPageRow.discord_id == discord_id)
            await self._database.write_large(lambda connection: connection.execute(pages).close())
            raise


def _load(connection: Connection, discord_id: int) -> Library:
    tracks = load_tracks(connection, _track_ids(discord_id))
    return Library(
        likes=saved.load_likes(connection, discord_id, tracks),
        playlists=playlists.load_playlists(connection, discord_id, tracks),
    )


def _track_ids(discord_id: int) -> CompoundSelect[Any]:
    """Selects the catalogue rows that the current library needs."""
    here = (SavedRow.kind == SavedKind.TRACK.value, SavedRow.removed_at.is_(None))
    likes = select(SavedRow.track_id).where(SavedRow.discord_id == discord_id, *here)
    items = select(PlaylistItemRow.track_id).join(PlaylistRow, PlaylistRow.id == PlaylistItemRow.playlist_id)
    return union(likes, items.where(PlaylistRow.discord_id == discord_id))


def _counts(connection: Connection, discord_id: int) -> LibraryCounts:
    here = (SavedRow.discord_id == discord_id, SavedRow.removed_at.is_(None))
    by_kind: Query = select(SavedRow.kind, func.count()).where(*here).group_by(SavedRow.kind)
    lists = {SavedKind(kind): count for kind, count in connection.execute(by_kind)}
    mine = (PlaylistRow.discord_id == discord_id, PlaylistRow.removed_at.is_(None))
    by_closed: Query = select(PlaylistRow.closed, func.count()).where(*mine).group_by(PlaylistRow.closed)
    listed: dict[bool, int] = dict(connection.execute(by_closed).all())
    open_ones = select(PlaylistRow.id).where(*mine, ~PlaylistRow.closed)
    items = select(func.count()).where(PlaylistItemRow.playlist_id.in_(open_ones))
    plays = select(func.count()).where(PlayRow.discord_id == discord_id)
    return LibraryCounts(
        likes=lists.get(SavedKind.TRACK, 0),
        playlists=listed.get(False, 0),
        items=connection.execute(items).scalar_one(),
        followed=listed.get(True, 0),
        albums=lists.get(SavedKind.ALBUM, 0),
        artists=lists.get(SavedKind.ARTIST, 0),
        shows=lists.get(SavedKind.SHOW, 0),
        episodes=lists.get(SavedKind.EPISODE, 0),
        plays=connection.execute(plays).scalar_one(),
    )


def _erase(connection: Connection, discord_id: int) -> None:
    own = own_files(connection, discord_id) if under_way(connection, besides=discord_id) else None
    for row in (SavedRow, PlaylistRow, PlayRow, TopEntryRow, SectionRow, StagedPageRow):
        connection.execute(delete(table_of(row)).where(table_of(row).c.discord_id == discord_id))
    forget_unused_covers(connection)
    forget_unused(connection, own)
