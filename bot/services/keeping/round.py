"""One person's chores in one store, done in an order that a crash at any point leaves safe."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import BackupsMissing
from bot.services.keeping.chores import Chores, back_in_place, unlisted
from bot.services.keeping.report import KeepingReport
from bot.services.shelf import Shelf
from bot.time import Clock
from storage.records import Archive, ArchiveState, ListedFile
from storage.stores import ArchiveStore

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Round:
    """`done` says how far it came, whatever ended it."""

    shelf: Shelf
    clock: Clock
    done: KeepingReport = field(default_factory=KeepingReport)

    async def run(self, discord_id: int, known: tuple[Archive, ...], chores: Chores) -> None:
        """Nothing is touched before the store has listed all that is known to be in it."""
        store = await self.shelf.stores.of(known[0])
        listed = await store.listed(discord_id)
        await _check(store, known, listed)
        back = back_in_place(known, listed)
        await self._take_back(store, back)
        gone = await self.shelf.archives.let_go(discord_id, [archive.id for archive in chores.let_go])
        await self._trash(store, [*chores.on_the_way, *(each for each in chores.let_go if each.id in gone)])
        await self._purge(store, [archive for archive in chores.due if archive not in back])

    async def _take_back(self, store: ArchiveStore, archives: Iterable[Archive]) -> None:
        """Once its bytes are proven; one that is something else by now is left where it is."""
        for archive in archives:
            if await store.exists(archive):
                await self.shelf.archives.take_back(archive)
                self.done = replace(self.done, taken_back=self.done.taken_back + 1)
                log.info("keeping.taken_back archive=%s", archive.id)

    async def _trash(self, store: ArchiveStore, archives: Iterable[Archive]) -> None:
        """The journal has them already: a crash here leaves them on the way, for the next time."""
        for archive in archives:
            await store.trash(archive)
            await self.shelf.archives.mark_trashed(archive, self.clock())
            self.done = replace(self.done, trashed=self.done.trashed + 1)
            log.info("keeping.trashed archive=%s", archive.id)

    async def _purge(self, store: ArchiveStore, archives: Iterable[Archive]) -> None:
        """Forgotten once it is gone: a crash in between purges what is not there any more, which is fine."""
        for archive in archives:
            await store.purge(archive)
            await self.shelf.archives.forget(archive)
            self.done = replace(self.done, purged=self.done.purged + 1)
            log.info("keeping.purged archive=%s", archive.id)


async def _check(store: ArchiveStore, known: Sequence[Archive], listed: Iterable[ListedFile]) -> None:
    """Raises `BackupsMissing` unless every good backup is there.

    Google's lists may be some seconds behind: the newest backup, made just now, is then asked for by itself.
    """
    verified = [archive for archive in known if archive.state is ArchiveState.VERIFIED]
    missing = unlisted(verified, listed)
    if missing == (verified[0],) and await store.exists(verified[0]):
        return
    if missing:
        raise BackupsMissing(missing=len(missing), known=len(verified))
