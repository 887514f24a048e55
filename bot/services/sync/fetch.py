"""Reads a library from Spotify, and only says "complete" of what was read whole while nothing moved under it."""

from dataclasses import dataclass, field

from bot.errors import SpotifyGone, SpotifyRefused
from bot.services.accounts import PersonalSpotify
from bot.services.progress import OnProgress, Phase, Progress
from bot.services.sync.old_plan import Fetched
from bot.services.sync.pages import ATTEMPTS, PAGE, read_once, read_whole, together
from storage.records import Library, Playlist, PlaylistDetails, PlaylistItem


async def fetch(spotify: PersonalSpotify, stored: Library, on_progress: OnProgress) -> Fetched:
    """Likes, then the contents of each owned or collaborative playlist that its snapshot does not prove unchanged."""
    likes = await read_whole(spotify.likes, lambda done, total: on_progress(Progress(Phase.LIKES, done, total)))
    playlists = _Playlists(spotify, on_progress)
    listed = await playlists.listed()
    if listed is None:
        return Fetched(likes=likes, skipped=("the list of playlists",))
    await playlists.read_changed(listed, {playlist.details.spotify_id: playlist for playlist in stored.playlists})
    skipped = [] if likes is not None else ["your liked songs"]
    skipped += [details.name for details in playlists.unread]
    return Fetched(likes, tuple(playlists.details.values()), playlists.items, tuple(skipped))


def _quietly(_done: int, _total: int) -> None:
    """Pages of single playlists are not worth telling."""


@dataclass(slots=True)
class _Playlists:
    """The playlists of one sync: their newest details in order, and the contents that were read."""

    spotify: PersonalSpotify
    on_progress: OnProgress
    details: dict[str, PlaylistDetails] = field(default_factory=dict)
    items: dict[str, tuple[PlaylistItem, ...]] = field(default_factory=dict)
    unread: list[PlaylistDetails] = field(default_factory=list)

    async def listed(self) -> tuple[PlaylistDetails, ...] | None:
        """What the person owns or edits with others; contents of merely followed ones are closed to apps of 2026.

        One that is listed twice was moved between two pages while they were read, and another one is missing.
        """
        for _ in range(ATTEMPTS):
            listed = await read_whole(self.spotify.playlists, _quietly)
            if listed is not None and len({entry.details.spotify_id for entry in listed}) == len(listed):
                return tuple(entry.details for entry in listed if self._is_ours(entry.details))
        return None

    def _is_ours(self, details: PlaylistDetails) -> bool:
        return details.owner_id == self.spotify.spotify_id or details.collaborative

    async def read_changed(self, listed: tuple[PlaylistDetails, ...], known: dict[str, Playlist]) -> None:
        """Read what changed; then list again, since what was edited while it was read has another snapshot by now."""
        self.details = {details.spotify_id: details for details in listed}
        pending = [details for details in listed if not _unchanged(known.get(details.spotify_id), details)]
        wanted = pending
        for _ in range(ATTEMPTS):
            await self._read(pending)
            long = [details for details in pending if len(self.items.get(details.spotify_id, ())) > PAGE]
            pending = await self._moved(long)
        for details in pending:
            self.items.pop(details.spotify_id, None)
        self.unread = [details for details in wanted if details.spotify_id not in self.items]

    async def _read(self, pending: list[PlaylistDetails]) -> None:
        done = 0
        self.on_progress(Progress(Phase.PLAYLISTS, done, len(pending)))

        async def read(details: PlaylistDetails) -> None:
            nonlocal done
            contents = await self._contents(details.spotify_id)
            if contents is not None:
                self.items[details.spotify_id] = contents
            done += 1
            self.on_progress(Progress(Phase.PLAYLISTS, done, len(pending)))

        await together([read(details) for details in pending])

    async def _contents(self, playlist_id: str) -> tuple[PlaylistItem, ...] | None:
        """None where Spotify does not show the contents: a collaborative list we only follow, or one gone by now."""
        try:
            for _ in range(ATTEMPTS):
                contents = await read_once(lambda offset: self.spotify.items(playlist_id, offset), _quietly)
                if contents is not None:
                    return contents
        except (SpotifyRefused, SpotifyGone):
            return None
        return None

    async def _moved(self, read: list[PlaylistDetails]) -> list[PlaylistDetails]:
        """Which of these were edited meanwhile, as they are called now. One page is one state and needs no proof."""
        if not read:
            return []
        now = {details.spotify_id: details for details in await self.listed() or ()}
        moved = [
            now.get(before.spotify_id, before)
            for before in read
            if now.get(before.spotify_id) is None or now[before.spotify_id].snapshot_id != before.snapshot_id
        ]
        self.details.update({details.spotify_id: details for details in moved})
        return moved


def _unchanged(stored: Playlist | None, details: PlaylistDetails) -> bool:
    """Any edit gives a playlist a new snapshot id, so the same id proves the same contents."""
    return (
        stored is not None
        and stored.removed_at is None
        and details.snapshot_id is not None
        and stored.details.snapshot_id == details.snapshot_id
    )
