"""A backup into the vault: merged into what is there, or in its place, once that is safe in a backup of its own."""

from dataclasses import dataclass

from bot.services.backup import Backups
from bot.services.changes import begin
from bot.services.progress import OnProgress
from bot.services.restore.vault_report import KeptBackup, VaultPreview, VaultReport
from bot.services.sync import SyncEngine
from bot.time import Clock
from storage.archive import Opened
from storage.archive.lines import SECTIONS
from storage.changes import ChangeRepository, Done
from storage.errors import MusiVaultError, NextStep
from storage.library import LibraryRepository
from storage.merging import Comparison
from storage.records import Change, ChangeStep, StepState

ATTEMPTS = 5
"""How often it is begun anew where the vault changes meanwhile: only plays come in while no sync runs."""
BACKUP, WRITE = 0, 1
STEPS = (ChangeStep(BACKUP, "back_up_vault", {}), ChangeStep(WRITE, "write_vault", {}))
"""The journal of a restore into the vault; a merge takes nothing away and needs no backup."""


class VaultBusy(MusiVaultError):
    """The vault was different each time it was looked at."""

    template = "Your vault kept changing, so nothing was restored. Try again in a few minutes."
    next_step = NextStep.LATER


@dataclass(frozen=True, slots=True)
class VaultRestores:
    """Nothing of the person but the vault is touched, and no sync of theirs runs meanwhile."""

    library: LibraryRepository
    backups: Backups
    engine: SyncEngine
    journal: ChangeRepository
    clock: Clock

    async def preview(self, discord_id: int, opened: Opened, *, replacing: bool) -> VaultPreview:
        """What would be there afterwards."""
        compared = await self.library.compared(discord_id, opened, self.clock(), replacing=replacing)
        return VaultPreview(
            now=compared.now,
            then=compared.then,
            gain=compared.gain,
            unknown=tuple(part for part in SECTIONS if part not in opened.known) if replacing else (),
            differs=bool(compared.changed),
        )

    async def apply(self, change: Change, opened: Opened, on_progress: OnProgress, *, replacing: bool) -> VaultReport:
        """Not for one that is `written` already."""
        backup = _done(change).get(BACKUP)
        kept = None if backup is None else KeptBackup.from_json(backup)
        await begin(self.journal, change.id)
        async with self.engine.alone(change.discord_id):
            for _ in range(ATTEMPTS):
                if replacing:
                    kept = await self._safe(change, kept, on_progress)
                report = await self._write(change, opened, kept)
                if report is not None:
                    return report
        raise VaultBusy

    async def _safe(self, change: Change, kept: KeptBackup | None, on_progress: OnProgress) -> KeptBackup:
        """A backup of what is there now, kept for good: what is replaced is nowhere else."""
        stamp = await self.library.stamp(change.discord_id)
        if kept is not None and kept.stamp == stamp:
            return kept
        kept = KeptBackup(stamp)
        if not await self.library.is_empty(change.discord_id):
            made = await self.backups.backup(change.discord_id, on_progress, since=change.created_at)
            await self.backups.shelf.archives.pin(change.discord_id, made.archive_id, pinned=True)
            kept = KeptBackup(stamp, made.archive_id, made.name)
        await self.journal.mark_step(change.id, BACKUP, StepState.DONE, kept.to_json())
        return kept

    async def _write(self, change: Change, opened: Opened, kept: KeptBackup | None) -> VaultReport | None:
        """None where the vault is no longer what was compared, or what was backed up."""
        now, replacing = self.clock(), kept is not None
        compared = await self.library.compared(change.discord_id, opened, now, replacing=replacing)
        if kept is not None and kept.stamp != compared.stamp:
            return None
        report = _report(compared, kept)
        done = Done(change.id, WRITE, report.to_json())
        written = await self.library.bring(change.discord_id, opened, compared, now, done=done, replacing=replacing)
        return report if written else None


def written(change: Change) -> VaultReport | None:
    """What an interrupted run wrote: that stands in the journal with the very same write."""
    result = _done(change).get(WRITE)
    return None if result is None else VaultReport.from_json(result)


def _done(change: Change) -> dict[int, dict[str, object]]:
    return {step.seq: step.result or {} for step in change.steps if step.state is StepState.DONE}


def _report(compared: Comparison, kept: KeptBackup | None) -> VaultReport:
    return VaultReport(compared.now, compared.then, compared.gain, kept)
