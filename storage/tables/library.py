"""A person's library as it is now, and every state it was seen in."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import WITHOUT_ROWID, Base, Id, Json, Owner

REMOVED = text("removed_at IS NOT NULL")


class SavedRow(Base):
    """An entry of a saved list of its `kind`: one of the four ids, or none where Spotify has lost the thing.

    `ordinal` rises from the oldest entry up, with gaps, and tells only the order of entries that were there together:
    the list at a moment is what was seen by then and not yet removed, by `ordinal` from the highest down.
    """

    __tablename__ = "saved"
    __table_args__ = (
        Index(None, "discord_id", "kind", "ordinal"),
        Index(None, "discord_id", "kind", "seen_at"),
        Index(None, "discord_id", "kind", "removed_at", sqlite_where=REMOVED, postgresql_where=REMOVED),
        *(
            Index(None, name, sqlite_where=text(f"{name} IS NOT NULL"), postgresql_where=text(f"{name} IS NOT NULL"))
            for name in ("track_id", "album_id", "show_id", "artist_id")
        ),
    )
    id: Mapped[Id]
    discord_id: Mapped[Owner]
    kind: Mapped[str]
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id"))
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"))
    show_id: Mapped[int | None] = mapped_column(ForeignKey("shows.id"))
    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id"))
    added_at: Mapped[datetime | None]
    ordinal: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class PlaylistRow(Base):
    """A playlist as it is now; `version` is the number of its newest version.

    `closed`: somebody else's, whose contents Spotify does not show; `listed_items` is how many Spotify says it has.
    """

    __tablename__ = "playlists"
    __table_args__ = (UniqueConstraint("discord_id", "spotify_id"),)
    id: Mapped[Id]
    discord_id: Mapped[Owner]
    spotify_id: Mapped[str]
    name: Mapped[str]
    owner_id: Mapped[str]
    description: Mapped[str]
    public: Mapped[bool | None]
    collaborative: Mapped[bool]
    owner_name: Mapped[str | None]
    snapshot_id: Mapped[str | None]
    image_url: Mapped[str | None]
    place: Mapped[int]
    version: Mapped[int]
    removed_at: Mapped[datetime | None]
    closed: Mapped[bool] = mapped_column(default=False, server_default=false())
    listed_items: Mapped[int | None]
    cover_sha256: Mapped[str | None] = mapped_column(ForeignKey("images.sha256"), index=True)
    read_at: Mapped[datetime | None]


class PlaylistItemRow(Base):
    """The current contents of a playlist."""

    __tablename__ = "playlist_items"
    __table_args__ = WITHOUT_ROWID
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id"), index=True)
    added_at: Mapped[datetime | None]
    added_by: Mapped[str | None]


class PlaylistVersionRow(Base):
    """A state of a playlist that was seen; `details` only where they differ from the version before.

    `presence` is "gone" where it had left Spotify by then, "back" where it had returned, else null.
    """

    __tablename__ = "playlist_versions"
    __table_args__ = WITHOUT_ROWID
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    observed_at: Mapped[datetime]
    details: Mapped[Json | None]
    presence: Mapped[str | None]


class PlaylistEventRow(Base):
    """The edits that led to a version, in order."""

    __tablename__ = "playlist_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["playlist_id", "number"],
            ["playlist_versions.playlist_id", "playlist_versions.number"],
            ondelete="CASCADE",
        ),
        WITHOUT_ROWID,
    )
    playlist_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    position: Mapped[int]
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id"), index=True)
    added_at: Mapped[datetime | None]
    added_by: Mapped[str | None]
