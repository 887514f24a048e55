"""The items of a playlist: reading, adding, replacing or moving, removing; every edit makes a new snapshot."""

from typing import Any

from aiohttp import web

from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import bad_request, forbidden
from tests.sandbox.spotify.gate import CALLER
from tests.sandbox.spotify.paging import page, window
from tests.sandbox.spotify.playlists import Playlists, wants_episodes
from tests.sandbox.spotify.reading import body_of, object_of, playable
from tests.sandbox.spotify.state import Entry, Playlist, SpotifyState
from tests.sandbox.spotify.views import viewed

MAX_PER_CALL = 100
MAX_ITEMS = 11_000


class PlaylistItems:
    """`GET|POST|PUT|DELETE /playlists/{id}/items`."""

    def __init__(self, state: SpotifyState, playlists: Playlists) -> None:
        self._state = state
        self._playlists = playlists

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        path = "/v1/playlists/{id}/items{slash:/?}"
        return [
            web.get(path, self.read),
            web.post(path, self.add),
            web.put(path, self.update),
            web.delete(path, self.remove),
        ]

    async def read(self, request: web.Request) -> web.StreamResponse:
        """One page; only for the owner and collaborators."""
        caller = request[CALLER]
        caller.needs("playlist-read-private")
        limit, offset = window(request)
        playlist = self._playlists.find(request)
        if not self._playlists.shows_items(request, playlist):
            raise forbidden()
        objects = self._playlists.writers.of(request)
        episodes = wants_episodes(request)
        href = f"{objects.api}/playlists/{playlist.id}/items"
        items = page(href, playlist.entries, limit, offset, lambda entry: objects.entry(entry, episodes=episodes))
        return viewed(request, items, caller.account.seed.country, self._state.locked, fields=True)

    async def add(self, request: web.Request) -> web.StreamResponse:
        """Put URIs in, at the end or at a position. Doing it twice adds twice."""
        playlist = self._editable(request)
        body = await body_of(request)
        if isinstance(body, list):
            body = {"uris": body}
        uris = self._checked(body.get("uris") or _query_uris(request))
        position = body.get("position", request.query.get("position"))
        at = len(playlist.entries) if position is None else _position(position, len(playlist.entries))
        if len(playlist.entries) + len(uris) > MAX_ITEMS:
            raise forbidden("Playlist size limit reached")
        playlist.entries[at:at] = self._entries(request, uris)
        return answer({"snapshot_id": playlist.touch()}, status=201)

    async def update(self, request: web.Request) -> web.StreamResponse:
        """Replace everything by the URIs given, or move a range of positions."""
        playlist = self._editable(request)
        body = await object_of(request)
        self._check_snapshot(playlist, body)
        if "range_start" in body:
            _move(playlist, body)
        else:
            uris = self._checked(body.get("uris", _query_uris(request)), empty_ok="uris" in body)
            playlist.entries[:] = self._entries(request, uris)
        return answer({"snapshot_id": playlist.touch()})

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Remove every copy of each URI; positions are accepted and ignored, as they are by the real one."""
        playlist = self._editable(request)
        body = await object_of(request)
        self._check_snapshot(playlist, body)
        items = body.get("items")
        named = [item.get("uri") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        if not named or None in named:
            raise bad_request("No uris provided")
        if len(named) > MAX_PER_CALL:
            raise bad_request("You can remove a maximum of 100 tracks per request.")
        uris = set(playable(named))
        playlist.entries[:] = [entry for entry in playlist.entries if entry.uri not in uris]
        return answer({"snapshot_id": playlist.touch()})

    def _editable(self, request: web.Request) -> Playlist:
        caller = request[CALLER]
        playlist = self._playlists.find(request)
        caller.needs("playlist-modify-public" if playlist.public else "playlist-modify-private")
        if not playlist.editable_by(caller.account.user_id):
            raise forbidden("You cannot add tracks to a playlist you don't own.")
        return playlist

    def _checked(self, wanted: object, *, empty_ok: bool = False) -> list[str]:
        uris = playable(wanted)
        if not uris and not empty_ok:
            raise bad_request("No uris provided")
        if len(uris) > MAX_PER_CALL:
            raise bad_request("You can add a maximum of 100 tracks per request.")
        if any(uri not in self._state.catalogue for uri in uris):
            raise bad_request("Payload contains a non-existing ID")
        return uris

    def _entries(self, request: web.Request, uris: list[str]) -> list[Entry]:
        moment = self._state.now()
        return [Entry(uri, moment, request[CALLER].account.user_id) for uri in uris]

    def _check_snapshot(self, playlist: Playlist, body: dict[str, Any]) -> None:
        snapshot_id = body.get("snapshot_id")
        if snapshot_id is not None and not playlist.knows_snapshot(str(snapshot_id)):
            raise bad_request("Missing or bad version tag")


def _move(playlist: Playlist, body: dict[str, Any]) -> None:
    count = len(playlist.entries)
    start = _position(body["range_start"], count)
    before = _position(body.get("insert_before"), count)
    length = _position(body.get("range_length", 1), count)
    if start + length > count:
        raise bad_request("Index out of bounds.")
    moved = playlist.entries[start : start + length]
    if start <= before <= start + length:
        return
    del playlist.entries[start : start + length]
    at = before if before < start else before - length
    playlist.entries[at:at] = moved


def _position(value: object, count: int) -> int:
    try:
        position = int(str(value))
    except ValueError:
        raise bad_request("Index out of bounds.") from None
    if not 0 <= position <= count:
        raise bad_request("Index out of bounds.")
    return position


def _query_uris(request: web.Request) -> list[str]:
    return [uri for uri in request.query.get("uris", "").split(",") if uri]
