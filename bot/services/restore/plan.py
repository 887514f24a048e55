"""What a restore has to write into Spotify: pure, from what an archive holds and what Spotify has now.

Nothing is ever removed: what is missing of the saved lists is saved again, playlists that are missing come back into
the list or are made again, and in playlists that are still there the missing items go back to where they were.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.services.changes.steps import (
    AddItems,
    CreatePlaylist,
    FollowPlaylist,
    InsertItems,
    Request,
    Save,
    seal_of,
)
from bot.services.restore.compare import Gaps, addable, compare_playlists, counterparts, missing_runs, uris_of
from bot.services.restore.scene import Now, Owner, Then
from storage.records import Library, Playlist, PlaylistDetails, SavedKind, TrackKind

T = TypeVar("T")
SAVED_A_CALL = 40
ITEMS_A_CALL = 100


class Obstacle(StrEnum):
    """Why something stays in the backup only."""

    LOCAL_FILE = "local_file"
    LOST_ENTRY = "lost_entry"
    SOMEBODY_ELSES = "somebody_elses"
    NOT_IN_BACKUP = "not_in_backup"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True)
class CannotRestore:
    """Something that stays in the backup only: the playlist (empty: liked songs), its place there, its name.

    A list that is not known as a whole is named by its kind.
    """

    playlist: str
    position: int
    name: str
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """The writes in order, and what they are for; `present` counts playlists that are whole already.

    `saved` are URIs, oldest first. `missing` are made again, `returned` are the person's own and come back as they are,
    `followed` belong to somebody else and only come back into the list.
    """

    saved: Mapping[SavedKind, tuple[str, ...]]
    gaps: tuple[Gaps, ...]
    requests: tuple[Request, ...]
    missing: tuple[Playlist, ...] = ()
    returned: tuple[Playlist, ...] = ()
    followed: tuple[PlaylistDetails, ...] = ()
    present: int = 0
    cannot: tuple[CannotRestore, ...] = ()

    @property
    def items(self) -> int:
        """How many playlist items come back, those apart that their playlist never lost."""
        made = sum(len(addable(playlist.items)) for playlist in self.missing)
        return made + sum(gap.items for gap in self.gaps)


def plan_restore(then: Then, now: Now, owner: Owner) -> RestorePlan:
    """The writes that bring back what the archive has and Spotify has not; none when nothing is missing."""
    here = [playlist for playlist in now.library.playlists if playlist.removed_at is None]
    wanted = [playlist for playlist in then.library.playlists if playlist.removed_at is None]
    found = compare_playlists(wanted, here, now)
    missing = [playlist for playlist in found.missing if playlist.details.owner_id == owner.then]
    theirs = [playlist.details for playlist in found.missing if playlist.details.owner_id != owner.then]
    followed = [*theirs, *(details for details in then.closed if details.spotify_id not in now.listed)]
    gaps = [gap for gap in found.gaps if gap.now.details.owner_id == owner.now]
    saved = _missing_saved(then, now)
    return RestorePlan(
        saved=saved,
        missing=tuple(missing),
        returned=tuple(found.returned),
        followed=tuple(followed),
        gaps=tuple(gaps),
        present=found.present,
        requests=(
            *_save(saved),
            *_follow(followed),
            *_return(found.returned),
            *_create(missing, here),
            *_insert(gaps),
        ),
        cannot=(
            *_lost_likes(then.library),
            *_not_known(then, now),
            *(each for playlist in missing for each in _left_behind(playlist)),
            *(each for gap in gaps for each in _left_behind(gap.archived, gap.now)),
            *(_left_alone(gap) for gap in found.gaps if gap.now.details.owner_id != owner.now),
        ),
    )


def plan_versions(then: Then, now: Now, owner: Owner, versions: Mapping[str, str]) -> RestorePlan:
    """The writes that put other releases where songs of the archive are gone; `versions` maps URI to URI.

    Nothing else comes back, and a song that is there after all keeps its place.
    """
    liked = {like.track.uri for like in now.library.likes if like.track}
    likes = [like.track.uri for like in then.library.likes if like.track]
    saved = _lacking([versions[uri] for uri in likes if uri in versions and uri not in liked], liked)
    here = [playlist for playlist in now.library.playlists if playlist.removed_at is None]
    gaps = []
    for archived, playlist in counterparts(then.library.playlists, here, now.remade):
        present = set(uris_of(playlist))
        wanted = [uri if uri in present else versions.get(uri or "", uri) for uri in uris_of(archived)]
        runs = missing_runs(wanted, uris_of(playlist), only=set(versions.values()))
        if runs and archived.removed_at is None and playlist.details.owner_id == owner.now:
            gaps.append(Gaps(archived, playlist, runs))
    return RestorePlan(
        saved={SavedKind.TRACK: saved} if saved else {},
        gaps=tuple(gaps),
        requests=(*_saving(saved), *_insert(gaps)),
    )


def _missing_saved(then: Then, now: Now) -> dict[SavedKind, tuple[str, ...]]:
    """Oldest first, as they have to be saved for the newest to end on top."""
    liked = {like.track.uri for like in now.library.likes if like.track}
    likes = [like.track.uri for like in then.library.likes if like.track and like.track.kind is TrackKind.TRACK]
    missing = {SavedKind.TRACK: _lacking(likes, liked)}
    for kind, entries in then.shelves.items():
        uris = [entry.thing.uri for entry in entries if entry.thing]
        missing[kind] = _lacking(uris, now.shelves[kind]) if kind in now.shelves else ()
    return {kind: uris for kind, uris in missing.items() if uris}


def _lacking(newest_first: Sequence[str | None], here: Set[str]) -> tuple[str, ...]:
    oldest_first = dict.fromkeys(uri for uri in reversed(newest_first) if uri is not None)
    return tuple(uri for uri in oldest_first if uri not in here)


def _save(saved: Mapping[SavedKind, Sequence[str]]) -> Iterator[Request]:
    for uris in saved.values():
        yield from _saving(uris)


def _saving(uris: Sequence[str]) -> Iterator[Request]:
    """Things of one kind, oldest first, as many a call as Spotify takes."""
    for batch in _batches(uris, SAVED_A_CALL):
        yield Save(tuple(batch))


def _follow(followed: Sequence[PlaylistDetails]) -> Iterator[Request]:
    for details in reversed(followed):
        yield FollowPlaylist(details.spotify_id, details.name)


def _return(returned: Sequence[Playlist]) -> Iterator[Request]:
    for playlist in reversed(returned):
        yield FollowPlaylist(playlist.details.spotify_id, playlist.details.name, seal_of(uris_of(playlist)))


def _create(missing: Sequence[Playlist], here: Sequence[Playlist]) -> Iterator[Request]:
    """Last playlist first: Spotify puts a new one on top of the list."""
    called: defaultdict[str, list[str]] = defaultdict(list)
    for other in here:
        called[other.details.name].append(other.details.spotify_id)
    for playlist in reversed(missing):
        details = playlist.details
        yield CreatePlaylist(
            key=details.spotify_id,
            name=details.name,
            description=details.description,
            public=bool(details.public) and not details.collaborative,
            collaborative=details.collaborative,
            namesakes=tuple(called[details.name]),
        )
        for number, batch in enumerate(_batches(addable(playlist.items), ITEMS_A_CALL)):
            yield AddItems(details.spotify_id, details.name, tuple(batch), number * ITEMS_A_CALL)


def _insert(gaps: Sequence[Gaps]) -> Iterator[Request]:
    """From the end to the start, so that no insertion moves the place of the next."""
    for gap in gaps:
        uris_now = uris_of(gap.now)
        by_then = list(uris_now)
        for run in reversed(gap.runs):
            for batch in reversed(list(_batches(run.uris, ITEMS_A_CALL))):
                yield InsertItems(
                    playlist_id=gap.now.details.spotify_id,
                    name=gap.now.details.name,
                    uris=tuple(batch),
                    position=run.position,
                    total=len(by_then),
                    seal=seal_of(by_then),
                    sole=tuple(uri for uri in dict.fromkeys(batch) if uri not in uris_now),
                )
                by_then[run.position : run.position] = batch


def _lost_likes(archived: Library) -> Iterator[CannotRestore]:
    for position, like in enumerate(archived.likes, start=1):
        if like.track is None:
            yield CannotRestore("", position, "", Obstacle.LOST_ENTRY)


def _not_known(then: Then, now: Now) -> Iterator[CannotRestore]:
    """A list that nobody read whole is unknown, and never empty."""
    for kind in then.unknown:
        yield CannotRestore("", 0, kind.value, Obstacle.NOT_IN_BACKUP)
    for kind in then.shelves:
        if kind not in now.shelves:
            yield CannotRestore("", 0, kind.value, Obstacle.NOT_SHOWN)


def _left_behind(playlist: Playlist, now: Playlist | None = None) -> Iterator[CannotRestore]:
    """Local files and lost entries; of a playlist that is still there those alone that it lacks."""
    here = Counter(uris_of(now) if now else ())
    for position, item in enumerate(playlist.items, start=1):
        uri = item.track.uri if item.track else None
        if item.track is not None and item.track.kind is not TrackKind.LOCAL:
            continue
        if here[uri]:
            here[uri] -= 1
        elif item.track is None:
            yield CannotRestore(playlist.details.name, position, "", Obstacle.LOST_ENTRY)
        else:
            yield CannotRestore(playlist.details.name, position, item.track.name, Obstacle.LOCAL_FILE)


def _left_alone(gap: Gaps) -> CannotRestore:
    """What its owner took out of a list of theirs is not ours to put back."""
    return CannotRestore(gap.now.details.name, 0, "", Obstacle.SOMEBODY_ELSES)


def _batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
