"""What a sync has to write: the pure difference between the vault and what was read from Spotify."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from storage.records import Library, Like, Playlist, PlaylistChange, PlaylistDetails, PlaylistItem, SyncPlan
from storage.versions import diff


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was read. None means "not read completely": such a section plans nothing, least of all a removal.

    `items` holds the playlists whose contents were read; those missing there keep what is stored.
    """

    likes: tuple[Like, ...] | None = None
    playlists: tuple[PlaylistDetails, ...] | None = None
    items: Mapping[str, tuple[PlaylistItem, ...]] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()


def plan_sync(stored: Library, fetched: Fetched) -> SyncPlan:
    """The smallest plan that makes the vault equal to what was read, keeping what is gone as marked."""
    return _plan_playlists(stored, fetched, _plan_likes(stored, fetched))


def _plan_likes(stored: Library, fetched: Fetched) -> SyncPlan:
    if fetched.likes is None or _keys(fetched.likes) == _keys(stored.likes):
        return SyncPlan()
    return SyncPlan(
        likes=fetched.likes,
        likes_added=_only_in_first(fetched.likes, stored.likes),
        likes_removed=_only_in_first(stored.likes, fetched.likes),
    )


def _plan_playlists(stored: Library, fetched: Fetched, plan: SyncPlan) -> SyncPlan:
    if fetched.playlists is None:
        return plan
    known = {playlist.details.spotify_id: playlist for playlist in stored.playlists}
    seen = {details.spotify_id for details in fetched.playlists}
    added, changed = [], []
    for details in fetched.playlists:
        before = known.get(details.spotify_id)
        items = fetched.items.get(details.spotify_id)
        if before is not None:
            if (change := _change(before, details, items)) is not None:
                changed.append(change)
        elif items is not None:
            added.append(Playlist(details, items))
    kept_here = {*known, *(playlist.details.spotify_id for playlist in added)}
    here = [details.spotify_id for details in fetched.playlists if details.spotify_id in kept_here]
    kept = [playlist for playlist in stored.playlists if playlist.removed_at is None]
    return replace(
        plan,
        playlists_added=tuple(added),
        playlists_changed=tuple(changed),
        playlists_removed=tuple(playlist for playlist in kept if playlist.details.spotify_id not in seen),
        order=tuple(here) if here != [playlist.details.spotify_id for playlist in kept] else None,
    )


def _change(
    before: Playlist, details: PlaylistDetails, items: tuple[PlaylistItem, ...] | None
) -> PlaylistChange | None:
    """What is different; a playlist that was not read may be renamed but keeps its snapshot, to be read again."""
    if items is None:
        details = replace(details, snapshot_id=before.details.snapshot_id)
        items = before.items
    events = diff(before.items, items)
    if not events and _lasting(before.details) == _lasting(details) and before.removed_at is None:
        return None
    return PlaylistChange(before, Playlist(details, items), events)


def _lasting(details: PlaylistDetails) -> PlaylistDetails:
    """Cover addresses expire within a day and prove nothing."""
    return replace(details, image_url=None)


def _key(like: Like) -> Hashable:
    return (like.track.uri if like.track else None, like.added_at)


def _keys(likes: Sequence[Like]) -> list[Hashable]:
    return [_key(like) for like in likes]


def _only_in_first(first: Sequence[Like], second: Sequence[Like]) -> tuple[Like, ...]:
    spare = Counter(_keys(second))
    only = []
    for like in first:
        if spare[_key(like)] > 0:
            spare[_key(like)] -= 1
        else:
            only.append(like)
    return tuple(only)
