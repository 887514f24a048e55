"""What a person listens to: the plays that were seen, and the lists of their favourites."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import WITHOUT_ROWID, Base, OwnerKey


class PlayRow(Base):
    """Something that was played to its end; Spotify tells of the last fifty only."""

    __tablename__ = "plays"
    __table_args__ = WITHOUT_ROWID
    discord_id: Mapped[OwnerKey]
    played_at: Mapped[datetime] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"), primary_key=True, index=True, autoincrement=False)
    context_uri: Mapped[str | None]


class TopEntryRow(Base):
    """A place in a list of favourites: `kind` tracks or artists, `term` short, medium or long, `week` its Monday."""

    __tablename__ = "top_entries"
    __table_args__ = WITHOUT_ROWID
    discord_id: Mapped[OwnerKey]
    kind: Mapped[str] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id"), index=True)
    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id"), index=True)
