"""One-time links on their way through somebody's browser."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.errors import LinkExpired, LinkRejected
from storage.records import LinkKind, LinkState
from storage.tables import LinkRow
from storage.tokens import TokenCipher

REMEMBERED = timedelta(days=1)  # how long an old link is still told apart from one that never was


class LinkRepository:
    """Keeps a link by the hash of its state, so that the database alone lets nobody finish somebody's linking."""

    def __init__(self, database: Database, cipher: TokenCipher) -> None:
        self._database = database
        self._cipher = cipher

    async def open(self, link: LinkState) -> None:
        """Keeps a new link until it is taken or expires."""
        verifier = link.code_verifier
        row = LinkRow(
            state_hash=_hashed(link.state),
            kind=link.kind.value,
            discord_id=link.discord_id,
            discord_name=link.discord_name,
            client_id=link.client_id,
            code_verifier=None if verifier is None else self._cipher.encrypt(verifier),
            authorize_url=self._cipher.encrypt(link.authorize_url),
            created_at=link.created_at,
            expires_at=link.expires_at,
        )
        async with self._database.write() as session:
            session.add(row)

    async def look(self, state: str, now: datetime) -> LinkState:
        """The link without using it up; LinkRejected where unknown, LinkExpired where too late, used or unreadable."""
        async with self._database.read() as session:
            return self._link(state, await _usable(session, _kept(state), now))

    async def take(self, state: str, now: datetime, discord_id: int | None = None) -> LinkState:
        """Uses the link up, once; with `discord_id` only for that person, and anybody else leaves it as it is."""
        async with self._database.write() as session:
            # The row lock is for PostgreSQL; SQLite has one writer anyway.
            row = await _usable(session, _kept(state).with_for_update(), now, discord_id)
            link = self._link(state, row)
            row.used_at = now
            row.code_verifier = row.authorize_url = None
            return link

    async def forget_expired(self, now: datetime) -> None:
        """Removes links that expired a day ago; until then their owner is told that the link was too old."""
        async with self._database.write() as session:
            await session.execute(delete(LinkRow).where(LinkRow.expires_at <= now - REMEMBERED))

    def _link(self, state: str, row: LinkRow) -> LinkState:
        url = None if row.authorize_url is None else self._cipher.decrypt(row.authorize_url)
        if url is None:
            raise LinkExpired(kind=row.kind)  # begun under a key that is gone; a new one works
        verifier = None if row.code_verifier is None else self._cipher.decrypt(row.code_verifier)
        return LinkState(
            state=state,
            kind=LinkKind(row.kind),
            discord_id=row.discord_id,
            discord_name=row.discord_name,
            client_id=row.client_id,
            code_verifier=verifier,
            created_at=row.created_at,
            expires_at=row.expires_at,
            authorize_url=url,
        )


def _kept(state: str) -> Select[LinkRow]:
    return select(LinkRow).where(LinkRow.state_hash == _hashed(state))


async def _usable(
    session: AsyncSession, statement: Select[LinkRow], now: datetime, discord_id: int | None = None
) -> LinkRow:
    row = await session.scalar(statement)
    if row is None or (discord_id is not None and row.discord_id != discord_id):
        raise LinkRejected
    if row.used_at is not None or row.expires_at <= now:
        raise LinkExpired(kind=row.kind)
    return row


def _hashed(state: str) -> str:
    return sha256(state.encode()).hexdigest()
