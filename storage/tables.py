"""The tables. These classes never leave this package: repositories take and return records."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Discord, Id, Json, Owner, OwnerKey


class PersonRow(Base):
    """Somebody who uses MusiVault; removing the row removes all that is theirs."""

    __tablename__ = "people"
    discord_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(default="")
    wants_dms: Mapped[bool | None]
    nightly: Mapped[bool] = mapped_column(default=True)
    nightly_hour: Mapped[int | None]
    dm_channel_id: Mapped[int | None] = mapped_column(BigInteger)
    dms_open: Mapped[bool] = mapped_column(default=True)


class SpotifyAccountRow(Base):
    """A linked Spotify account, its tokens encrypted."""

    __tablename__ = "spotify_accounts"
    discord_id: Mapped[OwnerKey]
    account_key: Mapped[str] = mapped_column(index=True)
    spotify_id: Mapped[str]
    display_name: Mapped[str]
    client_id: Mapped[str]
    access_token: Mapped[bytes]
    refresh_token: Mapped[bytes]
    expires_at: Mapped[datetime]
    scope: Mapped[str]
    authorized_at: Mapped[datetime]
    state: Mapped[str]


class DriveAccountRow(Base):
    """A linked Google Drive, its token encrypted."""

    __tablename__ = "drive_accounts"
    discord_id: Mapped[OwnerKey]
    refresh_token: Mapped[bytes]
    linked_at: Mapped[datetime]
    email: Mapped[str | None]
    folder_id: Mapped[str | None]
    state: Mapped[str]


class LinkRow(Base):
    """A one-time link: the hash of its state, and what its callback needs, encrypted until it is used."""

    __tablename__ = "links"
    state_hash: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    discord_id: Mapped[Discord]
    discord_name: Mapped[str]
    client_id: Mapped[str]
    code_verifier: Mapped[bytes | None]
    authorize_url: Mapped[bytes | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class ArtistRow(Base):
    """`key` is the Spotify id, or a digest of the record where there is none (so for albums and shows)."""

    __tablename__ = "artists"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    spotify_id: Mapped[str | None]
    name: Mapped[str]


class AlbumRow(Base):
    """Where tracks came out."""

    __tablename__ = "albums"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    spotify_id: Mapped[str | None]
    name: Mapped[str]
    kind: Mapped[str | None]
    release_date: Mapped[str | None]
    release_precision: Mapped[str | None]
    total_tracks: Mapped[int | None]
    image_url: Mapped[str | None]


class AlbumArtistRow(Base):
    """Who an album is by, in order."""

    __tablename__ = "album_artists"
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)


class ShowRow(Base):
    """Podcasts."""

    __tablename__ = "shows"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    spotify_id: Mapped[str | None]
    name: Mapped[str]
    publisher: Mapped[str | None]
    image_url: Mapped[str | None]


class TrackRow(Base):
    """The catalogue all people share: a track, episode or local file once; `digest` tells whether it is up to date."""

    __tablename__ = "tracks"
    id: Mapped[Id]
    uri: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    kind: Mapped[str]
    spotify_id: Mapped[str | None]
    name: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"), index=True)
    show_id: Mapped[int | None] = mapped_column(ForeignKey("shows.id"), index=True)
    duration_ms: Mapped[int]
    explicit: Mapped[bool]
    isrc: Mapped[str | None]
    disc_number: Mapped[int | None]
    track_number: Mapped[int | None]
    release_date: Mapped[str | None]


class TrackArtistRow(Base):
    """Who plays a track, in order."""

    __tablename__ = "track_artists"
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)


class LikeRow(Base):
    """A saved track. `ordinal` grows from the oldest like up, so a new one changes no other row."""

    __tablename__ = "likes"
    __table_args__ = (Index(None, "discord_id", "ordinal"),)
    id: Mapped[Id]
    discord_id: Mapped[Owner]
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id"), index=True)
    added_at: Mapped[datetime | None]
    ordinal: Mapped[int]
    seen_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class PlaylistRow(Base):
    """A playlist as it is now; `version` is the number of its newest version."""

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


class PlaylistItemRow(Base):
    """The current contents of a playlist."""

    __tablename__ = "playlist_items"
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id"), index=True)
    added_at: Mapped[datetime | None]
    added_by: Mapped[str | None]


class PlaylistVersionRow(Base):
    """A state of a playlist that was seen; `details` only where they differ from the version before."""

    __tablename__ = "playlist_versions"
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    observed_at: Mapped[datetime]
    details: Mapped[Json | None]


class PlaylistEventRow(Base):
    """The edits that led to a version, in order."""

    __tablename__ = "playlist_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["playlist_id", "number"],
            ["playlist_versions.playlist_id", "playlist_versions.number"],
            ondelete="CASCADE",
        ),
    )
    playlist_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    position: Mapped[int]
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id"), index=True)
    added_at: Mapped[datetime | None]
    added_by: Mapped[str | None]


LIVE = text("state IN ('queued', 'running', 'parked')")


class RunRow(Base):
    """A durable job; a person has one live job of a kind, and one of a kind for each night."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("discord_id", "night", "kind"),
        Index("uq_runs_live", "discord_id", "kind", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
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


class SettingRow(Base):
    """What the installation as a whole remembers, by key."""

    __tablename__ = "installation"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
