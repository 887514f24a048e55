"""What a restore has to write into Spotify: pure, from what an archive holds and what Spotify has now.

Nothing is ever removed: likes that are missing come back, playlists that are missing are made again, and in playlists
that are still there the missing items go back to where they were.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from bot.services.changes.steps import (
    AddItems,
    CreatePlaylist,
    FollowPlaylist,
    InsertItems,
    Request,
    SaveLikes,
    seal_of,
)
from storage.records import Library, Playlist, PlaylistItem, TrackKind
from storage.versions import kept

T = TypeVar("T")
LIKES_A_CALL = 40
ITEMS_A_CALL = 100
NOTHING_REMADE: Mapping[str, str] = MappingProxyType({})


class Obstacle(StrEnum):
    """Why something stays in the backup only."""

    LOCAL_FILE = "local_file"
    LOST_ENTRY = "lost_entry"
    SOMEBODY_ELSES = "somebody_elses"


@dataclass(frozen=True, slots=True)
class CannotRestore:
    """Something that stays in the backup only: the playlist (empty: liked songs), its place there, its name."""

    playlist: str
    position: int
    name: str
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring items to put back before what is now at `position`."""

    position: int
    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """A playlist that is still there but lacks items."""

    archived: Playlist
    now: Playlist
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose library it was when the archive was made, and whose it goes to; ids at Spotify, the same but for a move."""

    then: str
    now: str


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """The writes in order, and what they are for; `present` counts playlists that are whole already.

    `missing` are made again, `followed` belong to somebody else and only come back into the list.
    """

    likes: tuple[str, ...]
    missing: tuple[Playlist, ...]
    followed: tuple[Playlist, ...]
    gaps: tuple[Gaps, ...]
    present: int
    requests: tuple[Request, ...]
    cannot: tuple[CannotRestore, ...]

    @property
    def items(self) -> int:
        """How many playlist items come back."""
        made = sum(len(addable(playlist.items)) for playlist in self.missing)
        return made + sum(len(run.uris) for gap in self.gaps for run in gap.runs)


def plan_restore(
    archived: Library, current: Library, owner: Owner, remade: Mapping[str, str] = NOTHING_REMADE
) -> RestorePlan:
    """The writes that bring back what the archive has and Spotify has not; none when nothing is missing.

    `remade` says which playlist an earlier restore made for one of the archive, by id.
    """
    here = [playlist for playlist in current.playlists if playlist.removed_at is None]
    wanted = [playlist for playlist in archived.playlists if playlist.removed_at is None]
    absent, broken, present = _compare(wanted, here, remade)
    missing = [playlist for playlist in absent if playlist.details.owner_id == owner.then]
    followed = [playlist for playlist in absent if playlist.details.owner_id != owner.then]
    gaps = [gap for gap in broken if gap.now.details.owner_id == owner.now]
    likes = _missing_likes(archived, current)
    return RestorePlan(
        likes=likes,
        missing=tuple(missing),
        followed=tuple(followed),
        gaps=tuple(gaps),
        present=present,
        requests=(*_save_likes(likes), *_follow(followed), *_create(missing, here), *_insert(gaps)),
        cannot=(
            *_lost_likes(archived),
            *_left_behind([*missing, *(gap.archived for gap in gaps)]),
            *(_left_alone(gap) for gap in broken if gap not in gaps),
        ),
    )


def _missing_likes(archived: Library, current: Library) -> tuple[str, ...]:
    """Oldest first, as they have to be saved for the newest to end on top."""
    here = {like.track.uri for like in current.likes if like.track}
    wanted = [like.track.uri for like in archived.likes if like.track and like.track.kind is TrackKind.TRACK]
    return tuple(uri for uri in reversed(wanted) if uri not in here)


def _save_likes(uris: Sequence[str]) -> Iterator[Request]:
    for batch in _batches(uris, LIKES_A_CALL):
        yield SaveLikes(tuple(batch))


def _follow(followed: Sequence[Playlist]) -> Iterator[Request]:
    for playlist in reversed(followed):
        yield FollowPlaylist(playlist.details.spotify_id, playlist.details.name)


def _create(missing: Sequence[Playlist], here: Sequence[Playlist]) -> Iterator[Request]:
    """Last playlist first: Spotify puts a new one on top of the list."""
    for playlist in reversed(missing):
        details = playlist.details
        yield CreatePlaylist(
            key=details.spotify_id,
            name=details.name,
            description=details.description,
            public=bool(details.public) and not details.collaborative,
            collaborative=details.collaborative,
            namesakes=tuple(other.details.spotify_id for other in here if other.details.name == details.name),
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


def _compare(
    wanted: Sequence[Playlist], here: Sequence[Playlist], remade: Mapping[str, str]
) -> tuple[list[Playlist], list[Gaps], int]:
    """Missing playlists, those that lack items, and how many are whole."""
    by_id = {playlist.details.spotify_id: playlist for playlist in here}
    known = {playlist.details.spotify_id: _now(playlist, by_id, remade) for playlist in wanted}
    taken = {now.details.spotify_id for now in known.values() if now is not None}
    twins = Counter(_face(playlist) for playlist in here if playlist.details.spotify_id not in taken)
    missing, gaps, present = [], [], 0
    for playlist in wanted:
        now = known[playlist.details.spotify_id]
        if now is not None and (runs := missing_runs(uris_of(playlist), uris_of(now))):
            gaps.append(Gaps(playlist, now, runs))
        elif now is not None:
            present += 1
        elif twins[_face(playlist)] > 0:
            twins[_face(playlist)] -= 1
            present += 1
        else:
            missing.append(playlist)
    return missing, gaps, present


def _now(playlist: Playlist, by_id: Mapping[str, Playlist], remade: Mapping[str, str]) -> Playlist | None:
    spotify_id = playlist.details.spotify_id
    return by_id.get(spotify_id) or by_id.get(remade.get(spotify_id, ""))


def _face(playlist: Playlist) -> tuple[str, tuple[str, ...]]:
    """Of two playlists with the same name and contents one is the other, whatever their ids."""
    return playlist.details.name, addable(playlist.items)


def missing_runs(wanted: Sequence[str | None], here: Sequence[str | None]) -> tuple[Run, ...]:
    """Items of `wanted` that `here` has fewer copies of, each run at its place among what is still there."""
    lacking = Counter(uri for uri in wanted if _is_addable(uri)) - Counter(here)
    stays = dict(kept(wanted, here))
    runs: list[Run] = []
    place = 0
    for index, uri in enumerate(wanted):
        if index in stays:
            place = stays[index] + 1
        elif uri is not None and lacking[uri] > 0:
            lacking[uri] -= 1
            together = (*runs.pop().uris, uri) if runs and runs[-1].position == place else (uri,)
            runs.append(Run(place, together))
    return tuple(runs)


def uris_of(playlist: Playlist) -> list[str | None]:
    """The contents by address, None for a lost entry."""
    return [item.track.uri if item.track else None for item in playlist.items]


def _is_addable(uri: str | None) -> bool:
    """Spotify's API refuses local files, and a lost entry has no address."""
    return uri is not None and not uri.startswith("spotify:local:")


def addable(items: Sequence[PlaylistItem]) -> tuple[str, ...]:
    """What of a playlist the API lets anybody add, in order."""
    return tuple(item.track.uri for item in items if item.track and item.track.kind is not TrackKind.LOCAL)


def _lost_likes(archived: Library) -> Iterator[CannotRestore]:
    for position, like in enumerate(archived.likes, start=1):
        if like.track is None:
            yield CannotRestore("", position, "", Obstacle.LOST_ENTRY)


def _left_behind(playlists: Sequence[Playlist]) -> Iterator[CannotRestore]:
    for playlist in playlists:
        for position, item in enumerate(playlist.items, start=1):
            if item.track is None:
                yield CannotRestore(playlist.details.name, position, "", Obstacle.LOST_ENTRY)
            elif item.track.kind is TrackKind.LOCAL:
                yield CannotRestore(playlist.details.name, position, item.track.name, Obstacle.LOCAL_FILE)


def _left_alone(gap: Gaps) -> CannotRestore:
    """What its owner took out of a list of theirs is not ours to put back."""
    return CannotRestore(gap.now.details.name, 0, "", Obstacle.SOMEBODY_ELSES)


def _batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
