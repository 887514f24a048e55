"""The catalogue by id: albums with their songs, artists with their albums, shows with their episodes, episodes."""

from typing import TypeVar

from aiohttp import web

from tests.sandbox.music import Song, Talk
from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import not_found
from tests.sandbox.spotify.paging import page, window
from tests.sandbox.spotify.reading import checked_id
from tests.sandbox.spotify.shelf_objects import Writers
from tests.sandbox.spotify.state import SpotifyState

T = TypeVar("T")
MAX_ALBUMS = 10  # of an artist on a page, since February 2026
DEFAULT_ALBUMS = 5


class CatalogueById:
    """`GET /albums|artists|shows|episodes/{id}` and the lists below them."""

    def __init__(self, state: SpotifyState, writers: Writers) -> None:
        self._state = state
        self._index = state.index
        self._writers = writers

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/v1/albums/{id}{slash:/?}", self.album),
            web.get("/v1/albums/{id}/tracks{slash:/?}", self.album_tracks),
            web.get("/v1/artists/{id}{slash:/?}", self.artist),
            web.get("/v1/artists/{id}/albums{slash:/?}", self.artist_albums),
            web.get("/v1/shows/{id}{slash:/?}", self.show),
            web.get("/v1/shows/{id}/episodes{slash:/?}", self.show_episodes),
            web.get("/v1/episodes/{id}{slash:/?}", self.episode),
        ]

    async def album(self, request: web.Request) -> web.StreamResponse:
        """An album with its first fifty songs."""
        return answer(self._writers.of(request).album(_there(self._index.records, request)))

    async def album_tracks(self, request: web.Request) -> web.StreamResponse:
        """Its songs, simplified: without ISRC."""
        limit, offset = window(request)
        record, objects = _there(self._index.records, request), self._writers.of(request)
        songs: list[Song] = self._index.songs[record.id]
        return answer(page(f"{objects.api}/albums/{record.id}/tracks", songs, limit, offset, objects.simple_song))

    async def artist(self, request: web.Request) -> web.StreamResponse:
        """An artist."""
        return answer(self._writers.of(request).artist(_there(self._index.artists, request)))

    async def artist_albums(self, request: web.Request) -> web.StreamResponse:
        """Albums of an artist, at most ten a page; `include_groups` chooses among album, single, compilation."""
        limit, offset = window(request, MAX_ALBUMS, DEFAULT_ALBUMS)
        artist, objects = _there(self._index.artists, request), self._writers.of(request)
        groups = [group for group in request.query.get("include_groups", "").split(",") if group]
        records = self._index.discographies.get(artist.id, [])
        wanted = [record for record in records if not groups or record.kind in groups]
        return answer(page(f"{objects.api}/artists/{artist.id}/albums", wanted, limit, offset, objects.recording))

    async def show(self, request: web.Request) -> web.StreamResponse:
        """A show with its first episodes."""
        return answer(self._writers.of(request).show(_there(self._index.shows, request)))

    async def show_episodes(self, request: web.Request) -> web.StreamResponse:
        """Its episodes, newest first, simplified."""
        limit, offset = window(request)
        show, objects = _there(self._index.shows, request), self._writers.of(request)
        talks: list[Talk] = self._index.talks[show.id]
        return answer(page(f"{objects.api}/shows/{show.id}/episodes", talks, limit, offset, objects.simple_talk))

    async def episode(self, request: web.Request) -> web.StreamResponse:
        """An episode."""
        thing = self._state.catalogue.get(f"spotify:episode:{checked_id(request)}")
        if thing is None:
            raise not_found()
        return answer(self._writers.of(request).thing(thing))


def _there(shelf: dict[str, T], request: web.Request) -> T:
    """The thing in the path, 404 where there is none."""
    thing = shelf.get(checked_id(request))
    if thing is None:
        raise not_found()
    return thing
