"""The writes a change of somebody's Spotify is made of, as they stand in the journal."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import ClassVar

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from storage.records import ChangeStep


@dataclass(frozen=True)
class SaveLikes:
    """Like these again; the last one ends on top. At most 40, none of them liked before."""

    kind: ClassVar[str] = "save_likes"
    uris: tuple[str, ...]


@dataclass(frozen=True)
class RemoveLikes:
    """Take back likes that a restore added."""

    kind: ClassVar[str] = "remove_likes"
    uris: tuple[str, ...]


@dataclass(frozen=True)
class CreatePlaylist:
    """Make a playlist again. `key` is its id in the backup; `namesakes` are the ids of playlists of that name now."""

    kind: ClassVar[str] = "create_playlist"
    key: str
    name: str
    description: str
    public: bool
    collaborative: bool
    namesakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddItems:
    """The next items of a playlist made by this change; `position` is how many come before them. At most 100."""

    kind: ClassVar[str] = "add_items"
    key: str
    name: str
    uris: tuple[str, ...]
    position: int


@dataclass(frozen=True)
class InsertItems:
    """Items back into a playlist that exists. `sole` are those it has no copy of.

    `total` and `seal` tell what it holds by then: anything else means that somebody edited it since the preview.
    """

    kind: ClassVar[str] = "insert_items"
    playlist_id: str
    name: str
    uris: tuple[str, ...]
    position: int
    total: int
    seal: str
    sole: tuple[str, ...] = ()


@dataclass(frozen=True)
class RemoveItems:
    """Take back items that a restore inserted and the playlist had no copy of; `uris` names each copy."""

    kind: ClassVar[str] = "remove_items"
    playlist_id: str
    name: str
    uris: tuple[str, ...]


@dataclass(frozen=True)
class FollowPlaylist:
    """Somebody else's playlist, back into the list: it lives on with its owner."""

    kind: ClassVar[str] = "follow_playlist"
    playlist_id: str
    name: str


@dataclass(frozen=True)
class UnfollowPlaylist:
    """Take back a playlist that a restore made; `seal` tells what it held then, None for one that was followed."""

    kind: ClassVar[str] = "unfollow_playlist"
    playlist_id: str
    name: str
    seal: str | None


Request = (
    SaveLikes | RemoveLikes | CreatePlaylist | AddItems | InsertItems | RemoveItems | FollowPlaylist | UnfollowPlaylist
)
KINDS: dict[str, TypeAdapter[Request]] = {
    request.kind: TypeAdapter(request)
    for request in (
        SaveLikes,
        RemoveLikes,
        CreatePlaylist,
        AddItems,
        InsertItems,
        RemoveItems,
        FollowPlaylist,
        UnfollowPlaylist,
    )
}


def seal_of(uris: Sequence[str | None]) -> str:
    """A short proof of a playlist's contents and their order; None is an entry that Spotify lost."""
    return hashlib.sha256("\n".join(uri or "" for uri in uris).encode()).hexdigest()[:32]


def journalled(requests: Iterable[Request]) -> tuple[ChangeStep, ...]:
    """The requests as steps of the journal, in order."""
    return tuple(
        ChangeStep(seq, request.kind, KINDS[request.kind].dump_python(request, mode="json"))
        for seq, request in enumerate(requests)
    )


def request_of(step: ChangeStep) -> Request:
    """The request a journalled step stands for."""
    return KINDS[step.kind].validate_python(step.request)


def refused_of(step: ChangeStep) -> tuple[str, ...]:
    """What of a finished step Spotify would not take."""
    return _noted(step, "refused")


def had_of(step: ChangeStep) -> tuple[str, ...]:
    """Likes that the person had given again before the step was made, and that are theirs to keep."""
    return _noted(step, "had")


def written_by(step: ChangeStep) -> tuple[str, ...]:
    """The tracks that this step really put where it says."""
    uris: tuple[str, ...] = getattr(request_of(step), "uris", ())
    not_ours = {*refused_of(step), *had_of(step)}
    return tuple(uri for uri in uris if uri not in not_ours)


def _noted(step: ChangeStep, what: str) -> tuple[str, ...]:
    noted = (step.result or {}).get(what)
    return tuple(map(str, noted)) if isinstance(noted, list) else ()
