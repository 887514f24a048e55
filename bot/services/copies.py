"""The nightly copy of the bot's own database: encrypted, proven, and made again where a night was missed."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.config import BackupSection
from bot.copies import CopyNote, note
from bot.services.rounds import Rounds
from bot.services.turns import WINDOW
from bot.time import Clock
from storage.copies import Copies
from storage.installation import Installation

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""How soon a copy that could not be made is tried again."""


def latest_copy_turn(nightly_hour: int, now: datetime) -> datetime:
    """When the last copy should have been made: at the end of the night, so that it knows of the night's archives."""
    turn = now.replace(hour=nightly_hour, minute=0, second=0, microsecond=0) + WINDOW
    return turn if turn <= now else turn - DAY


@dataclass(slots=True)
class NightlyCopy:
    """Makes one copy for each night. What is due follows from the folder, so a restart or a missed night loses none."""

    copies: Copies | None
    installation: Installation
    config: BackupSection
    clock: Clock
    _rounds: Rounds = field(default_factory=lambda: Rounds("copy"), repr=False)

    async def copy_due(self) -> None:
        """Begin a copy if the last night has none; a tick does not wait for it."""
        if self.copies is not None and self.config.nightly:
            now = self.clock()
            self._rounds.begin(now, partial(self._look, self.copies, now))

    async def finished(self) -> None:
        """Once the look that is under way has ended."""
        await self._rounds.finished()

    async def stop(self) -> None:
        """The copy that is under way is finished: a thread cannot be broken off, and it tidies up at its end."""
        await self.finished()

    async def _look(self, copies: Copies, now: datetime) -> datetime:
        """When to look again."""
        turn = latest_copy_turn(self.config.nightly_hour, now)
        try:
            there = await asyncio.to_thread(copies.listed)
            # One that a wrong clock dated into the future is no copy of this night.
            if not any(turn <= copy.taken_at <= now for copy in there):
                await self._make(copies, now)
        except Exception:
            log.exception("copy.failed: the nightly copy of the database is tried again in an hour")
            return now + AGAIN
        return turn + DAY

    async def _make(self, copies: Copies, now: datetime) -> None:
        copy, contents = await asyncio.to_thread(copies.make, now)
        await note(self.installation, CopyNote(copy.path.name, contents))
        log.info("copy.made name=%s people=%d", copy.path.name, contents.people)
        await asyncio.to_thread(copies.thin, now)
