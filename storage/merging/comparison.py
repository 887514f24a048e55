"""What a vault held and what it is to hold: what that changes, and what comes in. Pure."""

from dataclasses import dataclass
from datetime import datetime

from storage.archive.contents import Contents
from storage.archive.layout import TopLine
from storage.archive.lines import PLAYLISTS, PLAYS, SAVED, TOPS
from storage.catalogue import key_of
from storage.merging.playlists import histories
from storage.merging.things import in_one_numbering
from storage.records import Gain, LibraryCounts, Thing


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a vault held `before`, with the stamp it had then, and what it is to hold `after`, both counted.

    `changed` are the parts of the library that differ, `new` the things that the vault never had to do with.
    """

    stamp: str
    before: Contents
    after: Contents
    now: LibraryCounts
    then: LibraryCounts
    gain: Gain
    changed: frozenset[str]
    new: tuple[Thing, ...]


def comparison(stamp: str, before: Contents, after: Contents) -> Comparison:
    """Looks through all of both, once: large libraries take a while."""
    now, then = before.counts, after.counts
    known = {key_of(thing) for kind in before.things for thing in kind}
    return Comparison(
        stamp=stamp,
        before=before,
        after=after,
        now=now,
        then=then,
        gain=_gain(before, after, then.beyond(now)),
        changed=_changed(in_one_numbering(after, before)[1], after),
        new=tuple(thing for kind in after.things for thing in kind if key_of(thing) not in known),
    )


def top_of(line: TopLine) -> tuple[str, str, str]:
    """Which list of favourites a place is of."""
    return line.week, line.kind.value, line.term.value


def _changed(before: Contents, after: Contents) -> frozenset[str]:
    parts = {kind.value: before.saved[name] != after.saved[name] for name, (kind, _) in SAVED.items()}
    parts[PLAYLISTS] = histories(before) != histories(after)
    parts[PLAYS] = list(before.plays) != list(after.plays)
    parts[TOPS] = list(before.tops) != list(after.tops)
    return frozenset(part for part, differs in parts.items() if differs)


def _gain(before: Contents, after: Contents, counts: LibraryCounts) -> Gain:
    here = {line.spotify_id for line in before.playlists}
    return Gain(
        counts=counts,
        playlists=tuple(line.name for line in after.playlists if line.spotify_id not in here and not line.closed),
        states=len(_moments(after) - _moments(before)),
        tops=len({top_of(line) for line in after.tops} - {top_of(line) for line in before.tops}),
        covers=len(_covers(after) - _covers(before)),
    )


def _moments(contents: Contents) -> set[tuple[str, datetime]]:
    """When each list was seen to differ."""
    keys = [line.spotify_id for line in contents.playlists]
    seen = {(keys[version.playlist], version.observed_at) for version in contents.versions}
    for name, lines in contents.saved.items():
        seen |= {(name, moment) for line in lines for moment in (line.seen_at, line.removed_at) if moment is not None}
    return seen


def _covers(contents: Contents) -> set[str]:
    return {line.cover for line in contents.playlists if line.cover is not None}
