"""The pictures of playlists as bytes: Spotify's addresses of them end within a day."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.errors import SpotifyError
from bot.services.sync.visit import Visit
from bot.spotify.parse import Listed
from storage.records import Image, PlaylistHead

log = logging.getLogger(__name__)
TOGETHER = 20
"""Pictures that are written at once."""


@dataclass(frozen=True, slots=True)
class Covers:
    """Pictures on their way, by the playlist they belong to: they come at their own pace, beside the Web API."""

    visit: Visit
    coming: dict[str, asyncio.Task[Image | None]]
    _ready: dict[str, Image] = field(default_factory=dict)

    async def keep(self, playlist_id: str) -> None:
        """Write a playlist's picture, once it is there; the playlist is in the vault by now."""
        coming = self.coming.pop(playlist_id, None)
        image = await coming if coming is not None else None
        if image is not None:
            self._ready[playlist_id] = image
            if len(self._ready) >= TOGETHER:
                await self.flush()

    async def flush(self) -> None:
        """Write those that are ready."""
        ready = dict(self._ready)
        self._ready.clear()
        if ready:
            await self.visit.vault.covers.keep_covers(self.visit.discord_id, ready, self.visit.clock())


@asynccontextmanager
async def fetching(visit: Visit, wanted: Iterable[Listed]) -> AsyncIterator[Covers]:
    """Begin to fetch pictures at once; whatever is not kept in the end is fetched by the next sync."""
    coming = {listed.details.spotify_id: asyncio.create_task(_fetch(visit, listed)) for listed in wanted}
    try:
        yield Covers(visit, coming)
    finally:
        for task in coming.values():
            task.cancel()
        await asyncio.gather(*coming.values(), return_exceptions=True)


async def _fetch(visit: Visit, listed: Listed) -> Image | None:
    """One picture; one that cannot be had now is missing until the next sync."""
    if listed.details.image_url is None:
        return None
    try:
        return await visit.spotify.image(listed.details.image_url)
    except SpotifyError as error:
        log.info("cover.missing person=%d error=%s", visit.discord_id, type(error).__name__)
        return None


def cover_due(before: PlaylistHead | None, listed: Listed) -> bool:
    """A picture is fetched with the first sight of a playlist and again when its address changed."""
    if before is None or before.cover_sha256 is None:
        return True
    return _address(before.details.image_url) != _address(listed.details.image_url)


def _address(url: str | None) -> str:
    """Without what makes it end: that part is another one every day."""
    return urlsplit(url or "")._replace(query="").geturl()
