"""The writes a change of somebody's Spotify is made of, as they stand in the journal."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import ClassVar

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from storage.records import ChangeStep, SavedKind


@dataclass(frozen=True)
class Save:
    """Put these into the library again, all of one kind: songs are liked, artists followed, the rest is saved.

    The last one ends on top where Spotify keeps an order. At most 40, none of them there before.
    """

    kind: ClassVar[str] = "save"
    uris: tuple[str, ...]


@dataclass(frozen=True)
class Unsave:
    """Take out of the library what a restore put there, all of one kind."""

    kind: ClassVar[str] = "unsave"
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
    """A playlist that lives on at Spotify, back into the list.

    `seal` tells what one of the person's own held when this was planned; None for somebody else's.
    """

    kind: ClassVar[str] = "follow_playlist"
    playlist_id: str
    name: str
    seal: str | None = None


@dataclass(frozen=True)
class UnfollowPlaylist:
    """Take back a playlist that a restore made; `seal` tells what it held then, None for one that was followed."""

    kind: ClassVar[str] = "unfollow_playlist"
    playlist_id: str
    name: str
    seal: str | None


Request = Save | Unsave | CreatePlaylist | AddItems | InsertItems | RemoveItems | FollowPlaylist | UnfollowPlaylist
_REQUESTS: tuple[type[Request], ...] = (
    Save,
    Unsave,
    CreatePlaylist,
    AddItems,
    InsertItems,
    RemoveItems,
    FollowPlaylist,
    UnfollowPlaylist,
)
KINDS: dict[str, TypeAdapter[Request]] = {request.kind: TypeAdapter(request) for request in _REQUESTS}
OLD_KINDS = {"save_likes": Save.kind, "remove_likes": Unsave.kind}
"""Kinds in journals of when likes alone came back."""


def list_of(request: Save | Unsave) -> SavedKind:
    """The list that a step is about; its URIs say it."""
    return SavedKind(request.uris[0].split(":")[1])


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
    return KINDS[OLD_KINDS.get(step.kind, step.kind)].validate_python(step.request)


def refused_of(step: ChangeStep) -> tuple[str, ...]:
    """What of a finished step Spotify would not take."""
    return _noted(step, "refused")


def had_of(step: ChangeStep) -> tuple[str, ...]:
    """What the person had saved again before the step was made, and is theirs to keep."""
    return _noted(step, "had")


def written_by(step: ChangeStep) -> tuple[str, ...]:
    """What this step really put where it says."""
    uris: tuple[str, ...] = getattr(request_of(step), "uris", ())
    not_ours = {*refused_of(step), *had_of(step)}
    return tuple(uri for uri in uris if uri not in not_ours)


def _noted(step: ChangeStep, what: str) -> tuple[str, ...]:
    noted = (step.result or {}).get(what)
    return tuple(map(str, noted)) if isinstance(noted, list) else ()
