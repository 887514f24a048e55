"""Searching the catalogue: every word has to stand in a name; at most ten of each kind a page since February 2026."""

import re
from collections.abc import Callable, Iterable
from itertools import islice

from aiohttp import web

from tests.sandbox.music import Song, Talk
from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import bad_request
from tests.sandbox.spotify.objects import Json
from tests.sandbox.spotify.paging import page, window
from tests.sandbox.spotify.shelf_objects import ShelfObjects, Writers
from tests.sandbox.spotify.state import SpotifyState, Thing

MAX_LIMIT = 10
DEFAULT_LIMIT = 5
MAX_OFFSET = 1000
FIELD = re.compile(r'(track|artist|album|isrc|year):("[^"]*"|\S+)')
KINDS = ("album", "artist", "playlist", "track", "show", "episode", "audiobook")


class Search:
    """`GET /search`."""

    def __init__(self, state: SpotifyState, writers: Writers) -> None:
        self._state = state
        self._writers = writers

    def routes(self) -> list[web.RouteDef]:
        """Its address."""
        return [web.get("/v1/search{slash:/?}", self.search)]

    async def search(self, request: web.Request) -> web.StreamResponse:
        """Pages of each kind asked for; Spotify's own playlists are null here too."""
        wanted, kinds = request.query.get("q", "").strip(), request.query.get("type", "").split(",")
        if not wanted:
            raise bad_request("No search query")
        if any(kind not in KINDS for kind in kinds):
            raise bad_request("Bad search type field")
        limit, offset = window(request, MAX_LIMIT, DEFAULT_LIMIT, MAX_OFFSET)
        objects = self._writers.of(request)
        found: Json = {}
        for kind in kinds:
            things, write = self._found(objects, kind, wanted)
            within = list(islice(things, MAX_OFFSET + MAX_LIMIT))
            found[f"{kind}s"] = page(f"{objects.api}/search", within, limit, offset, write)
        return answer(found)

    def _found(self, objects: ShelfObjects, kind: str, wanted: str) -> tuple[Iterable[object], Callable[..., object]]:
        index, state = self._state.index, self._state
        words = Words(wanted)
        match kind:
            case "track":
                return (one for one in state.catalogue.values() if words.mean(one)), objects.thing
            case "episode":
                talks = (one for one in state.catalogue.values() if isinstance(one, Talk))
                return (one for one in talks if words.stand_in(one.title)), objects.simple_talk
            case "album":
                records = (one for one in index.records.values() if words.stand_in(one.name, one.performers[0].name))
                return records, objects.recording
            case "artist":
                return (one for one in index.artists.values() if words.stand_in(one.name)), objects.artist
            case "show":
                return (one for one in index.shows.values() if words.stand_in(one.name)), objects.podcast
            case "playlist":
                public = (one for one in state.playlists.values() if one.public and not one.gone)
                found = (one for one in public if words.stand_in(one.name))
                return found, lambda one: None if one.by_spotify else objects.listed_playlist(one)
        return (), lambda _: None


class Words:
    """What was asked for: plain words, and words for one field."""

    def __init__(self, wanted: str) -> None:
        self._fields = {name: value.strip('"').casefold() for name, value in FIELD.findall(wanted)}
        self._plain = FIELD.sub(" ", wanted).casefold().split()

    def stand_in(self, *names: str) -> bool:
        """Whether each plain word is part of the names."""
        text = " ".join(names).casefold()
        return not self._fields and all(word in text for word in self._plain)

    def mean(self, thing: Thing) -> bool:
        """Whether a track is meant."""
        if not isinstance(thing, Song):
            return False
        artists, record = " ".join(one.name for one in thing.performers), thing.recording
        fields = {
            "track": thing.title,
            "artist": artists,
            "album": record.name,
            "isrc": thing.isrc,
            "year": record.release_date,
        }
        text = f"{thing.title} {artists} {record.name}".casefold()
        right = all(value in fields[name].casefold() for name, value in self._fields.items())
        return right and all(word in text for word in self._plain)
