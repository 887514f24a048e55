"""The backups: which files there are, where they lie, and how far an unfinished one is."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, case, delete, func, select, update

from storage.database import Database, insert_rows
from storage.errors import NotFound
from storage.people import ensure_person
from storage.records import Archive, ArchiveState, LibraryCounts, StoreKind
from storage.tables import ArchiveRow
from storage.tokens import TokenCipher

READABLE = (ArchiveState.VERIFIED, ArchiveState.DAMAGED, ArchiveState.MISSING)
"""What can be checked: neither on its way into its store nor out of it."""


class ArchiveRepository:
    """Knows every backup of a person; nobody reaches another person's by its id."""

    def __init__(self, database: Database, cipher: TokenCipher) -> None:
        self._database = database
        self._cipher = cipher

    async def add(self, archive: Archive) -> None:
        """Keeps a new backup, in whatever state it is."""
        async with self._database.write() as session:
            await ensure_person(session, archive.discord_id)
            kept_apart = ("pinned", "trashed_at", "missing_since", "checked_at", "fault", "untold")
            apart = {name: getattr(archive, name) for name in kept_apart}
            await insert_rows(session, ArchiveRow, [self._values(archive) | apart])

    async def replace(self, archive: Archive) -> None:
        """Keeps what became of a backup that is known by its id; pins, the trash and checks have ways of their own."""
        which = (ArchiveRow.id == archive.id, ArchiveRow.discord_id == archive.discord_id)
        async with self._database.write() as session:
            await session.execute(update(ArchiveRow).where(*which).values(**self._values(archive)))

    async def pin(self, discord_id: int, archive_id: str, *, pinned: bool) -> Archive:
        """Keeps it for good, or no longer; NotFound where it is no backup (any more) or somebody else's."""
        which = (ArchiveRow.id == archive_id, *_standing(discord_id, ArchiveState.VERIFIED))
        if not await self._update(update(ArchiveRow).where(*which).values(pinned=pinned)):
            raise NotFound(what="That backup")
        return await self.get(discord_id, archive_id)

    async def let_go(
        self, discord_id: int, archive_ids: Collection[str], states: Collection[ArchiveState] = (ArchiveState.VERIFIED,)
    ) -> frozenset[str]:
        """The journal of what is to be moved to the trash; returned are those that nobody pinned or lost meanwhile.

        Where no good one would be left beside them, nothing goes.
        """
        async with self._database.write() as session:
            rows = (await session.scalars(_of(discord_id).with_for_update())).all()
            going = [row for row in rows if row.id in archive_ids and not row.pinned and row.state in states]
            if not any(_is_good(row) for row in rows if row not in going):
                return frozenset()
            for row in going:
                row.state = ArchiveState.TRASHED.value
            return frozenset(row.id for row in going)

    async def mark_trashed(self, archive: Archive, now: datetime) -> None:
        """It lies in the store's trash; from now on its time there is counted."""
        which = (ArchiveRow.id == archive.id, *_standing(archive.discord_id, ArchiveState.TRASHED))
        await self._update(update(ArchiveRow).where(*which).values(trashed_at=now))

    async def take_back(self, archive: Archive) -> None:
        """It is out of the trash: what it was before, and pinned, or the next round would let it go again."""
        which = (ArchiveRow.id == archive.id, *_standing(archive.discord_id, ArchiveState.TRASHED))
        before = case((ArchiveRow.fault.is_(None), ArchiveState.VERIFIED.value), else_=ArchiveState.DAMAGED.value)
        back = {"state": before, "pinned": True, "trashed_at": None}
        await self._update(update(ArchiveRow).where(*which).values(**back))

    async def forget(self, archive: Archive) -> None:
        """One that is purged is no longer known here; any other stays."""
        which = (ArchiveRow.id == archive.id, *_standing(archive.discord_id, ArchiveState.TRASHED))
        async with self._database.write() as session:
            await session.execute(delete(ArchiveRow).where(*which))

    async def note_missing(self, discord_id: int, archive_ids: Collection[str], now: datetime) -> None:
        """Their store does not list them; since when is kept, and believed later."""
        which = (ArchiveRow.id.in_(archive_ids), *_standing(discord_id, ArchiveState.VERIFIED))
        noting = update(ArchiveRow).where(*which, ArchiveRow.missing_since.is_(None)).values(missing_since=now)
        await self._update(noting)

    async def lose(self, discord_id: int, archive_ids: Collection[str]) -> frozenset[str]:
        """What was noted is believed: they are no backups any more. Which of them were."""
        which = (ArchiveRow.id.in_(archive_ids), *_standing(discord_id, ArchiveState.VERIFIED))
        noted = update(ArchiveRow).where(*which, ArchiveRow.missing_since.is_not(None))
        return await self._update(noted.values(state=ArchiveState.MISSING.value, untold=True))

    async def seen(self, archive: Archive) -> None:
        """One that was noted as missing is there after all."""
        which = (ArchiveRow.id == archive.id, *_standing(archive.discord_id, ArchiveState.VERIFIED))
        await self._update(update(ArchiveRow).where(*which).values(missing_since=None))

    async def mark_checked(self, archive: Archive, now: datetime, fault: str | None) -> None:
        """All of it was read: a good backup, whatever it was taken for, or a damaged one and what is wrong with it."""
        read = update(ArchiveRow).where(ArchiveRow.id == archive.id, ArchiveRow.discord_id == archive.discord_id)
        news = fault is not None and (archive.untold or archive.fault is None)
        found = {"state": _state(fault).value, "fault": fault, "untold": news, "checked_at": now, "missing_since": None}
        readable = ArchiveRow.state.in_([state.value for state in READABLE])
        await self._update(read.where(readable).values(**found))

    async def mark_told(self, discord_id: int, archive_ids: Collection[str], *, told: bool) -> None:
        """Their person has heard what was found of them, or could not be reached after all."""
        which = (ArchiveRow.id.in_(archive_ids), ArchiveRow.discord_id == discord_id)
        await self._update(update(ArchiveRow).where(*which).values(untold=not told))

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

    async def all_verified(self) -> tuple[Archive, ...]:
        """Everybody's backups that can be relied on, in an order that stays."""
        good = select(ArchiveRow).where(ArchiveRow.state == ArchiveState.VERIFIED.value)
        return await self._select(good.order_by(ArchiveRow.created_at, ArchiveRow.id))

    async def first_of_each(self) -> dict[int, datetime]:
        """Who has backups that can be relied on, and from when the oldest of them is."""
        first: Select[int, datetime] = select(ArchiveRow.discord_id, func.min(ArchiveRow.created_at))
        verified = first.where(ArchiveRow.state == ArchiveState.VERIFIED.value)
        async with self._database.read() as session:
            return dict((await session.execute(verified.group_by(ArchiveRow.discord_id))).all())

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
            missing_since=row.missing_since,
            checked_at=row.checked_at,
            fault=row.fault,
            untold=row.untold,
        )


def _state(fault: str | None) -> ArchiveState:
    return ArchiveState.VERIFIED if fault is None else ArchiveState.DAMAGED


def _is_good(row: ArchiveRow) -> bool:
    return row.state == ArchiveState.VERIFIED.value and row.missing_since is None


def _standing(discord_id: int, state: ArchiveState) -> tuple[ColumnElement[bool], ...]:
    return (ArchiveRow.discord_id == discord_id, ArchiveRow.state == state.value)


def _of(discord_id: int) -> Select[ArchiveRow]:
    return (
        select(ArchiveRow)
        .where(ArchiveRow.discord_id == discord_id)
        .order_by(ArchiveRow.created_at.desc(), ArchiveRow.id.desc())
    )
