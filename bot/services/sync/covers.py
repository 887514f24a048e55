"""The pictures of playlists as bytes: Spotify's addresses of them end within a day."""

import logging
from collections.abc import Iterable

from bot.errors import SpotifyError
from bot.services.sync.together import settled
from bot.services.sync.visit import Visit
from bot.spotify.parse import Listed

log = logging.getLogger(__name__)


async def keep_cover(visit: Visit, listed: Listed) -> None:
    """One picture; one that cannot be had now is fetched by the next sync."""
    if listed.details.image_url is None:
        return
    try:
        image = await visit.spotify.image(listed.details.image_url)
    except SpotifyError as error:
        log.info("cover.missing person=%d error=%s", visit.discord_id, type(error).__name__)
        return
    await visit.vault.covers.keep_cover(visit.discord_id, listed.details.spotify_id, image, visit.clock())


async def keep_covers(visit: Visit, wanted: Iterable[Listed]) -> None:
    """All of them, at their own pace: they do not count as requests to the Web API."""
    await settled([keep_cover(visit, listed) for listed in wanted])
