"""The signed-in user: who that is, what they like, their playlists; and one track by id."""

from typing import Any

from aiohttp import web

from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import not_found
from tests.sandbox.spotify.gate import CALLER
from tests.sandbox.spotify.paging import page, window
from tests.sandbox.spotify.reading import checked_id
from tests.sandbox.spotify.shelf_objects import Writers
from tests.sandbox.spotify.state import Like, Playlist, SpotifyState
from tests.sandbox.spotify.switches import Switches
from tests.sandbox.spotify.views import viewed


class Me:
    """`GET /me`, `/me/tracks`, `/me/playlists`, `/tracks/{id}`."""

    def __init__(self, state: SpotifyState, writers: Writers, switches: Switches) -> None:
        self._state = state
        self._switches = switches
        self._writers = writers

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/v1/me{slash:/?}", self.profile),
            web.get("/v1/me/tracks{slash:/?}", self.tracks),
            web.get("/v1/me/playlists{slash:/?}", self.playlists),
            web.get("/v1/tracks/{id}{slash:/?}", self.track),
        ]

    async def profile(self, request: web.Request) -> web.StreamResponse:
        """Who the token belongs to."""
        return answer(self._writers.of(request).me(request[CALLER].account))

    async def tracks(self, request: web.Request) -> web.StreamResponse:
        """Liked tracks, newest first."""
        caller = request[CALLER]
        caller.needs("user-library-read")
        limit, offset = window(request)
        objects = self._writers.of(request)

        def write(like: Like) -> dict[str, Any]:
            thing = self._state.catalogue.get(like.uri)
            return objects.saved("track", like.added_at, None if thing is None else objects.thing(thing))

        likes = page(f"{objects.api}/me/tracks", caller.account.likes, limit, offset, write)
        return viewed(request, likes, caller.account.seed.country, self._state.locked)

    async def playlists(self, request: web.Request) -> web.StreamResponse:
        """The person's list of playlists; Spotify's own ones are there as null."""
        caller = request[CALLER]
        caller.needs("playlist-read-private")
        limit, offset = window(request)
        objects = self._writers.of(request)
        shelf = [self._state.playlists[one] for one in caller.account.shelf]
        if "playlist-read-collaborative" not in caller.scopes:
            shelf = [playlist for playlist in shelf if not playlist.collaborative]

        def write(playlist: Playlist) -> object:
            if playlist.by_spotify:
                return None
            self._switches.look_at(playlist, caller.account)
            return objects.listed_playlist(playlist)

        return answer(page(f"{objects.api}/me/playlists", shelf, limit, offset, write))

    async def track(self, request: web.Request) -> web.StreamResponse:
        """One track."""
        thing = self._state.catalogue.get(f"spotify:track:{checked_id(request)}")
        if thing is None:
            raise not_found()
        written, country = self._writers.of(request).thing(thing), request[CALLER].account.seed.country
        return viewed(request, written, country, self._state.locked)
