"""`/me/library`: saving, removing and looking up anything by URI, at most forty in the query."""

from collections.abc import Callable

from aiohttp import web

from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import bad_request, not_found
from tests.sandbox.spotify.gate import CALLER, Caller
from tests.sandbox.spotify.reading import kind_of
from tests.sandbox.spotify.state import Account, Playlist, SpotifyState
from tests.sandbox.spotify.switches import Switches

MAX_URIS = 40
MODIFY_SCOPES = {"artist": "user-follow-modify", "user": "user-follow-modify", "playlist": "playlist-modify-public"}
READ_SCOPES = {"artist": "user-follow-read", "user": "user-follow-read", "playlist": "playlist-read-private"}


class Library:
    """Likes and follows of the signed-in user."""

    def __init__(self, state: SpotifyState, switches: Switches) -> None:
        self._state = state
        self._switches = switches

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.put("/v1/me/library{slash:/?}", self.save),
            web.delete("/v1/me/library{slash:/?}", self.remove),
            web.get("/v1/me/library/contains{slash:/?}", self.contains),
        ]

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Like tracks, follow playlists, save the rest."""
        caller = request[CALLER]
        uris = _uris(request)
        _check_scopes(caller, uris, lambda kind: MODIFY_SCOPES.get(kind, "user-library-modify"))
        things = [uri for uri in uris if kind_of(uri) not in ("playlist", "user")]
        if self._switches.unknown_is_refused and not all(map(self._state.exists, things)):
            raise bad_request("Payload contains a non-existing ID")
        playlists = [self._playlist(uri, caller.account) for uri in uris if kind_of(uri) == "playlist"]
        self._state.like(
            caller.account, self._switches.in_library_order([uri for uri in uris if kind_of(uri) == "track"])
        )
        for playlist in playlists:
            if playlist.id not in caller.account.shelf:
                caller.account.shelf.insert(0, playlist.id)
        for uri in self._switches.in_library_order([uri for uri in uris if kind_of(uri) not in ("track", "playlist")]):
            self._state.save(caller.account, uri)
        return web.Response()

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Unlike, unfollow; what is not there is no error. Unfollowing one's own playlist is how it is deleted."""
        caller = request[CALLER]
        uris = set(_uris(request))
        _check_scopes(caller, uris, lambda kind: MODIFY_SCOPES.get(kind, "user-library-modify"))
        self._state.unsave(caller.account, uris)
        return web.Response()

    async def contains(self, request: web.Request) -> web.StreamResponse:
        """Which of them are there."""
        caller = request[CALLER]
        uris = _uris(request)
        _check_scopes(caller, uris, lambda kind: READ_SCOPES.get(kind, "user-library-read"))
        account = caller.account
        there = {like.uri for likes in (account.likes, *account.kept.values()) for like in likes}
        there |= {f"spotify:playlist:{one}" for one in account.shelf} | account.follows
        return answer([uri in there for uri in uris])

    def _playlist(self, uri: str, account: Account) -> Playlist:
        """A playlist to be followed."""
        playlist = self._state.playlists.get(uri.rpartition(":")[2])
        if playlist is None or playlist.by_spotify or not readable(self._state, self._switches, playlist):
            raise not_found()
        return playlist


def readable(state: SpotifyState, switches: Switches, playlist: Playlist) -> bool:
    """Whether it can still be opened: its owner's unfollowing leaves it so, unless a switch says otherwise."""
    if playlist.gone:
        return False
    owner = next((one for one in state.accounts.values() if one.user_id == playlist.owner_id), None)
    return owner is None or playlist.id in owner.shelf or not switches.deleted_is_gone


def _uris(request: web.Request) -> list[str]:
    uris = [uri for uri in request.query.get("uris", "").split(",") if uri]
    if not uris:
        raise bad_request("Missing required field: uris")
    if len(uris) > MAX_URIS:
        raise bad_request("Too many uris")
    return uris


def _check_scopes(caller: Caller, uris: list[str] | set[str], scope_of: Callable[[str], str]) -> None:
    for uri in uris:
        caller.needs(scope_of(kind_of(uri)))
