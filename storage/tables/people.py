"""Who uses MusiVault, what they linked, and the one-time links on their way."""

from datetime import datetime

from sqlalchemy import BigInteger, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Discord, Json, OwnerKey


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
    keeps_plays: Mapped[bool] = mapped_column(default=False, server_default=false())
    keeping: Mapped[Json | None]
    time_zone: Mapped[str | None]


class SpotifyAccountRow(Base):
    """A linked Spotify account, its tokens encrypted.

    `warned` is the last warning given before the link ends, `doubted_at` when Spotify first refused its refresh token.
    """

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
    image_url: Mapped[str | None]
    warned: Mapped[str | None]
    doubted_at: Mapped[datetime | None]


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
