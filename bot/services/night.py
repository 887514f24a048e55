"""The nightly backup: who is due, and what happens for each of them."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from bot.config import BackupSection
from bot.errors import Unexpected
from bot.jobs import Jobs, Report, goes_on_at, new_reference
from bot.notices import LibraryChanged, NightFailed, Post
from bot.services.backup import Backups
from bot.services.progress import ignore
from bot.services.sync import SyncEngine
from bot.services.turns import is_due, latest_turn, name_of, turn_of
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.errors import MusiVaultError
from storage.nights import NightRepository
from storage.people import PeopleRepository
from storage.records import AccountState, Run, RunKind

log = logging.getLogger(__name__)

TOLD = "told"
"""The section that says up to when a person was told of changes."""


def same_cause(error: MusiVaultError, sentence: str) -> bool:
    """Whether a sentence is this error's, whatever sizes, times and references it was filled with."""
    parts = Formatter().parse(error.template)
    pattern = "".join(re.escape(text) + (".*" if name is not None else "") for text, name, *_ in parts)
    return re.fullmatch(pattern, sentence, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class NightWatch:
    """Puts each person's night on the queue once; what was missed while the bot was off is caught up at its start.

    However many nights those were, one makes up for them: it is the library of now that is backed up.
    """

    nights: NightRepository
    accounts: AccountRepository
    jobs: Jobs
    config: BackupSection
    clock: Clock

    async def enqueue_due(self) -> int:
        """How many nights were added; asking again adds nothing. One person's trouble is not the others'."""
        if not self.config.nightly:
            return 0
        now, due = self.clock(), {}
        for person, last in await self.nights.waiting():
            try:
                turn = latest_turn(person, self.config.nightly_hour, now)
                if is_due(turn, turn_of(last) if last else None) and await self._was_linked_by(turn, person.discord_id):
                    due[person.discord_id] = name_of(turn)
            except Exception:
                log.exception("night.skipped person=%d", person.discord_id)
        turns = {discord_id: due[discord_id] for discord_id in await self.nights.in_turn(due)}
        return await self.jobs.enqueue_turns(RunKind.NIGHT, turns)

    async def _was_linked_by(self, turn: datetime, discord_id: int) -> bool:
        """Not before their first night after linking, and not while the link is dead. The account is remembered."""
        account = await self.accounts.spotify(discord_id)
        return account is not None and account.state is AccountState.LINKED and account.authorized_at <= turn


@dataclass(frozen=True, slots=True)
class Night:
    """One person's night: sync, back up, and say so if something was lost and they want to know."""

    engine: SyncEngine
    backups: Backups
    people: PeopleRepository
    nights: NightRepository
    post: Post
    clock: Clock

    async def __call__(self, run: Run) -> Report:
        """The report of both halves; a failure stays this person's alone."""
        try:
            return await self._spend(run)
        except MusiVaultError as error:
            if goes_on_at(error, run, self.clock()) is None:
                await self._tell_failure(run, error)
            raise
        except Exception as cause:
            broken = Unexpected(new_reference())
            log.exception("night.broken person=%d reference=%s", run.discord_id, broken.reference)
            await self._tell_failure(run, broken)
            raise broken from cause

    async def _spend(self, run: Run) -> Report:
        discord_id = run.discord_id
        before = await self.backups.list(discord_id)
        synced = await self.engine.sync(discord_id, ignore, background=True, since=await self._untold(run))
        if synced.changed and await self._wants_dms(discord_id):
            kept = before[0].id if before and synced.lost else None
            await self.post(LibraryChanged(discord_id, synced, kept))
        # Before the backup: should that have to be tried again, nothing is told twice.
        await self.engine.vault.states.mark_section(discord_id, TOLD, self.clock())
        backup = await self.backups.backup(discord_id, ignore, since=run.created_at)
        return {"sync": synced.to_json(), "backup": backup.to_json()}

    async def _untold(self, run: Run) -> datetime:
        """From when on changes are news: this night's, unless an earlier attempt at it has told them."""
        told = await self.engine.vault.states.section(run.discord_id, TOLD)
        return run.created_at if told is None else max(run.created_at, told.read_at)

    async def _wants_dms(self, discord_id: int) -> bool:
        return (await self.people.get(discord_id)).wants_dms is True

    async def _tell_failure(self, run: Run, error: MusiVaultError) -> None:
        """Once for each cause until a night goes well, even where the causes take turns."""
        told = any(same_cause(error, sentence) for sentence in await self.nights.failures(run))
        if not told and await self._wants_dms(run.discord_id):
            await self.post(NightFailed(run.discord_id, error.sentence, error.next_step))
