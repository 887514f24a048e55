"""The sync: fetch what Spotify has, plan the difference, write it in one go."""

import asyncio
from dataclasses import dataclass

from bot.services.accounts import Accounts
from bot.services.progress import OnProgress
from bot.services.sync.fetch import fetch
from bot.services.sync.old_plan import plan_sync
from bot.services.sync.report import SyncReport, report_of
from bot.time import Clock
from storage.library import LibraryRepository

__all__ = ["SyncEngine", "SyncReport"]


@dataclass(frozen=True, slots=True)
class SyncEngine:
    """Makes a person's vault equal to their Spotify library; what is gone there is marked here, never erased."""

    accounts: Accounts
    library: LibraryRepository
    clock: Clock

    async def sync(self, discord_id: int, on_progress: OnProgress, *, background: bool = False) -> SyncReport:
        """One whole sync; a crash before the last step leaves the vault as it was."""
        spotify = await self.accounts.spotify(discord_id, background=background)
        stored = await self.library.load(discord_id)
        fetched = await fetch(spotify, stored, on_progress)
        plan = await asyncio.to_thread(plan_sync, stored, fetched)
        if not plan.empty:
            await self.library.apply(discord_id, plan, self.clock())
        return report_of(plan, await self.library.counts(discord_id), fetched.skipped)
