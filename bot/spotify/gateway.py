"""The Spotify Web API as MusiVault needs it: async methods in, records out, errors in our own words."""

from bot.spotify.reads import LIBRARY_BATCH, PAGE, Reads
from bot.spotify.wire import Access
from bot.spotify.writes import ITEMS_BATCH, MAX_COVER, Writes

__all__ = ["ITEMS_BATCH", "LIBRARY_BATCH", "MAX_COVER", "PAGE", "Access", "SpotifyGateway"]


class SpotifyGateway(Reads, Writes):
    """Reads and changes one person's Spotify for each `Access`.

    Every method raises `SpotifyBusy`, `SpotifyRefused`, `SpotifyGone`, `SpotifyDown` or `TokenExpired`; those that
    change items or create a playlist raise `SpotifyUnclear` where the answer was lost, and are never sent twice.
    """
