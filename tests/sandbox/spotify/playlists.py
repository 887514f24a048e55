"""Playlists as a whole: reading one, making one, changing its details."""

from typing import Any

from aiohttp import web

from tests.sandbox.spotify.errors import bad_request, forbidden, not_found
from tests.sandbox.spotify.gate import CALLER, Caller
from tests.sandbox.spotify.library import readable
from tests.sandbox.spotify.objects import Objects
from tests.sandbox.spotify.paging import MAX_LIMIT, page
from tests.sandbox.spotify.reading import checked_id, object_of
from tests.sandbox.spotify.state import Playlist, SpotifyState
from tests.sandbox.spotify.switches import Switches

MAX_DESCRIPTION = 300


class Playlists:
    """`GET|PUT /playlists/{id}` and `POST /me/playlists`."""

    def __init__(self, state: SpotifyState, switches: Switches) -> None:
        self._state = state
        self._switches = switches

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/v1/playlists/{id}{slash:/?}", self.read),
            web.put("/v1/playlists/{id}{slash:/?}", self.change),
            web.post("/v1/me/playlists{slash:/?}", self.create),
        ]

    def find(self, request: web.Request) -> Playlist:
        """The playlist in the path; 404 for Spotify's own and for what is gone."""
        playlist = self._state.playlists.get(checked_id(request))
        if playlist is None or playlist.by_spotify or not readable(self._state, self._switches, playlist):
            raise not_found()
        return playlist

    async def read(self, request: web.Request) -> web.StreamResponse:
        """Its details; with the first page of items for those who may edit it."""
        return web.json_response(self._written(request, self.find(request)))

    async def create(self, request: web.Request) -> web.StreamResponse:
        """A new one, public unless said otherwise, at the top of the list."""
        caller = request[CALLER]
        body = await object_of(request)
        name = body.get("name")
        if not isinstance(name, str) or not name:
            raise bad_request("Missing required field: name")
        public = _flag(body, "public", default=True)
        _needs_modify(caller, public=public)
        details = self._checked(body, public=public)
        playlist = self._state.new_playlist(caller.account, name)
        self._apply(playlist, details)
        return web.json_response(self._written(request, playlist), status=201)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """New details; what is not named stays."""
        caller = request[CALLER]
        playlist = self.find(request)
        _needs_modify(caller, public=playlist.public)
        if playlist.owner_id != caller.account.user_id:
            raise forbidden("You cannot change a playlist you don't own.")
        body = await object_of(request)
        details = self._checked(body, public=_flag(body, "public", default=playlist.public))
        if "name" in body:
            if not isinstance(body["name"], str) or not body["name"]:
                raise bad_request("Missing required field: name")
            playlist.name = body["name"]
        self._apply(playlist, details)
        return web.Response()

    def _checked(self, body: dict[str, Any], *, public: bool) -> dict[str, Any]:
        details = {
            name: body[name] for name in ("description", "public", "collaborative") if body.get(name) is not None
        }
        description = details.get("description", "")
        if not isinstance(description, str) or "\n" in description or len(description) > MAX_DESCRIPTION:
            raise bad_request("Invalid description")
        if _flag(details, "collaborative", default=False) and public:
            raise bad_request("Collaborative playlists can only be private.")
        return details

    def _apply(self, playlist: Playlist, details: dict[str, Any]) -> None:
        playlist.description = details.get("description", playlist.description)
        playlist.collaborative = details.get("collaborative", playlist.collaborative)
        if not (self._switches.public_is_ignored and details.get("public") is False):
            playlist.public = details.get("public", playlist.public)
        playlist.touch()

    def _written(self, request: web.Request, playlist: Playlist) -> dict[str, Any]:
        objects = Objects(self._state, str(request.url.origin()))
        answer = {**objects.playlist(playlist), "followers": {"href": None, "total": self._followers(playlist)}}
        if playlist.editable_by(request[CALLER].account.user_id):
            episodes = wants_episodes(request)
            answer["items"] = page(
                f"{objects.api}/playlists/{playlist.id}/items",
                playlist.entries,
                MAX_LIMIT,
                0,
                lambda entry: objects.entry(entry, episodes=episodes),
            )
        return answer

    def _followers(self, playlist: Playlist) -> int:
        return sum(
            playlist.id in account.shelf
            for account in self._state.accounts.values()
            if account.user_id != playlist.owner_id
        )


def wants_episodes(request: web.Request) -> bool:
    """Whether the client said that it knows episodes."""
    return "episode" in request.query.get("additional_types", "").split(",")


def _flag(body: dict[str, Any], name: str, *, default: bool) -> bool:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise bad_request(f"Invalid value for {name}")
    return value


def _needs_modify(caller: Caller, *, public: bool) -> None:
    caller.needs("playlist-modify-public" if public else "playlist-modify-private")
