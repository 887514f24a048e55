"""Everything that is changed at Spotify. What cannot safely be sent twice is sent once."""

import base64
from collections.abc import Mapping, Sequence

from bot.spotify import parse
from bot.spotify.reads import LIBRARY_BATCH, batch
from bot.spotify.session import SpotifyClient
from bot.spotify.wire import Access, Wire, as_it_is, snapshot_of
from storage.records import PlaylistDetails

ITEMS_BATCH = 100
"""URIs that one `add_items`, `remove_items` or `replace_items` takes."""
MAX_COVER = 256_000 // 4 * 3
"""Bytes of a JPEG: Spotify takes 256 KB of it in base64."""


class Writes(Wire):
    """Changes one person's Spotify for each `Access`.

    Those that change items or create a playlist raise `SpotifyUnclear` where the answer was lost, and are never sent
    twice.
    """

    async def save(self, access: Access, uris: Sequence[str]) -> None:
        """Put up to 40 URIs into the library: songs are liked, playlists followed. Saving twice is saving once."""
        await self._change_library(access, "PUT", uris)

    async def unsave(self, access: Access, uris: Sequence[str]) -> None:
        """Take up to 40 URIs out of the library."""
        await self._change_library(access, "DELETE", uris)

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

        return await self._change(access, "me", "this playlist", ask, parse.one_playlist, repeatable=False)

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

        await self._change(access, "playlists", "this playlist", ask, as_it_is, repeatable=True)

    async def upload_cover(self, access: Access, playlist_id: str, jpeg: bytes) -> None:
        """Give a playlist a picture of its own, a JPEG of at most `MAX_COVER` bytes."""
        if not 0 < len(jpeg) <= MAX_COVER:
            raise ValueError(f"a cover of {len(jpeg)} bytes, but Spotify takes at most {MAX_COVER}")
        encoded = base64.b64encode(jpeg).decode()

        def ask(client: SpotifyClient) -> object:
            return client.playlist_upload_cover_image(playlist_id, encoded)

        await self._change(access, "playlists", "this playlist", ask, as_it_is, repeatable=True)

    async def add_items(
        self, access: Access, playlist_id: str, uris: Sequence[str], position: int | None = None
    ) -> str:
        """Insert up to 100 URIs in order, at the end or at `position`; returns the new snapshot id."""
        body: dict[str, object] = {"uris": batch(uris, ITEMS_BATCH)}
        if position is not None:
            body["position"] = position
        return await self._change_items(access, "POST", playlist_id, body)

    async def remove_items(self, access: Access, playlist_id: str, uris: Sequence[str]) -> str:
        """Remove *every* copy of up to 100 URIs: Spotify no longer removes single ones. Returns the new snapshot id."""
        body = {"items": [{"uri": uri} for uri in batch(uris, ITEMS_BATCH)]}
        return await self._change_items(access, "DELETE", playlist_id, body)

    async def replace_items(self, access: Access, playlist_id: str, uris: Sequence[str]) -> str:
        """Make a playlist hold just these up to 100 URIs; its local files are lost for good. Returns a snapshot id."""
        body = {"uris": batch(uris, ITEMS_BATCH, at_least=0)}
        return await self._change_items(access, "PUT", playlist_id, body)

    async def _change_items(self, access: Access, method: str, playlist_id: str, body: Mapping[str, object]) -> str:
        def ask(client: SpotifyClient) -> object:
            return client.send_items(method, playlist_id, body)

        return await self._change(access, "playlists", "this playlist", ask, snapshot_of, repeatable=False)

    async def _change_library(self, access: Access, method: str, uris: Sequence[str]) -> None:
        joined = ",".join(batch(uris, LIBRARY_BATCH))

        def ask(client: SpotifyClient) -> object:
            return client.library(method, joined)

        await self._change(access, "me", "your library", ask, as_it_is, repeatable=True)


def _one_line(description: str) -> str:
    # Spotify refuses line breaks in descriptions.
    return " ".join(description.splitlines())
