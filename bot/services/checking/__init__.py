"""Checking of backups: by the store's list every night, by their contents every week or when somebody asks."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.checking.census import believed, sample, take_census
from bot.services.checking.contents import read_all
from bot.services.checking.herald import Herald
from bot.services.checking.report import Checked, CheckReport, Verdict
from bot.services.progress import OnProgress, Phase, Progress
from bot.services.shelf import Shelf
from bot.time import Clock
from storage.archives import READABLE
from storage.errors import ArchiveDamaged, NotFound, StoreRefused
from storage.records import Archive, ArchiveState, ListedFile, StoreKind
from storage.stores import ArchiveStore

log = logging.getLogger(__name__)

AT_ONCE = 5
"""How many backups a look at the list reads at most; the others have their turn the next time."""


@dataclass(frozen=True, slots=True)
class Checking:
    """Finds backups that are gone or damaged, and those that are back. It removes nothing anywhere."""

    shelf: Shelf
    herald: Herald
    clock: Clock

    async def look(
        self, store: ArchiveStore, known: Sequence[Archive], listed: Sequence[ListedFile]
    ) -> tuple[Archive, ...]:
        """Notes what a list says of one person's backups in one store; returned are the good ones it does not confirm.

        One that is missing is believed to be so only as of a second list, and once it was asked for by its name.
        """
        census = take_census(known, listed)
        good = [archive for archive in known if archive.state is ArchiveState.VERIFIED]
        absent = [each for each in census.absent if not await self._is_late(store, each, good[0])]
        read = {each.id: await self._read(each) for each in census.doubtful[:AT_ONCE]}
        lost = {each.id for each in believed(census, known, self.clock()) if await self._is_gone(store, each)}
        if absent:
            await self.shelf.archives.note_missing(absent[0].discord_id, [each.id for each in absent], self.clock())
        for archive_id in await self.shelf.archives.lose(known[0].discord_id, lost) if lost else ():
            log.warning("check.lost archive=%s", archive_id)
        proven = {archive_id for archive_id, checked in read.items() if checked.verdict is Verdict.GOOD}
        settled = {*lost, *proven, *(each.id for each in known if each.state is ArchiveState.MISSING)}
        return tuple(each for each in (*absent, *census.doubtful) if each.id not in settled)

    @staticmethod
    async def _is_late(store: ArchiveStore, archive: Archive, newest: Archive) -> bool:
        """Google's lists may be some seconds behind: the newest backup, made just now, is asked for by itself."""
        return archive == newest and archive.missing_since is None and await store.exists(archive)

    async def _is_gone(self, store: ArchiveStore, archive: Archive) -> bool:
        if not await store.exists(archive):
            return True
        await self.shelf.archives.seen(archive)
        return False

    async def check(self, discord_id: int, archive_id: str, on_progress: OnProgress) -> CheckReport:
        """All of one backup; `NotFound` where it is nobody's, or on its way into a store or out of it."""
        archive = await self.shelf.archives.get(discord_id, archive_id)
        if archive.state not in READABLE:
            raise NotFound(what="That backup")
        on_progress(Progress(Phase.VERIFYING))
        checked = await self._read(archive)
        # Whoever asked reads the answer: that is no news for a message of its own.
        await self.shelf.archives.mark_told(discord_id, [archive_id], told=True)
        return CheckReport((checked,))

    async def check_sample(self, discord_id: int, since: datetime, on_progress: OnProgress) -> CheckReport:
        """The sample of this week, and the lists it is chosen from; `since` is when the week's turn began."""
        try:
            await self._look_everywhere(discord_id)
            archives = await self.shelf.archives.of(discord_id)
            checked = []
            chosen = sample([each for each in archives if await self.opens(each)], since)
            for number, archive in enumerate(chosen):
                on_progress(Progress(Phase.VERIFYING, number, len(chosen)))
                checked.append(await self._read(archive))
        finally:
            await self.herald.tell(discord_id)
        return CheckReport(tuple(checked))

    async def _look_everywhere(self, discord_id: int) -> None:
        for kind in StoreKind:
            known = tuple(archive for archive in await self.shelf.archives.of(discord_id) if archive.store is kind)
            if any(archive.state is ArchiveState.VERIFIED for archive in known) and await self.opens(known[0]):
                store = await self.shelf.stores.of(known[0])
                await self.look(store, known, await store.listed(discord_id))

    async def opens(self, archive: Archive) -> bool:
        """Whether its store lets us in; one that does not says so with every backup, and says nothing of this one."""
        try:
            await self.shelf.stores.of(archive)
        except StoreRefused:
            return False
        return True

    async def _read(self, archive: Archive) -> Checked:
        """Reads it and remembers how it was; trouble with the store or the keys says nothing of a backup."""
        try:
            proof = await read_all(self.shelf, archive)
            if not await (await self.shelf.stores.of(archive)).exists(archive):
                # Google gives out what lies in a trash too.
                raise NotFound(what="That backup")  # noqa: TRY301
        except ArchiveDamaged as damage:
            fault = str(damage.fields["where"])
            await self.shelf.archives.mark_checked(archive, self.clock(), fault)
            log.warning("check.damaged archive=%s", archive.id)
            return _checked(archive, Verdict.DAMAGED, fault=fault)
        except NotFound:
            await self.shelf.archives.note_missing(archive.discord_id, [archive.id], self.clock())
            log.warning("check.absent archive=%s", archive.id)
            return _checked(archive, Verdict.ABSENT)
        await self.shelf.archives.mark_checked(archive, self.clock(), None)
        log.info("check.good archive=%s lines=%d", archive.id, proof.lines)
        return _checked(archive, Verdict.GOOD, members=proof.members, lines=proof.lines)


def _checked(archive: Archive, verdict: Verdict, *, members: int = 0, lines: int = 0, fault: str = "") -> Checked:
    return Checked(archive.id, archive.created_at, archive.store, verdict, members, lines, fault)
