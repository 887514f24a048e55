"""What each kind of durable job does."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.jobs import Handler, Report
from bot.services.backup import Backups
from bot.services.checking import Checking
from bot.services.exports import Exports
from bot.services.exports.request import ExportRequest
from bot.services.keeping import Keeping
from bot.services.night import Night
from bot.services.progress import OnProgress
from bot.services.restore import Restores, Target
from bot.services.sync import SyncEngine
from storage.records import Run, RunKind


@dataclass(frozen=True, slots=True)
class Work:
    """The services behind the jobs."""

    engine: SyncEngine
    backups: Backups
    checking: Checking
    keeping: Keeping
    restores: Restores
    night: Night
    exports: Exports

    @property
    def handlers(self) -> Mapping[RunKind, Handler]:
        """Which method does which kind."""
        return {
            RunKind.SYNC: self.sync,
            RunKind.BACKUP: self.backup,
            RunKind.PREVIEW: self.preview,
            RunKind.RESTORE: self.restore,
            RunKind.NIGHT: self.spend_night,
            RunKind.EXPORT: self.export,
            RunKind.CHECK: self.check,
            RunKind.WEEK: self.check_week,
        }

    async def sync(self, run: Run, on_progress: OnProgress) -> Report:
        """Spotify into the vault."""
        return (await self.engine.sync(run.discord_id, on_progress, since=run.created_at)).to_json()

    async def backup(self, run: Run, on_progress: OnProgress) -> Report:
        """Sync, so that the backup is of now; then the vault into an archive, and old ones go."""
        synced = await self.engine.sync(run.discord_id, on_progress, since=run.created_at)
        backup = await self.backups.backup(run.discord_id, on_progress, since=run.created_at)
        return {"sync": synced.to_json(), "backup": backup.to_json(), "keeping": await self._keep(run)}

    async def preview(self, run: Run, on_progress: OnProgress) -> Report:
        """What a restore would do."""
        of, target = str(run.payload["of"]), Target(str(run.payload["target"]))
        return (await self.restores.preview(run.discord_id, of, target, on_progress)).to_json()

    async def restore(self, run: Run, on_progress: OnProgress) -> Report:
        """What was previewed and confirmed."""
        return (await self.restores.apply(run.discord_id, str(run.payload["change_id"]), on_progress)).to_json()

    async def export(self, run: Run, on_progress: OnProgress) -> Report:
        """A vault or a backup as a file."""
        request = ExportRequest.from_json(run.payload)
        return (await self.exports.make(run.discord_id, request, on_progress)).to_json()

    async def spend_night(self, run: Run, _: OnProgress) -> Report:
        """The nightly backup of one person."""
        report = await self.night(run)
        return report | {"keeping": await self._keep(run, look=True)}

    async def check(self, run: Run, on_progress: OnProgress) -> Report:
        """All of one backup."""
        return (await self.checking.check(run.discord_id, str(run.payload["archive_id"]), on_progress)).to_json()

    async def check_week(self, run: Run, on_progress: OnProgress) -> Report:
        """The sample of this week."""
        return (await self.checking.check_sample(run.discord_id, run.created_at, on_progress)).to_json()

    async def _keep(self, run: Run, *, look: bool = False) -> Report:
        """What a new backup makes dispensable goes."""
        return (await self.keeping.keep(run.discord_id, look=look)).to_json()
