"""What people listen to: the last fifty plays, and what they listen to most."""

import random
from datetime import UTC, datetime, timedelta

from aiohttp import web

from tests.sandbox.music import Performer, Song
from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import bad_request
from tests.sandbox.spotify.gate import CALLER
from tests.sandbox.spotify.objects import Json
from tests.sandbox.spotify.paging import number, page, page_size, window
from tests.sandbox.spotify.shelf_objects import ShelfObjects, Writers
from tests.sandbox.spotify.state import Account, Play, SpotifyState

RANGES = ("short_term", "medium_term", "long_term")
KINDS = ("artists", "tracks")
TOP = 50
REMEMBERED = 50
"""Plays that can be asked for; what was before is not there any more (spotify/web-api#1405)."""


class Listening:
    """`GET /me/player/recently-played` and `GET /me/top/artists|tracks`."""

    def __init__(self, state: SpotifyState, writers: Writers) -> None:
        self._state = state
        self._writers = writers

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/v1/me/player/recently-played{slash:/?}", self.recent),
            web.get("/v1/me/top/artists{slash:/?}", self.top),
            web.get("/v1/me/top/tracks{slash:/?}", self.top),
        ]

    async def recent(self, request: web.Request) -> web.StreamResponse:
        """Plays, newest first; `before` or `after` a moment in milliseconds, that moment itself not among them."""
        caller = request[CALLER]
        caller.needs("user-read-recently-played")
        limit = page_size(request)
        plays = _asked_for(request, caller.account.plays[:REMEMBERED])
        objects = self._writers.of(request)
        href, shown = f"{objects.api}/me/player/recently-played", plays[:limit]
        cursors = {"after": _cursor(shown[0]), "before": _cursor(shown[-1])} if shown else None
        more = len(plays) > limit and cursors is not None
        return answer(
            {
                "href": f"{href}?limit={limit}",
                "items": [self._written(objects, play) for play in shown],
                "limit": limit,
                "next": f"{href}?before={cursors['before']}&limit={limit}" if more and cursors else None,
                "cursors": cursors,
            }
        )

    async def top(self, request: web.Request) -> web.StreamResponse:
        """At most fifty artists or tracks of one range; they stay the same until somebody's hand changes them."""
        caller = request[CALLER]
        caller.needs("user-top-read")
        limit, offset = window(request)
        time_range = request.query.get("time_range", "medium_term")
        if time_range not in RANGES:
            raise bad_request("Invalid time range")
        kind = "artists" if "/top/artists" in request.path else "tracks"
        objects = self._writers.of(request)
        uris = [uri for uri in top_of(self._state, caller.account, kind, time_range) if self._state.exists(uri)]

        def write(uri: str) -> object:
            if kind == "tracks":
                return objects.thing(self._state.catalogue[uri])
            return objects.artist(self._state.index.artists[uri.rpartition(":")[2]])

        return answer(page(f"{objects.api}/me/top/{kind}", uris, limit, offset, write))

    def _written(self, objects: ShelfObjects, play: Play) -> Json:
        thing = self._state.catalogue.get(play.uri)
        played_at = play.played_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"track": None if thing is None else objects.thing(thing), "played_at": played_at, "context": None}


def top_of(state: SpotifyState, account: Account, kind: str, time_range: str) -> list[str]:
    """What that person listens to most by URI; made up from their likes the first time anybody asks."""
    if (kind, time_range) not in account.tops:
        rng = random.Random(f"{state.seed}:{account.seed.key}:{time_range}")
        liked = [state.catalogue.get(like.uri) for like in account.likes]
        songs = [song for song in liked if isinstance(song, Song)]
        rng.shuffle(songs)
        performers: dict[Performer, None] = dict.fromkeys(song.performers[0] for song in songs)
        account.tops["tracks", time_range] = [song.uri for song in songs[:TOP]]
        account.tops["artists", time_range] = [one.uri for one in list(performers)[:TOP]]
    return account.tops[kind, time_range]


def _asked_for(request: web.Request, plays: list[Play]) -> list[Play]:
    if "before" in request.query and "after" in request.query:
        raise bad_request("Only one of before and after can be given")
    if "before" in request.query:
        before = _moment(request, "before")
        return [play for play in plays if play.played_at < before]
    if "after" in request.query:
        after = _moment(request, "after")
        return [play for play in plays if play.played_at > after]
    return plays


def _moment(request: web.Request, name: str) -> datetime:
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=number(request, name, 0))
    except OverflowError:
        raise bad_request(f"Invalid {name}") from None


def _cursor(play: Play) -> str:
    return str(int(play.played_at.timestamp() * 1000))
