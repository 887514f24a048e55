"""Keeping what people play: Spotify tells of the last fifty plays only, so who listens much is asked more often."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from bot.services.accounts import Accounts
from bot.services.sync.listening import PLAYS, keep_plays
from bot.services.sync.vault import Vault
from bot.time import Clock
from storage.errors import MusiVaultError
from storage.people import PeopleRepository

log = logging.getLogger(__name__)

TOLD = 50
"""Plays that Spotify remembers."""
LATELY = timedelta(hours=3)
SOONEST, LATEST = timedelta(minutes=20), timedelta(hours=1)


def pause_after(plays_lately: int) -> timedelta:
    """How long until about half of what Spotify remembers is new again, at the pace of the last three hours.

    Fifty three-minute songs last two and a half hours; who skips through them is done in much less.
    """
    if plays_lately <= 0:
        return LATEST
    return min(max(LATELY * (TOLD / 2) / plays_lately, SOONEST), LATEST)


@dataclass(slots=True)
class PlaysWatch:
    """Asks for the latest plays of everybody who wants them kept, one after the other and behind everything else.

    What is due follows from the database, so a restart loses nothing but the time it took.
    """

    people: PeopleRepository
    accounts: Accounts
    vault: Vault
    clock: Clock
    _round: asyncio.Task[None] | None = field(default=None, repr=False)

    async def poll_due(self) -> None:
        """Begin a round, unless one is still under way; a tick never waits for Spotify."""
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._poll(await self._due()), name="plays")

    async def finished(self) -> None:
        """Once the round that is under way has ended."""
        if self._round is not None:
            await asyncio.wait({self._round})

    async def stop(self) -> None:
        """End the round that is under way; the next start goes on."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)

    async def _due(self) -> list[int]:
        return [discord_id for discord_id in await self.people.listening() if await self._is_due(discord_id)]

    async def _is_due(self, discord_id: int) -> bool:
        state = await self.vault.states.section(discord_id, PLAYS)
        if state is None:
            return True
        now = self.clock()
        if now - state.read_at < SOONEST:
            return False
        return now - state.read_at >= pause_after(await self.vault.listening.count_since(discord_id, now - LATELY))

    async def _poll(self, due: list[int]) -> None:
        for discord_id in due:
            try:
                await self._poll_one(discord_id)
            except MusiVaultError as error:
                # The next round asks again; a person who has to link again is told by their next sync.
                log.info("plays.refused person=%d error=%s", discord_id, type(error).__name__)
            except Exception:
                log.exception("plays.broken person=%d", discord_id)

    async def _poll_one(self, discord_id: int) -> None:
        spotify = await self.accounts.spotify(discord_id, background=True)
        await keep_plays(self.vault, discord_id, await spotify.recently_played(), self.clock())
