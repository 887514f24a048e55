"""What a restore compares: what is to come back, and what Spotify has now."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain

from storage.records import Library, Playlist, PlaylistDetails, Saved, SavedKind, Thing


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose library it was when the archive was made, and whose it goes to; ids at Spotify, the same but for a move."""

    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Then:
    """To come back. `shelves` are the saved lists besides likes, newest first, `unknown` those never read whole.

    `closed` are playlists of other people, whose contents Spotify does not show.
    """

    library: Library
    shelves: Mapping[SavedKind, Sequence[Saved]] = field(default_factory=dict)
    closed: Sequence[PlaylistDetails] = ()
    unknown: Sequence[SavedKind] = ()


@dataclass(frozen=True, slots=True)
class Now:
    """What Spotify has. `shelves` are URIs, and a list that was never read is not among them.

    `listed` are the ids of closed playlists in the list. `hidden` are playlists of the person's own that are in no list
    any more but live on. `remade` says which playlist an earlier restore made for one of the archive, by id.
    """

    library: Library
    shelves: Mapping[SavedKind, Set[str]] = field(default_factory=dict)
    listed: Set[str] = frozenset()
    hidden: Mapping[str, Playlist] = field(default_factory=dict)
    remade: Mapping[str, str] = field(default_factory=dict)


def things_in(then: Then, uris: Sequence[str]) -> tuple[Thing, ...]:
    """What these URIs stand for, in their order; one that is not in there is left out."""
    library = then.library
    items = (item.track for playlist in library.playlists for item in playlist.items)
    saved = (entry.thing for entries in then.shelves.values() for entry in entries)
    every: Iterable[Thing | None] = chain((like.track for like in library.likes), items, saved)
    wanted = set(uris)
    found = {thing.uri: thing for thing in every if thing is not None and thing.uri in wanted}
    return tuple(found[uri] for uri in uris if uri in found)
