"""What people saved besides songs: albums, shows and episodes newest first, and the artists they follow."""

from collections.abc import Callable

import orjson
from aiohttp import web

from tests.sandbox.music import Performer
from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import bad_request
from tests.sandbox.spotify.gate import CALLER
from tests.sandbox.spotify.objects import Json
from tests.sandbox.spotify.paging import page, page_size, window
from tests.sandbox.spotify.shelf_objects import ShelfObjects, Writers
from tests.sandbox.spotify.state import Like, SpotifyState

Written = orjson.Fragment | Json | None


class Saved:
    """`GET /me/albums|shows|episodes|audiobooks` and `GET /me/following?type=artist`."""

    def __init__(self, state: SpotifyState, writers: Writers) -> None:
        self._state = state
        self._writers = writers

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/v1/me/albums{slash:/?}", self.albums),
            web.get("/v1/me/shows{slash:/?}", self.shows),
            web.get("/v1/me/episodes{slash:/?}", self.episodes),
            web.get("/v1/me/audiobooks{slash:/?}", self.audiobooks),
            web.get("/v1/me/following{slash:/?}", self.following),
        ]

    async def albums(self, request: web.Request) -> web.StreamResponse:
        """Full albums, each with its first fifty songs."""
        index = self._state.index

        def write(objects: ShelfObjects, spotify_id: str) -> Written:
            return objects.album(index.records[spotify_id]) if spotify_id in index.records else None

        return self._list(request, "album", write)

    async def shows(self, request: web.Request) -> web.StreamResponse:
        """Simplified shows."""
        index = self._state.index

        def write(objects: ShelfObjects, spotify_id: str) -> Written:
            return objects.podcast(index.shows[spotify_id]) if spotify_id in index.shows else None

        return self._list(request, "show", write)

    async def episodes(self, request: web.Request) -> web.StreamResponse:
        """Full episodes."""

        def write(objects: ShelfObjects, spotify_id: str) -> Written:
            thing = self._state.catalogue.get(f"spotify:episode:{spotify_id}")
            return None if thing is None else objects.thing(thing)

        return self._list(request, "episode", write)

    async def audiobooks(self, request: web.Request) -> web.StreamResponse:
        """None: there are no audiobooks here."""
        return self._list(request, "audiobook", lambda _objects, _id: None)

    def _list(
        self, request: web.Request, kind: str, write: Callable[[ShelfObjects, str], Written]
    ) -> web.StreamResponse:
        caller = request[CALLER]
        caller.needs("user-library-read")
        limit, offset = window(request)
        objects = self._writers.of(request)

        def saved(like: Like) -> Json:
            return objects.saved(kind, like.added_at, write(objects, like.uri.rpartition(":")[2]))

        return answer(page(f"{objects.api}/me/{kind}s", caller.account.kept[kind], limit, offset, saved))

    async def following(self, request: web.Request) -> web.StreamResponse:
        """Artists by a cursor, in an order of Spotify's own: not by when they were followed."""
        caller = request[CALLER]
        caller.needs("user-follow-read")
        if request.query.get("type") != "artist":
            raise bad_request("Invalid type")
        limit, after = page_size(request), request.query.get("after", "")
        objects, artists = self._writers.of(request), self._followed(caller.account.follows)
        rest = [one for one in artists if one.id > after]
        more = rest[limit - 1].id if len(rest) > limit else None
        href = f"{objects.api}/me/following?type=artist&limit={limit}"
        written = {
            "href": href,
            "items": [objects.artist(one) for one in rest[:limit]],
            "limit": limit,
            "next": f"{href}&after={more}" if more else None,
            "cursors": {"after": more},
            "total": len(artists),
        }
        return answer({"artists": written})

    def _followed(self, follows: set[str]) -> list[Performer]:
        known = self._state.index.artists
        ids = sorted(uri.removeprefix("spotify:artist:") for uri in follows if uri.startswith("spotify:artist:"))
        return [known[one] for one in ids if one in known]
