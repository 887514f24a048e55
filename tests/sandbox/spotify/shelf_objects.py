"""The JSON of what people have: users, playlists, and positions in playlists."""

import html
from datetime import datetime

import orjson
from aiohttp import web

from tests.sandbox.music import LocalFile, Talk
from tests.sandbox.spotify.objects import Json, Objects, moment
from tests.sandbox.spotify.pictures import Pictures
from tests.sandbox.spotify.state import Account, Entry, Playlist, SpotifyState, Thing


class ShelfObjects(Objects):
    """Writes these too."""

    def __init__(self, state: SpotifyState, pictures: Pictures, origin: str, block: int) -> None:
        super().__init__(state.index, pictures, origin, block)
        self._state = state
        self._listed: dict[str, tuple[object, orjson.Fragment]] = {}

    def me(self, account: Account) -> Json:
        """The signed-in user, without what was taken away in February 2026."""
        return {
            "account_id": account.account_id,
            "display_name": account.seed.spotify_name,
            **self.user(account.user_id),
            "images": self.pictures(f"spotify:user:{account.user_id}", (300, 64)),
        }

    def user(self, user_id: str) -> Json:
        """A user as owners and adders are named; an empty id is what very old entries have."""
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/user/{user_id}"},
            "href": f"{self.api}/users/{user_id}",
            "id": user_id,
            "type": "user",
            "uri": f"spotify:user:{user_id}",
        }

    def images(self, playlist: Playlist) -> list[Json]:
        """Its cover; an empty playlist without one has none."""
        return self.cover(playlist.uri, playlist.cover) if playlist.entries or playlist.cover else []

    def playlist(self, playlist: Playlist) -> Json:
        """A playlist without any of its items."""
        return {
            "collaborative": playlist.collaborative,
            "description": None if playlist.description is None else escaped(playlist.description),
            **self.named("playlist", playlist.id, playlist.name),
            "images": self.images(playlist),
            "owner": {"display_name": playlist.owner_name, **self.user(playlist.owner_id)},
            "primary_color": None,
            "public": playlist.public,
            "snapshot_id": playlist.snapshot_id,
        }

    def listed_playlist(self, playlist: Playlist) -> orjson.Fragment:
        """A playlist as it stands in a list: with the number of its items; written again once something differs."""
        total = len(playlist.entries)
        details = (playlist.revision, playlist.name, playlist.description, playlist.cover, total)
        now = (*details, playlist.public, playlist.collaborative)
        known = self._listed.get(playlist.id)
        if known is None or known[0] != now:
            items = {"href": f"{self.api}/playlists/{playlist.id}/items", "total": total}
            written = orjson.Fragment(orjson.dumps({**self.playlist(playlist), "items": items}))
            known = self._listed[playlist.id] = (now, written)
        return known[1]

    def entry(self, entry: Entry, *, episodes: bool) -> Json:
        """One position; episodes come only to those who asked for them."""
        thing = self._state.catalogue.get(entry.uri) if entry.uri is not None else None
        item = None if thing is None or (is_talk(thing) and not episodes) else self.thing(thing)
        return {
            "added_at": moment(entry.added_at),
            "added_by": None if entry.added_by is None else self._adder(entry.added_by),
            "is_local": is_local(thing),
            "item": item,
            "primary_color": None,
            "video_thumbnail": {"url": None},
        }

    def saved(self, key: str, added_at: datetime, written: orjson.Fragment | Json | None) -> Json:
        """Something saved, with its moment."""
        return {"added_at": moment(added_at), key: written}

    def _adder(self, user_id: str) -> orjson.Fragment:
        return self.once("user", user_id, None, lambda: self.user(user_id))


class Writers:
    """The writer for a request: one for each host and block of time, so that what it wrote is used again."""

    def __init__(self, state: SpotifyState, pictures: Pictures) -> None:
        self._state = state
        self._pictures = pictures
        self._writer: ShelfObjects | None = None
        self._block = -1

    def of(self, request: web.Request) -> ShelfObjects:
        """Writes with the host that was asked."""
        origin, block = f"{request.scheme}://{request.host}", self._pictures.block()
        if self._writer is None or block != self._block or self._writer.origin != origin:
            self._writer, self._block = ShelfObjects(self._state, self._pictures, origin, block), block
        return self._writer


def is_talk(thing: Thing) -> bool:
    """Whether it is an episode."""
    return isinstance(thing, Talk) or (isinstance(thing, dict) and thing["type"] == "episode")


def is_local(thing: Thing | None) -> bool:
    """Whether it is a local file."""
    return isinstance(thing, LocalFile) or (isinstance(thing, dict) and bool(thing.get("is_local")))


def escaped(description: str) -> str:
    """A description as Spotify hands it out: for HTML, slashes included."""
    return html.escape(description).replace("/", "&#x2F;")
