"""What a sync did, in numbers and names; kept with its run and shown to the person."""

from collections.abc import Iterable, Sequence

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from storage.records import Entries, LibraryCounts, Observed, Presence, SavedKind

NAMED = 3


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


def report_of(
    observed: Sequence[Observed], counts: LibraryCounts, skipped: Iterable[str], asked: Iterable[Asked]
) -> SyncReport:
    """What was found out, in numbers and names, beside what the vault holds now."""
    playlists = [seen for seen in observed if not isinstance(seen.which, SavedKind)]
    return SyncReport(
        likes=counts.likes,
        playlists=counts.playlists,
        items=counts.items,
        followed=counts.followed,
        albums=counts.albums,
        artists=counts.artists,
        shows=counts.shows,
        episodes=counts.episodes,
        lists=tuple(_list_edits(observed)),
        playlists_added=_called(playlists, Presence.NEW),
        playlists_removed=_called(playlists, Presence.GONE),
        playlists_returned=_called(playlists, Presence.BACK),
        playlists_changed=tuple(_edit(seen) for seen in playlists if _edited(seen)),
        skipped=tuple(skipped),
        asked=tuple(asked),
    )


def _list_edits(observed: Iterable[Observed]) -> Iterable[ListEdit]:
    for seen in observed:
        if isinstance(seen.which, SavedKind) and (seen.added.total or seen.removed.total):
            yield ListEdit(seen.which, seen.added.total, seen.removed.total, _names(seen.added), _names(seen.removed))


def _called(playlists: Iterable[Observed], presence: Presence) -> tuple[str, ...]:
    return tuple(seen.name for seen in playlists if seen.presence is presence)


def _edited(seen: Observed) -> bool:
    """A new snapshot id alone is nothing a person would call a change; a playlist that is new or gone says enough."""
    if seen.presence in (Presence.NEW, Presence.GONE):
        return False
    touched = seen.added.total or seen.removed.total or seen.moved.total
    return bool(touched or seen.renamed_from is not None or _redescribed(seen))


def _edit(seen: Observed) -> PlaylistEdit:
    return PlaylistEdit(
        name=seen.name,
        was_called=seen.renamed_from,
        added=seen.added.total,
        removed=seen.removed.total,
        moved=seen.moved.total,
        redescribed=_redescribed(seen),
        names_added=_names(seen.added),
        names_removed=_names(seen.removed),
    )


def _redescribed(seen: Observed) -> bool:
    return seen.before is not None and seen.details is not None and seen.before.description != seen.details.description


def _names(entries: Entries) -> tuple[str, ...]:
    return tuple(entry.title for entry in entries.first[:NAMED] if entry.title)
