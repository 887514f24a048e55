"""Long work in words: how far it is, what came of it, why it waits or failed."""

from bot.jobs import waits_for_link
from bot.services.backup import BackupReport
from bot.services.checking.report import CheckReport
from bot.services.exports import ExportReport
from bot.services.keeping.report import KeepingReport
from bot.services.progress import Phase, Progress
from bot.services.restore import Preview, RestoreReport
from bot.services.sync.report import SyncReport
from cogs.cards import Button, Card, Tone
from cogs.present.backups import backed_up
from cogs.present.checks import checked
from cogs.present.errors import step
from cogs.present.exports import ready
from cogs.present.previews import preview_card
from cogs.present.restores import restored
from cogs.present.syncs import synced
from cogs.present.times import ago
from storage.errors import NextStep
from storage.records import Run, RunKind, RunState

PHASES = {
    Phase.WAITING: "Waiting for its turn",
    Phase.READING: "Reading what changed",
    Phase.WRITING: "Writing the archive",
    Phase.PACKING: "Putting the files together",
    Phase.SEALING: "Encrypting it",
    Phase.UPLOADING: "Sending it and comparing checksums",
    Phase.RESTORING: "Writing into Spotify",
    Phase.CHECKING: "Reading everything again, to be sure",
    Phase.SEARCHING: "Looking for other versions of songs that are gone",
    Phase.VERIFYING: "Reading the backup and comparing every hash",
}
TITLES = {
    RunKind.SYNC: "Sync",
    RunKind.BACKUP: "Backup",
    RunKind.NIGHT: "Nightly backup",
    RunKind.PREVIEW: "Comparing it with what you have",
    RunKind.RESTORE: "Restore",
    RunKind.EXPORT: "Export",
    RunKind.CHECK: "Check",
    RunKind.WEEK: "Weekly check",
}
BAR = 16


def working(kind: RunKind, progress: Progress) -> Card:
    """How far a job is, as a bar and in numbers."""
    phase = f"{PHASES[progress.phase]} …"
    if not progress.total:
        return Card(TITLES[kind], (phase,), Tone.NEWS)
    full = BAR * progress.done // progress.total
    bar = "▰" * full + "▱" * (BAR - full)
    return Card(TITLES[kind], (phase, f"{bar} {progress.done:,} of {progress.total:,}"), Tone.NEWS)


def waits(run: Run) -> str:
    """Why a parked job waits and when it goes on."""
    if waits_for_link(run):
        return f"{run.sentence or ''} This goes on by itself as soon as you have.".lstrip()
    when = f"{ago(run.not_before)}" if run.not_before else "later"
    return f"{run.sentence or ''} It goes on by itself {when}.".lstrip()


def goes_on(run: Run) -> tuple[tuple[str, ...], tuple[Button, ...]]:
    """How a restore that stopped half way is finished as the one that it is, so that one undo takes back all of it."""
    if run.kind is not RunKind.RESTORE or run.next_step is NextStep.ANEW:
        return (), ()
    words = "Nothing of it is lost: going on does whatever is still to be done."
    return (words,), (Button("Go on with the restore", "restore", str(run.payload["change_id"])),)


def how_far(progress: Progress) -> str:
    """Progress within a sentence."""
    phase = PHASES[progress.phase].lower()
    return f"{phase}, {progress.done:,} of {progress.total:,}" if progress.total else phase


def still_working(kind: RunKind) -> Card:
    """The last edit of a reply that Discord will soon no longer let us edit."""
    return Card(
        TITLES[kind],
        ("This takes longer than Discord lets me update this message. It goes on; `/vault status` shows the outcome.",),
        Tone.NEWS,
    )


def outcome(run: Run) -> Card:
    """What came of a job."""
    if run.state is RunState.PARKED:
        return Card(f"{TITLES[run.kind]}: waiting", (waits(run),), Tone.CARE, step(run.next_step))
    if run.state is RunState.FAILED:
        words, going_on = goes_on(run)
        title = f"{TITLES[run.kind]} stopped"
        return Card(title, (run.sentence or "", *words), Tone.TROUBLE, (*step(run.next_step), *going_on))
    report = run.report or {}
    match run.kind:
        case RunKind.SYNC:
            return synced(SyncReport.from_json(report))
        case RunKind.BACKUP | RunKind.NIGHT:
            # Runs of before there was a trash say nothing of it.
            return backed_up(
                BackupReport.from_json(report["backup"]), KeepingReport.from_json(report.get("keeping", {}))
            )
        case RunKind.PREVIEW:
            return preview_card(Preview.from_json(report))
        case RunKind.RESTORE:
            return restored(RestoreReport.from_json(report))
        case RunKind.EXPORT:
            return ready(ExportReport.from_json(report))
        case RunKind.CHECK | RunKind.WEEK:
            return checked(CheckReport.from_json(report))
