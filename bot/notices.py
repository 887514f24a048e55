"""What people are told without having asked just now: records that services and jobs emit and that the cogs word."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import LinkEnd
from bot.services.sync.report import SyncReport
from storage.errors import NextStep
from storage.records import Archive, LinkKind, Run

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Linked:
    """An account was linked a moment ago: the answer to a link the person asked for.

    `another` means that a different Spotify account was linked until then, `begun` that a first backup is on its way.
    """

    discord_id: int
    kind: LinkKind
    account_name: str
    another: bool = False
    begun: bool = True


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """A night's sync found changes. `archive_id` is the last backup from before them, if something was lost."""

    discord_id: int
    report: SyncReport
    archive_id: str | None


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A job somebody asked for ended while nobody was watching: after a restart, or after the reply's token died."""

    discord_id: int
    run: Run


@dataclass(frozen=True, slots=True)
class NightFailed:
    """The night's backup did not work; told once for each cause."""

    discord_id: int
    sentence: str
    next_step: NextStep = NextStep.NONE


@dataclass(frozen=True, slots=True)
class LinkEnding:
    """Spotify ends this link soon, as it does with all; `ends_at` is when."""

    discord_id: int
    account_name: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class LinkEnded:
    """The link is no more, so nothing is synced or backed up; `end` says why."""

    discord_id: int
    account_name: str
    end: LinkEnd


@dataclass(frozen=True, slots=True)
class BackupsInTrouble:
    """Backups that were found to be gone or damaged; told once for each."""

    discord_id: int
    archives: tuple[Archive, ...]


Notice = Linked | LibraryChanged | RunEnded | NightFailed | LinkEnding | LinkEnded | BackupsInTrouble


async def _nobody(_: Notice) -> bool:
    return False


@dataclass(slots=True)
class Post:
    """Takes notices from anywhere and hands them to whoever can deliver; says whether it arrived."""

    deliver: Callable[[Notice], Awaitable[bool]] = field(default=_nobody)

    async def __call__(self, notice: Notice) -> bool:
        """True once the person has it. A message that Discord would not take never undoes the work it tells of."""
        try:
            return await self.deliver(notice)
        except Exception:
            log.exception("notice.undelivered person=%d notice=%s", notice.discord_id, type(notice).__name__)
            return False
