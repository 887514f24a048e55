"""How long backups are kept: which may go, the trash, and what is erased for good."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.errors import Unexpected
from bot.jobs import new_reference
from bot.services.keeping.chores import plan_chores
from bot.services.keeping.policy import Policy
from bot.services.keeping.report import KeepingReport
from bot.services.keeping.round import Round
from bot.services.shelf import Shelf
from bot.time import Clock
from storage.errors import MusiVaultError
from storage.records import StoreKind

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Removes old backups after a new one was made. Each store is judged by itself, as restic does with hosts."""

    shelf: Shelf
    policy: Policy
    trash_for: timedelta
    clock: Clock

    async def keep(self, discord_id: int) -> KeepingReport:
        """Whatever goes wrong here is said in the report: the backup that was just made has not failed."""
        report = KeepingReport()
        for kind in StoreKind:
            report += await self._keep_in(kind, discord_id)
        return report

    async def _keep_in(self, kind: StoreKind, discord_id: int) -> KeepingReport:
        """The store is asked only where there is something to do: a list is the dearest of Google's answers."""
        work = Round(self.shelf, self.clock)
        try:
            known = tuple(archive for archive in await self.shelf.archives.of(discord_id) if archive.store is kind)
            chores = plan_chores(known, self.policy, self.trash_for, self.clock())
            if chores:
                await work.run(discord_id, known, chores)
        except MusiVaultError as error:
            log.warning("keeping.held_back person=%d store=%s error=%s", discord_id, kind.value, type(error).__name__)
            return replace(work.done, held_back=error.sentence)
        except Exception:
            broken = Unexpected(new_reference())
            log.exception("keeping.broken person=%d reference=%s", discord_id, broken.reference)
            return replace(work.done, held_back=broken.sentence)
        return work.done
