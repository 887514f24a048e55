"""What is closed to new apps: several tracks, audio features and analysis, other people's playlists; some still may."""

import hashlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.sandbox.music import Song
from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import bad_request, forbidden, not_found
from tests.sandbox.spotify.gate import CALLER
from tests.sandbox.spotify.objects import Json
from tests.sandbox.spotify.paging import page, window
from tests.sandbox.spotify.reading import BASE62_ID, checked_id
from tests.sandbox.spotify.shelf_objects import Writers
from tests.sandbox.spotify.state import Playlist, SpotifyState

MAX_TRACKS = 50
MAX_FEATURES = 100
SHARES = (
    "acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence",
)  # fmt: skip
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Closed:
    """`GET /tracks?ids`, `/audio-features`, `/audio-features/{id}`, `/audio-analysis/{id}`, `/users/{id}/playlists`."""

    def __init__(self, state: SpotifyState, writers: Writers) -> None:
        self._state = state
        self._writers = writers

    def routes(self) -> list[web.RouteDef]:
        """Its addresses; the refusals of features and analysis carry no message."""
        return [
            web.get("/v1/tracks{slash:/?}", _only("several_tracks", self.tracks)),
            web.get("/v1/audio-features{slash:/?}", _only("audio_features", self.several_features, message="")),
            web.get("/v1/audio-features/{id}{slash:/?}", _only("audio_features", self.features, message="")),
            web.get("/v1/audio-analysis/{id}{slash:/?}", _only("audio_analysis", self.analysis, message="")),
            web.get("/v1/users/{id}/playlists{slash:/?}", _only("user_playlists", self.playlists)),
        ]

    async def tracks(self, request: web.Request) -> web.StreamResponse:
        """At most fifty tracks; null for what is not there."""
        objects, things = (
            self._writers.of(request),
            [self._state.catalogue.get(uri) for uri in _ids(request, MAX_TRACKS)],
        )
        return answer({"tracks": [None if thing is None else objects.thing(thing) for thing in things]})

    async def several_features(self, request: web.Request) -> web.StreamResponse:
        """Of at most a hundred tracks; null for what is not there."""
        api = self._writers.of(request).api
        songs = [self._state.catalogue.get(uri) for uri in _ids(request, MAX_FEATURES)]
        return answer({"audio_features": [_features(api, one) if isinstance(one, Song) else None for one in songs]})

    async def features(self, request: web.Request) -> web.StreamResponse:
        """Of one track."""
        return answer(_features(self._writers.of(request).api, self._song(request)))

    async def analysis(self, request: web.Request) -> web.StreamResponse:
        """Of one track: beats, bars and the rest, each a second or more long."""
        return answer(_analysis(self._song(request)))

    async def playlists(self, request: web.Request) -> web.StreamResponse:
        """The public playlists on somebody's profile."""
        limit, offset = window(request)
        user_id, objects = request.match_info["id"], self._writers.of(request)
        account = next((one for one in self._state.accounts.values() if one.user_id == user_id), None)
        if account is None:
            raise not_found()
        shelf = [self._state.playlists[one] for one in account.shelf]
        public = [playlist for playlist in shelf if playlist.public]

        def write(playlist: Playlist) -> object:
            return None if playlist.by_spotify else objects.listed_playlist(playlist)

        return answer(page(f"{objects.api}/users/{user_id}/playlists", public, limit, offset, write))

    def _song(self, request: web.Request) -> Song:
        thing = self._state.catalogue.get(f"spotify:track:{checked_id(request)}")
        if not isinstance(thing, Song):
            raise not_found()
        return thing


def _only(what: str, handler: Handler, message: str = "Forbidden") -> Handler:
    """Where an app still may; 403 for all others."""

    async def checked(request: web.Request) -> web.StreamResponse:
        if what not in request[CALLER].app.still_may:
            raise forbidden(message)
        return await handler(request)

    return checked


def _ids(request: web.Request, most: int) -> list[str]:
    ids = [one for one in request.query.get("ids", "").split(",") if one]
    if not ids or not all(BASE62_ID.fullmatch(one) for one in ids):
        raise bad_request("Invalid base62 id")
    if len(ids) > most:
        raise bad_request("Too many ids requested")
    return [f"spotify:track:{one}" for one in ids]


def _features(api: str, song: Song) -> Json:
    digest = hashlib.sha1(song.uri.encode()).digest()
    return {
        **{name: round(digest[place] / 255, 3) for place, name in enumerate(SHARES)},
        "key": digest[8] % 13 - 1,
        "mode": digest[9] % 2,
        "loudness": round(-digest[10] / 10, 3),
        "tempo": round(60 + digest[11] / 2, 3),
        "time_signature": 3 + digest[12] % 3,
        "duration_ms": song.duration_ms,
        "analysis_url": f"{api}/audio-analysis/{song.id}",
        "track_href": f"{api}/tracks/{song.id}",
        "id": song.id,
        "type": "audio_features",
        "uri": song.uri,
    }


def _analysis(song: Song) -> Json:
    seconds, features = song.duration_ms / 1000, _features("", song)
    beat = 60 / features["tempo"]

    def steps(length: float) -> list[Json]:
        return [
            {"start": round(at * length, 3), "duration": round(length, 3), "confidence": 0.9}
            for at in range(int(seconds / length))
        ]

    return {
        "meta": {"analyzer_version": "4.0.0", "platform": "Linux", "status_code": 0, "detailed_status": "OK"},
        "track": {name: features[name] for name in ("key", "mode", "loudness", "tempo", "time_signature")}
        | {"duration": seconds},
        "bars": steps(beat * features["time_signature"]),
        "beats": steps(beat),
        "tatums": steps(beat / 2),
        "sections": [{**one, "loudness": features["loudness"], "tempo": features["tempo"]} for one in steps(30)],
        "segments": [{**one, "loudness_start": -60.0, "pitches": [0.5] * 12, "timbre": [0.0] * 12} for one in steps(1)],
    }
