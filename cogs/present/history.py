"""The time machine in words: what changed, a page at a time, and a list as it was."""

from collections.abc import Sequence
from datetime import UTC, datetime

from discord import ButtonStyle

from bot.services.history import Changes, NotAPeriod, People, Period, Question, State, period_of
from cogs.cards import BODY_LIMIT, Button, Card, Choice, Menu, Tone, count, safe
from cogs.present.times import ago, on
from storage.records import Entries, Entry, ListName, Observed, PlaylistDetails, Presence, SavedKind, Which

NAMED = (3, 2, 1, 0)
"""How many entries are named in a line: as many as a page has room for."""
LISTS = {
    SavedKind.TRACK: "Liked songs",
    SavedKind.ALBUM: "Saved albums",
    SavedKind.SHOW: "Saved shows",
    SavedKind.EPISODE: "Saved episodes",
    SavedKind.ARTIST: "Followed artists",
}
NOUNS = {
    SavedKind.TRACK: "song",
    SavedKind.ALBUM: "album",
    SavedKind.SHOW: "show",
    SavedKind.EPISODE: "episode",
    SavedKind.ARTIST: "artist",
}
PERIODS = {
    "1d": "today (the last 24 hours)",
    "7d": "the last 7 days",
    "30d": "the last 30 days",
    "365d": "the last year",
    "all": "everything there is",
}
CHOICES = 25


def changes_card(changes: Changes) -> Card:
    """The answer to `/vault changes`: as many names as there is room for, never a wall."""
    if not changes.seen:
        return Card("No changes", (_nothing(changes),), buttons=_pages(changes))
    heading = _heading(changes)
    for named in NAMED:
        lines = [line for seen in changes.seen for line in observed_lines(seen, changes.people, named)]
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


def observed_lines(seen: Observed, people: People, named: int) -> list[str]:
    """One observation in one to four lines, with up to `named` entries by name."""
    lines = [_head(seen)]
    if seen.presence is not Presence.NEW:
        if seen.added.total:
            lines.append(f"- {_added(seen.added, people, named)}")
        if seen.removed.total:
            lines.append(f"- {seen.removed.total:,} removed{_names(seen.removed, named)}")
        moved = f"{seen.moved.total:,} moved{_names(seen.moved, named)}" if seen.moved.total else ""
        rest = [part for part in (moved, *_described(seen)) if part]
        if rest:
            lines.append(f"- {'; '.join(rest)}")
    return lines


def _head(seen: Observed) -> str:
    name = f"**{list_name(seen.which, seen.name)}**"
    if seen.renamed_from is not None:
        name += f", until then “{safe(seen.renamed_from, 40)}”"
    return f"{name} · {on(seen.observed_at)}{_presence(seen)}"


def _presence(seen: Observed) -> str:
    match seen.presence:
        case Presence.NEW:
            return f": first seen{'' if seen.closed else f' with {_items(seen.which, seen.items)}'}"
        case Presence.GONE:
            kept = "" if seen.closed else f"; its last {_items(seen.which, seen.items)} stay in your vault"
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
    told = ", ".join(_entry(entry, people) for entry in shown)
    more = entries.total - len(shown)
    return f": {told} and {more:,} more" if more > 0 else f": {told}"


def _entry(entry: Entry, people: People | None) -> str:
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


def _items(which: Which, number: int) -> str:
    return count(number, NOUNS[which] if isinstance(which, SavedKind) else "item")


def list_name(which: Which, name: str) -> str:
    """A list as a person knows it; `name` is a playlist's."""
    return LISTS[which] if isinstance(which, SavedKind) else f"“{safe(name, 40)}”"


def _choice(seen: Observed) -> Choice:
    """Menus show plain text: no markup to escape, and no timestamps in the reader's zone."""
    name = LISTS[seen.which] if isinstance(seen.which, SavedKind) else f"“{_plain(seen.name, 60)}”"
    when = f"{seen.observed_at:%d %b %Y %H:%M} UTC"
    return Choice(f"{name} · {when}", state_arg(seen.which, seen.number), _items(seen.which, seen.items))


def _plain(text: str, limit: int) -> str:
    one_line = " ".join(text.split()) or "(no name)"
    return one_line if len(one_line) <= limit else one_line[: limit - 1] + "…"


def state_card(state: State) -> Card:
    """A list as it was, and the way to bring it back."""
    contents = state.contents
    name = contents.details.name if contents.details else ""
    lines = [f"As it was on {on(contents.observed_at)}: {_items(contents.which, contents.items)}{_page_of(state)}."]
    if contents.closed:
        lines = [f"As it was on {on(contents.observed_at)}. Spotify shows its contents to its owner alone."]
    if contents.removed_at is not None:
        lines.append(f"Gone from Spotify since {on(contents.removed_at)}; your vault keeps it.")
    lines += [
        f"{number}. {_held(entry, state.people)}" for number, entry in enumerate(contents.entries, contents.offset + 1)
    ]
    if not _restorable(state) and isinstance(contents.which, SavedKind):
        lines.append("This list can be looked at; liked songs and playlists can be brought back.")
    return Card(list_name(contents.which, name), tuple(lines), Tone.NEWS, _state_buttons(state))


def _page_of(state: State) -> str:
    return f", page {state.page + 1} of {state.pages:,}" if state.pages > 1 else ""


def _held(entry: Entry, people: People) -> str:
    theirs = entry.added_by and entry.added_by != people.you
    return f"{_entry(entry, people if theirs else None)}{f' · {ago(entry.added_at)}' if entry.added_at else ''}"


def _restorable(state: State) -> bool:
    """What a restore can bring back: likes, and playlists whose contents are known, or that are gone as a whole."""
    contents = state.contents
    if isinstance(contents.which, SavedKind):
        return contents.which is SavedKind.TRACK and contents.items > 0
    return contents.removed_at is not None or (not contents.closed and contents.items > 0)


def _state_buttons(state: State) -> tuple[Button, ...]:
    contents, page = state.contents, state.page
    which, number = contents.which, contents.number
    buttons = []
    if page:
        buttons.append(Button("Previous page", "state", state_arg(which, number, page - 1)))
    if page + 1 < state.pages:
        buttons.append(Button("Next page", "state", state_arg(which, number, page + 1)))
    if contents.earlier is not None:
        buttons.append(Button("As it was before", "state", state_arg(which, contents.earlier)))
    if contents.later is not None:
        buttons.append(Button("As it was after", "state", state_arg(which, contents.later)))
    if _restorable(state):
        style = ButtonStyle.primary
        buttons.append(Button("Bring this back…", "bring", state_arg(which, number), style=style))
    return tuple(buttons)


# --- what stands in the ids of buttons and menus


def question_arg(question: Question, page: int) -> str:
    """A page of changes, for a button."""
    return f"{page}_{question.period.code}_{int(question.as_of.timestamp())}_{question.which or ''}"


def question_of(arg: str) -> Question:
    """The same read again."""
    page, period, as_of, which = arg.split("_", 3)
    return Question(
        datetime.fromtimestamp(int(as_of), UTC), which_of(which) if which else None, Period(period), int(page)
    )


def state_arg(which: Which, number: int, page: int = 0) -> str:
    """A page of a state, for a button or a menu."""
    return f"{page}_{number}_{which}"


def state_of(arg: str) -> tuple[Which, int, int]:
    """Which list, the state's number, and the page."""
    page, number, which = arg.split("_", 2)
    return which_of(which), int(number), int(page)


def which_of(code: str) -> Which:
    """A list as it stands in an id or an option."""
    return SavedKind(code) if code in set(SavedKind) else code


# --- what is offered while typing


def period_words(period: Period) -> str:
    """A period within a sentence."""
    if period.code in PERIODS:
        return PERIODS[period.code]
    first, last = period.days
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"


def _day(day: datetime) -> str:
    return f"{day.day} {day:%B %Y}"


def list_choices(lists: Sequence[ListName], typed: str) -> list[tuple[str, str]]:
    """Names and codes of lists whose name contains what was typed."""
    offered = [(_offered(each), str(each.which)) for each in lists]
    return [(name, code) for name, code in offered if typed.casefold() in name.casefold()][:CHOICES]


def _offered(each: ListName) -> str:
    name = LISTS[each.which] if isinstance(each.which, SavedKind) else _plain(each.name, 70)
    return f"{name} (gone from Spotify)" if each.removed_at else name


def period_choices(typed: str) -> list[tuple[str, str]]:
    """Names and codes of the periods that contain what was typed, or of the days it says."""
    usual = [(name, code) for code, name in PERIODS.items() if typed.casefold() in name.casefold()]
    try:
        period = period_of(typed)
    except NotAPeriod:
        return usual
    return [(period_words(period), period.code)]
