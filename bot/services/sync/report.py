"""What a sync did, in numbers and names; kept with its run and shown to the person."""

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from storage.records import EventKind, LibraryCounts, PlaylistChange, SyncPlan


@dataclass(frozen=True)
class PlaylistEdit:
    """How one playlist changed."""

    name: str
    was_called: str | None
    added: int
    removed: int


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

    @property
    def changed(self) -> bool:
        """Whether anything is different from before."""
        return bool(
            self.likes_added
            or self.likes_removed
            or self.playlists_added
            or self.playlists_removed
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
    )


def _edit(change: PlaylistChange) -> PlaylistEdit:
    kinds = [event.kind for event in change.events]
    return PlaylistEdit(
        name=change.after.details.name,
        was_called=change.before.details.name if change.renamed else None,
        added=kinds.count(EventKind.INSERT),
        removed=kinds.count(EventKind.REMOVE),
    )


def _visible(change: PlaylistChange) -> bool:
    """A new snapshot id alone is nothing a person would call a change."""
    before, after = change.before.details, change.after.details
    return bool(change.events) or change.renamed or before.description != after.description
