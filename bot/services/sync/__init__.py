"""The sync: each part of a library is fetched, planned and written on its own, and only what changed is read."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.errors import Refusal, SpotifyBusy, SpotifyDown, SpotifyGone, SpotifyRefused
from bot.services.accounts import Accounts
from bot.services.progress import OnProgress
from bot.services.sync.follows import sync_follows
from bot.services.sync.listening import sync_plays, sync_profile, sync_tops
from bot.services.sync.playlists import sync_playlists
from bot.services.sync.report import SyncReport, report_of
from bot.services.sync.saved import SavedPart, sync_saved
from bot.services.sync.together import together
from bot.services.sync.vault import Vault
from bot.services.sync.visit import WEEK, Visit
from bot.time import Clock
from storage.errors import Forgotten, MusiVaultError
from storage.records import SavedKind

__all__ = ["SyncEngine", "SyncReport"]

_PASSING = (SpotifyBusy, SpotifyDown)
_CLOSED = (Refusal.FORBIDDEN, Refusal.SCOPE_MISSING)


@dataclass(slots=True)
class SyncEngine:
    """Makes a person's vault equal to their Spotify library; what is gone there is marked here, never erased.

    `full_every`: how often the clever reading is checked by a full pass.
    """

    accounts: Accounts
    vault: Vault
    clock: Clock
    full_every: timedelta = WEEK
    _turns: defaultdict[int, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock), repr=False)

    def alone(self, discord_id: int) -> AbstractAsyncContextManager[None]:
        """While no sync of this person runs, and none begins."""
        return self._turns[discord_id]

    async def sync(
        self,
        discord_id: int,
        on_progress: OnProgress,
        *,
        background: bool = False,
        since: datetime | None = None,
        full: bool = False,
    ) -> SyncReport:
        """One whole sync. Raises `SpotifyBusy` or `SpotifyDown` once the other parts are done: what was read by then is
        kept, and the next one goes on from there. The report tells all that was found out after `since`.
        """
        async with self.alone(discord_id):
            spotify = await self.accounts.spotify(discord_id, background=background)
            started = since or self.clock()
            visit = Visit(
                spotify=spotify,
                vault=self.vault,
                clock=self.clock,
                on_progress=on_progress,
                states=await self.vault.states.sections(discord_id),
                staged=await self.vault.states.staged_sections(discord_id),
                full_every=self.full_every,
                full=full,
            )
            await _all(visit)
            await spotify.still_linked()
            return report_of(
                await self.vault.history.summary(discord_id, started),
                await self.vault.library.counts(discord_id),
                visit.skipped,
                visit.asked(),
            )


Part = Callable[[Visit], Coroutine[object, object, object]]
SAVED = (
    SavedPart(SavedKind.TRACK, "your liked songs"),
    SavedPart(SavedKind.ALBUM, "your albums"),
    SavedPart(SavedKind.SHOW, "your shows"),
    SavedPart(SavedKind.EPISODE, "your episodes"),
)
PARTS: tuple[tuple[str, Part], ...] = (
    ("your playlists", sync_playlists),
    ("the artists you follow", sync_follows),
    ("your profile", sync_profile),
    ("your recent plays", sync_plays),
    ("your top songs and artists", sync_tops),
    *((part.name, partial(sync_saved, part=part)) for part in SAVED),
)
"""Everything there is, by what people call it; those that ask one thing after the other come first."""


async def _all(visit: Visit) -> None:
    """Every part at once. A refusal that passes lets the others finish; any other ends them."""
    waiting: list[MusiVaultError] = []

    async def attempt(name: str, part: Part) -> None:
        try:
            await _insist(part, visit)
        except _PASSING as error:
            waiting.append(error)
        except SpotifyGone:
            visit.skip(name)
        except SpotifyRefused as error:
            if error.reason not in _CLOSED:
                raise
            visit.skip(name)

    await together([attempt(name, part) for name, part in PARTS])
    if waiting:
        raise max(waiting, key=_patience)


async def _insist(part: Part, visit: Visit) -> None:
    """Somebody's leaving may take a song out of the catalogue while it is read; then it is read once more."""
    try:
        await part(visit)
    except Forgotten:
        await part(visit)


def _patience(error: MusiVaultError) -> datetime:
    """The one that asks for the longest wait speaks for all."""
    return error.retry_at if isinstance(error, SpotifyBusy) else datetime.min.replace(tzinfo=UTC)
