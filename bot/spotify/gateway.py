"""The Spotify Web API as MusiVault needs it: async methods in, records out, errors in our own words."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypeVar

from bot.errors import SpotifyDown, SpotifyUnclear
from bot.spotify import parse
from bot.spotify.pacing import Pacing
from bot.spotify.parse import Page, Profile, Raw
from bot.spotify.session import Sessions, SpotifyClient
from bot.spotify.translate import translated
from storage.records import Like, PlaylistDetails, PlaylistItem

T = TypeVar("T")

PAGE = 50
"""Entries a page, the most Spotify gives."""
LIBRARY_BATCH = 40
"""URIs that one `save`, `unsave` or `saved` takes."""
ITEMS_BATCH = 100
"""URIs that one `add_items`, `remove_items` or `replace_items` takes."""

_TYPES = ("track", "episode")


@dataclass(frozen=True, slots=True)
class Access:
    """In whose name and through which app a request goes; `background` lets people's own requests go first."""

    client_id: str
    access_token: str = field(repr=False)
    background: bool = False


class SpotifyGateway:
    """Reads and changes one person's Spotify for each `Access`.

    Every method raises `SpotifyBusy`, `SpotifyRefused`, `SpotifyGone`, `SpotifyDown` or `TokenExpired`; those that
    change items or create a playlist raise `SpotifyUnclear` where the answer was lost, and are never sent twice.
    """

    def __init__(self, api_url: str, pacing: Pacing, executor: Executor, timeout: float = 20.0) -> None:
        self._pacing = pacing
        self._executor = executor
        self._sessions = Sessions(api_url, timeout)

    def close(self) -> None:
        """Close the connections; the gateway is not used afterwards."""
        self._sessions.close()

    async def profile(self, access: Access) -> Profile:
        """Whose token this is. Raises `SpotifyRefused` for somebody who is not on the app's allow-list."""
        raw = await self._read(access, "your profile", lambda client: client.current_user())
        if not isinstance(raw, Mapping) or not raw.get("id"):
            raise SpotifyDown
        return parse.profile(raw)

    async def likes(self, access: Access, offset: int = 0) -> Page[Like]:
        """A page of liked songs, newest first."""

        def ask(client: SpotifyClient) -> object:
            return client.current_user_saved_tracks(limit=PAGE, offset=offset)

        return parse.like_page(_page(await self._read(access, "your liked songs", ask)), offset)

    async def playlists(self, access: Access, offset: int = 0) -> Page[PlaylistDetails]:
        """A page of the person's own and followed playlists, in their order."""

        def ask(client: SpotifyClient) -> object:
            return client.current_user_playlists(limit=PAGE, offset=offset)

        return parse.playlist_page(_page(await self._read(access, "your playlists", ask)), offset)

    async def playlist(self, access: Access, playlist_id: str) -> PlaylistDetails:
        """One playlist without its items."""

        def ask(client: SpotifyClient) -> object:
            return client.playlist(playlist_id, additional_types=_TYPES)

        return _details(await self._read(access, "this playlist", ask))

    async def items(self, access: Access, playlist_id: str, offset: int = 0) -> Page[PlaylistItem]:
        """A page of a playlist's items; refused for playlists the person neither owns nor collaborates on.

        No market is sent: with one, Spotify shows substitutes in place of what really is in the playlist.
        """

        def ask(client: SpotifyClient) -> object:
            return client.playlist_items(playlist_id, limit=PAGE, offset=offset, additional_types=_TYPES)

        return parse.item_page(_page(await self._read(access, "this playlist", ask)), offset)

    async def saved(self, access: Access, uris: Sequence[str]) -> tuple[bool, ...]:
        """Whether each of up to 40 URIs is in the library, in the same order."""
        joined = _joined(uris)
        raw = await self._read(access, "your library", lambda client: client.library_contains(joined))
        if not isinstance(raw, list) or len(raw) != len(uris):
            raise SpotifyDown
        return tuple(flag is True for flag in raw)

    async def save(self, access: Access, uris: Sequence[str]) -> None:
        """Put up to 40 URIs into the library: songs are liked, playlists followed. Saving twice is saving once."""
        joined = _joined(uris)
        await self._change(access, "your library", lambda client: client.library("PUT", joined), idempotent=True)

    async def unsave(self, access: Access, uris: Sequence[str]) -> None:
        """Take up to 40 URIs out of the library."""
        joined = _joined(uris)
        await self._change(access, "your library", lambda client: client.library("DELETE", joined), idempotent=True)

    async def follow_playlist(self, access: Access, playlist_id: str) -> None:
        """Put a playlist into the library; brings back one's own deleted playlist too."""
        await self.save(access, [f"spotify:playlist:{playlist_id}"])

    async def unfollow_playlist(self, access: Access, playlist_id: str) -> None:
        """Take a playlist out of the library; for one's own that is what Spotify calls deleting."""
        await self.unsave(access, [f"spotify:playlist:{playlist_id}"])

    async def create_playlist(
        self, access: Access, name: str, description: str, public: bool, collaborative: bool
    ) -> PlaylistDetails:
        """A new, empty playlist. Spotify often makes it public whatever was asked: look at what comes back."""
        words = _one_line(description)

        def ask(client: SpotifyClient) -> object:
            return client.current_user_playlist_create(name, public, collaborative, words)

        return _details(await self._change(access, "this playlist", ask, idempotent=False), changed=True)

    async def edit_playlist(
        self,
        access: Access,
        playlist_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        public: bool | None = None,
        collaborative: bool | None = None,
    ) -> None:
        """Change what is given and leave the rest."""
        words = None if description is None else _one_line(description)

        def ask(client: SpotifyClient) -> object:
            return client.playlist_change_details(playlist_id, name, public, collaborative, words)

        await self._change(access, "this playlist", ask, idempotent=True)

    async def add_items(
        self, access: Access, playlist_id: str, uris: Sequence[str], position: int | None = None
    ) -> str:
        """Insert up to 100 URIs in order, at the end or at `position`; returns the new snapshot id."""
        body: dict[str, object] = {"uris": _batch(uris, ITEMS_BATCH)}
        if position is not None:
            body["position"] = position
        return await self._change_items(access, "POST", playlist_id, body)

    async def remove_items(self, access: Access, playlist_id: str, uris: Sequence[str]) -> str:
        """Remove *every* copy of up to 100 URIs: Spotify no longer removes single ones. Returns the new snapshot id."""
        body = {"items": [{"uri": uri} for uri in _batch(uris, ITEMS_BATCH)]}
        return await self._change_items(access, "DELETE", playlist_id, body)

    async def replace_items(self, access: Access, playlist_id: str, uris: Sequence[str]) -> str:
        """Make a playlist hold just these up to 100 URIs; its local files are lost for good. Returns a snapshot id."""
        body = {"uris": _batch(uris, ITEMS_BATCH, at_least=0)}
        return await self._change_items(access, "PUT", playlist_id, body)

    async def _change_items(self, access: Access, method: str, playlist_id: str, body: Mapping[str, object]) -> str:
        def ask(client: SpotifyClient) -> object:
            return client.send_items(method, playlist_id, body)

        raw = await self._change(access, "this playlist", ask, idempotent=False)
        return str(raw.get("snapshot_id") or "") if isinstance(raw, Mapping) else ""

    async def _read(self, access: Access, what: str, ask: Callable[[SpotifyClient], T]) -> T:
        return await self._change(access, what, ask, idempotent=True)

    async def _change(self, access: Access, what: str, ask: Callable[[SpotifyClient], T], *, idempotent: bool) -> T:
        return await self._pacing.run(
            access.client_id,
            lambda: self._on_executor(access, what, ask),
            idempotent=idempotent,
            background=access.background,
        )

    async def _on_executor(self, access: Access, what: str, ask: Callable[[SpotifyClient], T]) -> T:
        def send() -> T:
            return translated(lambda: ask(self._sessions.client(access.access_token)), what)

        return await asyncio.get_running_loop().run_in_executor(self._executor, send)


def _page(raw: object) -> Raw:
    """The answer, if it is a page: proxies and bad days send other things with a friendly status, and what looks like
    an empty library would be taken for one.
    """
    if not isinstance(raw, Mapping) or not isinstance(raw.get("items"), list) or not isinstance(raw.get("total"), int):
        raise SpotifyDown
    return raw


def _details(raw: object, *, changed: bool = False) -> PlaylistDetails:
    details = parse.playlist(raw)
    if details is None:
        raise SpotifyUnclear if changed else SpotifyDown
    return details


def _batch(uris: Sequence[str], at_most: int, at_least: int = 1) -> list[str]:
    if not at_least <= len(uris) <= at_most:
        raise ValueError(f"{len(uris)} URIs in one request, but Spotify takes {at_least} to {at_most}")
    return list(uris)


def _joined(uris: Sequence[str]) -> str:
    return ",".join(_batch(uris, LIBRARY_BATCH))


def _one_line(description: str) -> str:
    # Spotify refuses line breaks in descriptions.
    return " ".join(description.splitlines())
