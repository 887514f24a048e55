"""The six months of a link, counted down: who is told when that it ends, and that it has ended."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import LinkEnd
from bot.notices import LinkEnded, LinkEnding, Post
from bot.services.accounts import end_of
from bot.spotify.oauth import link_ends, months_after
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.people import PeopleRepository
from storage.records import SpotifyAccount

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
"""How often links are looked at, and how soon a message that Discord did not take is tried again."""


class Stage(StrEnum):
    """What somebody is told of, in this order, each once for a link."""

    FIVE_MONTHS = "five_months"
    TWO_WEEKS = "two_weeks"
    THREE_DAYS = "three_days"
    ENDED = "ended"


ORDER = tuple(Stage)


def begins(stage: Stage, authorized_at: datetime) -> datetime:
    """From when on a stage is due."""
    ends = link_ends(authorized_at)
    match stage:
        case Stage.FIVE_MONTHS:
            return months_after(authorized_at, 5)
        case Stage.TWO_WEEKS:
            return ends - timedelta(days=14)
        case Stage.THREE_DAYS:
            return ends - timedelta(days=3)
        case Stage.ENDED:
            return ends


def due_stage(account: SpotifyAccount, apps: Collection[str], now: datetime) -> Stage | None:
    """What this person is to be told now: the newest stage reached, unless that or a later one was told.

    A link that ended before its time has reached the last one. One that works again, because the operator put a key or
    an app back, counts down as if nothing had been told. `apps` are the client ids the operator has.
    """
    stage = Stage.ENDED if end_of(account, apps, now) is not None else _reached(account.authorized_at, now)
    told = None if account.warned is None else Stage(account.warned)
    if stage is None or stage is told:
        return None
    if stage is Stage.ENDED or told in (None, Stage.ENDED):
        return stage
    return stage if ORDER.index(told) < ORDER.index(stage) else None


def _reached(authorized_at: datetime, now: datetime) -> Stage | None:
    reached = [stage for stage in ORDER if begins(stage, authorized_at) <= now]
    return reached[-1] if reached else None


@dataclass(slots=True)
class Countdown:
    """Tells each person once for each stage, over restarts, and only the newest one to whoever is late.

    This is about the account itself: unheard, somebody's backups would end without a word. So it goes to everybody but
    those who said no to DMs; whoever was never asked, or never answered, has not said so.
    """

    accounts: AccountRepository
    people: PeopleRepository
    apps: Collection[str]
    post: Post
    clock: Clock
    _next: datetime | None = field(default=None, repr=False)

    async def tell_due(self) -> int:
        """How many were told. Asked at every tick, it looks once an hour; one person's trouble is not the others'."""
        now = self.clock()
        if self._next is not None and now < self._next:
            return 0
        self._next, told = now + EVERY, 0
        for discord_id in await self.accounts.linked():
            try:
                told += await self._tell(discord_id, now)
            except Exception:
                log.exception("countdown.skipped person=%d", discord_id)
        return told

    async def _tell(self, discord_id: int, now: datetime) -> bool:
        """Written down before it is sent: killed in between, a person misses one message and never has one twice."""
        account = await self.accounts.spotify(discord_id)
        stage = None if account is None else due_stage(account, self.apps, now)
        if account is None or stage is None or (await self.people.get(discord_id)).wants_dms is False:
            return False
        if not await self.accounts.mark_warned(account, stage):
            return False
        if await self.post(self._notice(account, stage, now)):
            return True
        if (await self.people.get(discord_id)).dms_open:
            # Not a closed door but Discord's own trouble: the next look tries again.
            await self.accounts.mark_warned(account, account.warned)
        return False

    def _notice(self, account: SpotifyAccount, stage: Stage, now: datetime) -> LinkEnding | LinkEnded:
        if stage is Stage.ENDED:
            end = end_of(account, self.apps, now) or LinkEnd.SIX_MONTHS
            return LinkEnded(account.discord_id, account.display_name, end)
        return LinkEnding(account.discord_id, account.display_name, link_ends(account.authorized_at))
