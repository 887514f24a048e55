"""One person's chores in one store, done in an order that a crash at any point leaves safe."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.errors import BackupsMissing
from bot.services.checking import Checking
from bot.services.keeping.chores import Chores, back_in_place
from bot.services.keeping.report import KeepingReport
from bot.services.shelf import Shelf
from storage.records import Archive, ArchiveState, StoreKind
from storage.stores import ArchiveStore

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Round:
    """`done` says how far it came, whatever ended it."""

    checking: Checking
    kind: StoreKind
    done: KeepingReport = field(default_factory=KeepingReport)

    @property
    def shelf(self) -> Shelf:
        """The archives and the stores."""
        return self.checking.shelf

    async def known(self, discord_id: int) -> tuple[Archive, ...]:
        """All that should be in this store, newest first."""
        return tuple(each for each in await self.shelf.archives.of(discord_id) if each.store is self.kind)

    async def run(
        self, discord_id: int, known: tuple[Archive, ...], chores_of: Callable[[tuple[Archive, ...]], Chores]
    ) -> None:
        """Nothing is touched before the store has listed all the good backups that are known to be in it.

        What is to be done is asked for again after that: it may have found some to be gone for good.
        """
        store = await self.shelf.stores.of(known[0])
        listed = await store.listed(discord_id)
        unconfirmed = await self.checking.look(store, known, listed)
        good = sum(archive.state is ArchiveState.VERIFIED for archive in known)
        known = await self.known(discord_id)
        chores = chores_of(known)
        if not chores:
            return
        if unconfirmed:
            raise BackupsMissing(missing=len(unconfirmed), known=good)
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
            await self.shelf.archives.mark_trashed(archive, self.checking.clock())
            self.done = replace(self.done, trashed=self.done.trashed + 1)
            log.info("keeping.trashed archive=%s", archive.id)

    async def _purge(self, store: ArchiveStore, archives: Iterable[Archive]) -> None:
        """Forgotten once it is gone: a crash in between purges what is not there any more, which is fine."""
        for archive in archives:
            await store.purge(archive)
            await self.shelf.archives.forget(archive)
            self.done = replace(self.done, purged=self.done.purged + 1)
            log.info("keeping.purged archive=%s", archive.id)
