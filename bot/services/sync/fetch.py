"""Reads a library from Spotify, and only says "complete" of what was read whole while nothing moved under it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TypeVar

from bot.errors import SpotifyGone, SpotifyRefused
from bot.services.accounts import PersonalSpotify
from bot.services.progress import OnProgress, Phase, Progress
from bot.services.sync.plan import Fetched
from bot.spotify.parse import Page
from storage.records import Library, Playlist, PlaylistDetails, PlaylistItem

T = TypeVar("T")
PAGE = 50
ATTEMPTS = 3


async def fetch(spotify: PersonalSpotify, stored: Library, on_progress: OnProgress) -> Fetched:
    """Likes, then the contents of each owned or collaborative playlist that its snapshot does not prove unchanged."""
    likes = await _read_whole(spotify.likes, lambda done, total: on_progress(Progress(Phase.LIKES, done, total)))
    listed = await _read_whole(spotify.playlists, lambda _done, _total: None)
    if listed is None:
        return Fetched(likes=likes, skipped=("the list of playlists",))
    ours = tuple(details for details in listed if details.owner_id == spotify.spotify_id or details.collaborative)
    items, skipped = await _read_changed(spotify, stored, ours, on_progress)
    if likes is None:
        skipped = ("your liked songs", *skipped)
    return Fetched(likes, ours, items, skipped)


async def _read_changed(
    spotify: PersonalSpotify, stored: Library, playlists: tuple[PlaylistDetails, ...], on_progress: OnProgress
) -> tuple[dict[str, tuple[PlaylistItem, ...]], tuple[str, ...]]:
    known = {playlist.details.spotify_id: playlist for playlist in stored.playlists}
    to_read = [details for details in playlists if not _unchanged(known.get(details.spotify_id), details)]
    items: dict[str, tuple[PlaylistItem, ...]] = {}
    skipped: list[str] = []
    for number, details in enumerate(to_read):
        on_progress(Progress(Phase.PLAYLISTS, number, len(to_read)))
        contents = await _contents(spotify, details.spotify_id)
        if contents is None:
            skipped.append(details.name)
        else:
            items[details.spotify_id] = contents
    on_progress(Progress(Phase.PLAYLISTS, len(to_read), len(to_read)))
    return items, tuple(skipped)


def _unchanged(stored: Playlist | None, details: PlaylistDetails) -> bool:
    """Any edit gives a playlist a new snapshot id, so the same id proves the same contents."""
    return (
        stored is not None
        and stored.removed_at is None
        and details.snapshot_id is not None
        and stored.details.snapshot_id == details.snapshot_id
    )


async def _contents(spotify: PersonalSpotify, playlist_id: str) -> tuple[PlaylistItem, ...] | None:
    """None where Spotify does not show the contents: a collaborative list we only follow, or one gone by now."""
    try:
        return await _read_whole(lambda offset: spotify.items(playlist_id, offset), lambda _done, _total: None)
    except (SpotifyRefused, SpotifyGone):
        return None


async def _read_whole(
    read: Callable[[int], Awaitable[Page[T]]], on_pages: Callable[[int, int], None]
) -> tuple[T, ...] | None:
    """Every entry in order, or None when the list kept changing while it was read."""
    for _ in range(ATTEMPTS):
        entries = await _read_once(read, on_pages)
        if entries is not None:
            return entries
    return None


async def _read_once(
    read: Callable[[int], Awaitable[Page[T]]], on_pages: Callable[[int, int], None]
) -> tuple[T, ...] | None:
    first = await read(0)
    done = len(first.items)
    on_pages(done, first.total)

    async def page_at(offset: int) -> Page[T]:
        nonlocal done
        page = await read(offset)
        done += len(page.items)
        on_pages(done, first.total)
        return page

    pages = [first, *await _together([page_at(offset) for offset in range(PAGE, first.total, PAGE)])]
    whole = all(page.whole and page.total == first.total for page in pages) and await _still(read, first)
    return tuple(entry for page in pages for entry in page.items) if whole else None


async def _together(reads: Sequence[Coroutine[object, object, Page[T]]]) -> list[Page[T]]:
    """All pages in order; the first failure ends the rest (pacing decides how many are really under way)."""
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _still(read: Callable[[int], Awaitable[Page[T]]], first: Page[T]) -> bool:
    """Whether the head is what it was; an entry removed and one added between two pages leave the total as it is."""
    return first.total <= PAGE or await read(0) == first
