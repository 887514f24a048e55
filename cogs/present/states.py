"""A list as it was, in words, and the way to bring it back."""

from discord import ButtonStyle

from bot.services.history import People, State
from cogs.cards import Button, Card, Tone
from cogs.present.history import entry_words, items_of
from cogs.present.looks import list_name, state_arg
from cogs.present.times import ago, on
from storage.records import Entry


def state_card(state: State) -> Card:
    """A list as it was, and the way to bring it back."""
    contents = state.contents
    name = contents.details.name if contents.details else ""
    lines = [f"As it was on {on(contents.observed_at)}: {items_of(contents.which, contents.items)}{_page_of(state)}."]
    if contents.closed:
        lines = [f"As it was on {on(contents.observed_at)}. Spotify shows its contents to its owner alone."]
    if contents.removed_at is not None:
        lines.append(f"Gone from Spotify since {on(contents.removed_at)}; your vault keeps it.")
    lines += [
        f"{number}. {_held(entry, state.people)}" for number, entry in enumerate(contents.entries, contents.offset + 1)
    ]
    return Card(list_name(contents.which, name), tuple(lines), Tone.NEWS, _state_buttons(state))


def _page_of(state: State) -> str:
    return f", page {state.page + 1} of {state.pages:,}" if state.pages > 1 else ""


def _held(entry: Entry, people: People) -> str:
    theirs = entry.added_by and entry.added_by != people.you
    return f"{entry_words(entry, people if theirs else None)}{f' · {ago(entry.added_at)}' if entry.added_at else ''}"


def _restorable(state: State) -> bool:
    """What a restore can bring back: whatever held something, and playlists that are gone as a whole."""
    contents = state.contents
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
