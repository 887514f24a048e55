"""The linked accounts: Spotify and Google Drive, their tokens encrypted at rest."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database, upsert
from storage.people import ensure_person
from storage.records import AccountState, ArchiveState, DriveAccount, SpotifyAccount, SpotifyToken, StoreKind
from storage.remembered import Remembered
from storage.tables import ArchiveRow, DriveAccountRow, SectionRow, SpotifyAccountRow, StagedPageRow
from storage.tokens import TokenCipher


class AccountRepository:
    """One Spotify account and one Drive a person; linking again always overwrites.

    An account whose tokens no key fits any more reads as refused: linking it again is what helps.
    """

    def __init__(self, database: Database, cipher: TokenCipher) -> None:
        self._database = database
        self._cipher = cipher
        self._known: Remembered[int, SpotifyAccount | None] = Remembered()

    async def spotify(self, discord_id: int) -> SpotifyAccount | None:
        """The person's Spotify account, usable or not; asked for with every request, so it is remembered."""
        if discord_id in self._known:
            return self._known[discord_id]
        ticket = self._known.ticket(discord_id)
        async with self._database.read() as session:
            row = await session.get(SpotifyAccountRow, discord_id)
            account = None if row is None else self._spotify(row)
        self._known.keep(discord_id, account, ticket)
        return account

    async def save_spotify(self, account: SpotifyAccount) -> None:
        """Keeps the account in place of whatever was linked before; how fresh another account's parts were is void."""
        row = {
            "discord_id": account.discord_id,
            "account_key": account.account_key,
            "spotify_id": account.spotify_id,
            "display_name": account.display_name,
            "client_id": account.client_id,
            "authorized_at": account.authorized_at,
            "state": account.state.value,
            "image_url": account.image_url,
            "warned": account.warned,
            "doubted_at": account.doubted_at,
            **self._token(account.token),
        }
        async with self._writing(account.discord_id) as session:
            await ensure_person(session, account.discord_id)
            before = await session.get(SpotifyAccountRow, account.discord_id)
            if before is not None and before.account_key != account.account_key:
                await _forget_states(session, account.discord_id)
            await upsert(session, SpotifyAccountRow, [row], ["discord_id"])

    async def replace_token(self, account: SpotifyAccount, token: SpotifyToken) -> bool:
        """Keeps a refreshed token, and no doubt; False where this very link is no more, unlinked or linked anew."""
        return await self._set_spotify(account, {**self._token(token), "doubted_at": None})

    async def mark_spotify(self, account: SpotifyAccount, state: AccountState) -> bool:
        """Says whether the account can be used; False where this very link is no more."""
        return await self._set_spotify(account, {"state": state.value})

    async def mark_doubted(self, account: SpotifyAccount, doubted_at: datetime) -> bool:
        """Remembers that Spotify refused the refresh token once; False where this very link is no more."""
        return await self._set_spotify(account, {"doubted_at": doubted_at})

    async def mark_warned(self, account: SpotifyAccount, warned: str | None) -> bool:
        """Remembers the last warning given; False where this very link is no more."""
        return await self._set_spotify(account, {"warned": warned})

    async def rename_spotify(
        self, discord_id: int, account_key: str, spotify_id: str, display_name: str, image_url: str | None
    ) -> None:
        """What the account is called at Spotify now; nothing happens where another one is linked by now."""
        statement = (
            update(SpotifyAccountRow)
            .where(SpotifyAccountRow.discord_id == discord_id, SpotifyAccountRow.account_key == account_key)
            .values(spotify_id=spotify_id, display_name=display_name, image_url=image_url)
        )
        async with self._writing(discord_id) as session:
            await session.execute(statement)

    async def linked(self) -> tuple[int, ...]:
        """Everybody with a Spotify account, usable or not."""
        statement = select(SpotifyAccountRow.discord_id).order_by(SpotifyAccountRow.discord_id)
        async with self._database.read() as session:
            return tuple(await session.scalars(statement))

    async def people_per_app(self) -> dict[str, int]:
        """How many people are linked through each app, by its client id; apps without any are left out."""
        statement = select(SpotifyAccountRow.client_id, func.count()).group_by(SpotifyAccountRow.client_id)
        async with self._database.read() as session:
            rows = await session.execute(statement)
            return dict(rows.all())

    async def forget_spotify(self, discord_id: int) -> None:
        """Removes the account and its tokens; whatever is linked next is read from the start."""
        async with self._writing(discord_id) as session:
            await _forget_states(session, discord_id)
            await session.execute(delete(SpotifyAccountRow).where(SpotifyAccountRow.discord_id == discord_id))

    async def spotify_owner(self, account_key: str) -> int | None:
        """Who linked this Spotify account; where several did, the first of them."""
        statement = (
            select(SpotifyAccountRow.discord_id)
            .where(SpotifyAccountRow.account_key == account_key)
            .order_by(SpotifyAccountRow.authorized_at, SpotifyAccountRow.discord_id)
            .limit(1)
        )
        async with self._database.read() as session:
            return await session.scalar(statement)

    async def drive(self, discord_id: int) -> DriveAccount | None:
        """The person's Google Drive, usable or not."""
        async with self._database.read() as session:
            row = await session.get(DriveAccountRow, discord_id)
            return None if row is None else self._drive(row)

    async def save_drive(self, account: DriveAccount) -> None:
        """Keeps the Drive in place of whatever was linked before; uploads under way do not go on in the old one."""
        row = {
            "discord_id": account.discord_id,
            "refresh_token": self._cipher.encrypt(account.refresh_token),
            "linked_at": account.linked_at,
            "email": account.email,
            "folder_id": account.folder_id,
            "state": account.state.value,
        }
        async with self._database.write() as session:
            await ensure_person(session, account.discord_id)
            before = await session.get(DriveAccountRow, account.discord_id)
            another = before is not None and None not in (before.email, account.email) and before.email != account.email
            await _forget_uploads(session, account.discord_id, another=another)
            await upsert(session, DriveAccountRow, [row], ["discord_id"])

    async def mark_drive(self, account: DriveAccount, state: AccountState) -> bool:
        """Says whether the Drive can be used; False where this very link is no more."""
        return await self._set_drive(account, {"state": state.value})

    async def set_drive_folder(self, account: DriveAccount, folder_id: str | None) -> bool:
        """Remembers the folder that archives go to; False where this very link is no more."""
        return await self._set_drive(account, {"folder_id": folder_id})

    async def forget_drive(self, discord_id: int) -> None:
        """Removes the Drive and its token; the archives in it stay where they are."""
        async with self._database.write() as session:
            await session.execute(delete(DriveAccountRow).where(DriveAccountRow.discord_id == discord_id))

    @asynccontextmanager
    async def _writing(self, discord_id: int) -> AsyncIterator[AsyncSession]:
        try:
            async with self._database.write() as session:
                yield session
        finally:
            self._known.forget(discord_id)

    async def _set_spotify(self, account: SpotifyAccount, values: Mapping[str, Any]) -> bool:
        that_link = (
            SpotifyAccountRow.discord_id == account.discord_id,
            SpotifyAccountRow.account_key == account.account_key,
            SpotifyAccountRow.authorized_at == account.authorized_at,
        )
        statement = update(SpotifyAccountRow).where(*that_link).values(**values).returning(SpotifyAccountRow.discord_id)
        async with self._writing(account.discord_id) as session:
            return await session.scalar(statement) is not None

    async def _set_drive(self, account: DriveAccount, values: Mapping[str, Any]) -> bool:
        that_link = (
            DriveAccountRow.discord_id == account.discord_id,
            DriveAccountRow.linked_at == account.linked_at,
        )
        statement = update(DriveAccountRow).where(*that_link).values(**values).returning(DriveAccountRow.discord_id)
        async with self._database.write() as session:
            return await session.scalar(statement) is not None

    def _token(self, token: SpotifyToken) -> dict[str, Any]:
        return {
            "access_token": self._cipher.encrypt(token.access_token),
            "refresh_token": self._cipher.encrypt(token.refresh_token),
            "expires_at": token.expires_at,
            "scope": token.scope,
        }

    def _spotify(self, row: SpotifyAccountRow) -> SpotifyAccount:
        access, refresh = self._cipher.decrypt(row.access_token), self._cipher.decrypt(row.refresh_token)
        readable = access is not None and refresh is not None
        return SpotifyAccount(
            discord_id=row.discord_id,
            account_key=row.account_key,
            spotify_id=row.spotify_id,
            display_name=row.display_name,
            client_id=row.client_id,
            token=SpotifyToken(
                access_token=access or "",
                refresh_token=refresh or "",
                expires_at=row.expires_at,
                scope=row.scope,
            ),
            authorized_at=row.authorized_at,
            state=AccountState(row.state) if readable else AccountState.REFUSED,
            image_url=row.image_url,
            warned=row.warned,
            doubted_at=row.doubted_at,
        )

    def _drive(self, row: DriveAccountRow) -> DriveAccount:
        refresh = self._cipher.decrypt(row.refresh_token)
        return DriveAccount(
            discord_id=row.discord_id,
            refresh_token=refresh or "",
            linked_at=row.linked_at,
            email=row.email,
            folder_id=row.folder_id,
            state=AccountState(row.state) if refresh is not None else AccountState.REFUSED,
        )


async def _forget_uploads(session: AsyncSession, discord_id: int, *, another: bool) -> None:
    """The address of an upload is good for the Drive it was begun in; with `another` account the file's id is too."""
    unfinished = (
        ArchiveRow.discord_id == discord_id,
        ArchiveRow.store == StoreKind.DRIVE.value,
        ArchiveRow.state == ArchiveState.UPLOADING.value,
    )
    void: dict[str, Any] = {"session": None, "remote_id": None} if another else {"session": None}
    await session.execute(update(ArchiveRow).where(*unfinished).values(**void))


async def _forget_states(session: AsyncSession, discord_id: int) -> None:
    """How fresh the parts of a library are, and the pages put aside, say nothing about another account."""
    await session.execute(delete(SectionRow).where(SectionRow.discord_id == discord_id))
    await session.execute(delete(StagedPageRow).where(StagedPageRow.discord_id == discord_id))
