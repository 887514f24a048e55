"""The restore: a backup or an earlier state into Spotify or into the vault; previewed, journalled, with a way back."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import NotYours
from bot.services.changes import Changes, plan_undo
from bot.services.changes.steps import CreatePlaylist, journalled
from bot.services.progress import OnProgress, Phase, Progress, ignore
from bot.services.restore.plan import Owner, RestorePlan, plan_restore
from bot.services.restore.report import (
    Preview,
    RestoreReport,
    Target,
    preview_of,
    report_of,
    still_missing,
    undo_preview,
    vault_preview,
)
from bot.services.restore.source import Source, Sources
from bot.services.restore.vault import STEPS, VaultRestores
from bot.services.sync import SyncEngine
from bot.time import Clock
from storage.archive import Opened
from storage.errors import MusiVaultError, NotFound
from storage.library import LibraryRepository
from storage.records import Change, ChangeState, ChangeStep, Library

__all__ = ["Preview", "RestoreReport", "Restores", "Target"]


GOOD_FOR = timedelta(hours=1)
INTO_VAULT = (Target.VAULT, Target.REPLACE)


class PreviewTooOld(MusiVaultError):
    """Too much may have changed since a preview was shown."""

    template = "This preview is more than an hour old, and your library may have changed since. Ask for a new one."


class PlannedForAnother(MusiVaultError):
    """The person linked another Spotify account between preview and confirmation."""

    template = (
        "This was planned for the Spotify account you had linked before, so nothing was changed. Ask for a new preview."
    )


@dataclass(frozen=True, slots=True)
class Restores:
    """Preview first; what is applied later is exactly what was shown."""

    sources: Sources
    engine: SyncEngine
    library: LibraryRepository
    changes: Changes
    clock: Clock
    vault: VaultRestores

    async def preview(self, discord_id: int, of: str, target: Target, on_progress: OnProgress) -> Preview:
        """Compares a backup or a state (`of`, see `Sources`) with what is there now, read afresh; keeps the plan."""
        source = await self.sources.open(discord_id, of)
        change_id = uuid.uuid4().hex
        if target in INTO_VAULT:
            replacing = target is Target.REPLACE
            vault = await self.vault.preview(discord_id, _backup_of(source), replacing=replacing)
            return await self._keep(discord_id, vault_preview(change_id, source, target, vault), STEPS)
        account = (await self.engine.accounts.spotify(discord_id)).spotify_id
        await self.engine.sync(discord_id, on_progress)
        plan = await self._plan(discord_id, source, account, await self.library.load(discord_id))
        return await self._keep(discord_id, preview_of(change_id, source, account, plan), journalled(plan.requests))

    async def _plan(self, discord_id: int, source: Source, account: str, current: Library) -> RestorePlan:
        """Off the loop, since comparing large libraries takes a while."""
        owner = Owner(then=source.owner or account, now=account)
        return await asyncio.to_thread(plan_restore, source.library, current, owner, await self._remade(discord_id))

    async def preview_undo(self, discord_id: int, change_id: str) -> Preview:
        """What taking back a restore would remove: only what that restore added."""
        change = await self._own(discord_id, change_id)
        if change.state is not ChangeState.DONE or Preview.from_json(change.preview).target in INTO_VAULT:
            raise NotFound(what="That restore")
        requests = plan_undo(change.steps)
        preview = undo_preview(uuid.uuid4().hex, change, Preview.from_json(change.preview).account, requests)
        return await self._keep(discord_id, preview, journalled(requests))

    async def cancel(self, discord_id: int, change_id: str) -> None:
        """The preview was turned down."""
        change = await self._own(discord_id, change_id)
        if change.state is ChangeState.PREVIEWED:
            await self.changes.journal.mark(change_id, ChangeState.CANCELLED, None)

    async def apply(self, discord_id: int, change_id: str, on_progress: OnProgress) -> RestoreReport:
        """Makes the change that was previewed; called again after a crash it goes on, after the end it only reports."""
        change = await self._own(discord_id, change_id)
        if change.state in (ChangeState.DONE, ChangeState.UNDONE):
            return RestoreReport.from_json(change.report)
        if change.state is ChangeState.CANCELLED:
            raise NotFound(what="That preview")
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
        applied = await self.changes.apply(change, spotify, on_progress)
        on_progress(Progress(Phase.CHECKING))
        await self.engine.sync(change.discord_id, ignore)
        after = await self.library.load(change.discord_id)
        if preview.target is Target.UNDO:
            return report_of(preview, applied.steps, after, missing=0, can_undo=False)
        source = await self.sources.open(change.discord_id, preview.of)
        left = await self._plan(change.discord_id, source, preview.account, after)
        missing = still_missing(left.requests, applied.steps)
        return report_of(preview, applied.steps, after, missing=missing, can_undo=True)

    async def _remade(self, discord_id: int) -> dict[str, str]:
        """Which playlists earlier restores made, finished or not: those are completed, never made a second time."""
        made = await self.changes.journal.done_steps(discord_id, CreatePlaylist.kind)
        return {str(step.request["key"]): str((step.result or {})["playlist_id"]) for step in made}

    async def _into_vault(self, change: Change, preview: Preview, on_progress: OnProgress) -> RestoreReport:
        """Compared anew in case the vault grew since the preview."""
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
        for older in await self.changes.journal.open_of(discord_id):
            if older.state is ChangeState.PREVIEWED:
                await self.changes.journal.mark(older.id, ChangeState.CANCELLED, None)
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
