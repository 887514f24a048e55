"""Making playlists again and filling them; a write whose outcome is unknown is looked for before it is sent again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import Refusal, SpotifyGone, SpotifyRefused, SpotifyUnclear
from bot.services.accounts import PersonalSpotify
from bot.services.changes.steps import (
    AddItems,
    CreatePlaylist,
    FollowPlaylist,
    InsertItems,
    RemoveItems,
    UnfollowPlaylist,
    seal_of,
)
from storage.errors import MusiVaultError
from storage.records import PlaylistDetails


class NotMade(MusiVaultError):
    """The playlist these items belong to could not be made."""

    template = "“{name}” could not be made, so its items were left out. Restore again to retry."


class ChangedMeanwhile(MusiVaultError):
    """Somebody edited the playlist after the preview."""

    template = "“{name}” was edited after the preview, so nothing was put into it. Ask for a new preview."


class EditedSince(MusiVaultError):
    """Taking back what a restore made would take away what somebody added to it."""

    template = "“{name}” was edited since the restore, so what you added stays, and what came back with it."


@dataclass(slots=True)
class PlaylistWriter:
    """`made` maps the key of a playlist in the backup to its new id, `filled` counts the items it surely holds.

    `lacking` counts, for playlists that were there before, the items that Spotify would not take.
    """

    spotify: PersonalSpotify
    made: dict[str, str] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)

    async def create(self, request: CreatePlaylist, *, resumed: bool) -> PlaylistDetails:
        """The new playlist, or the one that an interrupted call made after all."""
        found = await self._find(request) if resumed else None
        if found is None:
            try:
                found = await self._create(request)
            except SpotifyUnclear:
                found = await self._find(request)
                if found is None:
                    raise
        self.made[request.key] = found.spotify_id
        return found

    async def _create(self, request: CreatePlaylist) -> PlaylistDetails:
        return await self.spotify.use(
            self.spotify.gateway.create_playlist,
            request.name,
            request.description,
            request.public,
            request.collaborative,
        )

    async def _find(self, request: CreatePlaylist) -> PlaylistDetails | None:
        """An empty playlist of ours with that name that was not there at the preview; new ones top the list."""
        head = await self.spotify.playlists(0)
        known = {*request.namesakes, *self.made.values()}
        for details in (listed.details for listed in head.items):
            ours = details.owner_id == self.spotify.spotify_id and details.name == request.name
            if ours and details.spotify_id not in known and await self._is_empty(details.spotify_id):
                return details
        return None

    async def _is_empty(self, playlist_id: str) -> bool:
        """One that holds something was made by the person meanwhile and is no business of ours."""
        return (await self.spotify.items(playlist_id, 0)).total == 0

    async def add(self, request: AddItems, *, resumed: bool) -> tuple[str, ...]:
        """Appends, and returns what Spotify would not take. We alone fill it, so its end tells what arrived."""
        if request.key not in self.made:
            raise NotMade(name=request.name)
        uris = await self._not_arrived(request.key, request.uris) if resumed else request.uris
        return await self._append(request.key, uris)

    async def _append(self, key: str, uris: Sequence[str]) -> tuple[str, ...]:
        if not uris:
            return ()
        try:
            await self.spotify.use(self.spotify.gateway.add_items, self.made[key], list(uris), None)
        except SpotifyUnclear:
            rest = await self._not_arrived(key, uris)
            if len(rest) == len(uris):
                raise
            return await self._append(key, rest)
        except SpotifyRefused as error:
            return await self._one_by_one(key, uris, error)
        self.filled[key] += len(uris)
        return ()

    async def _one_by_one(self, key: str, uris: Sequence[str], error: SpotifyRefused) -> tuple[str, ...]:
        """One item that Spotify no longer takes must not keep ninety-nine others out."""
        if error.reason is not Refusal.BAD_REQUEST:
            raise error
        if len(uris) == 1:
            return tuple(uris)
        return tuple([refused for uri in uris for refused in await self._append(key, [uri])])

    async def _not_arrived(self, key: str, uris: Sequence[str]) -> Sequence[str]:
        """What is left to send: everything behind the last of `uris` that the playlist already ends with."""
        arrived = await self._read_from(self.made[key], self.filled[key])
        sent = 0
        for uri in arrived:
            sent = uris.index(uri, sent) + 1 if uri is not None and uri in uris[sent:] else sent
        self.filled[key] += len(arrived)
        return uris[sent:]

    async def _read_from(self, playlist_id: str, offset: int) -> list[str | None]:
        uris: list[str | None] = []
        while True:
            page = await self.spotify.items(playlist_id, offset)
            uris += [item.track.uri if item.track else None for item in page.items]
            offset += len(page.items)
            if not page.items or offset >= page.total:
                return uris

    async def insert(self, request: InsertItems, *, resumed: bool) -> tuple[str, ...]:
        """Puts items back at their place and returns what Spotify would not take.

        Unless somebody edited the playlist since the preview: then it does not hold what was planned with.
        """
        here = await self._read_from(request.playlist_id, 0)
        rest = self._not_inserted(request, here) if resumed else request.uris
        arrived = len(request.uris) - len(rest)
        before = [*here[: request.position], *here[request.position + arrived :]]
        if not self._as_planned(request, before):
            raise ChangedMeanwhile(name=request.name)
        try:
            refused = await self._insert(request.playlist_id, rest, request.position) if rest else ()
        except SpotifyUnclear:
            if self._not_inserted(request, await self._read_from(request.playlist_id, 0)):
                raise
            refused = ()
        self.lacking[request.playlist_id] += len(refused)
        return refused

    def _as_planned(self, request: InsertItems, here: Sequence[str | None]) -> bool:
        """By its contents; where items were refused before, those planned with never came about: by its length."""
        lacking = self.lacking[request.playlist_id]
        return seal_of(here) == request.seal if lacking == 0 else len(here) == request.total - lacking

    def _not_inserted(self, request: InsertItems, here: Sequence[str | None]) -> tuple[str, ...]:
        """What is left of an interrupted insertion: it puts its last items in first."""
        arrived = max(0, len(here) - (request.total - self.lacking[request.playlist_id]))
        rest = request.uris[: -arrived or None]
        found = tuple(here[request.position : request.position + arrived])
        return rest if arrived <= len(request.uris) and found == request.uris[len(rest) :] else request.uris

    async def _insert(self, playlist_id: str, uris: Sequence[str], position: int) -> tuple[str, ...]:
        try:
            await self.spotify.use(self.spotify.gateway.add_items, playlist_id, list(uris), position)
        except SpotifyRefused as error:
            if error.reason is not Refusal.BAD_REQUEST:
                raise
            if len(uris) == 1:
                return tuple(uris)
            # From the last to the first, each at the same place: what was put in moves behind the next.
            refused = [each for uri in reversed(uris) for each in await self._insert(playlist_id, [uri], position)]
            return tuple(reversed(refused))
        return ()

    async def remove(self, request: RemoveItems) -> None:
        """Only tracks that have no other copies by now: Spotify removes all copies of a track or none."""
        ours, here = Counter(request.uris), Counter(await self._read_from(request.playlist_id, 0))
        removable = [uri for uri, copies in ours.items() if 0 < here[uri] <= copies]
        if removable:
            await self.spotify.use(self.spotify.gateway.remove_items, request.playlist_id, removable)
        if any(here[uri] > copies for uri, copies in ours.items()):
            raise EditedSince(name=request.name)

    async def follow(self, request: FollowPlaylist) -> None:
        """Back into the list; doing it twice is doing it once."""
        await self.spotify.use(self.spotify.gateway.follow_playlist, request.playlist_id)

    async def unfollow(self, request: UnfollowPlaylist) -> None:
        """What Spotify calls deleting a playlist, unless somebody has made it their own since."""
        try:
            here = await self._read_from(request.playlist_id, 0) if request.seal is not None else []
        except SpotifyGone:
            return
        if request.seal not in (None, seal_of(here)):
            raise EditedSince(name=request.name)
        await self.spotify.use(self.spotify.gateway.unfollow_playlist, request.playlist_id)
