"""What a person does in the app besides songs and playlists: saving, following, listening, and pictures."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tests.sandbox.music import Song
from tests.sandbox.spotify.gate import Backstage
from tests.sandbox.spotify.listening import KINDS, RANGES, top_of
from tests.sandbox.spotify.pictures import Pictures, jpeg
from tests.sandbox.spotify.reading import kind_of
from tests.sandbox.spotify.state import Play, named_playlist

BETWEEN = timedelta(minutes=3)  # from one song's end to the next one's


class KeepingHands:
    """A person (`user` is their key) with the app in their hands."""

    def __init__(self, stage: Backstage, pictures: Pictures) -> None:
        self._state = stage.state
        self._switches = stage.switches
        self._pictures = pictures

    async def save(self, user: str, uri: str, added_at: str | None = None) -> None:
        """Like a track, save an album, show or episode, follow an artist; at a moment (ISO 8601) or now."""
        if kind_of(uri) not in ("user", "playlist") and not self._state.exists(uri):
            raise LookupError(f"there is nothing called {uri}")
        when = None if added_at is None else datetime.fromisoformat(added_at)
        self._state.save(self._state.account(user), uri, when)

    async def unsave(self, user: str, uri: str) -> bool:
        """Take it away; whether it was there."""
        return self._state.unsave(self._state.account(user), [uri]) > 0

    async def some(self, kind: str, count: int, besides: Sequence[str] = ()) -> list[str]:
        """URIs of so many "track", "episode", "album", "artist" or "show" things of the catalogue."""
        index = self._state.index
        shelves: dict[str, Iterable[str]] = {"album": index.records, "artist": index.artists, "show": index.shows}
        if kind in shelves:
            uris = (f"spotify:{kind}:{one}" for one in shelves[kind])
        else:
            uris = (uri for uri in self._state.catalogue if uri.startswith(f"spotify:{kind}:"))
        avoided = set(besides)
        wanted = (uri for uri in uris if uri not in avoided)
        return [uri for uri, _ in zip(wanted, range(count), strict=False)]

    async def listen(self, user: str, uris: Sequence[str], played_at: str | None = None) -> list[str]:
        """Listen to tracks, the last one ending at a moment (ISO 8601) or now, the others before; the moments."""
        account = self._state.account(user)
        last = self._state.clock.now() if played_at is None else datetime.fromisoformat(played_at)
        plays = [Play(uri, last - BETWEEN * back) for back, uri in enumerate(reversed(uris))]
        if not all(isinstance(self._state.catalogue.get(uri), Song | dict) for uri in uris):
            raise LookupError("only tracks of the catalogue can be listened to")
        account.plays = sorted([*plays, *account.plays], key=lambda play: play.played_at, reverse=True)
        return [play.played_at.isoformat() for play in reversed(plays)]

    async def tops(self, user: str) -> dict[str, dict[str, list[str]]]:
        """What they listen to most: kind -> range -> URIs, the best first."""
        account = self._state.account(user)
        return {kind: {one: top_of(self._state, account, kind, one) for one in RANGES} for kind in KINDS}

    async def top(self, user: str, kind: str, time_range: str, uris: Sequence[str]) -> None:
        """What they listen to most: kind "tracks" or "artists", range "short_term", "medium_term" or "long_term"."""
        if kind not in KINDS or time_range not in RANGES:
            raise ValueError(f"a kind is one of {KINDS}, a range one of {RANGES}")
        account = self._state.account(user)
        top_of(self._state, account, kind, time_range)
        account.tops[kind, time_range] = list(uris)

    async def set_cover(self, user: str, playlist: str, seed: str | None = None) -> str:
        """Give a playlist another picture; the SHA-1 of its bytes."""
        found = named_playlist(self._state, self._state.account(user), playlist)
        picture = jpeg(seed or f"{found.id}:{found.cover}")
        self._switches.put_cover(found, self._pictures.keep(picture))
        return str(found.cover)
