"""What a vault becomes by an archive: pure, from all that both hold.

Merged: the vault keeps what it is, and what only the archive knows comes in; every state that either could show can
still be shown. Replaced: the vault becomes what the archive holds, but for the parts that the archive never read whole:
those are unknown, so they are merged.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from storage.archive.contents import Contents
from storage.archive.layout import PlayLine, TopLine
from storage.archive.lines import PLAYLISTS, PLAYS, SAVED, TOPS
from storage.merging.comparison import Comparison, comparison, top_of
from storage.merging.playlists import History, histories, merged_history
from storage.merging.saved import merged_list
from storage.merging.things import in_one_numbering

__all__ = ["Comparison", "History", "comparison", "histories", "merged", "replaced", "top_of"]


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
