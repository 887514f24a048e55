"""The pictures of playlists as bytes, each kept once however many playlists show it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from storage.database import Database, put_rows, table_of
from storage.records import Image
from storage.tables import ImageRow, PlaylistRow


class CoverRepository:
    """Spotify's addresses of pictures end within a day; what is here stays for as long as a playlist shows it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_covers(self, discord_id: int, covers: Mapping[str, Image], at: datetime) -> None:
        """Gives stored playlists these pictures, by id; those before are forgotten where no playlist shows them."""
        await self._database.write_large(lambda connection: _keep(connection, discord_id, covers, at))

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


def _keep(connection: Connection, discord_id: int, covers: Mapping[str, Image], at: datetime) -> None:
    mine = (PlaylistRow.discord_id == discord_id, PlaylistRow.spotify_id.in_(list(covers)))
    stored = connection.execute(select(PlaylistRow.id, PlaylistRow.spotify_id, PlaylistRow.cover_sha256).where(*mine))
    digests = {spotify_id: sha256(image.data).hexdigest() for spotify_id, image in covers.items()}
    changed = [row for row in stored if row.cover_sha256 != digests[row.spotify_id]]
    if not changed:
        return
    pictures = {digests[row.spotify_id]: covers[row.spotify_id] for row in changed}
    rows = [
        {"sha256": digest, "content_type": image.content_type, "data": image.data, "kept_at": at}
        for digest, image in pictures.items()
    ]
    put_rows(connection, ImageRow, rows, ["sha256"], overwrite=False)
    table = table_of(PlaylistRow)
    show = update(table).where(table.c.id == bindparam("row_id")).values(cover_sha256=bindparam("digest"))
    connection.execute(show, [{"row_id": row.id, "digest": digests[row.spotify_id]} for row in changed])
    gone = [row.cover_sha256 for row in changed if row.cover_sha256 is not None]
    if gone:
        still_shown = exists().where(PlaylistRow.cover_sha256 == ImageRow.sha256)
        connection.execute(delete(table_of(ImageRow)).where(ImageRow.sha256.in_(gone), ~still_shown))
