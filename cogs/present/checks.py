"""Checked backups in words: all hashes right, or what is wrong and what to do."""

from bot.services.checking.report import Checked, CheckReport, Verdict
from cogs.cards import Button, Card, Tone, count, safe
from cogs.present.backups import ANEW, DAMAGED_ADVICE, GONE_ADVICE, STORE
from cogs.present.links import NO_MORE
from cogs.present.times import on
from storage.records import Archive, ArchiveState

SHOWN = 5
SHOW = Button("Show my backups", "show_backups")


def checked(report: CheckReport) -> Card:
    """The answer to "Verify"."""
    if not report.checked:
        return Card("Nothing to check", (f"There is no backup that could be read. {ANEW}",), Tone.CARE)
    well = all(each.verdict is Verdict.GOOD for each in report.checked)
    title = "Checked" if well else "Checked, and something is wrong"
    return Card(title, tuple(map(_found, report.checked)), Tone.CALM if well else Tone.TROUBLE, (SHOW,))


def _found(one: Checked) -> str:
    which = f"The backup of {on(one.created_at)} in {STORE[one.store]}"
    match one.verdict:
        case Verdict.GOOD:
            read = f"{count(one.members, 'member')}, {count(one.lines, 'line')}, all hashes right"
            return f"{which}: checked: {read}. It can be restored."
        case Verdict.DAMAGED:
            return f"{which} is damaged: {safe(one.fault, 200)}. {DAMAGED_ADVICE}"
        case Verdict.ABSENT:
            return f"{which} is not where it was put. {GONE_ADVICE[one.store]}"


def in_trouble(archives: tuple[Archive, ...]) -> Card:
    """The DM about what a check found of its own accord."""
    lines = [_trouble(archive) for archive in archives[:SHOWN]]
    if len(archives) > SHOWN:
        lines.append(f"… and {len(archives) - SHOWN} more; `/vault backups` shows them all.")
    stores = dict.fromkeys(archive.store for archive in archives if archive.state is ArchiveState.MISSING)
    advice = [GONE_ADVICE[store] for store in stores] or [DAMAGED_ADVICE]
    title = "A backup is not what it should be" if len(archives) == 1 else "Backups are not what they should be"
    return Card(title, (*lines, *advice), Tone.TROUBLE, (SHOW, NO_MORE))


def _trouble(archive: Archive) -> str:
    which = f"- The backup of {on(archive.created_at)} in {STORE[archive.store]}"
    if archive.state is ArchiveState.DAMAGED:
        return f"{which} is damaged: {safe(archive.fault or '', 200)}."
    return f"{which} is gone: it has not been there since {on(archive.missing_since or archive.created_at)}."
