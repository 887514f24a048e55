"""A history written as syncs write it, for the tests of the time machine."""

from storage.library import LibraryRepository
from storage.records import Like, Playlist, VaultPlan
from tests.builders import ADA, at

ROAD = "playlist-Road"


async def see(libraries: LibraryRepository, minute: float, *states: Playlist) -> None:
    """What a sync writes that finds these playlists so."""
    await libraries.apply(ADA, VaultPlan(playlists=states), at(minute))


async def see_likes(libraries: LibraryRepository, minute: float, *liked: Like) -> None:
    """The same for liked songs, newest first."""
    await libraries.apply(ADA, VaultPlan(likes=liked), at(minute))
