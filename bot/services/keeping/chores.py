"""What there is to do with one person's backups in one store, and whether the store's list allows it; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.keeping.policy import plan_keeping
from storage.records import Archive, ArchiveState, ListedFile, Policy


@dataclass(frozen=True, slots=True)
class Chores:
    """Backups to let go, those an earlier time left on their way into the trash, and those whose time there is over."""

    let_go: tuple[Archive, ...]
    on_the_way: tuple[Archive, ...]
    due: tuple[Archive, ...]

    def __bool__(self) -> bool:
        return bool(self.let_go or self.on_the_way or self.due)


def plan_chores(archives: Sequence[Archive], policy: Policy, trash_for: timedelta, now: datetime) -> Chores:
    """All that the policy, the journal and the clock ask for.

    Where no good backup is left, the trash may hold the last ones: then there is nothing to do.
    """
    if not any(archive.state is ArchiveState.VERIFIED for archive in archives):
        return Chores((), (), ())
    trashed = [archive for archive in archives if archive.state is ArchiveState.TRASHED]
    return Chores(
        let_go=plan_keeping(archives, policy).let_go,
        on_the_way=tuple(archive for archive in trashed if archive.trashed_at is None),
        due=tuple(archive for archive in trashed if archive.trashed_at and archive.trashed_at + trash_for <= now),
    )


def back_in_place(archives: Iterable[Archive], listed: Iterable[ListedFile]) -> tuple[Archive, ...]:
    """Those that lay in the trash and are listed again: somebody took them out."""
    there = {file.remote_id for file in listed}
    return tuple(archive for archive in archives if archive.trashed_at is not None and archive.remote_id in there)
