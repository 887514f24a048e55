"""Restores in words: what came of one, and what stays in the backup only."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.services.restore import Preview, RestoreReport, Target
from bot.services.restore.plan import CannotRestore, Obstacle
from bot.services.restore.report import Failure
from cogs.cards import Button, Card, Tone, count, few, in_a_row, names, safe
from cogs.present.history import NOUNS
from cogs.present.looks import LISTS
from cogs.present.vault_restores import vault_in_short, vault_restored
from cogs.present.versions import gone, show_button
from storage.records import Run, SavedKind

DATES = "Spotify dates whatever comes back as added today. Your vault and your backups keep the real dates."


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
        lines += [_verdict(report), *dates(report), *cannot(report.cannot)]
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
        saved_things(report.saved),
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
        lines.append(f"- {saved_things(report.saved)} {'removed again' if taken_back else 'back'}")
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


def dates(told: Preview | RestoreReport) -> list[str]:
    """Whose dates are lost; a playlist that only comes back into the list keeps its own."""
    return [DATES] if told.likes or told.saved or told.items else []


def saved_things(counts: Mapping[SavedKind, int]) -> str:
    """`12 albums, 3 artists and 1 show`."""
    told = [count(counts[kind], NOUNS[kind]) for kind in NOUNS if counts.get(kind)]
    return in_a_row(told)


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
