"""Which backups are kept and which are let go; the counting itself is `storage.retention`'s. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.records import Archive, ArchiveState, Policy
from storage.retention import reasons


@dataclass(frozen=True, slots=True)
class KeepingPlan:
    """Newest first: the backups that stay, each with the reasons for it, and those to let go."""

    kept: tuple[tuple[Archive, tuple[str, ...]], ...]
    let_go: tuple[Archive, ...]


def plan_keeping(archives: Iterable[Archive], policy: Policy) -> KeepingPlan:
    """What becomes of the backups of one person in one store. Only verified ones are counted, kept or let go.

    A pinned one is kept whatever the rules say, and counts for them like any other, as restic's tags do. The newest
    one is never let go, since every rule keeps it.
    """
    verified = [archive for archive in archives if archive.state is ArchiveState.VERIFIED]
    verified.sort(key=lambda archive: (archive.created_at, archive.id), reverse=True)
    if not policy.rules:
        return KeepingPlan(tuple((archive, ("no rules",)) for archive in verified), ())
    found = reasons([archive.created_at for archive in verified], policy)
    pinned = [("pinned",) if archive.pinned else () for archive in verified]
    judged = [(archive, (*pin, *why)) for archive, pin, why in zip(verified, pinned, found, strict=True)]
    return KeepingPlan(
        tuple((archive, why) for archive, why in judged if why),
        tuple(archive for archive, why in judged if not why),
    )
