"""Jobs, the journal of changes, backups, and what the installation remembers."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, Json, Owner

LIVE = text("state IN ('queued', 'running', 'parked')")
RUNNING = text("state = 'running'")


class RunRow(Base):
    """A durable job; a person has one live job of a kind, one that runs, and one of a kind for each night."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("discord_id", "night", "kind"),
        Index("uq_runs_live", "discord_id", "kind", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("uq_runs_running", "discord_id", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index(None, "state", "created_at"),
    )
    id: Mapped[Id]
    kind: Mapped[str]
    discord_id: Mapped[Owner]
    state: Mapped[str]
    created_at: Mapped[datetime]
    payload: Mapped[Json]
    report: Mapped[Json | None]
    sentence: Mapped[str | None]
    next_step: Mapped[str | None]
    reference: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    night: Mapped[str | None]
    worker: Mapped[str | None]
    again: Mapped[bool] = mapped_column(default=False)


class ChangeRow(Base):
    """A plan for somebody's Spotify that was shown to them."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "discord_id", "created_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    discord_id: Mapped[Owner]
    state: Mapped[str]
    created_at: Mapped[datetime]
    preview: Mapped[Json]
    report: Mapped[Json | None]


class ChangeStepRow(Base):
    """The journal of a change: every write, and what came of it."""

    __tablename__ = "change_steps"
    change_id: Mapped[str] = mapped_column(ForeignKey("changes.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    request: Mapped[Json]
    state: Mapped[str]
    result: Mapped[Json | None]


class ArchiveRow(Base):
    """A backup file and where it lies; an upload's address is a secret and encrypted."""

    __tablename__ = "archives"
    __table_args__ = (Index(None, "discord_id", "created_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    discord_id: Mapped[Owner]
    store: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]
    name: Mapped[str]
    content_hash: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    likes: Mapped[int]
    playlists: Mapped[int]
    items: Mapped[int]
    remote_id: Mapped[str | None]
    session: Mapped[bytes | None]
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    trashed_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    fault: Mapped[str | None]
    untold: Mapped[bool] = mapped_column(default=False, server_default=false())


class DownloadRow(Base):
    """An export that lies ready; of its one-time link only the hash is kept."""

    __tablename__ = "downloads"
    id: Mapped[str] = mapped_column(primary_key=True)
    discord_id: Mapped[Owner] = mapped_column(index=True)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class SettingRow(Base):
    """What the installation as a whole remembers, by key."""

    __tablename__ = "installation"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
