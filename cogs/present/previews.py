"""Previews of restores in words: the counts, and the buttons that confirm or ask for less."""

from dataclasses import replace

from discord import ButtonStyle

from bot.services.restore import Preview, Target
from bot.services.restore.preview import Offer
from bot.services.restore.source import PARTS, Part
from cogs.cards import Button, Card, Choice, Menu, Tone, count, names, plain, safe
from cogs.present.history import NOUNS
from cogs.present.looks import LISTS
from cogs.present.restores import cannot, dates, saved_things
from cogs.present.times import on
from cogs.present.vault_restores import vault_preview_card
from storage.records import SavedKind

LEFT = "Nothing is removed, and what came since stays."


def preview_card(preview: Preview) -> Card:
    """What would happen, with a confirm button; nothing has been changed yet."""
    if preview.nothing_to_do:
        return _nothing(preview)
    if preview.vault is not None:
        return vault_preview_card(preview, preview.vault)
    confirm = Button(_CONFIRM[preview.target], "restore", preview.change_id, style=ButtonStyle.success)
    cancel = Button("Cancel", "cancel", preview.change_id)
    return Card(
        _TITLE[preview.target],
        (_origin(preview), *_plan(preview), *_notes(preview)),
        Tone.CARE,
        (confirm, cancel),
        _parts(preview),
    )


def _parts(preview: Preview) -> Menu | None:
    """The way to bring back less."""
    choices = tuple(Choice(_part(offer), f"{preview.of}_{offer.which}", _lacks(offer)) for offer in preview.offers)
    return Menu("Only a part of it…", "part", choices) if choices else None


def _part(offer: Offer) -> str:
    return plain(offer.name, 80) if offer.name else LISTS[SavedKind(offer.which)]


def _lacks(offer: Offer) -> str:
    noun = "item" if offer.name else NOUNS[SavedKind(offer.which)]
    return f"{count(offer.number, noun)} {_verb(offer.number, 'comes', 'come')} back" if offer.number else ""


def part_of(value: str) -> tuple[str, str]:
    """Which backup, and which part of it, from what was chosen in the menu."""
    archive_id, _, which = value.partition("_")
    return archive_id, which


def _nothing(preview: Preview) -> Card:
    if preview.target is Target.VERSIONS:
        return Card("Nothing to restore", ("The other versions are all there already.",))
    if preview.target is Target.UNDO:
        return Card("Nothing to take back", ("That restore added nothing that can be taken away.",))
    return Card("Nothing to restore", (_all_there(preview), *cannot(preview.cannot)))


def _all_there(preview: Preview) -> str:
    match preview.part:
        case Part.PLAYLIST:
            return f"Everything “{safe(preview.name)}” held on {on(preview.made_at)} is there."
        case Part.BACKUP:
            return f"Everything from the backup of {on(preview.made_at)} is there already."
        case _:
            return f"All your {_LISTS[preview.part]} of {on(preview.made_at)} are there."


def _origin(preview: Preview) -> str:
    if preview.target is Target.UNDO:
        return f"The restore you asked for on {on(preview.made_at)}:"
    if preview.target is Target.VERSIONS:
        return "In place of songs that are no longer on Spotify:"
    match preview.part:
        case Part.PLAYLIST:
            return f"“{safe(preview.name)}” as it was on {on(preview.made_at)}:"
        case Part.BACKUP:
            return f"From the backup of {on(preview.made_at)}:"
        case _:
            return f"Your {_LISTS[preview.part]} as they were on {on(preview.made_at)}:"


_LISTS = {part: LISTS[kind].lower() for kind, part in PARTS.items()}
_TITLE = {
    Target.SPOTIFY: "Restore into Spotify?",
    Target.UNDO: "Take this restore back?",
    Target.VERSIONS: "Use the other versions?",
}
_CONFIRM = {Target.SPOTIFY: "Restore", Target.UNDO: "Take it back", Target.VERSIONS: "Use them"}


def _plan(preview: Preview) -> list[str]:
    if preview.target is not Target.VERSIONS:
        return _would(preview)
    likes = f"- {count(preview.likes, 'song')} {_verb(preview.likes, 'is', 'are')} liked"
    items = f"- {count(preview.items, 'song')} {_verb(preview.items, 'goes', 'go')} into {names(preview.completed)}"
    return [line for line, number in ((likes, preview.likes), (items, preview.items)) if number]


def _would(preview: Preview) -> list[str]:
    taken_back = preview.target is Target.UNDO
    lines = []
    if preview.likes:
        verb = _verb(preview.likes, "goes", "go") if taken_back else _verb(preview.likes, "comes back", "come back")
        lines.append(f"- {count(preview.likes, 'like')} {verb}")
    if preview.saved:
        many = sum(preview.saved.values())
        verb = _verb(many, "goes", "go") if taken_back else _verb(many, "comes back", "come back")
        lines.append(f"- {saved_things(preview.saved)} {verb}")
    if number := len(preview.returned):
        verb = _verb(number, "comes back as you left it", "come back as you left them")
        lines.append(f"- {count(number, 'deleted playlist')} {verb}: {names(preview.returned)}")
    if number := len(preview.playlists):
        verb = "removed" if taken_back else "made"
        lines.append(
            f"- {count(number, 'playlist')} {_verb(number, 'is', 'are')} {verb} again: {names(preview.playlists)}"
        )
    if number := len(preview.followed):
        verb = _verb(number, "comes", "come")
        lines.append(
            f"- {count(number, 'playlist')} of other people {verb} back into your list: {names(preview.followed)}"
        )
    if number := len(preview.completed):
        lost, got = ("loses", "lose"), ("gets its missing items back", "get their missing items back")
        verb = f"{_verb(number, *lost)} what was put back" if taken_back else _verb(number, *got)
        lines.append(f"- {count(number, 'playlist')} {verb}: {names(preview.completed)}")
    if preview.items and not taken_back:
        lines.append(f"- {count(preview.items, 'playlist item')} in all, each in its place")
    return lines


def _verb(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


def _notes(preview: Preview) -> list[str]:
    if preview.target is Target.UNDO:
        return ["Only what that restore added is taken away. What you edited or liked since stays."]
    if preview.target is Target.VERSIONS:
        return ["In playlists each stands where the lost one stood; likes come on top. Nothing is removed."]
    if preview.offers_left_out:
        more = f"{preview.offers_left_out:,} more can come back alone: name one with `/vault restore part:`."
        return [*_notes(replace(preview, offers_left_out=0)), more]
    if preview.part is not Part.BACKUP:
        return [f"Only what is missing now is added. {LEFT}", *dates(preview), *cannot(preview.cannot)]
    whole = f"{count(preview.present, 'playlist is', 'playlists are')} complete already. " if preview.present else ""
    return [f"{whole}Nothing is removed or overwritten.", *dates(preview), *cannot(preview.cannot)]
