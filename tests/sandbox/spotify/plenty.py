"""People with much or little, made on demand: the large library of benchmarks, and a town of small ones."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from tests.sandbox.music import Catalogue, base62, make_catalogue, make_large_catalogue
from tests.sandbox.spotify.state import Account, Entry, Like, Play, Playlist, SpotifyState
from tests.sandbox.world import NEWEST, OLDEST, SPOTIFY_OWNER

BETWEEN_PLAYS = timedelta(minutes=7)
FOLLOWED_ITEMS = 30
ODD_FROM = 12  # items a playlist has to have for odd ones among them


class Named(Protocol):
    """Whatever has a URI."""

    @property
    def uri(self) -> str: ...


@dataclass(frozen=True)
class Amounts:
    """How many there are of each."""

    likes: int
    playlists: int
    items: int
    followed: int
    albums: int
    artists: int
    shows: int
    episodes: int
    plays: int


large_catalogue = cache(make_large_catalogue)
small_catalogue = cache(make_catalogue)


def furnish(state: SpotifyState, account: Account, amounts: Amounts) -> None:
    """Take away what somebody has and give them that much, the same for the same seed."""
    for playlist in [one for one in state.playlists.values() if one.owner_id == account.user_id and not one.gone]:
        state.forget_for_good(playlist)
    _Furnisher(state, account, amounts).all()


class _Furnisher:
    """Fills one account, one random decision after the other."""

    def __init__(self, state: SpotifyState, account: Account, amounts: Amounts) -> None:
        self._state = state
        self._account = account
        self._amounts = amounts
        self._rng = random.Random(f"{state.seed}:{account.seed.key}")
        self._music = self._catalogue()

    def _catalogue(self) -> Catalogue:
        """The small catalogue for small libraries, and the large one beside it for large ones."""
        state, amounts = self._state, self._amounts
        most = max(amounts.likes, amounts.items, amounts.albums * 4, amounts.artists * 10, amounts.episodes * 30)
        if most < 1000:
            return small_catalogue(state.seed)
        large = large_catalogue(state.seed)
        if not state.has_large_catalogue:
            state.add_things((*large.songs, *large.talks, *large.files))
            state.has_large_catalogue = True
        return large

    def all(self) -> None:
        """Everything."""
        account, amounts, music = self._account, self._amounts, self._music
        records = list({song.recording.id: song.recording for song in music.songs}.values())
        artists = list({song.performers[0].id: song.performers[0] for song in music.songs}.values())
        shows = list({talk.podcast.id: talk.podcast for talk in music.talks}.values())
        account.likes = self._likes()
        account.shelf = [self._owned(number) for number in range(amounts.playlists)]
        for number in range(amounts.followed):
            account.shelf.insert(self._rng.randint(0, len(account.shelf)), self._followed(number))
        account.kept["album"] = self._saved(records, amounts.albums)
        account.kept["show"] = self._saved(shows, amounts.shows)
        account.kept["episode"] = self._saved(music.talks, amounts.episodes)
        account.kept["audiobook"] = []
        account.follows = {one.uri for one in self._rng.sample(artists, amounts.artists)}
        account.plays = self._plays()
        account.tops = {}

    def _likes(self) -> list[Like]:
        """Newest first; now and then some in the same second, as when a whole record was liked."""
        likes = self._saved(self._music.songs, self._amounts.likes)
        for index in range(7, len(likes), 31):
            likes[index].added_at = likes[index - 1].added_at
        return likes

    def _saved(self, things: Sequence[Named], count: int) -> list[Like]:
        moments = self._moments(count)
        return [Like(one.uri, at) for one, at in zip(self._rng.sample(things, count), moments, strict=True)]

    def _plays(self) -> list[Play]:
        songs = self._rng.choices(self._music.songs, k=self._amounts.plays)
        now = self._state.clock.now()
        return [Play(song.uri, now - BETWEEN_PLAYS * (back + 1)) for back, song in enumerate(songs)]

    def _owned(self, number: int) -> str:
        uris: list[str | None] = [song.uri for song in self._rng.sample(self._music.songs, self._amounts.items)]
        if len(uris) >= ODD_FROM:
            self._make_odd(number, uris)
        account = self._account
        me = account.user_id
        return self._put(f"Mix {number + 1:03}", me, account.seed.spotify_name, uris, public=number % 3 != 0)

    def _make_odd(self, number: int, uris: list[str | None]) -> None:
        """Some have songs twice, some files from a disk, episodes, or what Spotify no longer has."""
        places = iter(self._rng.sample(range(len(uris)), 8))
        if number % 2 == 0:
            for _ in range(2):
                uris[next(places)] = uris[next(places)]
        if number % 4 == 1:
            uris[next(places)] = self._rng.choice(self._music.files).uri
        if number % 5 == 2:
            uris[next(places)] = self._rng.choice(self._music.talks).uri
        if number % 7 == 3:
            uris[next(places)] = None

    def _followed(self, number: int) -> str:
        """Somebody else's; one of them Spotify's own."""
        owner = SPOTIFY_OWNER if number == 0 else (f"listener_{number:02}", f"Listener {number:02}")
        uris: list[str | None] = [song.uri for song in self._rng.sample(self._music.songs, FOLLOWED_ITEMS)]
        return self._put(f"Found {number + 1:02}", *owner, uris)

    def _put(self, name: str, owner_id: str, owner_name: str, uris: list[str | None], *, public: bool = True) -> str:
        moments = reversed(self._moments(len(uris)))
        entries = [Entry(uri, at, owner_id) for uri, at in zip(uris, moments, strict=True)]
        made = Playlist(base62(self._rng), name, owner_id, owner_name, entries, "", public=public)
        made.revision += len(uris)
        self._state.playlists[made.id] = made
        return made.id

    def _moments(self, count: int) -> list[datetime]:
        """So many moments, newest first, whole seconds."""
        span = int((NEWEST - OLDEST).total_seconds())
        return [NEWEST - timedelta(seconds=offset) for offset in sorted(self._rng.sample(range(span), count))]
