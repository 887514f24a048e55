"""How playlists of an archive compare with those that are there now: pure."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.services.restore.scene import Now
from storage.records import Playlist, PlaylistItem, TrackKind
from storage.versions import kept


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

    @property
    def items(self) -> int:
        """How many items it lacks."""
        return sum(len(run.uris) for run in self.runs)


@dataclass(slots=True)
class Compared:
    """What is not there, what is in no list but lives on (as it is now), what lacks items, and how many are whole."""

    missing: list[Playlist] = field(default_factory=list)
    returned: list[Playlist] = field(default_factory=list)
    gaps: list[Gaps] = field(default_factory=list)
    present: int = 0

    def look_into(self, playlist: Playlist, now: Playlist) -> bool:
        """Whether it is whole."""
        runs = missing_runs(uris_of(playlist), uris_of(now))
        self.gaps += [Gaps(playlist, now, runs)] if runs else []
        return not runs


def compare_playlists(wanted: Sequence[Playlist], here: Sequence[Playlist], all_now: Now) -> Compared:
    """Each wanted playlist with the one that it is now: by its id, by an earlier restore, or by its face."""
    known = {archived.details.spotify_id: now for archived, now in counterparts(wanted, here, all_now.remade)}
    taken = {now.details.spotify_id for now in known.values()}
    twins = Counter(_face(playlist) for playlist in here if playlist.details.spotify_id not in taken)
    found = Compared()
    for playlist in wanted:
        spotify_id = playlist.details.spotify_id
        now = known.get(spotify_id)
        if now is not None:
            found.present += found.look_into(playlist, now)
        elif twins[_face(playlist)] > 0:
            twins[_face(playlist)] -= 1
            found.present += 1
        elif spotify_id in all_now.hidden:
            found.returned.append(all_now.hidden[spotify_id])
            found.look_into(playlist, all_now.hidden[spotify_id])
        else:
            found.missing.append(playlist)
    return found


def counterparts(
    wanted: Sequence[Playlist], here: Sequence[Playlist], remade: Mapping[str, str]
) -> Iterator[tuple[Playlist, Playlist]]:
    """Each wanted playlist that is there, by its id or by an earlier restore, and what it is now."""
    by_id = {playlist.details.spotify_id: playlist for playlist in here}
    for playlist in wanted:
        if (now := _now(playlist, by_id, remade)) is not None:
            yield playlist, now


def _now(playlist: Playlist, by_id: Mapping[str, Playlist], remade: Mapping[str, str]) -> Playlist | None:
    spotify_id = playlist.details.spotify_id
    return by_id.get(spotify_id) or by_id.get(remade.get(spotify_id, ""))


def _face(playlist: Playlist) -> tuple[str, tuple[str, ...]]:
    """Of two playlists with the same name and contents one is the other, whatever their ids."""
    return playlist.details.name, addable(playlist.items)


def missing_runs(
    wanted: Sequence[str | None], here: Sequence[str | None], only: Container[str] | None = None
) -> tuple[Run, ...]:
    """Items of `wanted` that `here` has fewer copies of, each run at its place among what is still there.

    With `only`, those alone.
    """
    asked = (uri for uri in wanted if _is_addable(uri) and (only is None or uri in only))
    lacking = Counter(asked) - Counter(here)
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
