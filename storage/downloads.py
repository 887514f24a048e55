"""Exports that lie ready: fetched once, by their owner or through a one-time link, and not for long."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, select, update

from storage.database import Database
from storage.errors import DownloadOver, DownloadUnknown
from storage.people import ensure_person
from storage.records import Download
from storage.tables import DownloadRow

REMEMBERED = timedelta(days=1)
"""How long a link that is over is still told apart from one that never was."""


class DownloadRepository:
    """Knows what lies ready. The database alone lets nobody fetch anything: of a link it has only the hash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, download: Download) -> None:
        """Keeps a new one; those the person had before are over."""
        async with self._database.write() as session:
            await ensure_person(session, download.discord_id)
            older = (DownloadRow.discord_id == download.discord_id, DownloadRow.used_at.is_(None))
            await session.execute(update(DownloadRow).where(*older).values(used_at=download.created_at))
            session.add(
                DownloadRow(
                    id=download.id,
                    discord_id=download.discord_id,
                    name=download.name,
                    size=download.size,
                    created_at=download.created_at,
                    expires_at=download.expires_at,
                )
            )

    async def ready(self, discord_id: int, now: datetime) -> Download | None:
        """What lies ready for a person."""
        async with self._database.read() as session:
            row = await session.scalar(select(DownloadRow).where(DownloadRow.discord_id == discord_id, *_open(now)))
            return None if row is None else _download(row)

    async def all_ready(self, now: datetime) -> frozenset[str]:
        """The ids of everybody's that lie ready."""
        async with self._database.read() as session:
            return frozenset(await session.scalars(select(DownloadRow.id).where(*_open(now))))

    async def give_link(self, download: Download, token: str) -> None:
        """From now on this link leads there; the one before does no more."""
        which = DownloadRow.id == download.id
        async with self._database.write() as session:
            await session.execute(update(DownloadRow).where(which).values(token_hash=_hashed(token)))

    async def behind(self, token: str, now: datetime) -> Download:
        """What a link leads to, not used up by looking; raises DownloadUnknown, or DownloadOver."""
        async with self._database.read() as session:
            row = await session.scalar(select(DownloadRow).where(DownloadRow.token_hash == _hashed(token)))
            if row is None:
                raise DownloadUnknown
            if row.used_at is not None or row.expires_at <= now:
                raise DownloadOver
            return _download(row)

    async def use(self, download: Download, now: datetime) -> None:
        """It was fetched."""
        async with self._database.write() as session:
            await session.execute(update(DownloadRow).where(DownloadRow.id == download.id).values(used_at=now))

    async def forget(self, now: datetime) -> None:
        """Removes what was over a day ago; until then who comes too late is told so."""
        async with self._database.write() as session:
            await session.execute(delete(DownloadRow).where(DownloadRow.expires_at <= now - REMEMBERED))


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (DownloadRow.used_at.is_(None), DownloadRow.expires_at > now)


def _download(row: DownloadRow) -> Download:
    return Download(
        id=row.id,
        discord_id=row.discord_id,
        name=row.name,
        size=row.size,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
