"""The time machine in words: what changed, a page at a time."""

from collections.abc import Sequence
from itertools import groupby

from bot.services.history import Changes, People, Period
from cogs.cards import BODY_LIMIT, Button, Card, Choice, Menu, count, plain, safe
from cogs.present.looks import LISTS, list_name, period_words, question_arg, state_arg
from cogs.present.times import ago, on
from storage.records import Entries, Entry, Observed, PlaylistDetails, Presence, SavedKind, Which

NAMED = (3, 2, 1, 0)
"""How many entries are named in a line: as many as a page has room for."""
NOUNS = {
    SavedKind.TRACK: "song",
    SavedKind.ALBUM: "album",
    SavedKind.SHOW: "show",
    SavedKind.EPISODE: "episode",
    SavedKind.ARTIST: "artist",
}


def changes_card(changes: Changes) -> Card:
    """The answer to `/vault changes`: as many names as there is room for, never a wall."""
    if not changes.seen:
        return Card("No changes", (_nothing(changes),), buttons=_pages(changes))
    heading = _heading(changes)
    for named in NAMED:
        lines = _told(changes.seen, changes.people, named)
        if len(heading) + sum(len(line) + 1 for line in lines) <= BODY_LIMIT:
            break
    menu = Menu("Look at a list as it was…", "look", tuple(_choice(seen) for seen in changes.seen))
    return Card("What changed", (heading, *lines), buttons=_pages(changes), menu=menu)


def _heading(changes: Changes) -> str:
    asked = changes.question
    page = f", page {asked.page + 1}" if asked.page else ""
    return f"{_listed(changes)}, {period_words(asked.period)}{page}:"


def _listed(changes: Changes) -> str:
    which = changes.question.which
    return "All your lists" if which is None else list_name(which, changes.name)


def _nothing(changes: Changes) -> str:
    if changes.question.period == Period() and changes.question.which is None and not changes.question.page:
        return "Your vault has seen nothing yet; `/vault sync` has a first look at your library."
    return f"{_heading(changes)} nothing was seen to change."


def _pages(changes: Changes) -> tuple[Button, ...]:
    page = changes.question.page
    newer = (Button("Newer", "changes", question_arg(changes.question, page - 1)),) if page else ()
    older = (Button("Older", "changes", question_arg(changes.question, page + 1)),) if changes.more else ()
    return newer + older


def _told(seen: Sequence[Observed], people: People, named: int) -> list[str]:
    """Under each moment what was seen then; what one sync saw within a minute is one moment."""
    lines = []
    for _, together in groupby(seen, key=lambda each: each.observed_at.replace(second=0, microsecond=0)):
        group = list(together)
        lines.append(f"**{on(group[0].observed_at)}**")
        lines += [line for each in group for line in observed_lines(each, people, named)]
    return lines


def observed_lines(seen: Observed, people: People, named: int) -> list[str]:
    """How one list changed in one to four lines, with up to `named` entries by name."""
    name = f"- **{list_name(seen.which, seen.name)}**"
    if seen.renamed_from is not None:
        name += f", until then “{safe(seen.renamed_from, 40)}”"
    parts = _parts(seen, people, named)
    presence = _presence(seen)
    if len(parts) == 1 and not presence:
        return [f"{name}: {parts[0]}"]
    return [f"{name}{presence}", *(f"  - {part}" for part in parts)]


def _parts(seen: Observed, people: People, named: int) -> list[str]:
    if seen.presence is Presence.NEW:
        return []
    moved = f"{seen.moved.total:,} moved{_names(seen.moved, named)}" if seen.moved.total else ""
    parts = (
        _added(seen.added, people, named) if seen.added.total else "",
        f"{seen.removed.total:,} removed{_names(seen.removed, named)}" if seen.removed.total else "",
        "; ".join(part for part in (moved, *_described(seen)) if part),
    )
    return [part for part in parts if part]


def _presence(seen: Observed) -> str:
    match seen.presence:
        case Presence.NEW if seen.closed:
            return ": first seen; Spotify shows its contents to its owner alone"
        case Presence.NEW:
            return f": first seen with {items_of(seen.which, seen.items)}" if seen.items else ": first seen, empty"
        case Presence.GONE:
            kept = f"; its last {items_of(seen.which, seen.items)} stay in your vault" if seen.items else ""
            return f": gone from Spotify{kept}"
        case Presence.BACK:
            return ": back on Spotify"
        case None:
            return ""


def _added(added: Entries, people: People, named: int) -> str:
    """Who and when once for all, where that was one person; else beside each name."""
    by = f" by {_person(added.adder, people)}" if added.adder else ""
    last = "the last " if added.total > 1 else ""
    when = f", {last}{ago(added.newest)}" if added.newest else ""
    return f"{added.total:,} added{by}{when}{_names(added, named, None if added.adder else people)}"


def _names(entries: Entries, named: int, people: People | None = None) -> str:
    shown = entries.first[:named]
    if not shown:
        return ""
    told = ", ".join(entry_words(entry, people) for entry in shown)
    more = entries.total - len(shown)
    return f": {told} and {more:,} more" if more > 0 else f": {told}"


def entry_words(entry: Entry, people: People | None) -> str:
    """Title and artists, and with `people` who added it."""
    by = f" by {_person(entry.added_by, people)}" if people and entry.added_by else ""
    if entry.uri is None:
        return f"an entry Spotify lost{by}"
    artists = f" ({safe(entry.artists, 30)})" if entry.artists else ""
    return f"“{safe(entry.title, 40)}”{artists}{by}"


def _person(spotify_id: str, people: People) -> str:
    if spotify_id == people.you:
        return "you"
    return safe(people.names.get(spotify_id, spotify_id), 30)


def _described(seen: Observed) -> list[str]:
    """What is different about the playlist itself, its name apart."""
    if seen.details is None or seen.before is None:
        return []
    return _differences(seen.before, seen.details)


def _differences(before: PlaylistDetails, after: PlaylistDetails) -> list[str]:
    told = []
    if after.description != before.description:
        told.append("new description" if after.description else "description removed")
    if after.public != before.public and after.public is not None:
        told.append("now public" if after.public else "no longer public")
    if after.collaborative != before.collaborative:
        told.append("now collaborative" if after.collaborative else "no longer collaborative")
    if after.owner_id != before.owner_id:
        told.append("another owner")
    return told


def items_of(which: Which, number: int) -> str:
    """`80 items`, `320 songs`."""
    return count(number, NOUNS[which] if isinstance(which, SavedKind) else "item")


def _choice(seen: Observed) -> Choice:
    """Menus show plain text: no markup to escape, and no timestamps in the reader's zone."""
    name = LISTS[seen.which] if isinstance(seen.which, SavedKind) else f"“{plain(seen.name, 60)}”"
    when = f"{seen.observed_at:%d %b %Y %H:%M} UTC"
    return Choice(f"{name} · {when}", state_arg(seen.which, seen.number), items_of(seen.which, seen.items))
