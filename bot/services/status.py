"""What is linked, kept, fresh and next: the facts behind `/link status` and `/vault status`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.errors import LinkEnd
from bot.services.accounts import end_of
from bot.services.shelving import is_shown
from bot.spotify.oauth import link_ends
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.downloads import DownloadRepository
from storage.library import LibraryRepository
from storage.people import PeopleRepository
from storage.records import AccountState, Archive, ArchiveState, Download, LibraryCounts, Person, Run, RunKind, RunState
from storage.runs import RunRepository

WITH_SYNC = (RunKind.SYNC, RunKind.BACKUP, RunKind.NIGHT)
"""The jobs that begin with a sync or are one."""
WITH_BACKUP = (RunKind.BACKUP, RunKind.NIGHT)
"""The jobs that end with a backup."""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """What is linked. Names are None where nothing is.

    `spotify_ends` is when Spotify will end the link, `spotify_end` why it can no longer be used.
    """

    spotify: str | None
    spotify_since: datetime | None
    spotify_works: bool
    drive: str | None
    drive_works: bool
    drive_offered: bool
    spotify_ends: datetime | None = None
    spotify_end: LinkEnd | None = None


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What is kept and how fresh it is.

    `still_whole` is when the last backup was last seen to hold everything, where that was after it was made; `troubled`
    are backups that checks found something of. `failures` are why the last night failed, and whatever else failed last.
    `under_way` is what runs or waits right now, `export` what can be fetched.
    """

    links: LinkStatus
    counts: LibraryCounts
    last_sync: datetime | None
    last_backup: Archive | None
    troubled: tuple[Archive, ...]
    failures: tuple[Run, ...]
    last_restore: Run | None
    under_way: tuple[Run, ...]
    person: Person
    nightly_hour: int | None
    export: Download | None = None
    still_whole: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusBook:
    """The repositories a status is read from."""

    people: PeopleRepository
    accounts: AccountRepository
    library: LibraryRepository
    archives: ArchiveRepository
    runs: RunRepository
    downloads: DownloadRepository


@dataclass(frozen=True, slots=True)
class Status:
    """Reads only what is stored; asks no service anything. `nightly_hour` is None where the operator has no nights.

    `apps` are the client ids of the operator's Spotify apps.
    """

    book: StatusBook
    drive_offered: bool
    nightly_hour: int | None
    apps: Collection[str]
    clock: Clock

    async def links(self, discord_id: int) -> LinkStatus:
        """What is linked."""
        spotify = await self.book.accounts.spotify(discord_id)
        drive = await self.book.accounts.drive(discord_id)
        end = end_of(spotify, self.apps, self.clock()) if spotify else None
        return LinkStatus(
            spotify=spotify.display_name if spotify else None,
            spotify_since=spotify.authorized_at if spotify else None,
            spotify_works=spotify is not None and end is None,
            drive=(drive.email or "Google Drive") if drive else None,
            drive_works=drive is not None and drive.state is AccountState.LINKED,
            drive_offered=self.drive_offered,
            spotify_ends=link_ends(spotify.authorized_at) if spotify else None,
            spotify_end=end,
        )

    async def vault(self, discord_id: int) -> VaultStatus:
        """What is kept, how fresh, what is next."""
        # Read first: a job that ends meanwhile is told as under way, never as if its outcome were missing.
        under_way = await self.book.runs.live(discord_id)
        person = await self.book.people.get(discord_id)
        links = await self.links(discord_id)
        synced = await self.book.runs.last_done(discord_id, WITH_SYNC)
        backup = await self.book.archives.last_verified(discord_id)
        own_hour = person.nightly_hour if person.nightly_hour is not None else self.nightly_hour
        return VaultStatus(
            links=links,
            counts=await self.book.library.counts(discord_id),
            last_sync=synced.finished_at if synced else None,
            last_backup=backup,
            troubled=await self._troubled(discord_id),
            failures=await self._failures(discord_id, links.spotify_since),
            last_restore=await self._last_restore(discord_id),
            under_way=under_way,
            person=person,
            nightly_hour=own_hour if self.nightly_hour is not None else None,
            export=await self.book.downloads.ready(discord_id, self.clock()),
            still_whole=await self._still_whole(discord_id, backup) if backup else None,
        )

    async def _troubled(self, discord_id: int) -> tuple[Archive, ...]:
        """Backups that are damaged, gone, or were not found just now."""
        shown = [each for each in await self.book.archives.of(discord_id) if is_shown(each, self.clock())]
        return tuple(each for each in shown if each.state is not ArchiveState.VERIFIED or each.missing_since)

    async def _still_whole(self, discord_id: int, backup: Archive) -> datetime | None:
        """When a job found that this backup holds everything already."""
        run = await self.book.runs.last_done(discord_id, WITH_BACKUP)
        report = (run.report or {}).get("backup") if run else None
        if run is None or not isinstance(report, dict):
            return None
        return run.finished_at if report.get("unchanged") and report.get("archive_id") == backup.id else None

    async def _last_restore(self, discord_id: int) -> Run | None:
        """What came of the newest restore: the reply that would have told may be dead by then."""
        run = await self.book.runs.latest(discord_id, RunKind.RESTORE)
        return run if run and run.state is RunState.DONE else None

    async def _failures(self, discord_id: int, linked_at: datetime | None) -> tuple[Run, ...]:
        """The newest run of a kind, where it failed; what a later run or a new link has mended is no news."""
        latest = [await self.book.runs.latest(discord_id, kind) for kind in RunKind]
        failed = [run for run in latest if run and run.state is RunState.FAILED]
        news = [run for run in failed if linked_at is None or run.created_at > linked_at]
        nights = [run for run in news if run.kind is RunKind.NIGHT]
        others = sorted((run for run in news if run not in nights), key=lambda run: run.created_at)
        return (*nights, *others[-1:])
