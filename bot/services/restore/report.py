"""What a restore did, in numbers and names; kept in the journal and shown to the person."""

from collections.abc import Sequence

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from bot.reports import Kept
from bot.services.changes.steps import (
    AddItems,
    CreatePlaylist,
    FollowPlaylist,
    InsertItems,
    RemoveItems,
    Request,
    Save,
    UnfollowPlaylist,
    Unsave,
    refused_of,
    request_of,
    written_by,
)
from bot.services.restore.plan import CannotRestore
from bot.services.restore.preview import Preview, Target, saved_of
from bot.services.restore.vault_report import VaultReport
from bot.services.restore.versions import Lost, Stopped
from storage.records import ChangeStep, Library, SavedKind, StepState


@dataclass(frozen=True)
class Failure:
    """Why a step could not be made: a sentence of ours, and what stands in it, which may come from outside."""

    template: str
    fields: dict[str, str]


@dataclass(frozen=True)
class RestoreReport(Kept):
    """Past-tense facts of a restore. `missing` counts writes still wanting after everything was read again.

    `saved` counts albums, artists, shows and episodes. `returned` names playlists of one's own that had only been taken
    out of the list, `completed` those that lacked items. `in_order` is about likes, `refused` is what Spotify no longer
    takes: different `songs_gone` and `others_gone`, of which `lost` are the first. `exposed` names private playlists
    that Spotify made public. `vault` is all there is to say of a restore into the vault.
    """

    change_id: str
    target: Target
    likes: int = 0
    saved: dict[SavedKind, int] = Field(default_factory=dict)
    playlists: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    items: int = 0
    refused: int = 0
    failed: tuple[Failure, ...] = ()
    missing: int = 0
    in_order: bool = True
    cannot: tuple[CannotRestore, ...] = ()
    exposed: tuple[str, ...] = ()
    can_undo: bool = Field(default=False)
    vault: VaultReport | None = None
    songs_gone: int = 0
    others_gone: int = 0
    lost: tuple[Lost, ...] = ()
    stopped: Stopped | None = None

    @property
    def versions(self) -> dict[str, str]:
        """The other release of each song that is gone and has one, by URI."""
        return {lost.was.uri: lost.found.uri for lost in self.lost if lost.found is not None}


def report_of(
    preview: Preview, steps: Sequence[ChangeStep], after: Library, *, missing: int, can_undo: bool
) -> RestoreReport:
    """What the journal says was done, and whether it stands that way in what was read again."""
    done = [(request_of(step), written_by(step)) for step in steps if step.state is StepState.DONE]
    made = [request.name for request, _ in done if isinstance(request, CreatePlaylist | UnfollowPlaylist)]
    gone = gone_of(steps)
    songs = sum(uri.startswith("spotify:track:") for uri in gone)
    saved = saved_of((request, uris) for request, uris in done if isinstance(request, Save | Unsave))
    followed = [request for request, _ in reversed(done) if isinstance(request, FollowPlaylist)]
    filled = [request.name for request, _ in done if isinstance(request, InsertItems | RemoveItems)]
    return RestoreReport(
        change_id=preview.change_id,
        target=preview.target,
        likes=saved.pop(SavedKind.TRACK, 0),
        saved=saved,
        playlists=tuple(reversed(made)),
        returned=tuple(request.name for request in followed if request.seal is not None),
        followed=tuple(request.name for request in followed if request.seal is None),
        completed=tuple(dict.fromkeys(filled)),
        items=_written(done, AddItems, InsertItems, RemoveItems),
        refused=sum(len(refused_of(step)) for step in steps),
        failed=_failures(steps),
        missing=missing,
        in_order=_in_order(done, after),
        cannot=preview.cannot,
        exposed=tuple(str(step.request["name"]) for step in steps if (step.result or {}).get("exposed")),
        can_undo=can_undo and bool(done),
        songs_gone=songs,
        others_gone=len(gone) - songs,
    )


def gone_of(steps: Sequence[ChangeStep]) -> tuple[str, ...]:
    """Everything that Spotify would not take, each once."""
    return tuple(dict.fromkeys(uri for step in steps for uri in refused_of(step)))


Done = Sequence[tuple[Request, tuple[str, ...]]]


def _in_order(done: Done, after: Library) -> bool:
    """Whether the likes that came back stand in the library as they were sent, oldest first."""
    here = [like.track.uri for like in reversed(after.likes) if like.track]
    present = set(here)
    sent = [uri for request, uris in done if isinstance(request, Save) for uri in uris if uri in present]
    rest = iter(here)
    return all(uri in rest for uri in sent)


def _written(done: Done, *kinds: type[Request]) -> int:
    """How many tracks the steps of these kinds really moved."""
    return sum(len(uris) for request, uris in done if isinstance(request, kinds))


def still_missing(requests: Sequence[Request], steps: Sequence[ChangeStep]) -> int:
    """How many of the writes that a second restore would make are worth making: not those for refused things alone."""
    refused = {uri for step in steps for uri in refused_of(step)}
    return sum(not refused.issuperset(getattr(request, "uris", ("a playlist",))) for request in requests)


def _failures(steps: Sequence[ChangeStep]) -> tuple[Failure, ...]:
    """Each reason once, in order."""
    told = [step.result for step in steps if step.state is StepState.FAILED and step.result is not None]
    return tuple({repr(result): _FAILURE.validate_python(result) for result in told}.values())


_FAILURE = TypeAdapter(Failure)
