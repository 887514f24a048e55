"""The backups: which files there are, where they lie, and how far an unfinished one is."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, delete, select, update

from storage.database import Database, insert_rows
from storage.errors import NotFound
from storage.people import ensure_person
from storage.records import Archive, ArchiveState, LibraryCounts, StoreKind
from storage.tables import ArchiveRow
from storage.tokens import TokenCipher


class ArchiveRepository:
    """Knows every backup of a person; nobody reaches another person's by its id."""

    def __init__(self, database: Database, cipher: TokenCipher) -> None:
        self._database = database
        self._cipher = cipher

    async def add(self, archive: Archive) -> None:
        """Keeps a new backup, in whatever state it is."""
        async with self._database.write() as session:
            await ensure_person(session, archive.discord_id)
            kept_apart = {"pinned": archive.pinned, "trashed_at": archive.trashed_at}
            await insert_rows(session, ArchiveRow, [self._values(archive) | kept_apart])

    async def replace(self, archive: Archive) -> None:
        """Keeps what became of a backup that is known by its id; pins and the trash have ways of their own."""
        which = (ArchiveRow.id == archive.id, ArchiveRow.discord_id == archive.discord_id)
        async with self._database.write() as session:
            await session.execute(update(ArchiveRow).where(*which).values(**self._values(archive)))

    async def pin(self, discord_id: int, archive_id: str, *, pinned: bool) -> Archive:
        """Keeps it for good, or no longer; NotFound where it is no backup (any more) or somebody else's."""
        which = (ArchiveRow.id == archive_id, *_standing(discord_id, ArchiveState.VERIFIED))
        if not await self._update(update(ArchiveRow).where(*which).values(pinned=pinned)):
            raise NotFound(what="That backup")
        return await self.get(discord_id, archive_id)

    async def let_go(self, discord_id: int, archive_ids: Collection[str]) -> frozenset[str]:
        """The journal of what is to be moved to the trash; returned are those that nobody pinned or lost meanwhile."""
        which = (ArchiveRow.id.in_(archive_ids), ~ArchiveRow.pinned, *_standing(discord_id, ArchiveState.VERIFIED))
        return await self._update(update(ArchiveRow).where(*which).values(state=ArchiveState.TRASHED.value))

    async def mark_trashed(self, archive: Archive, now: datetime) -> None:
        """It lies in the store's trash; from now on its time there is counted."""
        which = (ArchiveRow.id == archive.id, *_standing(archive.discord_id, ArchiveState.TRASHED))
        await self._update(update(ArchiveRow).where(*which).values(trashed_at=now))

    async def take_back(self, archive: Archive) -> None:
        """Somebody took it out of the trash: a backup again, and pinned, or the next round would let it go again."""
        which = (ArchiveRow.id == archive.id, *_standing(archive.discord_id, ArchiveState.TRASHED))
        back = {"state": ArchiveState.VERIFIED.value, "pinned": True, "trashed_at": None}
        await self._update(update(ArchiveRow).where(*which).values(**back))

    async def forget(self, archive: Archive) -> None:
        """One that is purged is no longer known here; any other stays."""
        which = (ArchiveRow.id == archive.id, *_standing(archive.discord_id, ArchiveState.TRASHED))
        async with self._database.write() as session:
            await session.execute(delete(ArchiveRow).where(*which))

    async def get(self, discord_id: int, archive_id: str) -> Archive:
        """The person's backup; NotFound where there is none or it is somebody else's."""
        found = await self._select(_of(discord_id).where(ArchiveRow.id == archive_id))
        if not found:
            raise NotFound(what="That backup")
        return found[0]

    async def of(self, discord_id: int) -> tuple[Archive, ...]:
        """All of the person's backups, newest first."""
        return await self._select(_of(discord_id))

    async def last_verified(self, discord_id: int) -> Archive | None:
        """The newest backup that can be relied on."""
        found = await self._select(_of(discord_id).where(ArchiveRow.state == ArchiveState.VERIFIED.value).limit(1))
        return found[0] if found else None

    async def unfinished(self, discord_id: int) -> tuple[Archive, ...]:
        """Backups that were begun and not verified, newest first."""
        return await self._select(_of(discord_id).where(ArchiveRow.state == ArchiveState.UPLOADING.value))

    async def all_unfinished(self) -> tuple[Archive, ...]:
        """Everybody's backups that were begun and not verified."""
        return await self._select(select(ArchiveRow).where(ArchiveRow.state == ArchiveState.UPLOADING.value))

    async def forget_sessions(self, store: StoreKind) -> None:
        """Uploads to there that were cut off begin anew: the place they were going to is another by now."""
        which = (ArchiveRow.store == store.value, ArchiveRow.state == ArchiveState.UPLOADING.value)
        async with self._database.write() as session:
            await session.execute(update(ArchiveRow).where(*which).values(session=None))

    async def _select(self, statement: Select[ArchiveRow]) -> tuple[Archive, ...]:
        async with self._database.read() as session:
            return tuple(self._archive(row) for row in await session.scalars(statement))

    async def _update(self, statement: Update) -> frozenset[str]:
        """The ids of those that it was true of."""
        async with self._database.write() as session:
            return frozenset(await session.scalars(statement.returning(ArchiveRow.id)))

    def _values(self, archive: Archive) -> dict[str, Any]:
        return {
            "id": archive.id,
            "discord_id": archive.discord_id,
            "store": archive.store.value,
            "state": archive.state.value,
            "created_at": archive.created_at,
            "name": archive.name,
            "content_hash": archive.content_hash,
            "sha256": archive.sha256,
            "size": archive.size,
            "likes": archive.counts.likes,
            "playlists": archive.counts.playlists,
            "items": archive.counts.items,
            "remote_id": archive.remote_id,
            "session": None if archive.session is None else self._cipher.encrypt(archive.session),
        }

    def _archive(self, row: ArchiveRow) -> Archive:
        return Archive(
            id=row.id,
            discord_id=row.discord_id,
            store=StoreKind(row.store),
            state=ArchiveState(row.state),
            created_at=row.created_at,
            name=row.name,
            content_hash=row.content_hash,
            sha256=row.sha256,
            size=row.size,
            counts=LibraryCounts(likes=row.likes, playlists=row.playlists, items=row.items),
            remote_id=row.remote_id,
            session=None if row.session is None else self._cipher.decrypt(row.session),
            pinned=row.pinned,
            trashed_at=row.trashed_at,
        )


def _standing(discord_id: int, state: ArchiveState) -> tuple[ColumnElement[bool], ...]:
    return (ArchiveRow.discord_id == discord_id, ArchiveRow.state == state.value)


def _of(discord_id: int) -> Select[ArchiveRow]:
    return (
        select(ArchiveRow)
        .where(ArchiveRow.discord_id == discord_id)
        .order_by(ArchiveRow.created_at.desc(), ArchiveRow.id.desc())
    )
