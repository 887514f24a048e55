"""Backups in words: one that was made, and those there are."""

from collections.abc import Iterator, Sequence

from discord import ButtonStyle

from bot.services.backup import BackupReport
from bot.services.keeping.report import KeepingReport
from cogs.cards import Button, Card, Choice, Menu, Tone, count
from cogs.present.times import ago, on, size_of
from storage.records import Archive, StoreKind

STORE = {
    StoreKind.FOLDER: "this bot's own storage",
    StoreKind.DRIVE: "your Google Drive",
    StoreKind.OPERATOR_DRIVE: "the operator's Google Drive",
}
SHOWN = 10
PINNABLE = 25


def backed_up(report: BackupReport, keeping: KeepingReport) -> Card:
    """The answer to `/vault backup`."""
    contents = (
        f"{count(report.likes, 'like')}, {count(report.playlists, 'playlist')}, {count(report.items, 'item')}, "
        f"{size_of(report.size)}"
    )
    if report.unchanged:
        line = f"Nothing changed since the last one, which is still safe in {STORE[report.store]}: `{report.name}`."
        return Card("Already backed up", (line, contents, *_kept(keeping)))
    line = f"`{report.name}` is in {STORE[report.store]}; written, read back and compared by checksum."
    return Card("Backed up", (line, contents, *_kept(keeping)))


def _kept(report: KeepingReport) -> Iterator[str]:
    """What became of older ones, where anything did."""
    if report.trashed:
        yield f"{count(report.trashed, 'older backup')} went to the trash, which is emptied later."
    if report.taken_back:
        yield f"{count(report.taken_back, 'backup')} taken out of the trash: kept for good from now on."
    if report.held_back:
        yield f"Old backups were not cleared away: {report.held_back}"


def backups(archives: Sequence[Archive]) -> Card:
    """The answer to `/vault backups`."""
    if not archives:
        return Card(
            "No backups yet", ("`/vault backup` makes the first one; every night adds one when something changed.",)
        )
    lines = [_line(archive, newest=number == 0) for number, archive in enumerate(archives[:SHOWN])]
    if len(archives) > SHOWN:
        lines.append(f"… and {len(archives) - SHOWN} older ones; `/vault restore` lists them as you type.")
    restore = Button("Restore the newest…", "preview", archives[0].id, style=ButtonStyle.primary)
    pins = Menu("Keep one for good, or no longer…", "pin", tuple(_pin(archive) for archive in archives[:PINNABLE]))
    return Card("Your backups", tuple(lines), Tone.CALM, (restore,), pins)


def pin_of(value: str) -> tuple[str, bool]:
    """Which backup, and whether it shall be kept for good, from what was chosen in the menu."""
    archive_id, _, wish = value.partition(":")
    return archive_id, wish == "pin"


def _pin(archive: Archive) -> Choice:
    label, wish = ("No longer", "unpin") if archive.pinned else ("For good", "pin")
    return Choice(f"{label}: {choice(archive)}", f"{archive.id}:{wish}")


def _line(archive: Archive, *, newest: bool) -> str:
    counts = archive.counts
    when = f"**{on(archive.created_at)}**" if newest else on(archive.created_at)
    return (
        f"- {when} ({ago(archive.created_at)}): {count(counts.likes, 'like')}, {count(counts.playlists, 'playlist')}, "
        f"{size_of(archive.size)}, in {STORE[archive.store]}{', kept for good' if archive.pinned else ''}"
    )


def choice(archive: Archive) -> str:
    """One backup as a suggestion while typing; Discord shows no timestamps there and at most 100 characters."""
    counts = archive.counts
    return f"{archive.created_at:%d %b %Y %H:%M} UTC · {counts.likes:,} likes · {count(counts.playlists, 'playlist')}"
