"""What is remembered of Spotify: how much each app asked, where it must wait, what it may, how fresh things are."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import WITHOUT_ROWID, Base, Json, OwnerKey


class RequestCountRow(Base):
    """How many requests an app sent to a family of endpoints within an hour."""

    __tablename__ = "spotify_requests"
    client_id: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


class BlockRow(Base):
    """Until when a developer's apps must not ask a family of endpoints."""

    __tablename__ = "spotify_blocks"
    developer: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    reason: Mapped[str]


class FeatureRow(Base):
    """Whether an app may still use what is closed to new ones, as it was found out."""

    __tablename__ = "spotify_features"
    client_id: Mapped[str] = mapped_column(primary_key=True)
    feature: Mapped[str] = mapped_column(primary_key=True)
    allowed: Mapped[bool]
    checked_at: Mapped[datetime]


class SectionRow(Base):
    """When a part of somebody's library was last read, and when last in full."""

    __tablename__ = "sections"
    discord_id: Mapped[OwnerKey]
    section: Mapped[str] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
    full_at: Mapped[datetime | None]
    total: Mapped[int | None]


class StagedPageRow(Base):
    """A page that was read before a sync had to wait, so that it is not asked for again."""

    __tablename__ = "staged_pages"
    __table_args__ = WITHOUT_ROWID
    discord_id: Mapped[OwnerKey]
    section: Mapped[str] = mapped_column(primary_key=True)
    offset: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proof: Mapped[str]
    total: Mapped[int]
    content: Mapped[Json]
    read_at: Mapped[datetime]
