"""The music of the sandbox: invented artists, records, tracks, podcasts and local files, the same for the same seed."""

import random
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus

from tests.sandbox import words

BASE62 = string.digits + string.ascii_letters


@dataclass(frozen=True)
class Performer:
    """Who plays."""

    id: str
    name: str

    @property
    def uri(self) -> str:
        """How it is named in requests."""
        return f"spotify:artist:{self.id}"


@dataclass(frozen=True)
class Recording:
    """An album, single or compilation."""

    id: str
    name: str
    performers: tuple[Performer, ...]
    kind: str
    release_date: str
    precision: str
    total_tracks: int

    @property
    def uri(self) -> str:
        """How it is named in requests."""
        return f"spotify:album:{self.id}"


@dataclass(frozen=True)
class Song:
    """A track as it is in Spotify's catalogue."""

    id: str
    title: str
    performers: tuple[Performer, ...]
    recording: Recording
    duration_ms: int
    explicit: bool
    isrc: str
    disc: int
    number: int

    @property
    def uri(self) -> str:
        """How it is named in requests."""
        return f"spotify:track:{self.id}"


@dataclass(frozen=True)
class Podcast:
    """A show."""

    id: str
    name: str
    description: str
    publisher: str
    total_episodes: int

    @property
    def uri(self) -> str:
        """How it is named in requests."""
        return f"spotify:show:{self.id}"


@dataclass(frozen=True)
class Talk:
    """An episode of a podcast."""

    id: str
    title: str
    podcast: Podcast
    duration_ms: int
    release_date: str

    @property
    def uri(self) -> str:
        """How it is named in requests."""
        return f"spotify:episode:{self.id}"


@dataclass(frozen=True)
class LocalFile:
    """A file from somebody's own disk that stands in a playlist; Spotify knows its words and length alone."""

    artist: str
    album: str
    title: str
    seconds: int

    @property
    def uri(self) -> str:
        """Its words and length; the only identity it has."""
        return "spotify:local:" + ":".join(
            quote_plus(part) for part in (self.artist, self.album, self.title, str(self.seconds))
        )


@dataclass(frozen=True)
class Catalogue:
    """Everything that can be listened to."""

    songs: tuple[Song, ...]
    talks: tuple[Talk, ...]
    files: tuple[LocalFile, ...]


def base62(rng: random.Random) -> str:
    """An id of Spotify's kind."""
    return "".join(rng.choices(BASE62, k=22))


def make_catalogue(seed: int, artists: int = 120) -> Catalogue:
    """The whole catalogue: about fifteen songs an artist."""
    rng = random.Random(seed)
    performers = [Performer(base62(rng), name) for name in _artist_names(rng, artists)]
    titles = _titles(rng)
    songs: list[Song] = []
    for performer in performers:
        for _ in range(rng.randint(2, 3)):
            songs.extend(_record_songs(rng, performer, performers, titles))
    return Catalogue(tuple(songs), tuple(_talks(rng)), _FILES)


def make_large_catalogue(seed: int, artists: int = 2200, shows: int = 90) -> Catalogue:
    """More than twenty-five thousand further songs, some on records of more than fifty, and hundreds of episodes."""
    rng = random.Random(f"large:{seed}")
    performers = [Performer(base62(rng), name) for name in _many_names(rng, artists)]
    titles = _titles(rng)
    songs: list[Song] = []
    for index, performer in enumerate(performers):
        for _ in range(rng.randint(2, 3)):
            songs.extend(_record_songs(rng, performer, performers, titles))
        if index % 100 == 0:
            songs.extend(_record_songs(rng, performer, performers, titles, count=rng.randint(51, 70)))
    podcasts = [(f"The {_record_name(rng)} Hour", "Talk, late and slow.") for _ in range(shows)]
    return Catalogue(tuple(songs), tuple(_talks(rng, podcasts)), _FILES)


def _many_names(rng: random.Random, count: int) -> list[str]:
    people = [f"{first} {last}" for first in words.FIRST_NAMES for last in words.SURNAMES]
    bands = [f"{kind} {noun}" for kind in words.BAND_ADJECTIVES for noun in words.BAND_NOUNS]
    return [f"{rng.choice(people)} & the {rng.choice(bands)}" for _ in range(count)]


_FILES = (
    LocalFile("The Attic Tapes", "Summer '04", "Untitled Jam & Laughter", 341),
    LocalFile("", "", "voice memo (choir, great-aunt Ilse)", 58),
    LocalFile("Bo & Wren", "Wedding", "First Dance: Live at the Barn", 214),
)


def _artist_names(rng: random.Random, count: int) -> list[str]:
    people = [f"{first} {last}" for first in words.FIRST_NAMES for last in words.SURNAMES]
    bands = [f"{kind} {noun}" for kind in words.BAND_ADJECTIVES for noun in words.BAND_NOUNS]
    the_bands = ["The " + name for name in rng.sample(bands, 60)]
    names = rng.sample(people, count // 3) + rng.sample(bands, count // 3) + rng.sample(the_bands, count // 3)
    rng.shuffle(names)
    return names


def _titles(rng: random.Random) -> Iterator[str]:
    """Titles, shuffled and never the same twice in a round; the rounds go on with another ending."""
    plain = [f"{opener} {place}" for opener in words.TITLE_OPENERS for place in words.TITLE_PLACES]
    plain += [f"{verb} {thing}" for verb in words.TITLE_VERBS for thing in words.TITLE_OBJECTS]
    plain += words.TITLE_ALONE
    while True:
        rng.shuffle(plain)
        for title in plain:
            yield title + rng.choice(words.TITLE_ENDINGS)


def _record_songs(
    rng: random.Random, performer: Performer, everyone: list[Performer], titles: Iterator[str], count: int = 0
) -> list[Song]:
    """The songs of one new record; of that many where a number is given."""
    kind = "compilation" if count else rng.choice(("album", "album", "album", "single", "compilation"))
    count = count or (1 if kind == "single" else rng.randint(5, 9))
    names = [next(titles) for _ in range(count)]
    year = rng.randint(1974, 2026)
    precision = "year" if year < 1990 else rng.choice(("day", "day", "day", "month"))
    day = {"year": f"{year}", "month": f"{year}-{rng.randint(1, 10):02}"}.get(
        precision, f"{year}-{rng.randint(1, 10):02}-{rng.randint(1, 28):02}"
    )
    recording = Recording(
        base62(rng), names[0] if kind == "single" else _record_name(rng), (performer,), kind, day, precision, count
    )
    songs = []
    for number, title in enumerate(names, start=1):
        guests = (rng.choice(everyone),) if rng.random() < 0.12 else ()
        cast = (performer, *(guest for guest in guests if guest != performer))
        songs.append(
            Song(
                id=base62(rng),
                title=title,
                performers=cast,
                recording=recording,
                duration_ms=rng.randint(95_000, 420_000),
                explicit=rng.random() < 0.08,
                isrc=f"QZ{''.join(rng.choices(string.ascii_uppercase, k=3))}{year % 100:02}{rng.randint(0, 99_999):05}",
                disc=1,
                number=number,
            )
        )
    return songs


def _record_name(rng: random.Random) -> str:
    return rng.choice(words.RECORD_PATTERNS).format(
        adjective=rng.choice(words.BAND_ADJECTIVES), noun=rng.choice(words.BAND_NOUNS)
    )


def _talks(rng: random.Random, podcasts: Iterable[tuple[str, str]] = words.PODCASTS) -> Iterator[Talk]:
    per_show = len(words.EPISODE_TITLES)
    for name, description in podcasts:
        podcast = Podcast(base62(rng), name, description, f"{name} Media", per_show)
        for number, title in enumerate(words.EPISODE_TITLES, start=1):
            yield Talk(
                base62(rng),
                f"#{number}: {title}",
                podcast,
                rng.randint(900_000, 5_400_000),
                f"2025-{number:02}-{rng.randint(1, 28):02}",
            )
