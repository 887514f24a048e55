"""What a vault becomes by an archive: pure, from all that both hold.

Merged: the vault keeps what it is, and what only the archive knows comes in; every state that either could show can
still be shown. Replaced: the vault becomes what the archive holds, but for the parts that the archive never read whole:
those are unknown, so they are merged.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from storage.archive.contents import Contents
from storage.archive.layout import EventLine, ItemLine, PlayLine, TopLine, VersionLine
from storage.archive.lines import PLAYLISTS, PLAYS, SAVED, TOPS
from storage.catalogue import key_of
from storage.merging.playlists import History, merged_history
from storage.merging.saved import merged_list
from storage.merging.things import in_one_numbering
from storage.records import Gain, Thing

__all__ = ["Comparison", "History", "histories", "merged", "replaced", "top_of"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a vault held `before`, with the stamp it had then, and what it is to hold `after`."""

    stamp: str
    before: Contents
    after: Contents

    @property
    def things(self) -> tuple[list[Thing], list[Thing]]:
        """What the vault never had to do with, and what of its things is told otherwise."""
        known = {key_of(thing): thing for kind in self.before.things for thing in kind}
        given = [thing for kind in self.after.things for thing in kind]
        new = [thing for thing in given if key_of(thing) not in known]
        return new, [thing for thing in given if known.get(key_of(thing), thing) != thing]

    @property
    def changed(self) -> frozenset[str]:
        """The parts of the library that differ."""
        before, after = self.before, self.after
        parts = {kind.value: before.saved[name] != after.saved[name] for name, (kind, _) in SAVED.items()}
        parts[PLAYLISTS] = histories(before) != histories(after)
        parts[PLAYS] = list(before.plays) != list(after.plays)
        parts[TOPS] = list(before.tops) != list(after.tops)
        return frozenset(part for part, differs in parts.items() if differs)

    @property
    def gain(self) -> Gain:
        """What comes in."""
        before, after = self.before, self.after
        here = {line.spotify_id for line in before.playlists}
        return Gain(
            counts=after.counts.beyond(before.counts),
            playlists=tuple(line.name for line in after.playlists if line.spotify_id not in here and not line.closed),
            states=len(_moments(after) - _moments(before)),
            tops=len({top_of(line) for line in after.tops} - {top_of(line) for line in before.tops}),
            covers=len(_covers(after) - _covers(before)),
        )


def merged(ours: Contents, theirs: Contents, now: datetime) -> Contents:
    """The vault with what the archive adds; things are numbered as in ours, and new ones come behind."""
    return _merged(*in_one_numbering(ours, theirs), now)


def replaced(ours: Contents, theirs: Contents, known: Collection[str], now: datetime) -> Contents:
    """What the archive holds of the parts that are `known` to it; of the others what both hold."""
    theirs, ours = in_one_numbering(theirs, ours)
    both = _merged(ours, theirs, now)
    saved = {name: lines if SAVED[name][0].value in known else both.saved[name] for name, lines in theirs.saved.items()}
    result = replace(
        theirs,
        saved=saved,
        plays=theirs.plays if PLAYS in known else both.plays,
        tops=theirs.tops if TOPS in known else both.tops,
    )
    return result if PLAYLISTS in known else _with_playlists(result, histories(both))


def top_of(line: TopLine) -> tuple[str, str, str]:
    """Which list of favourites a place is of."""
    return line.week, line.kind.value, line.term.value


def histories(contents: Contents) -> list[History]:
    """The playlists, each with all that is kept of it, in their order."""
    items: defaultdict[int, list[ItemLine]] = defaultdict(list)
    versions: defaultdict[int, list[VersionLine]] = defaultdict(list)
    events: defaultdict[int, list[EventLine]] = defaultdict(list)
    for item in contents.items:
        items[item.playlist].append(item)
    for version in contents.versions:
        versions[version.playlist].append(version)
    for event in contents.events:
        events[event.playlist].append(event)
    return [
        History(number, line, items[number], versions[number], events[number])
        for number, line in enumerate(contents.playlists)
    ]


def _moments(contents: Contents) -> set[tuple[str, datetime]]:
    """When each list was seen to differ."""
    keys = [line.spotify_id for line in contents.playlists]
    seen = {(keys[version.playlist], version.observed_at) for version in contents.versions}
    for name, lines in contents.saved.items():
        seen |= {(name, moment) for line in lines for moment in (line.seen_at, line.removed_at) if moment is not None}
    return seen


def _covers(contents: Contents) -> set[str]:
    return {line.cover for line in contents.playlists if line.cover is not None}


def _merged(ours: Contents, theirs: Contents, now: datetime) -> Contents:
    """Of two in one numbering."""
    saved = {name: merged_list(ours.saved[name], theirs.saved[name], thing, now) for name, (_, thing) in SAVED.items()}
    result = replace(ours, saved=saved, plays=_plays(ours.plays, theirs.plays), tops=_tops(ours.tops, theirs.tops))
    return _with_playlists(result, _playlists(histories(ours), histories(theirs), now))


def _playlists(ours: Sequence[History], theirs: Sequence[History], now: datetime) -> list[History]:
    """Ours in their order, then those that are new."""
    others = {history.line.spotify_id: history for history in theirs}
    result = []
    for history in ours:
        other = others.pop(history.line.spotify_id, None)
        result.append(history if other is None else merged_history(history, other.at(history.number), now))
    return [*result, *(history.at(number) for number, history in enumerate(others.values(), len(ours)))]


def _with_playlists(contents: Contents, playlists: Iterable[History]) -> Contents:
    those = list(playlists)
    return replace(
        contents,
        playlists=[history.line for history in those],
        items=[line for history in those for line in history.items],
        versions=[line for history in those for line in history.versions],
        events=[line for history in those for line in history.events],
    )


def _plays(ours: Sequence[PlayLine], theirs: Sequence[PlayLine]) -> Sequence[PlayLine]:
    known = {(line.played_at, line.track) for line in ours}
    return [*ours, *(line for line in theirs if (line.played_at, line.track) not in known)]


def _tops(ours: Sequence[TopLine], theirs: Sequence[TopLine]) -> Sequence[TopLine]:
    """A list of favourites is whole or not there: one of ours stays as it is."""
    known = {top_of(line) for line in ours}
    return [*ours, *(line for line in theirs if top_of(line) not in known)]
