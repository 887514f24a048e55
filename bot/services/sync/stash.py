"""Pages put aside by a sync that has to wait, so that none is asked for twice."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.services.sync.newest import Slice
from bot.services.sync.visit import Visit
from storage.errors import Forgotten
from storage.records import StagedPage

TOGETHER = 16
"""Pages written at once: each write costs, and a crash repeats no more than these."""


@dataclass(slots=True)
class ItemStash:
    """Pages of a playlist, good for as long as its snapshot is the same."""

    visit: Visit
    section: str
    _waiting: list[StagedPage] = field(default_factory=list)

    async def load(self, proof: str) -> Sequence[StagedPage]:
        """What an earlier attempt put aside of this very state."""
        if self.section not in self.visit.staged:
            return ()
        staged = await self.visit.vault.states.staged(self.visit.discord_id, self.section)
        return [page for page in staged if page.proof == proof]

    async def keep(self, page: StagedPage) -> None:
        """Put one aside."""
        self._waiting.append(page)
        if len(self._waiting) >= TOGETHER:
            await self.flush()

    async def flush(self) -> None:
        """Write down what is not yet."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.visit.staged.add(self.section)
            await self.visit.vault.states.stage(self.visit.discord_id, self.section, waiting, self.visit.clock())

    async def clear(self) -> None:
        """They have served."""
        self._waiting.clear()
        if self.section in self.visit.staged:
            self.visit.staged.discard(self.section)
            await self.visit.vault.states.unstage(self.visit.discord_id, self.section)


@asynccontextmanager
async def stashing(visit: Visit, section: str) -> AsyncIterator[ItemStash]:
    """What was read is written down where the reading cannot be finished, and dropped where it was."""
    stash = ItemStash(visit, section)
    try:
        yield stash
    except Forgotten:
        raise  # what was put aside is what the catalogue no longer has
    except BaseException:
        await stash.flush()
        raise
    await stash.clear()


@dataclass(slots=True)
class ListStash:
    """Pages of a list with the newest on top; the list itself tells whether they still fit."""

    pages: ItemStash

    async def load(self) -> Sequence[Slice]:
        """What an earlier attempt put aside."""
        staged = await self.pages.load("")
        return [Slice(page.offset, page.total, tuple((uri, at) for uri, at, _ in page.keys)) for page in staged]

    async def keep(self, page: Slice) -> None:
        """Put one aside."""
        keys = tuple((uri, at, None) for uri, at in page.keys)
        await self.pages.keep(StagedPage(page.offset, "", page.total, keys))

    async def clear(self) -> None:
        """They have served."""
        await self.pages.clear()
