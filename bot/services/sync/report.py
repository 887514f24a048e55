"""What a sync did, in numbers and names; kept with its run and shown to the person."""

from collections import Counter

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from storage.records import EventKind, LibraryCounts, PlaylistChange, SavedKind, SyncPlan


@dataclass(frozen=True)
class Asked:
    """How many requests a part of the library cost, and why they were made."""

    section: str
    why: str
    requests: int


@dataclass(frozen=True)
class ListEdit:
    """How a list of saved things changed; the names are the first few."""

    kind: SavedKind
    added: int
    removed: int
    names_added: tuple[str, ...] = ()
    names_removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaylistEdit:
    """How one playlist changed. What left one place and stands in another is `moved`, neither added nor removed."""

    name: str
    was_called: str | None
    added: int
    removed: int
    moved: int = 0
    redescribed: bool = False
    names_added: tuple[str, ...] = ()
    names_removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class SyncReport(Kept):
    """Past-tense facts of one sync. `skipped` names what could not be read whole and was left as it was."""

    likes: int
    playlists: int
    items: int
    followed: int = 0
    albums: int = 0
    artists: int = 0
    shows: int = 0
    episodes: int = 0
    lists: tuple[ListEdit, ...] = ()
    playlists_added: tuple[str, ...] = ()
    playlists_removed: tuple[str, ...] = ()
    playlists_returned: tuple[str, ...] = ()
    playlists_changed: tuple[PlaylistEdit, ...] = ()
    skipped: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything is different from before."""
        return bool(
            self.lists
            or self.playlists_added
            or self.playlists_removed
            or self.playlists_returned
            or self.playlists_changed
        )

    @property
    def lost(self) -> bool:
        """Whether something is gone from Spotify that a backup could bring back."""
        return bool(
            self.edit_of(SavedKind.TRACK).removed
            or self.playlists_removed
            or any(edit.removed for edit in self.playlists_changed)
        )

    @property
    def requests(self) -> int:
        """What it cost at Spotify, pictures apart."""
        return sum(asked.requests for asked in self.asked)

    def edit_of(self, kind: SavedKind) -> ListEdit:
        """How that list changed, nothing if it did not."""
        return next((edit for edit in self.lists if edit.kind is kind), ListEdit(kind, 0, 0))


def report_of(plan: SyncPlan, counts: LibraryCounts, skipped: tuple[str, ...]) -> SyncReport:
    """The plan in numbers, beside what the vault holds now."""
    return SyncReport(
        likes=counts.likes,
        playlists=counts.playlists,
        items=counts.items,
        lists=_likes(plan),
        playlists_added=tuple(playlist.details.name for playlist in plan.playlists_added),
        playlists_removed=tuple(playlist.details.name for playlist in plan.playlists_removed),
        playlists_changed=tuple(_edit(change) for change in plan.playlists_changed if _visible(change)),
        skipped=skipped,
        playlists_returned=tuple(change.after.details.name for change in plan.playlists_changed if _returned(change)),
    )


def _likes(plan: SyncPlan) -> tuple[ListEdit, ...]:
    edit = ListEdit(SavedKind.TRACK, len(plan.likes_added), len(plan.likes_removed))
    return (edit,) if edit.added or edit.removed else ()


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
