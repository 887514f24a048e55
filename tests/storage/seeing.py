"""A vault written as syncs write it, at the moments a test wants, and the catalogue as it is."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from storage.catalogue import keep_things, load_things
from storage.database import sliced
from storage.library import LibraryRepository
from storage.people import add_person
from storage.playlists import Seen, keep_playlists, put_in_order
from storage.records import ItemKey, Like, Playlist, PlaylistItem, SavedKind, Thing
from storage.saved import apply_saved
from tests.builders import ADA, VaultPlan, at

ROAD = "playlist-Road"


async def see(libraries: LibraryRepository, minute: float, *states: Playlist) -> None:
    """What a sync writes that finds these playlists so."""
    await keep(libraries, ADA, VaultPlan(playlists=states), at(minute))


async def see_likes(libraries: LibraryRepository, minute: float, *liked: Like) -> None:
    """The same for liked songs, newest first."""
    await keep(libraries, ADA, VaultPlan(likes=liked), at(minute))


async def keep(libraries: LibraryRepository, discord_id: int, plan: VaultPlan, observed_at: datetime) -> None:
    """All of it in one transaction; a playlist that is gone says itself since when."""

    def work(connection: Connection) -> None:
        add_person(connection, discord_id)
        items = chain.from_iterable(playlist.items for playlist in plan.playlists)
        tracks = chain((like.track for like in plan.likes or ()), (item.track for item in items))
        for part in sliced({track.uri: track for track in tracks if track}.values()):
            keep_things(connection, part)
        if plan.likes is not None:
            keys = [(like.track.uri if like.track else None, like.added_at) for like in plan.likes]
            apply_saved(connection, discord_id, SavedKind.TRACK, keys, observed_at)
        keep_playlists(connection, [_seen(discord_id, playlist, observed_at) for playlist in plan.playlists])
        if plan.order is not None:
            put_in_order(connection, discord_id, plan.order)

    await libraries._database.write_large(work)


def identity(item: PlaylistItem) -> ItemKey:
    """What tells two entries of a playlist apart."""
    return (None if item.track is None else item.track.uri, item.added_at, item.added_by)


def _seen(discord_id: int, playlist: Playlist, observed_at: datetime) -> Seen:
    keys = [identity(item) for item in playlist.items]
    return Seen(discord_id, playlist.details, keys, observed_at, {"removed_at": playlist.removed_at})


async def names(libraries: LibraryRepository, uris: Iterable[str]) -> dict[str, Thing]:
    """Things of any kind as the catalogue tells them; what nobody has is left out."""
    wanted = list(uris)
    return await libraries._database.read_large(lambda connection: load_things(connection, wanted))


async def named(libraries: LibraryRepository, uri: str) -> Thing | None:
    """One of them."""
    return (await names(libraries, [uri])).get(uri)
