"""The pictures of playlists as bytes, each kept once however many playlists show it."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, exists, select, update

from storage.database import Database, put_rows, table_of
from storage.records import Image
from storage.tables import ImageRow, PlaylistRow


class CoverRepository:
    """Spotify's addresses of pictures end within a day; what is here stays for as long as a playlist shows it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_cover(self, discord_id: int, spotify_id: str, image: Image, at: datetime) -> None:
        """Gives a stored playlist this picture; the one before is forgotten where no other playlist shows it."""
        await self._database.write_large(lambda connection: _keep(connection, discord_id, spotify_id, image, at))

    async def cover(self, discord_id: int, spotify_id: str) -> Image | None:
        """The picture of a playlist; None where there is none."""
        statement = (
            select(ImageRow.content_type, ImageRow.data)
            .join(PlaylistRow, PlaylistRow.cover_sha256 == ImageRow.sha256)
            .where(PlaylistRow.discord_id == discord_id, PlaylistRow.spotify_id == spotify_id)
        )
        row = await self._database.read_large(lambda connection: connection.execute(statement).one_or_none())
        return None if row is None else Image(row.content_type, row.data)


def forget_unused_covers(connection: Connection) -> None:
    """Removes the pictures that no playlist shows."""
    shown = exists().where(PlaylistRow.cover_sha256 == ImageRow.sha256)
    connection.execute(delete(table_of(ImageRow)).where(~shown))


def _keep(connection: Connection, discord_id: int, spotify_id: str, image: Image, at: datetime) -> None:
    which = (PlaylistRow.discord_id == discord_id, PlaylistRow.spotify_id == spotify_id)
    stored = connection.execute(select(PlaylistRow.cover_sha256).where(*which)).one_or_none()
    digest = sha256(image.data).hexdigest()
    if stored is None or stored.cover_sha256 == digest:
        return
    row = {"sha256": digest, "content_type": image.content_type, "data": image.data, "kept_at": at}
    put_rows(connection, ImageRow, [row], ["sha256"], overwrite=False)
    connection.execute(update(table_of(PlaylistRow)).where(*which).values(cover_sha256=digest))
    shown = exists().where(PlaylistRow.cover_sha256 == ImageRow.sha256)
    connection.execute(delete(table_of(ImageRow)).where(ImageRow.sha256 == stored.cover_sha256, ~shown))
