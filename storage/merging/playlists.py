"""A playlist's history as the vault and an archive saw it: one row of versions that shows every state. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from storage.archive.contents import Contents, details_of
from storage.archive.damage import damage
from storage.archive.layout import EventLine, ItemLine, Name, PlaylistLine, VersionLine
from storage.merging.timeline import Seen, ending, united, without_repeats
from storage.records import EventKind, PlaylistDetails, Presence
from storage.versions import edits

Entry = tuple[int | None, datetime | None, str | None]
"""An item: the number of its track, when it was added, and by whom."""


@dataclass(frozen=True, slots=True)
class History:
    """A playlist with all that is kept of it; `number` is its line."""

    number: int
    line: PlaylistLine
    items: Sequence[ItemLine]
    versions: Sequence[VersionLine]
    events: Sequence[EventLine]

    @property
    def says_nothing(self) -> bool:
        """Somebody else's, whose contents were never shown: they are unknown, and not none."""
        return self.line.closed and not self.events

    def at(self, number: int) -> "History":
        """The same as another line."""
        return History(
            number,
            self.line,
            [replace(line, playlist=number) for line in self.items],
            [replace(line, playlist=number) for line in self.versions],
            [replace(line, playlist=number) for line in self.events],
        )


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


@dataclass(frozen=True, slots=True)
class State:
    """What a version shows; `items` is None where they are unknown, and then they stay what they were."""

    details: PlaylistDetails
    gone: bool
    items: tuple[Entry, ...] | None

    def __eq__(self, other: object) -> bool:
        """Neither a snapshot's id nor a picture's address makes a version."""
        return isinstance(other, State) and self._shown == other._shown

    def __hash__(self) -> int:
        return hash(self._shown)

    @property
    def _shown(self) -> tuple[PlaylistDetails, bool, tuple[Entry, ...] | None]:
        return self.details.lasting, self.gone, self.items


def merged_history(ours: History, theirs: History, now: datetime) -> History:
    """The vault's playlist with what only the archive saw of it; as it was where there is nothing to add.

    `theirs` has the number of ours. What it is now stays; its contents and picture come in where none are known.
    """
    merged = ours if ours.line.cover else replace(ours, line=replace(ours.line, cover=theirs.line.cover))
    if not ours.versions or _begins(ours, theirs):
        return merged
    mine = _states(ours)
    with damage(Name.EVENTS):
        others = _states(theirs)
    told = without_repeats(_known(united(mine, others, _meet)))
    last = mine[-1].state
    told = ending(told, last if last.items is not None else replace(last, items=told[-1].state.items), now)
    if told == list(_known(mine)):
        return merged
    versions, events = _lines(ours.number, told)
    return replace(merged, items=_items(ours, told[-1].state), versions=versions, events=events)


def _begins(ours: History, theirs: History) -> bool:
    """Whether the vault's history begins with all of the other's."""
    return (
        ours.versions[: len(theirs.versions)] == theirs.versions
        and ours.events[: len(theirs.events)] == theirs.events
        and len(ours.events) >= len(theirs.events)
    )


def _states(history: History) -> list[Seen[State]]:
    """Every version, replayed from the first one on."""
    told: list[Seen[State]] = []
    held: list[Entry] = []
    gone, details = _gone_at_first(history), _first_details(history)
    events = iter(history.events)
    event = next(events, None)
    for version in history.versions:
        while event is not None and event.number <= version.number:
            _perform(event, held)
            event = next(events, None)
        details = version.details or details
        gone = version.presence == Presence.GONE if version.presence is not None else gone
        items = None if history.says_nothing else tuple(held)
        told.append(Seen(version.observed_at, State(details, gone, items)))
    return told


def _gone_at_first(history: History) -> bool:
    """The first version does not say it; the next word on it does, or else what the playlist is now."""
    words = [version.presence for version in history.versions if version.presence is not None]
    return words[0] == Presence.BACK if words else history.line.removed_at is not None


def _first_details(history: History) -> PlaylistDetails:
    """What a version without details of its own is taken to show where none came before it."""
    return next(filter(None, (version.details for version in history.versions)), details_of(history.line))


def _perform(event: EventLine, held: list[Entry]) -> None:
    if event.kind is EventKind.REMOVE:
        del held[event.position]
    else:
        held.insert(event.position, (event.track, event.added_at, event.added_by))


def _meet(ours: State, theirs: State) -> State | None:
    """One state, where they differ in nothing but that one of them does not know the contents."""
    if ours.items is None or theirs.items is None:
        items = theirs.items if ours.items is None else ours.items
        ours, theirs = replace(ours, items=items), replace(theirs, items=items)
    return ours if ours == theirs else None


def _known(told: Sequence[Seen[State]]) -> Iterator[Seen[State]]:
    """With contents everywhere: unknown ones are taken for those before."""
    items: tuple[Entry, ...] = ()
    for seen in told:
        items = items if seen.state.items is None else seen.state.items
        yield Seen(seen.at, replace(seen.state, items=items))


def _lines(number: int, told: Sequence[Seen[State]]) -> tuple[list[VersionLine], list[EventLine]]:
    """Versions and their events; each only says what is different."""
    versions: list[VersionLine] = []
    events: list[EventLine] = []
    before: State | None = None
    for count, seen in enumerate(told, 1):
        state = seen.state
        renewed = before is None or before.details.lasting != state.details.lasting
        details = state.details if renewed else None
        versions.append(VersionLine(number, count, seen.at, details, _presence(before, state)))
        events += _events(number, count, () if before is None else before.items or (), state.items or ())
        before = state
    return versions, events


def _presence(before: State | None, after: State) -> str | None:
    if before is None or before.gone == after.gone:
        return None
    return (Presence.GONE if after.gone else Presence.BACK).value


def _events(number: int, count: int, before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[EventLine]:
    for kind, position, index in edits(before, after):
        entry = before[index] if kind is EventKind.REMOVE else after[index]
        yield EventLine(number, count, kind, position, *entry)


def _items(ours: History, last: State) -> Sequence[ItemLine]:
    """What it holds now, which only comes from elsewhere where it was not known."""
    return [ItemLine(ours.number, *entry) for entry in last.items or ()] if ours.says_nothing else ours.items
