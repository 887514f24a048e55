"""Whether a song that Spotify has is the same recording as one it no longer has: pure, and rather no than wrong."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from storage.records import Track

CLOSE_MS = 3_000
"""How much longer or shorter the same recording is on another release."""
_BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_GUESTS = re.compile(r"^(feat|ft|featuring|with)\b\.?", re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d\d")
_NEUTRAL = frozenset(
    {
        *("remaster", "remastered", "digital", "digitally", "mono", "stereo", "album", "single", "original", "version"),
        *("explicit", "clean", "deluxe", "edition", "bonus", "track", "anniversary", "expanded", "the"),
    }
)
"""What a title says of a release, and not of the recording."""
OTHER_RECORDING = frozenset(
    {
        *("live", "remix", "mix", "rmx", "dub", "edit", "karaoke", "instrumental", "acoustic", "unplugged", "demo"),
        *("cover", "tribute", "session", "sessions", "rehearsal", "medley", "orchestral", "acapella"),
        *("sped", "slowed", "nightcore", "8d"),
    }
)
"""Words that make a song another recording wherever one of two titles, or records, says them alone."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title in words: what the song is called, and what is said of this recording of it beside that."""

    base: tuple[str, ...]
    said: frozenset[str]


def title_of(name: str) -> Title:
    """Brackets and whatever follows a dash speak of the recording; guests and the release are left out of it."""
    asides = [inside or other for inside, other in _BRACKETED.findall(name)]
    plain, *more = _parts(name)
    said = {word for aside in (*asides, *more) if not _GUESTS.match(aside.strip()) for word in words(aside)}
    neutral = {word for word in said if word in _NEUTRAL or _YEAR.fullmatch(word)}
    return Title(words(plain) or words(name) or (name.strip(),), frozenset(said - neutral))


def called(name: str) -> str:
    """A title without what is said beside it."""
    return " ".join(_parts(name)[0].split()) or name


def _parts(name: str) -> list[str]:
    return re.split(r"\s+[-–—]\s+", _BRACKETED.sub(" ", name).strip())


def words(text: str) -> tuple[str, ...]:
    """Words without case, accents and punctuation."""
    spelled = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = "".join(letter for letter in spelled if not unicodedata.combining(letter) and letter not in "'’")
    return tuple(re.findall(r"\w+", kept))


def best_version(lost: Track, found: Sequence[Track]) -> Track | None:
    """The release that comes closest to the lost one, of those that are the same recording; None where none is.

    The same ISRC counts most, then the same record, the same words, the same length, and the order they were found in.
    """
    same = [other for other in found if is_same_recording(lost, other)]
    return max(same, key=lambda other: _closeness(lost, other)) if same else None


def is_same_recording(lost: Track, other: Track) -> bool:
    """By its ISRC; else by title, main artist and length. A live song is never a studio one, whatever its ISRC says."""
    then, now = title_of(lost.name), title_of(other.name)
    if other.uri == lost.uri or then.said & OTHER_RECORDING != now.said & OTHER_RECORDING:
        return False
    if _same_isrc(lost, other):
        return True
    return (
        then == now
        and _same_artist(lost, other)
        and min(lost.duration_ms, other.duration_ms) > 0
        and abs(lost.duration_ms - other.duration_ms) <= CLOSE_MS
        and (_record(lost) == _record(other) or not _another_kind(lost, other, then))
    )


def _another_kind(lost: Track, other: Track, title: Title) -> bool:
    """Whether only the record says that it is live, or karaoke: then titles prove nothing."""
    said = {*_record(lost), *_record(other)} & OTHER_RECORDING
    return not said <= title.said


def _same_isrc(lost: Track, other: Track) -> bool:
    return bool(_isrc(lost)) and _isrc(lost) == _isrc(other)


def _isrc(track: Track) -> str:
    return (track.isrc or "").replace("-", "").strip().upper()


def _same_artist(lost: Track, other: Track) -> bool:
    if not lost.artists or not other.artists:
        return False
    one, two = lost.artists[0], other.artists[0]
    same_id = one.spotify_id is not None and one.spotify_id == two.spotify_id
    return same_id or (words(one.name) == words(two.name) and bool(words(one.name)))


def _record(track: Track) -> tuple[str, ...]:
    return words(track.album.name) if track.album else ()


def _closeness(lost: Track, other: Track) -> tuple[bool, bool, bool, int]:
    return (
        _same_isrc(lost, other),
        bool(_record(lost)) and _record(lost) == _record(other),
        lost.explicit == other.explicit,
        -abs(lost.duration_ms - other.duration_ms),
    )
