"""Backups in words: one that was made, those there are, one by itself, and the trash."""

from collections.abc import Iterator, Sequence

from discord import ButtonStyle

from bot.services.backup import BackupReport
from bot.services.keeping.report import KeepingReport
from bot.services.shelving import Shelved
from cogs.cards import Button, Card, Choice, Menu, Tone, count, safe
from cogs.present.times import ago, on, size_of
from storage.records import Archive, ArchiveState, StoreKind

STORE = {
    StoreKind.FOLDER: "this bot's own storage",
    StoreKind.DRIVE: "your Google Drive",
    StoreKind.OPERATOR_DRIVE: "the operator's Google Drive",
}
SHOWN = 10
TAKE_OUT = (
    "If it lies in the trash of your Drive, take it out within 30 days of when it went there, and it is a backup "
    "again; if you have linked another Drive since, link the one before."
)
ANEW = "`/vault backup` makes sure now that you have a good one."
DAMAGED_ADVICE = f"It cannot be restored from, and counts as none. {ANEW}"
GONE_ADVICE = {
    StoreKind.DRIVE: f"{TAKE_OUT} {ANEW}",
    StoreKind.FOLDER: f"Whoever runs this bot may have a copy of its folder; what is put back is found again. {ANEW}",
    StoreKind.OPERATOR_DRIVE: (
        "Tell whoever runs this bot: out of the trash of their Drive it can be taken within 30 days, and is found "
        f"again then. {ANEW}"
    ),
}


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


def backups(shelved: Shelved, page: int = 0) -> Card:
    """The answer to `/vault backups`: a page of them, and a menu of the same to look at one."""
    trash = (Button(f"Trash ({len(shelved.trashed)})…", "trash"),) if shelved.trashed else ()
    if not shelved.shown:
        line = "`/vault backup` makes the first one; every night adds one when something changed."
        return Card("No backups yet", (line,), buttons=trash)
    shown, where, turns = _page(shelved.shown, page, "backups")
    lines = [_line(archive, newest=archive == shelved.shown[0]) for archive in shown]
    newest = [Button("Restore the newest…", "preview", each.id, style=ButtonStyle.primary) for each in shelved.good[:1]]
    menu = Menu("Look at one: check, keep, restore, delete…", "backup", tuple(_choice(archive) for archive in shown))
    tone = Tone.CALM if not any(trouble(archive) for archive in shelved.shown) else Tone.CARE
    return Card("Your backups", (*lines, *where), tone, (*newest, *turns, *trash), menu)


def _page(archives: Sequence[Archive], page: int, act: str) -> tuple[Sequence[Archive], list[str], list[Button]]:
    """Those on it, which of how many they are, and the buttons to the pages beside it."""
    page = min(page, (len(archives) - 1) // SHOWN)
    shown = archives[page * SHOWN :][:SHOWN]
    if len(archives) <= SHOWN:
        return shown, [], []
    turns = [Button("Newer", act, str(page - 1))] if page else []
    turns += [Button("Older", act, str(page + 1))] if (page + 1) * SHOWN < len(archives) else []
    return shown, [f"{page * SHOWN + 1} to {page * SHOWN + len(shown)} of {len(archives)}"], turns


def _line(archive: Archive, *, newest: bool) -> str:
    when = f"**{on(archive.created_at)}**" if newest else on(archive.created_at)
    wrong = trouble(archive)
    return (
        f"- {when} ({ago(archive.created_at)}): {_holds(archive)}, {size_of(archive.size)}, in {STORE[archive.store]}"
        f"{', kept for good' if archive.pinned else ''}{f'. **{wrong}**' if wrong else ''}"
    )


def _holds(archive: Archive) -> str:
    return f"{count(archive.counts.likes, 'like')}, {count(archive.counts.playlists, 'playlist')}"


def trouble(archive: Archive) -> str:
    """What is wrong with a backup, in a word; empty where nothing is."""
    if archive.state is ArchiveState.DAMAGED:
        return "Damaged"
    if archive.state is ArchiveState.MISSING:
        return "Gone"
    return "Not found just now" if archive.missing_since else ""


def troubles(archives: Sequence[Archive]) -> str:
    """How many are wrong, within a sentence."""
    words = {"Damaged": "damaged", "Gone": "gone", "Not found just now": "not found where it was put"}
    found = [trouble(archive) for archive in archives]
    return ", ".join(f"{found.count(word)} {said}" for word, said in words.items() if word in found)


def backup_card(archive: Archive) -> Card:
    """One backup: what it is, how it was found, and what can be done with it."""
    wrong = trouble(archive)
    lines = [
        f"{on(archive.created_at)} ({ago(archive.created_at)}): {_holds(archive)}, "
        f"{count(archive.counts.items, 'playlist item')}, {size_of(archive.size)}, in {STORE[archive.store]}.",
        f"`{archive.name}`",
        f"**Last read in full:** {ago(archive.checked_at) if archive.checked_at else 'when it was made'}",
        *(["**Kept for good:** it is never removed; press “No longer” to change that."] if archive.pinned else []),
        *_advice(archive),
    ]
    return Card("One of your backups", tuple(lines), Tone.CARE if wrong else Tone.CALM, _acts(archive))


def _advice(archive: Archive) -> Iterator[str]:
    if archive.state is ArchiveState.DAMAGED:
        yield f"**Damaged:** {safe(archive.fault or '', 200)}. {DAMAGED_ADVICE}"
    elif archive.state is ArchiveState.MISSING:
        since = f" since {on(archive.missing_since)}" if archive.missing_since else ""
        yield f"**Gone:** it is not where it was put{since}. {GONE_ADVICE[archive.store]}"
    elif archive.missing_since:
        yield f"**Not found** {ago(archive.missing_since)}; it is looked for again at night before that is believed."


def _acts(archive: Archive) -> tuple[Button, ...]:
    verify = Button("Verify", "verify", archive.id)
    delete = Button("Delete…", "delete", archive.id, style=ButtonStyle.danger)
    match archive.state:
        case ArchiveState.TRASHED:
            return (_take_back(archive),)
        case ArchiveState.MISSING:
            return (verify,)
        case ArchiveState.DAMAGED:
            return (verify, delete)
    pin = Button("No longer", "unpin", archive.id) if archive.pinned else Button("Keep for good", "pin", archive.id)
    restore = Button("Restore…", "preview", archive.id, style=ButtonStyle.primary)
    download = Button("Download", "download", archive.id)
    return (restore, verify, download, pin, *(() if archive.pinned else (delete,)))


def _take_back(archive: Archive) -> Button:
    return Button("Take it back", "take_back", archive.id, style=ButtonStyle.primary)


def delete_question(archive: Archive, days: int) -> Card:
    """What would go, and for how long there is a way back."""
    where = "your Drive's trash" if archive.store is StoreKind.DRIVE else "the trash"
    lines = (
        f"The backup of {on(archive.created_at)} with {_holds(archive)} ({size_of(archive.size)}) in "
        f"{STORE[archive.store]}.",
        f"It goes into {where} first. For {count(days, 'day')} you can take it back; then it is erased for good.",
    )
    buttons = (
        Button("Delete it", "delete_now", archive.id, style=ButtonStyle.danger),
        Button("Keep it", "keep"),
    )
    return Card("Delete this backup?", lines, Tone.CARE, buttons)


def deleted(archive: Archive, days: int) -> Card:
    """It lies in the trash now."""
    line = f"The backup of {on(archive.created_at)} is in the trash. You can take it back for {count(days, 'day')}."
    return Card("Deleted", (line,), buttons=(_take_back(archive),))


def taken_back(archive: Archive) -> Card:
    """It is out of the trash again."""
    line = f"The backup of {on(archive.created_at)} is back where it was, and kept for good from now on."
    return Card("Taken back", (line,), buttons=_acts(archive))


def trash_card(archives: Sequence[Archive], page: int = 0) -> Card:
    """A page of what can still be taken back."""
    if not archives:
        return Card("Nothing in the trash", ("Every backup you have is in its place.",))
    shown, where, turns = _page(archives, page, "trash_page")
    lines = [f"- {on(each.created_at)}: {_holds(each)}, thrown away {_thrown(each)}" for each in shown]
    menu = Menu("Look at one, to take it back…", "backup", tuple(_choice(each) for each in shown))
    return Card("In the trash", (*lines, *where), buttons=tuple(turns), menu=menu)


def _thrown(archive: Archive) -> str:
    return ago(archive.trashed_at) if archive.trashed_at else "just now"


def _choice(archive: Archive) -> Choice:
    wrong = trouble(archive)
    return Choice(choice(archive), archive.id, wrong or ("kept for good" if archive.pinned else ""))


def choice(archive: Archive) -> str:
    """One backup as a suggestion while typing; Discord shows no timestamps there and at most 100 characters."""
    counts = archive.counts
    return f"{archive.created_at:%d %b %Y %H:%M} UTC · {counts.likes:,} likes · {count(counts.playlists, 'playlist')}"
