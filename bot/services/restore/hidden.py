"""Playlists of one's own that are in no list any more: what Spotify calls deleting only takes them out of sight."""

from collections.abc import Iterable

from bot.errors import Refusal, SpotifyGone, SpotifyRefused
from bot.services.accounts import PersonalSpotify
from storage.records import Playlist, PlaylistItem


async def hidden_ones(spotify: PersonalSpotify, spotify_ids: Iterable[str]) -> dict[str, Playlist]:
    """Those of the ids that live on as the person's own, as they are now: one request each, and their further pages."""
    found = {spotify_id: await _look(spotify, spotify_id) for spotify_id in spotify_ids}
    return {spotify_id: playlist for spotify_id, playlist in found.items() if playlist is not None}


async def _look(spotify: PersonalSpotify, spotify_id: str) -> Playlist | None:
    """None where Spotify no longer shows it, or shows somebody else's: then it is made anew."""
    try:
        opened = await spotify.playlist(spotify_id)
        if opened.details.owner_id != spotify.spotify_id or opened.items is None:
            return None
        items: list[PlaylistItem] = list(opened.items.items)
        following = opened.items.next_offset
        while following is not None:
            page = await spotify.items(spotify_id, following)
            items += page.items
            following = page.next_offset
    except SpotifyGone:
        return None
    except SpotifyRefused as error:
        if error.reason not in (Refusal.FORBIDDEN, Refusal.BAD_REQUEST):
            raise
        return None
    return Playlist(opened.details, tuple(items))
