"""Restores in words: the preview with its counts, and what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from discord import ButtonStyle

from bot.services.restore import Preview, RestoreReport, Target
from bot.services.restore.plan import CannotRestore, Obstacle
from bot.services.restore.report import Failure, Offer
from bot.services.restore.source import PARTS, Part
from cogs.cards import Button, Card, Choice, Menu, Tone, count, few, in_a_row, names, plain, safe
from cogs.present.history import NOUNS
from cogs.present.looks import LISTS
from cogs.present.times import on
from cogs.present.vault_restores import vault_in_short, vault_preview_card, vault_restored
from cogs.present.versions import gone, show_button
from storage.records import Run, SavedKind

LEFT = "Nothing is removed, and what came since stays."
DATES = "Spotify dates whatever comes back as added today. Your vault and your backups keep the real dates."


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
        lines.append(f"- {_saved(preview.saved)} {verb}")
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


def _dates(told: Preview | RestoreReport) -> list[str]:
    """A playlist that only comes back into the list keeps its own."""
    return [DATES] if told.likes or told.saved or told.items else []


def _saved(counts: Mapping[SavedKind, int]) -> str:
    """`12 albums, 3 artists and 1 show`."""
    told = [count(counts[kind], NOUNS[kind]) for kind in NOUNS if counts.get(kind)]
    return in_a_row(told)


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
        return [f"Only what is missing now is added. {LEFT}", *_dates(preview), *cannot(preview.cannot)]
    whole = f"{count(preview.present, 'playlist is', 'playlists are')} complete already. " if preview.present else ""
    return [f"{whole}Nothing is removed or overwritten.", *_dates(preview), *cannot(preview.cannot)]


_UNKNOWN = {
    Obstacle.NOT_IN_BACKUP: "This backup does not know",
    Obstacle.NOT_SHOWN: "Spotify did not show this bot",
}


def cannot(obstacles: Sequence[CannotRestore]) -> list[str]:
    """What stays in the backup only, and why."""
    lines = []
    local = [obstacle for obstacle in obstacles if obstacle.obstacle is Obstacle.LOCAL_FILE]
    if local:
        lines.append(f"Cannot be restored, since Spotify's API takes no local files ({len(local):,}):")
        lines += few([f"- “{safe(item.name)}”, number {item.position} of “{safe(item.playlist)}”" for item in local])
    lost = Counter(item.playlist for item in obstacles if item.obstacle is Obstacle.LOST_ENTRY)
    lines += few([_lost(playlist, number) for playlist, number in lost.items()])
    unknown = {(item.obstacle, item.name) for item in obstacles}
    for obstacle, why in _UNKNOWN.items():
        if lists := [name.lower() for kind, name in LISTS.items() if (obstacle, kind) in unknown]:
            lines.append(f"{why} your {in_a_row(lists)}, so they stay as they are.")
    others = [item.playlist for item in obstacles if item.obstacle is Obstacle.SOMEBODY_ELSES]
    if others:
        lines.append(f"Other people's, and left as their owners want them: {names(others)}.")
    return lines


def _lost(playlist: str, number: int) -> str:
    where = f"“{safe(playlist)}”" if playlist else "your liked songs"
    return f"{count(number, 'entry', 'entries')} of {where} had been lost by Spotify by then."


def restored(report: RestoreReport) -> Card:
    """What came of a restore, checked by reading everything again."""
    if report.vault is not None:
        return vault_restored(report, report.vault)
    lines = _used(report) if report.target is Target.VERSIONS else _did(report)
    lines += few([f"- {_why(failure)}" for failure in report.failed])
    lines += gone(report)
    if report.exposed:
        lines.append(f"- Private before, but Spotify made it public: {names(report.exposed)}. Change it in the app.")
    if report.target in (Target.SPOTIFY, Target.VERSIONS):
        lines += [_verdict(report), *_dates(report), *cannot(report.cannot)]
    return Card(
        _title(report),
        tuple(lines),
        Tone.CALM if _complete(report) else Tone.CARE,
        (*show_button(report), *undo_button(report)),
    )


def _why(failure: Failure) -> str:
    return failure.template.format(**{name: safe(value) for name, value in failure.fields.items()})


def report_in(run: Run) -> RestoreReport:
    """What a finished restore kept of itself."""
    return RestoreReport.from_json(run.report or {})


def in_short(report: RestoreReport) -> str:
    """A restore in half a line, for the status."""
    if report.vault is not None:
        return vault_in_short(report, report.vault)
    playlists = len(report.playlists) + len(report.returned)
    counts = (
        count(report.likes, "like") if report.likes else "",
        _saved(report.saved),
        count(playlists, "playlist") if playlists else "",
        count(report.items, "playlist item") if report.items else "",
    )
    return f"{_title(report).lower()} ({', '.join(filter(None, counts)) or 'nothing was missing'})"


def undo_button(report: RestoreReport) -> tuple[Button, ...]:
    """The way back, where there is one."""
    return (Button("Undo…", "undo", report.change_id),) if report.can_undo else ()


def _complete(report: RestoreReport) -> bool:
    return not (report.failed or report.refused or report.missing)


def _title(report: RestoreReport) -> str:
    return _DONE[report.target] if _complete(report) else f"{_DONE[report.target]}, but not all of it"


_DONE = {
    Target.SPOTIFY: "Restored into Spotify",
    Target.VAULT: "Restored into your vault",
    Target.UNDO: "Taken back",
    Target.VERSIONS: "Other versions in place",
}


def _used(report: RestoreReport) -> list[str]:
    likes = f"- {count(report.likes, 'song')} liked"
    items = f"- {count(report.items, 'song')} put into {names(report.completed)}"
    return [line for line, number in ((likes, report.likes), (items, report.items)) if number]


def _did(report: RestoreReport) -> list[str]:
    taken_back = report.target is Target.UNDO
    lines = []
    if report.likes:
        lines.append(f"- {count(report.likes, 'like')} {'removed again' if taken_back else _order(report)}")
    if report.saved:
        lines.append(f"- {_saved(report.saved)} {'removed again' if taken_back else 'back'}")
    if report.returned:
        lines.append(f"- {count(len(report.returned), 'deleted playlist')} back: {names(report.returned)}")
    if report.playlists:
        verb = "removed again" if taken_back else "back"
        lines.append(f"- {count(len(report.playlists), 'playlist')} {verb}: {names(report.playlists)}")
    if report.followed:
        lines.append(
            f"- {count(len(report.followed), 'playlist')} of other people back in your list: {names(report.followed)}"
        )
    if report.completed:
        verb = "lost what was put back" if taken_back else "complete again"
        lines.append(f"- {count(len(report.completed), 'playlist')} {verb}: {names(report.completed)}")
    if report.items:
        lines.append(f"- {count(report.items, 'playlist item')} {'removed again' if taken_back else 'back in place'}")
    return lines


def _order(report: RestoreReport) -> str:
    return "back, in their order" if report.in_order else "back; Spotify filed them in an order of its own"


def _verdict(report: RestoreReport) -> str:
    if report.missing:
        return "Read again and compared: something is still missing. Restore once more to bring the rest."
    return "Read again and compared: everything that can be there is there."
