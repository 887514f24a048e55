"""The nightly backup: who is due, and what happens for each of them."""

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Formatter

from bot.config import BackupSection
from bot.errors import Unexpected
from bot.jobs import Jobs, Report, goes_on_at, new_reference
from bot.notices import LibraryChanged, NightFailed, Post
from bot.services.backup import Backups
from bot.services.progress import ignore
from bot.services.sync import SyncEngine
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.errors import MusiVaultError
from storage.people import PeopleRepository
from storage.records import AccountState, Person, Run, RunKind, RunState
from storage.runs import RunRepository

log = logging.getLogger(__name__)

WINDOW = timedelta(hours=1)
TOLD = "told"
"""The section that says up to when a person was told of changes."""


def latest_turn(person: Person, default_hour: int, now: datetime) -> datetime:
    """When this person's last nightly backup should have begun: their hour, spread over the window by their id."""
    hour = default_hour if person.nightly_hour is None else person.nightly_hour
    share = int.from_bytes(hashlib.sha256(str(person.discord_id).encode()).digest()[:4]) / 2**32
    turn = now.replace(hour=hour, minute=0, second=0, microsecond=0) + WINDOW * share
    return turn if turn <= now else turn - timedelta(days=1)


def night_of(turn: datetime) -> str:
    """The name of a night: its date and its hour, since a person may move it."""
    return f"{turn:%Y-%m-%dT%H}"


def same_cause(error: MusiVaultError, sentence: str) -> bool:
    """Whether a sentence is this error's, whatever sizes, times and references it was filled with."""
    parts = Formatter().parse(error.template)
    pattern = "".join(re.escape(text) + (".*" if name is not None else "") for text, name, *_ in parts)
    return re.fullmatch(pattern, sentence, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class NightWatch:
    """Puts each person's night on the queue once; what was missed while the bot was off is caught up at its start."""

    people: PeopleRepository
    accounts: AccountRepository
    jobs: Jobs
    config: BackupSection
    clock: Clock

    async def enqueue_due(self) -> int:
        """How many nights were added; asking again adds nothing. One person's trouble is not the others'."""
        if not self.config.nightly:
            return 0
        now, added = self.clock(), 0
        for person in await self.people.linked_nightly():
            try:
                added += await self._enqueue(person, latest_turn(person, self.config.nightly_hour, now))
            except Exception:
                log.exception("night.skipped person=%d", person.discord_id)
        return added

    async def _enqueue(self, person: Person, turn: datetime) -> bool:
        due = await self._wants(person, turn)
        if due:
            await self.jobs.enqueue(RunKind.NIGHT, person.discord_id, night=night_of(turn))
        return due

    async def _wants(self, person: Person, turn: datetime) -> bool:
        """Not before their first night after linking, not while the link is dead, and once for each turn.

        Who moves their hour has had a night since the turn that the new hour would have had: the next is the new one.
        """
        account = await self.accounts.spotify(person.discord_id)
        if account is None or account.state is not AccountState.LINKED or account.authorized_at > turn:
            return False
        last = await self.jobs.runs.latest(person.discord_id, RunKind.NIGHT)
        return last is None or last.created_at < turn


@dataclass(frozen=True, slots=True)
class Night:
    """One person's night: sync, back up, and say so if something was lost and they want to know."""

    engine: SyncEngine
    backups: Backups
    people: PeopleRepository
    runs: RunRepository
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
        """Once for each cause: not again while every night fails for the same one."""
        last = await self.runs.before(run)
        told = last is not None and last.state is RunState.FAILED and same_cause(error, last.sentence or "")
        if not told and await self._wants_dms(run.discord_id):
            await self.post(NightFailed(run.discord_id, error.sentence, error.next_step))
