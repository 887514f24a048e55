"""Two vaults' tracks, albums, shows and artists as one numbering, so that their lines can be compared. Pure.

The first one's word counts: an older record of a thing that both know is of no use.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Generic, TypeVar

from storage.archive.contents import Contents
from storage.catalogue import key_of
from storage.records import Album, Artist, Show, Thing, Track

T = TypeVar("T", Artist, Album, Show, Track)
L = TypeVar("L")


@dataclass(slots=True)
class Register(Generic[T]):
    """Things of one kind, each once, by number."""

    things: list[T] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, things: Iterable[T]) -> "Register[T]":
        """Of things that differ."""
        given = list(things)
        return cls(given, {key_of(thing): number for number, thing in enumerate(given)})

    def number(self, thing: T) -> int:
        """Of a thing that may be known already."""
        number = self.numbers.setdefault(key_of(thing), len(self.things))
        if number == len(self.things):
            self.things.append(thing)
        return number

    def known(self, thing: T) -> T:
        """What is known of it; itself where nothing is."""
        number = self.numbers.get(key_of(thing))
        return thing if number is None else self.things[number]


def in_one_numbering(first: Contents, second: Contents) -> tuple[Contents, Contents]:
    """Both with the same things, those of the first in their places, the second's lines referring to them."""
    artists, albums = Register.of(first.artists), Register.of(first.albums)
    shows, tracks = Register.of(first.shows), Register.of(first.tracks)

    def by(those: Sequence[Artist]) -> tuple[Artist, ...]:
        return tuple(artists.known(artist) for artist in those)

    def album_of(album: Album) -> Album:
        return albums.known(replace(album, artists=by(album.artists)))

    def track_of(track: Track) -> Track:
        album = None if track.album is None else album_of(track.album)
        show = None if track.show is None else shows.known(track.show)
        return tracks.known(replace(track, artists=by(track.artists), album=album, show=show))

    numbers: dict[str, list[int]] = {
        "artist": [artists.number(artist) for artist in second.artists],
        "album": [albums.number(album_of(album)) for album in second.albums],
        "show": [shows.number(show) for show in second.shows],
        "track": [tracks.number(track_of(track)) for track in second.tracks],
    }
    things: dict[str, Sequence[Thing]] = {
        "artists": artists.things,
        "albums": albums.things,
        "shows": shows.things,
        "tracks": tracks.things,
    }
    lines = {
        "saved": {name: _referring(those, numbers) for name, those in second.saved.items()},
        **{name: _referring(getattr(second, name), numbers) for name in ("items", "events", "plays", "tops")},
    }
    return replace(first, **things), replace(second, **things, **lines)  # type: ignore[arg-type]


def _referring(lines: Sequence[L], numbers: dict[str, list[int]]) -> Sequence[L]:
    """Lines that refer to things by their new numbers."""
    if not lines:
        return lines
    named = [one.name for one in fields(lines[0]) if one.name in numbers]  # type: ignore[arg-type]
    changed = []
    for line in lines:
        refers = {name: getattr(line, name) for name in named}
        new = {name: numbers[name][number] for name, number in refers.items() if number is not None}
        changed.append(replace(line, **new) if new else line)  # type: ignore[type-var]
    return changed
