"""What a sync did, in numbers and names; kept with its run and shown to the person."""

from collections import Counter

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from storage.records import EventKind, LibraryCounts, PlaylistChange, SyncPlan


@dataclass(frozen=True)
class Asked:
    """How many requests a part of the library cost, and why they were made."""

    section: str
    why: str
    requests: int


@dataclass(frozen=True)
class PlaylistEdit:
    """How one playlist changed. What left one place and stands in another is `moved`, neither added nor removed."""

    name: str
    was_called: str | None
    added: int
    removed: int
    moved: int = 0
    redescribed: bool = False


@dataclass(frozen=True)
class SyncReport(Kept):
    """Past-tense facts of one sync. `skipped` names what could not be read whole and was left as it was."""

    likes: int
    playlists: int
    items: int
    likes_added: int
    likes_removed: int
    playlists_added: tuple[str, ...]
    playlists_removed: tuple[str, ...]
    playlists_changed: tuple[PlaylistEdit, ...]
    skipped: tuple[str, ...]
    playlists_returned: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything is different from before."""
        return bool(
            self.likes_added
            or self.likes_removed
            or self.playlists_added
            or self.playlists_removed
            or self.playlists_returned
            or self.playlists_changed
        )

    @property
    def lost(self) -> bool:
        """Whether something is gone from Spotify that a backup could bring back."""
        return bool(
            self.likes_removed or self.playlists_removed or any(edit.removed for edit in self.playlists_changed)
        )


def report_of(plan: SyncPlan, counts: LibraryCounts, skipped: tuple[str, ...]) -> SyncReport:
    """The plan in numbers, beside what the vault holds now."""
    return SyncReport(
        likes=counts.likes,
        playlists=counts.playlists,
        items=counts.items,
        likes_added=len(plan.likes_added),
        likes_removed=len(plan.likes_removed),
        playlists_added=tuple(playlist.details.name for playlist in plan.playlists_added),
        playlists_removed=tuple(playlist.details.name for playlist in plan.playlists_removed),
        playlists_changed=tuple(_edit(change) for change in plan.playlists_changed if _visible(change)),
        skipped=skipped,
        playlists_returned=tuple(change.after.details.name for change in plan.playlists_changed if _returned(change)),
    )


def _edit(change: PlaylistChange) -> PlaylistEdit:
    added, removed = (_tracks(change, kind) for kind in (EventKind.INSERT, EventKind.REMOVE))
    moved = added & removed
    return PlaylistEdit(
        name=change.after.details.name,
        was_called=change.before.details.name if change.renamed else None,
        added=(added - moved).total(),
        removed=(removed - moved).total(),
        moved=moved.total(),
        redescribed=_redescribed(change),
    )


def _tracks(change: PlaylistChange, kind: EventKind) -> Counter[str | None]:
    items = [event.item for event in change.events if event.kind is kind]
    return Counter(item.track.uri if item.track else None for item in items)


def _visible(change: PlaylistChange) -> bool:
    """A new snapshot id alone is nothing a person would call a change."""
    return bool(change.events) or change.renamed or _redescribed(change)


def _redescribed(change: PlaylistChange) -> bool:
    return change.before.details.description != change.after.details.description


def _returned(change: PlaylistChange) -> bool:
    return change.before.removed_at is not None and change.after.removed_at is None
