"""Everything that is read from Spotify: async methods in, records out."""

from collections.abc import Sequence

from bot.spotify import parse
from bot.spotify.features import Feature
from bot.spotify.parse import AudioAnalysis, AudioFeatures, Follows, Listed, Opened, Page, Profile
from bot.spotify.session import SpotifyClient
from bot.spotify.wire import Access, Wire
from storage.records import Play, PlaylistItem, Saved, SavedKind, Top, TopKind, TopTerm, Track

PAGE = 50
"""Entries a page, the most Spotify gives."""
LIBRARY_BATCH = 40
"""URIs that one `save`, `unsave` or `saved` takes."""
SEARCH_PAGE = 10
"""Tracks that one search finds, the most since February 2026."""
FEATURES_BATCH = 100
"""Tracks that one `audio_features` takes; `tracks` takes a page."""

_TYPES = ("track", "episode")
_SAVED = {
    SavedKind.TRACK: ("me/tracks", "your liked songs"),
    SavedKind.ALBUM: ("me/albums", "your albums"),
    SavedKind.SHOW: ("me/shows", "your shows"),
    SavedKind.EPISODE: ("me/episodes", "your episodes"),
}


class Reads(Wire):
    """Reads one person's Spotify for each `Access`. The word each of them names first is the family it is counted in.

    No market is sent anywhere: with one, Spotify shows substitutes in place of what really is there.
    """

    async def profile(self, access: Access) -> Profile:
        """Whose token this is. Raises `SpotifyRefused` for somebody who is not on the app's allow-list."""
        return await self._read(access, "me", "your profile", lambda client: client.current_user(), parse.whose)

    async def saved_list(self, access: Access, kind: SavedKind, offset: int = 0) -> Page[Saved]:
        """A page of the saved tracks, albums, shows or episodes, newest first. Artists come by `followed_artists`."""
        path, what = _SAVED[kind]

        def ask(client: SpotifyClient) -> object:
            return client.ask(path, limit=PAGE, offset=offset)

        return await self._read(access, "me", what, ask, parse.saved_page(kind, offset))

    async def followed_artists(self, access: Access, after: str | None = None, limit: int = PAGE) -> Follows:
        """Up to `limit` followed artists behind the one with the id `after`, in no order that means anything."""

        def ask(client: SpotifyClient) -> object:
            return client.current_user_followed_artists(limit=limit, after=after)

        return await self._read(access, "me", "the artists you follow", ask, parse.follows)

    async def top(self, access: Access, kind: TopKind, term: TopTerm) -> Top:
        """The fifty favourites of one range, all that Spotify tells."""

        def ask(client: SpotifyClient) -> object:
            return client.ask(f"me/top/{kind.value}", time_range=term.value, limit=PAGE, offset=0)

        return await self._read(access, "me", "your favourites", ask, lambda raw: parse.top(raw, kind, term))

    async def recently_played(self, access: Access, after_ms: int | None = None) -> tuple[Play, ...]:
        """The last fifty plays, newest first; those after a moment (milliseconds since 1970) where one is given."""

        def ask(client: SpotifyClient) -> object:
            return client.current_user_recently_played(limit=PAGE, after=after_ms)

        return await self._read(access, "me", "what you played", ask, parse.plays)

    async def saved(self, access: Access, uris: Sequence[str]) -> tuple[bool, ...]:
        """Whether each of up to 40 URIs is in the library, in the same order."""
        joined = ",".join(batch(uris, LIBRARY_BATCH))

        def ask(client: SpotifyClient) -> object:
            return client.library_contains(joined)

        return await self._read(access, "me", "your library", ask, lambda raw: parse.flags(raw, len(uris)))

    async def playlists(self, access: Access, offset: int = 0) -> Page[Listed]:
        """A page of the person's own and followed playlists, in their order."""

        def ask(client: SpotifyClient) -> object:
            return client.current_user_playlists(limit=PAGE, offset=offset)

        def read(raw: object) -> Page[Listed]:
            return parse.listed_page(parse.checked_page(raw), offset)

        return await self._read(access, "me", "your playlists", ask, read)

    async def playlist(self, access: Access, playlist_id: str) -> Opened:
        """One playlist, with the first page of its items where the person owns it or collaborates on it."""

        def ask(client: SpotifyClient) -> object:
            return client.playlist(playlist_id, additional_types=_TYPES)

        return await self._read(access, "playlists", "this playlist", ask, parse.opened)

    async def items(self, access: Access, playlist_id: str, offset: int = 0) -> Page[PlaylistItem]:
        """A page of a playlist's items; refused for playlists the person neither owns nor collaborates on."""

        def ask(client: SpotifyClient) -> object:
            return client.playlist_items(playlist_id, limit=PAGE, offset=offset, additional_types=_TYPES)

        def read(raw: object) -> Page[PlaylistItem]:
            return parse.item_page(parse.checked_page(raw), offset)

        return await self._read(access, "playlists", "this playlist", ask, read)

    async def cover_urls(self, access: Access, playlist_id: str) -> tuple[str, ...]:
        """Where a playlist's picture is, the widest first; the addresses end within a day."""

        def ask(client: SpotifyClient) -> object:
            return client.playlist_cover_image(playlist_id)

        return await self._read(access, "playlists", "this playlist", ask, parse.cover_urls)

    async def track(self, access: Access, track_id: str) -> Track:
        """One track. Spotify allows few of these a day; lists carry whole tracks already."""
        return await self._read(
            access, "tracks", "this track", lambda client: client.ask(f"tracks/{track_id}"), parse.one_track
        )

    async def tracks(self, access: Access, ids: Sequence[str]) -> tuple[Track | None, ...]:
        """Up to fifty tracks in the same order, None for those Spotify does not have; `ClosedToApp` for new apps."""
        joined = ",".join(batch(ids, PAGE))
        return await self._read_closed(
            access,
            Feature.SEVERAL_TRACKS,
            "tracks",
            "these tracks",
            lambda client: client.ask("tracks", ids=joined),
            lambda raw: parse.tracks(raw, len(ids)),
        )

    async def find_tracks(self, access: Access, query: str) -> tuple[Track, ...]:
        """The first ten tracks that Spotify finds, the likeliest first; `ClosedToApp` where the app may not search.

        Spotify allows few of these a day. The words `track:`, `artist:`, `album:` and `isrc:` narrow it.
        """
        return await self._read_closed(
            access,
            Feature.SEARCH,
            "search",
            "your search",
            lambda client: client.ask("search", q=query, type="track", limit=SEARCH_PAGE, offset=0),
            parse.found_tracks,
        )

    async def audio_features(self, access: Access, ids: Sequence[str]) -> tuple[AudioFeatures | None, ...]:
        """The sound of up to a hundred tracks in the same order; `ClosedToApp` for new apps."""
        joined = ",".join(batch(ids, FEATURES_BATCH))
        return await self._read_closed(
            access,
            Feature.AUDIO_FEATURES,
            "audio-features",
            "these tracks",
            lambda client: client.ask("audio-features", ids=joined),
            lambda raw: parse.several_audio_features(raw, len(ids)),
        )

    async def audio_feature(self, access: Access, track_id: str) -> AudioFeatures:
        """The sound of one track; `ClosedToApp` for new apps."""
        return await self._read_closed(
            access,
            Feature.AUDIO_FEATURES,
            "audio-features",
            "this track",
            lambda client: client.ask(f"audio-features/{track_id}"),
            parse.one_audio_features,
        )

    async def audio_analysis(self, access: Access, track_id: str) -> AudioAnalysis:
        """One track in detail, on somebody's request and never in a sync; `ClosedToApp` for new apps."""
        return await self._read_closed(
            access,
            Feature.AUDIO_ANALYSIS,
            "audio-analysis",
            "this track",
            lambda client: client.ask(f"audio-analysis/{track_id}"),
            parse.audio_analysis,
        )

    async def user_playlists(self, access: Access, user_id: str, offset: int = 0) -> Page[Listed]:
        """A page of the public playlists on somebody's profile; `ClosedToApp` for new apps."""

        def read(raw: object) -> Page[Listed]:
            return parse.listed_page(parse.checked_page(raw), offset)

        return await self._read_closed(
            access,
            Feature.USER_PLAYLISTS,
            "users",
            "this profile",
            lambda client: client.ask(f"users/{user_id}/playlists", limit=PAGE, offset=offset),
            read,
        )


def batch(uris: Sequence[str], at_most: int, at_least: int = 1) -> list[str]:
    """As many as one request takes; `ValueError` for more."""
    if not at_least <= len(uris) <= at_most:
        raise ValueError(f"{len(uris)} URIs in one request, but Spotify takes {at_least} to {at_most}")
    return list(uris)
