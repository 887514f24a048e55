"""What somebody listens to, from Spotify's JSON: the last plays and their favourites."""

from collections.abc import Iterator

from bot.spotify.parse_catalogue import artist, track
from bot.spotify.parse_pages import checked_page
from bot.spotify.parse_values import UnusableAnswer, as_list, as_moment, as_object, as_text, id_of
from storage.records import Artist, Play, Top, TopKind, TopTerm, Track


def plays(raw: object) -> tuple[Play, ...]:
    """The last plays, newest first, without those whose track or time Spotify no longer has."""
    if not isinstance(as_object(raw).get("items"), list):
        raise UnusableAnswer
    return tuple(_plays(as_list(as_object(raw).get("items"))))


def top(raw: object, kind: TopKind, term: TopTerm) -> Top:
    """Favourites, the best first."""
    entries = as_list(checked_page(raw).get("items"))
    read = _artist if kind is TopKind.ARTISTS else track
    things = (read(entry) for entry in entries)
    return Top(kind, term, tuple(thing for thing in things if thing is not None))


def _plays(entries: list[object]) -> Iterator[Play]:
    for entry in map(as_object, entries):
        played, played_at = track(entry.get("track")), as_moment(entry.get("played_at"))
        if isinstance(played, Track) and played_at is not None:
            yield Play(played, played_at, as_text(as_object(entry.get("context")).get("uri")) or None)


def _artist(raw: object) -> Artist | None:
    entry = as_object(raw)
    return artist(entry) if id_of(entry) else None
