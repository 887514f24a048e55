"""How long backups are kept: which may go, the trash, and what is erased for good."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.errors import Unexpected
from bot.jobs import new_reference
from bot.services.checking import Checking
from bot.services.keeping.chores import Chores, plan_chores
from bot.services.keeping.report import KeepingReport
from bot.services.keeping.retention import Retention
from bot.services.keeping.round import Round
from storage.errors import MusiVaultError
from storage.records import Archive, ArchiveState, Policy, StoreKind

log = logging.getLogger(__name__)

LISTED = (ArchiveState.VERIFIED, ArchiveState.MISSING)
"""Of which a store's list can say something new."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Removes old backups after a new one was made. Each store is judged by itself, as restic does with hosts."""

    checking: Checking
    retention: Retention
    trash_for: timedelta

    async def keep(self, discord_id: int, *, look: bool = False) -> KeepingReport:
        """Whatever goes wrong here is said in the report: the backup that was just made has not failed.

        With `look` the stores are asked what they hold even where nothing is to be removed, as every night does.
        """
        report = KeepingReport()
        for kind in StoreKind:
            report += await self._keep_in(kind, discord_id, look=look)
        await self._tell(discord_id)
        return report

    async def _tell(self, discord_id: int) -> None:
        try:
            await self.checking.herald.tell(discord_id)
        except Exception:
            log.exception("keeping.untold person=%d", discord_id)

    async def _keep_in(self, kind: StoreKind, discord_id: int, *, look: bool) -> KeepingReport:
        """The store is asked only where there is something to do: a list is the dearest of Google's answers.

        One that is not in use any more, such as an unlinked Drive, is left as it is: its person knows that it is.
        """
        work = Round(self.checking, kind)
        try:
            known = await work.known(discord_id)
            chores_of = partial(self._chores, policy=await self.retention.of(discord_id))
            wanted = chores_of(known) or (look and any(archive.state in LISTED for archive in known))
            if wanted and await self.checking.opens(known[0]):
                await work.run(discord_id, known, chores_of)
        except MusiVaultError as error:
            log.warning("keeping.held_back person=%d store=%s error=%s", discord_id, kind.value, type(error).__name__)
            return replace(work.done, held_back=error.sentence)
        except Exception:
            broken = Unexpected(new_reference())
            log.exception("keeping.broken person=%d reference=%s", discord_id, broken.reference)
            return replace(work.done, held_back=broken.sentence)
        return work.done

    def _chores(self, archives: tuple[Archive, ...], policy: Policy) -> Chores:
        return plan_chores(archives, policy, self.trash_for, self.checking.clock())
