"""What a store's list says of the backups that are known to be in it; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import Archive, ArchiveState, ListedFile

GRACE = timedelta(hours=20)
"""Between the list that first lacked a backup and the one that is believed: two nights, or two looks by hand."""
GRACE_OF_MANY = timedelta(days=7)
"""The same where most are gone at once: rather another disk or another Drive than somebody's wish."""


@dataclass(frozen=True, slots=True)
class Census:
    """Good backups that are not on the list, and files on it that only their bytes can judge.

    `doubtful` are listed in another size or with another hash, or were missing until now. `hidden` says that the list
    has not one of the good ones: then it is the store that is wrong, whatever else the list says.
    """

    absent: tuple[Archive, ...]
    doubtful: tuple[Archive, ...]
    hidden: bool


def take_census(known: Sequence[Archive], listed: Sequence[ListedFile]) -> Census:
    """Compares what is known of one person's backups in one store with the store's list."""
    files = {file.remote_id: file for file in listed}
    good = [archive for archive in known if archive.state is ArchiveState.VERIFIED]
    lost = [archive for archive in known if archive.state is ArchiveState.MISSING]
    absent = tuple(archive for archive in good if archive.remote_id not in files)
    here = [(archive, files[archive.remote_id]) for archive in (*good, *lost) if archive.remote_id in files]
    return Census(
        absent,
        tuple(archive for archive, file in here if not _as_it_was(archive, file)),
        hidden=bool(good) and len(absent) == len(good),
    )


def _as_it_was(archive: Archive, file: ListedFile) -> bool:
    if archive.state is ArchiveState.MISSING or archive.missing_since is not None:
        return False
    return file.size == archive.size and file.sha256 in (None, archive.sha256)


def believed(census: Census, known: Sequence[Archive], now: datetime) -> tuple[Archive, ...]:
    """Those that were missing for long enough, as of this list and of an earlier one."""
    if census.hidden:
        return ()
    good = sum(archive.state is ArchiveState.VERIFIED for archive in known)
    grace = GRACE_OF_MANY if len(census.absent) * 2 > good else GRACE
    return tuple(each for each in census.absent if each.missing_since is not None and each.missing_since + grace <= now)


def sample(archives: Sequence[Archive], since: datetime) -> tuple[Archive, ...]:
    """Which backups are read this week: the newest that never was, and the one whose last proof is the longest ago.

    Each was proven when it was made. Those that were read after `since` are done already.
    """
    good = [archive for archive in archives if archive.state is ArchiveState.VERIFIED and archive.missing_since is None]
    unread = [archive for archive in good if archive.checked_at is None]
    newest = max(unread, key=lambda archive: (archive.created_at, archive.id), default=None)
    oldest = min(good, key=lambda archive: (archive.checked_at or archive.created_at, archive.id), default=None)
    chosen = {archive.id: archive for archive in (newest, oldest) if archive is not None}
    return tuple(each for each in chosen.values() if each.checked_at is None or each.checked_at < since)
