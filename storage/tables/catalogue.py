"""The catalogue all people share: artists, albums, shows, tracks and the pictures of playlists."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import WITHOUT_ROWID, Base, Id


class ArtistRow(Base):
    """`key` is the Spotify id, or a digest of the record where there is none (so for albums and shows)."""

    __tablename__ = "artists"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    spotify_id: Mapped[str | None]
    name: Mapped[str]
    image_url: Mapped[str | None]


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
    upc: Mapped[str | None]


class AlbumArtistRow(Base):
    """Who an album is by, in order."""

    __tablename__ = "album_artists"
    __table_args__ = WITHOUT_ROWID
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
    __table_args__ = WITHOUT_ROWID
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)


class ImageRow(Base):
    """Covers as bytes, each once: Spotify's addresses of pictures end within a day."""

    __tablename__ = "images"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    content_type: Mapped[str]
    data: Mapped[bytes]
    kept_at: Mapped[datetime]
