"""One sync of one person: whose Spotify, which vault, how fresh each part is, and what was asked of Spotify and why."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from bot.errors import Refusal, SpotifyGone, SpotifyRefused
from bot.services.accounts import PersonalSpotify
from bot.services.progress import OnProgress, Phase, Progress
from bot.services.sync.report import Asked
from bot.services.sync.vault import Vault
from bot.time import Clock
from storage.errors import MusiVaultError
from storage.records import SectionState

T = TypeVar("T")
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
WIDTH = 40
"""Requests of one person that are under way or wait in line at Spotify's door; the door itself decides who is next."""


@dataclass(slots=True)
class Tally:
    """Requests sent for one part of the library, and why."""

    why: str = ""
    requests: int = 0


@dataclass(slots=True)
class Visit:
    """What the parts of one sync share.

    `staged` names the parts of which an earlier sync put pages aside. `full`: everything is read anew.
    """

    spotify: PersonalSpotify
    vault: Vault
    clock: Clock
    on_progress: OnProgress
    states: Mapping[str, SectionState]
    staged: set[str] = field(default_factory=set)
    full_every: timedelta = WEEK
    full: bool = False
    skipped: list[str] = field(default_factory=list)
    _tallies: dict[str, Tally] = field(default_factory=dict)
    _failures: dict[str, MusiVaultError] = field(default_factory=dict)
    _width: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WIDTH))
    _done: int = 0
    _expected: int = 0

    @property
    def discord_id(self) -> int:
        """Whose library it is."""
        return self.spotify.discord_id

    def age(self, section: str) -> timedelta | None:
        """How long ago a part was last read; None if it never was."""
        state = self.states.get(section)
        return None if state is None else self.clock() - state.read_at

    def due(self, section: str, window: timedelta) -> bool:
        """Whether a part that moves slowly is to be read again."""
        age = self.age(section)
        return self.full or age is None or age >= window

    def full_due(self, section: str) -> bool:
        """Whether the clever way of reading a part is to be checked by a full pass."""
        state = self.states.get(section)
        return self.full or state is None or state.full_at is None or self.clock() - state.full_at >= self.full_every

    async def mark(self, section: str, *, full: bool = False, total: int | None = None) -> None:
        """A part is as fresh as can be."""
        now = self.clock()
        await self.vault.states.mark_section(self.discord_id, section, now, full_at=now if full else None, total=total)

    async def ask(self, section: str, request: Callable[[], Awaitable[T]], *, chained: bool = False) -> T:
        """Send one request for a part of the library, keep what comes back, and count it.

        Once one of a part has failed, what is under way is finished (and put aside), but nothing new is begun.
        `chained` ones each need the answer before them and do not stand in line behind hundreds that do not.
        """
        async with nullcontext() if chained else self._width:
            if (failure := self._failures.get(section)) is not None:
                raise failure
            self._tallies.setdefault(section, Tally()).requests += 1
            try:
                answer = await request()
            except MusiVaultError as error:
                if not _of_one_thing(error):
                    self._failures[section] = error
                raise
        self._answered()
        return answer

    def expect(self, requests: int) -> None:
        """So many more requests are to come, for the progress bar."""
        self._expected += requests

    def _answered(self) -> None:
        self._done += 1
        self.on_progress(Progress(Phase.READING, self._done, max(self._done, self._expected)))

    def explain(self, section: str, why: str) -> None:
        """Say why a part is read the way it is; the last word counts."""
        self._tallies.setdefault(section, Tally()).why = why

    def asked(self) -> tuple[Asked, ...]:
        """What was asked of Spotify in this sync, part by part."""
        return tuple(Asked(section, tally.why, tally.requests) for section, tally in self._tallies.items())

    def skip(self, what: str) -> None:
        """Something could not be read whole; it stays as it was."""
        self.skipped.append(what)


def _of_one_thing(error: MusiVaultError) -> bool:
    """Gone or closed is this playlist, not the next one."""
    return isinstance(error, SpotifyGone) or (isinstance(error, SpotifyRefused) and error.reason is Refusal.FORBIDDEN)
