"""The backups: which files there are, where they lie, and how far an unfinished one is."""

from typing import Any

from sqlalchemy import Select, select, update

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
            await insert_rows(session, ArchiveRow, [self._values(archive)])

    async def replace(self, archive: Archive) -> None:
        """Keeps what became of a backup that is known by its id."""
        which = (ArchiveRow.id == archive.id, ArchiveRow.discord_id == archive.discord_id)
        async with self._database.write() as session:
            await session.execute(update(ArchiveRow).where(*which).values(**self._values(archive)))

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

    async def _select(self, statement: Select[ArchiveRow]) -> tuple[Archive, ...]:
        async with self._database.read() as session:
            return tuple(self._archive(row) for row in await session.scalars(statement))

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
        )


def _of(discord_id: int) -> Select[ArchiveRow]:
    return (
        select(ArchiveRow)
        .where(ArchiveRow.discord_id == discord_id)
        .order_by(ArchiveRow.created_at.desc(), ArchiveRow.id.desc())
    )
