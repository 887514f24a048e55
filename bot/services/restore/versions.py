"""Songs that left Spotify, and other releases of the same recording: looked for sparingly, and only ever offered."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as kept_dataclass

from bot.errors import Refusal, SpotifyError, SpotifyRefused
from bot.services.accounts import PersonalSpotify
from bot.services.restore.match import OTHER_RECORDING, best_version, called, title_of
from bot.spotify.features import ClosedToApp
from storage.records import Artist, Show, Thing, Track

SEARCHES = 50
"""Requests that one restore may spend on this: Spotify allows few searches a day."""
REMEMBERED = timedelta(days=30)
"""How long an answer holds; then the song is looked for again."""
NAMED = 200
"""Things that are gone a report names; the others are counted."""
_LONGEST = 100


class Stopped(StrEnum):
    """Why not every song was looked for."""

    LIMIT = "limit"
    LATER = "later"
    CLOSED = "closed"


@kept_dataclass(frozen=True)
class Release:
    """A song as it came out once."""

    uri: str
    title: str
    artists: str
    album: str = ""


@kept_dataclass(frozen=True)
class Lost:
    """Something that Spotify no longer takes; of a song, the other release that was found, once `looked` for."""

    was: Release
    found: Release | None = None
    looked: bool = False

    @property
    def is_song(self) -> bool:
        """Nothing else has other releases."""
        return self.was.uri.startswith("spotify:track:")


@dataclass(slots=True)
class Search:
    """One round of looking: what is known by now, and what it has cost."""

    spotify: PersonalSpotify
    known: dict[str, Lost]
    spent: int = 0
    stopped: Stopped | None = None

    async def look(self, thing: Thing) -> Lost:
        """What is known of it, after asking where nothing is; not `looked` for where asking is over, or no song."""
        was = release_of(thing)
        known = self.known.get(was.uri)
        if known is not None or self.stopped is not None or not isinstance(thing, Track) or not Lost(was).is_song:
            return known or Lost(was)
        try:
            found = await self._find(thing)
        except ClosedToApp:
            self.stopped = Stopped.CLOSED
            return Lost(was)
        except SpotifyError:
            # What came back has come back: nobody waits for a search.
            self.stopped = Stopped.LATER
            return Lost(was)
        return Lost(was, release_of(found) if found else None, looked=found is not None or self.stopped is None)

    async def _find(self, song: Track) -> Track | None:
        for query in queries(song):
            if self.spent >= SEARCHES:
                self.stopped = Stopped.LIMIT
                break
            self.spent += 1
            if found := best_version(song, await self._ask(query)):
                return found
        return None

    async def _ask(self, query: str) -> Sequence[Track]:
        try:
            return await self.spotify.use(self.spotify.gateway.find_tracks, query)
        except SpotifyRefused as error:
            if isinstance(error, ClosedToApp) or error.reason is not Refusal.BAD_REQUEST:
                raise
            return ()


def queries(song: Track) -> tuple[str, ...]:
    """What to ask for, the surest first: the recording's own number, then its words."""
    title, artist = title_of(song.name), song.artists[0].name if song.artists else ""
    # As a field a title is found as it is spelled; a live song is spelled differently on each release.
    plain = _quoted(song.name) if title.said & OTHER_RECORDING else f'track:"{_quoted(called(song.name))}"'
    by_words = f'{plain} artist:"{_quoted(artist)}"' if artist else ""
    return tuple(filter(None, (f"isrc:{_quoted(song.isrc)}" if song.isrc else "", by_words)))


def _quoted(text: str) -> str:
    return " ".join(re.sub(r'[":]', " ", text).split())[:_LONGEST]


def release_of(thing: Thing) -> Release:
    """A thing in words."""
    artists = "" if isinstance(thing, Show | Artist) else ", ".join(artist.name for artist in thing.artists)
    album = thing.album.name if isinstance(thing, Track) and thing.album else ""
    return Release(thing.uri or "", thing.name, artists, album)


def known_from(reports: Iterable[Mapping[str, object]]) -> dict[str, Lost]:
    """What earlier restores, or this one before a crash, found out already; the newest answer counts."""
    answers = (lost for report in reports for lost in _LOST.validate_python(report.get("lost", ())))
    return {lost.was.uri: lost for lost in answers if lost.looked}


_LOST = TypeAdapter(tuple[Lost, ...])
