"""Playlists as a whole: reading one, making one, changing its details."""

import base64
from typing import Any

from aiohttp import web

from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import ApiError, bad_request, forbidden, not_found
from tests.sandbox.spotify.gate import CALLER, Caller
from tests.sandbox.spotify.library import readable
from tests.sandbox.spotify.paging import page
from tests.sandbox.spotify.pictures import Pictures
from tests.sandbox.spotify.reading import checked_id, object_of
from tests.sandbox.spotify.shelf_objects import Writers
from tests.sandbox.spotify.state import Playlist, SpotifyState
from tests.sandbox.spotify.switches import Switches
from tests.sandbox.spotify.views import viewed

MAX_DESCRIPTION = 300
MAX_COVER = 256 * 1024  # bytes of base64
JPEG = b"\xff\xd8"


class Playlists:
    """`GET|PUT /playlists/{id}`, `GET|PUT /playlists/{id}/images` and `POST /me/playlists`."""

    def __init__(self, state: SpotifyState, switches: Switches, writers: Writers, pictures: Pictures) -> None:
        self._state = state
        self._switches = switches
        self._pictures = pictures
        self.writers = writers

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/v1/playlists/{id}{slash:/?}", self.read),
            web.put("/v1/playlists/{id}{slash:/?}", self.change),
            web.post("/v1/me/playlists{slash:/?}", self.create),
            web.get("/v1/playlists/{id}/images{slash:/?}", self.images),
            web.put("/v1/playlists/{id}/images{slash:/?}", self.put_image),
        ]

    def find(self, request: web.Request) -> Playlist:
        """The playlist in the path; 404 for Spotify's own and for what is gone."""
        playlist = self._state.playlists.get(checked_id(request))
        if playlist is None or playlist.by_spotify or not readable(self._state, self._switches, playlist):
            raise not_found()
        return playlist

    async def read(self, request: web.Request) -> web.StreamResponse:
        """Its details; with the first page of items for those who may edit it."""
        written, country = self._written(request, self.find(request)), request[CALLER].account.seed.country
        return viewed(request, written, country, self._state.locked, fields=True)

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
        return answer(self._written(request, playlist), status=201)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """New details; what is not named stays."""
        playlist = self._own(request)
        body = await object_of(request)
        details = self._checked(body, public=_flag(body, "public", default=playlist.public))
        if "name" in body:
            if not isinstance(body["name"], str) or not body["name"]:
                raise bad_request("Missing required field: name")
            playlist.name = body["name"]
        self._apply(playlist, details)
        return web.Response()

    async def images(self, request: web.Request) -> web.StreamResponse:
        """Its cover."""
        return answer(self.writers.of(request).images(self.find(request)))

    async def put_image(self, request: web.Request) -> web.StreamResponse:
        """Another cover: a JPEG in base64, at most 256 KB of it; whether that is an edit is a switch."""
        caller = request[CALLER]
        playlist = self._own(request)
        caller.needs("ugc-image-upload")
        text = await request.read()
        if len(text) > MAX_COVER:
            raise ApiError(413, "Payload too large")
        try:
            picture = base64.b64decode(text, validate=True)
        except ValueError:
            raise bad_request("Error while decoding the image") from None
        if not picture.startswith(JPEG):
            raise bad_request("Image is not a JPEG")
        self._switches.put_cover(playlist, self._pictures.keep(picture))
        return web.Response(status=202)

    def shows_items(self, request: web.Request, playlist: Playlist) -> bool:
        """Whether the caller may read what is in it: the owner, collaborators, and followers where an app still may."""
        caller = request[CALLER]
        return playlist.editable_by(caller.account.user_id) or (
            "followed_items" in caller.app.still_may and playlist.id in caller.account.shelf
        )

    def _own(self, request: web.Request) -> Playlist:
        """The playlist in the path, whose details only its owner changes."""
        caller = request[CALLER]
        playlist = self.find(request)
        _needs_modify(caller, public=playlist.public)
        if playlist.owner_id != caller.account.user_id:
            raise forbidden("You cannot change a playlist you don't own.")
        return playlist

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
        objects = self.writers.of(request)
        self._switches.look_at(playlist, request[CALLER].account)
        written = {**objects.playlist(playlist), "followers": {"href": None, "total": self._followers(playlist)}}
        if self.shows_items(request, playlist):
            episodes = wants_episodes(request)
            written["items"] = page(
                f"{objects.api}/playlists/{playlist.id}/items",
                playlist.entries,
                self._switches.embedded,
                0,
                lambda entry: objects.entry(entry, episodes=episodes),
            )
        return written

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
