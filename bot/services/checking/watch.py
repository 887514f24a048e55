"""Whose backups are due to be read this week."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.jobs import Jobs
from bot.time import Clock
from storage.archives import ArchiveRepository
from storage.records import RunKind

log = logging.getLogger(__name__)

WEEK = timedelta(days=7)
AT_A_TIME = 2
"""How many people's checks a tick adds at most: after a long pause all are due at once."""


def latest_turn(discord_id: int, now: datetime) -> datetime:
    """When this person's check of the week was due last: people are spread over the week by their id."""
    share = int.from_bytes(hashlib.sha256(f"check {discord_id}".encode()).digest()[:4]) / 2**32
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    turn = monday + WEEK * share
    return turn if turn <= now else turn - WEEK


def week_of(turn: datetime) -> str:
    """The name of a turn among the nights of the queue, where it exists once for each person."""
    return f"{turn:%G-W%V}"


@dataclass(frozen=True, slots=True)
class CheckWatch:
    """Puts each person's check on the queue once a week; one that was missed is caught up.

    It needs no Spotify: backups of those who no longer have a link are read too.
    """

    archives: ArchiveRepository
    jobs: Jobs
    clock: Clock

    async def enqueue_due(self) -> int:
        """How many were added. Whoever had no backup yet at their turn begins with the next."""
        now = self.clock()
        first = await self.archives.first_of_each()
        turns = {each: latest_turn(each, now) for each in first}
        weeks = {week_of(turn) for turn in turns.values()}
        had = {week: await self.jobs.runs.had(first, RunKind.WEEK, week) for week in weeks}
        due = [
            (discord_id, week_of(turn))
            for discord_id, turn in sorted(turns.items(), key=lambda each: each[1])
            if first[discord_id] < turn and discord_id not in had[week_of(turn)]
        ]
        return await self.jobs.enqueue_turns(RunKind.WEEK, dict(due[:AT_A_TIME]))
