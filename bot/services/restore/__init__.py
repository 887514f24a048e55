"""The restore: a backup or an earlier state into Spotify or into the vault; previewed, journalled, with a way back."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.errors import NotYours
from bot.services.accounts import PersonalSpotify
from bot.services.changes import Changes, TurnedDown, plan_undo
from bot.services.changes.steps import journalled
from bot.services.progress import OnProgress, Phase, Progress, ignore
from bot.services.restore.planner import Planner
from bot.services.restore.preview import Preview, Target, preview_of, undo_preview, vault_preview
from bot.services.restore.report import RestoreReport, gone_of, report_of, still_missing
from bot.services.restore.scene import things_in
from bot.services.restore.source import Part, Source, Sources
from bot.services.restore.vault import STEPS, VaultRestores, written
from bot.services.restore.versions import NAMED, REMEMBERED, Search, known_from
from bot.services.sync import SyncEngine
from bot.time import Clock
from storage.archive import Opened
from storage.errors import MusiVaultError, NextStep, NotFound
from storage.library import LibraryRepository
from storage.records import Change, ChangeState, ChangeStep, Thing

__all__ = ["Preview", "RestoreReport", "Restores", "Target"]


GOOD_FOR = timedelta(hours=1)
INTO_VAULT = (Target.VAULT, Target.REPLACE)


class PreviewTooOld(MusiVaultError):
    """Too much may have changed since a preview was shown."""

    template = "This preview is more than an hour old, and your library may have changed since. Ask for a new one."
    next_step = NextStep.ANEW


class Begun(MusiVaultError):
    """Too late to turn a preview down."""

    template = "This has begun already: `/vault status` shows what comes of it."
    next_step = NextStep.STATUS


class PlannedForAnother(MusiVaultError):
    """The person linked another Spotify account between preview and confirmation."""

    template = (
        "This was planned for the Spotify account you had linked before, so nothing was changed. Ask for a new preview."
    )
    next_step = NextStep.ANEW


class OnlyWhole(MusiVaultError):
    """A part of a backup was to go into the vault."""

    template = "Only a whole backup goes back into your vault. Leave `part` out, or choose Spotify with `into`."


@dataclass(frozen=True, slots=True)
class Restores:
    """Preview first; what is applied later is exactly what was shown."""

    sources: Sources
    engine: SyncEngine
    library: LibraryRepository
    changes: Changes
    clock: Clock
    vault: VaultRestores

    @property
    def planner(self) -> Planner:
        """Where plans for Spotify come from."""
        return Planner(self.sources, self.engine.vault, self.changes.journal)

    async def preview(self, discord_id: int, of: str, target: Target, on_progress: OnProgress) -> Preview:
        """Compares a backup or a state (`of`, see `Sources`) with what is there now, read afresh; keeps the plan."""
        aim, change_id = await self.planner.aim(discord_id, of, target), uuid.uuid4().hex
        if target in INTO_VAULT:
            if aim.source.part is not Part.BACKUP:
                raise OnlyWhole
            vault = await self.vault.preview(discord_id, _backup_of(aim.source), replacing=target is Target.REPLACE)
            return await self._keep(discord_id, vault_preview(change_id, aim.source, target, vault), STEPS)
        spotify = await self.engine.accounts.spotify(discord_id)
        await self.engine.sync(discord_id, on_progress)
        plan = await self.planner.plan(spotify, aim, ask=True)
        preview = await asyncio.to_thread(preview_of, change_id, aim.source, spotify.spotify_id, plan, target)
        return await self._keep(discord_id, preview, await asyncio.to_thread(journalled, plan.requests))

    async def versions(self, discord_id: int, change_id: str) -> RestoreReport:
        """What a restore found out about songs that are gone."""
        return RestoreReport.from_json((await self.planner.restore(discord_id, change_id)).report)

    async def preview_undo(self, discord_id: int, change_id: str) -> Preview:
        """What taking back a restore would remove: only what that restore added."""
        change = await self.planner.restore(discord_id, change_id)
        if Preview.from_json(change.preview).target in INTO_VAULT:
            raise NotFound(what="That restore")
        requests = plan_undo(change.steps)
        preview = undo_preview(uuid.uuid4().hex, change, Preview.from_json(change.preview).account, requests)
        return await self._keep(discord_id, preview, journalled(requests))

    async def cancel(self, discord_id: int, change_id: str) -> None:
        """The preview was turned down; raises `Begun` where that comes too late."""
        await self._own(discord_id, change_id)
        await self.changes.journal.turn_down(discord_id, change_id)
        if (await self._own(discord_id, change_id)).state is not ChangeState.CANCELLED:
            raise Begun

    async def apply(self, discord_id: int, change_id: str, on_progress: OnProgress) -> RestoreReport:
        """Makes the change that was previewed; called again after a crash it goes on, after the end it only reports."""
        change = await self._own(discord_id, change_id)
        if change.state in (ChangeState.DONE, ChangeState.UNDONE):
            return RestoreReport.from_json(change.report)
        if change.state is ChangeState.CANCELLED:
            raise TurnedDown
        if change.state is ChangeState.PREVIEWED and change.created_at + GOOD_FOR < self.clock():
            raise PreviewTooOld
        preview = Preview.from_json(change.preview)
        if preview.target in INTO_VAULT:
            report = await self._into_vault(change, preview, on_progress)
        else:
            report = await self._into_spotify(change, preview, on_progress)
        if preview.target is Target.UNDO and not report.failed:
            # First: between the two marks a crash may come, and a restore taken back must not offer it again.
            await self.changes.journal.mark(preview.of, ChangeState.UNDONE, None)
        await self.changes.journal.mark(change_id, ChangeState.DONE, report.to_json())
        return report

    async def _into_spotify(self, change: Change, preview: Preview, on_progress: OnProgress) -> RestoreReport:
        """Write, read everything again, and count what a second restore would still have to do."""
        spotify = await self.engine.accounts.spotify(change.discord_id)
        if spotify.spotify_id != preview.account:
            raise PlannedForAnother
        if preview.target is Target.UNDO:
            applied = await self._written(change, spotify, on_progress)
            after = await self.library.load(change.discord_id)
            return report_of(preview, applied.steps, after, missing=0, can_undo=False)
        # Before anything is written: a backup that can no longer be read must not leave a restore without its end.
        aim = await self.planner.aim(change.discord_id, preview.of, preview.target)
        applied = await self._written(change, spotify, on_progress)
        left = await self.planner.plan(spotify, aim)
        after = await self.library.load(change.discord_id)

        def found() -> RestoreReport:
            missing = still_missing(left.requests, applied.steps)
            return report_of(preview, applied.steps, after, missing=missing, can_undo=True)

        report = await asyncio.to_thread(found)
        if preview.target is Target.VERSIONS:
            return report
        gone = await asyncio.to_thread(things_in, aim.source.then, gone_of(applied.steps))
        return await self._look_for_versions(change, report, gone, on_progress)

    async def _written(self, change: Change, spotify: PersonalSpotify, on_progress: OnProgress) -> Change:
        """The steps as they were made, and what Spotify has now in the vault."""
        applied = await self.changes.apply(change, spotify, on_progress)
        on_progress(Progress(Phase.CHECKING))
        await self.engine.sync(change.discord_id, ignore)
        return applied

    async def _look_for_versions(
        self, change: Change, report: RestoreReport, gone: Sequence[Thing], on_progress: OnProgress
    ) -> RestoreReport:
        """What is found stands in the journal at once, so that nothing is asked twice."""
        journal = self.changes.journal
        spotify = await self.engine.accounts.spotify(change.discord_id, background=True)
        reports = await journal.reports_since(change.discord_id, self.clock() - REMEMBERED)
        search = Search(spotify, known_from(reports))
        for number, thing in enumerate(gone[:NAMED]):
            on_progress(Progress(Phase.SEARCHING, number, len(gone[:NAMED])))
            spent, lost = search.spent, await search.look(thing)
            report = replace(report, lost=(*report.lost, lost), stopped=search.stopped)
            if search.spent > spent:
                await journal.mark(change.id, ChangeState.APPLYING, report.to_json())
        return report

    async def _into_vault(self, change: Change, preview: Preview, on_progress: OnProgress) -> RestoreReport:
        """Compared anew in case the vault grew since the preview; once written, the backup is not asked for again."""
        vault = written(change)
        if vault is None:
            opened = _backup_of(await self.sources.open(change.discord_id, preview.of))
            replacing = preview.target is Target.REPLACE
            vault = await self.vault.apply(change, opened, on_progress, replacing=replacing)
        return RestoreReport(change_id=preview.change_id, target=preview.target, vault=vault)

    async def _own(self, discord_id: int, change_id: str) -> Change:
        change = await self.changes.journal.get(change_id)
        if change.discord_id != discord_id:
            raise NotYours
        return change

    async def _keep(self, discord_id: int, preview: Preview, steps: Sequence[ChangeStep]) -> Preview:
        """The plan goes into the journal before anybody is shown a button; older previews are no longer valid."""
        await self.changes.journal.turn_down(discord_id)
        await self.changes.journal.create(
            Change(
                id=preview.change_id,
                discord_id=discord_id,
                state=ChangeState.PREVIEWED,
                created_at=self.clock(),
                preview=preview.to_json(),
                steps=tuple(steps),
            )
        )
        return preview


def _backup_of(source: Source) -> Opened:
    """Only a whole backup goes into the vault."""
    if source.backup is None:
        raise NotFound(what="That backup")
    return source.backup
