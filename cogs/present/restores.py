"""Restores in words: the preview with its counts, and what came of it."""

from collections import Counter
from collections.abc import Sequence

from discord import ButtonStyle

from bot.services.restore import Preview, RestoreReport, Target
from bot.services.restore.plan import CannotRestore, Obstacle
from bot.services.restore.report import Failure
from bot.services.restore.source import Part
from cogs.cards import Button, Card, Tone, count, names, safe
from cogs.present.times import on
from cogs.present.vault_restores import vault_in_short, vault_preview_card, vault_restored
from storage.records import Run

SHOWN = 5
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
        (_origin(preview), *_would(preview), *_notes(preview)),
        Tone.CARE,
        (confirm, cancel),
    )


def _nothing(preview: Preview) -> Card:
    if preview.target is Target.UNDO:
        return Card("Nothing to take back", ("That restore added nothing that can be taken away.",))
    return Card("Nothing to restore", (_all_there(preview), *cannot(preview.cannot)))


def _all_there(preview: Preview) -> str:
    match preview.part:
        case Part.LIKES:
            return f"All your liked songs of {on(preview.made_at)} are there."
        case Part.PLAYLIST:
            return f"Everything “{safe(preview.name)}” held on {on(preview.made_at)} is there."
        case Part.BACKUP:
            return f"Everything from the backup of {on(preview.made_at)} is there already."


def _origin(preview: Preview) -> str:
    if preview.target is Target.UNDO:
        return f"The restore you asked for on {on(preview.made_at)}:"
    match preview.part:
        case Part.LIKES:
            return f"Your liked songs as they were on {on(preview.made_at)}:"
        case Part.PLAYLIST:
            return f"“{safe(preview.name)}” as it was on {on(preview.made_at)}:"
        case Part.BACKUP:
            return f"From the backup of {on(preview.made_at)}:"


_TITLE = {
    Target.SPOTIFY: "Restore into Spotify?",
    Target.UNDO: "Take this restore back?",
}
_CONFIRM = {Target.SPOTIFY: "Restore", Target.UNDO: "Take it back"}


def _would(preview: Preview) -> list[str]:
    taken_back = preview.target is Target.UNDO
    lines = []
    if preview.likes:
        verb = _verb(preview.likes, "goes", "go") if taken_back else _verb(preview.likes, "comes back", "come back")
        lines.append(f"- {count(preview.likes, 'like')} {verb}")
    if number := len(preview.playlists):
        verb = "removed" if taken_back else "made"
        lines.append(
            f"- {count(number, 'playlist')} {_verb(number, 'is', 'are')} {verb} again: {names(preview.playlists)}"
        )
    if number := len(preview.followed):
        lines.append(
            f"- {count(number, 'playlist')} of other people {_verb(number, 'comes', 'come')} back into your list"
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
    if preview.part is not Part.BACKUP:
        return [f"Only what is missing now is added. {LEFT}", DATES, *cannot(preview.cannot)]
    whole = f"{count(preview.present, 'playlist is', 'playlists are')} complete already. " if preview.present else ""
    return [f"{whole}Nothing is removed or overwritten.", DATES, *cannot(preview.cannot)]


def cannot(obstacles: Sequence[CannotRestore]) -> list[str]:
    """What stays in the backup only, and why."""
    lines = []
    local = [obstacle for obstacle in obstacles if obstacle.obstacle is Obstacle.LOCAL_FILE]
    if local:
        lines.append(f"Cannot be restored, since Spotify's API takes no local files ({len(local)}):")
        lines += [f"- “{safe(item.name)}”, number {item.position} of “{safe(item.playlist)}”" for item in local[:SHOWN]]
        if len(local) > SHOWN:
            lines.append(f"- … and {len(local) - SHOWN} more")
    lost = Counter(item.playlist for item in obstacles if item.obstacle is Obstacle.LOST_ENTRY)
    for playlist, number in lost.items():
        where = f"“{safe(playlist)}”" if playlist else "your liked songs"
        lines.append(f"{count(number, 'entry', 'entries')} of {where} had been lost by Spotify by then.")
    others = [item.playlist for item in obstacles if item.obstacle is Obstacle.SOMEBODY_ELSES]
    if others:
        lines.append(f"Other people's, and left as their owners want them: {names(others)}.")
    return lines


def restored(report: RestoreReport) -> Card:
    """What came of a restore, checked by reading everything again."""
    if report.vault is not None:
        return vault_restored(report, report.vault)
    lines = _did(report)
    lines += [f"- {_why(failure)}" for failure in report.failed]
    if report.refused:
        lines.append(f"- {count(report.refused, 'item')} Spotify no longer takes; your vault keeps them.")
    if report.exposed:
        lines.append(f"- Private before, but Spotify made it public: {names(report.exposed)}. Change it in the app.")
    if report.target is Target.SPOTIFY:
        lines += [_verdict(report), DATES, *cannot(report.cannot)]
    return Card(_title(report), tuple(lines), Tone.CALM if _complete(report) else Tone.CARE, undo_button(report))


def _why(failure: Failure) -> str:
    return failure.template.format(**{name: safe(value) for name, value in failure.fields.items()})


def report_in(run: Run) -> RestoreReport:
    """What a finished restore kept of itself."""
    return RestoreReport.from_json(run.report or {})


def in_short(report: RestoreReport) -> str:
    """A restore in half a line, for the status."""
    if report.vault is not None:
        return vault_in_short(report, report.vault)
    counts = (
        count(report.likes, "like") if report.likes else "",
        count(len(report.playlists), "playlist") if report.playlists else "",
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


_DONE = {Target.SPOTIFY: "Restored into Spotify", Target.VAULT: "Restored into your vault", Target.UNDO: "Taken back"}


def _did(report: RestoreReport) -> list[str]:
    taken_back = report.target is Target.UNDO
    lines = []
    if report.likes:
        lines.append(f"- {count(report.likes, 'like')} {'removed again' if taken_back else _order(report)}")
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
