"""What a sync found, in words."""

from collections.abc import Sequence

from discord import ButtonStyle

from bot.services.sync.report import ListEdit, PlaylistEdit, SyncReport
from cogs.cards import Button, Card, Tone, count, names, safe
from cogs.present.errors import step
from cogs.present.looks import LISTS
from storage.errors import NextStep
from storage.records import LibraryCounts

SHOWN = 6
NAMED = 3


def synced(report: SyncReport) -> Card:
    """The answer to `/vault sync`."""
    title = "Synced" if report.changed else "Synced: nothing changed"
    return Card(title, (*changes(report), holds(report), *_skipped(report)))


def holds(kept: SyncReport | LibraryCounts, *, vault: str = "Your vault") -> str:
    """What the vault keeps; of what there is nothing, nothing is said."""
    more = [
        count(number, one)
        for number, one in (
            (kept.albums, "album"),
            (kept.artists, "artist"),
            (kept.shows, "show"),
            (kept.episodes, "episode"),
            (kept.followed, "followed playlist"),
        )
        if number
    ]
    core = f"{count(kept.likes, 'like')} and {count(kept.playlists, 'playlist')} with {count(kept.items, 'item')}"
    return f"{vault} holds {core}{', and ' + listed(more) if more else ''}."


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def changes(report: SyncReport) -> tuple[str, ...]:
    """A line for each kind of change."""
    lines = [f"- {LISTS[edit.kind]}: {_plus_minus(edit)}" for edit in report.lists]
    if report.playlists_added:
        lines.append(f"- New: {names(report.playlists_added)}")
    if report.playlists_removed:
        lines.append(f"- Gone from Spotify, kept in your vault: {names(report.playlists_removed)}")
    if report.playlists_returned:
        lines.append(f"- Back on Spotify: {names(report.playlists_returned)}")
    lines += [_edit(edit) for edit in report.playlists_changed[:SHOWN]]
    if len(report.playlists_changed) > SHOWN:
        lines.append(f"- … and {count(len(report.playlists_changed) - SHOWN, 'other changed playlist')}")
    return tuple(lines)


def _edit(edit: PlaylistEdit) -> str:
    name = f"- “{safe(edit.name)}”"
    if edit.was_called is not None:
        name += f", until now “{safe(edit.was_called)}”"
    parts = [_plus_minus(edit)] if edit.added or edit.removed else []
    if edit.moved:
        parts.append("reordered")
    if edit.redescribed:
        parts.append("new description")
    return f"{name}: {', '.join(parts)}" if parts else name


def _plus_minus(edit: ListEdit | PlaylistEdit) -> str:
    parts = [f"{edit.added:,} added{_named(edit.added, edit.names_added)}"] if edit.added else []
    if edit.removed:
        parts.append(f"{edit.removed:,} removed{_named(edit.removed, edit.names_removed)}")
    return ", ".join(parts)


def _named(number: int, first: tuple[str, ...]) -> str:
    """The first names in brackets; that there are more is said by the number before."""
    if not first:
        return ""
    shown = names(first[:NAMED], NAMED)
    return f" ({shown}, …)" if number > NAMED else f" ({shown})"


def _skipped(report: SyncReport) -> tuple[str, ...]:
    if not report.skipped:
        return ()
    return (f"Not read completely this time, so left as it was: {names(report.skipped)}.",)


def library_changed(report: SyncReport, archive_id: str | None) -> Card:
    """The DM of a night that found changes; where something is gone, the way back is one press away."""
    lines = changes(report)
    off = Button("No more DMs", "dms", "off")
    if archive_id is None:
        return Card("Your library changed", lines, Tone.NEWS, (off,))
    back = Button("Bring it back…", "preview", archive_id, style=ButtonStyle.success)
    sentence = "Your last backup is from before that. You see a preview first; nothing changes until you confirm it."
    return Card("Something is gone from your library", (*lines, sentence), Tone.CARE, (back, off))


def night_failed(sentence: str, next_step: NextStep) -> Card:
    """The DM of a night without a backup."""
    buttons = (*step(next_step), Button("No more DMs", "dms", "off"))
    return Card("Tonight's backup did not work", (sentence,), Tone.TROUBLE, buttons)
