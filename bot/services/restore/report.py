"""What a restore would do and what it did, in numbers and names; kept in the journal and shown to the person."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

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
    list_of,
    refused_of,
    request_of,
    written_by,
)
from bot.services.restore.compare import addable
from bot.services.restore.plan import CannotRestore, RestorePlan
from bot.services.restore.source import Part, Source
from bot.services.restore.vault_report import VaultPreview, VaultReport
from bot.services.restore.versions import Lost, Stopped
from storage.records import Change, ChangeStep, Library, SavedKind, StepState

OFFERED = 25
"""Parts that a menu has room for."""


class Target(StrEnum):
    """Where a restore goes; `REPLACE` is the vault too, `UNDO` takes back what one added to Spotify, and `VERSIONS`
    puts in other releases of songs that are gone.
    """

    SPOTIFY = "spotify"
    VAULT = "vault"
    REPLACE = "replace"
    UNDO = "undo"
    VERSIONS = "versions"


@dataclass(frozen=True)
class Failure:
    """Why a step could not be made: a sentence of ours, and what stands in it, which may come from outside."""

    template: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Offer:
    """A part of a backup of which something would come back: a saved list by its kind, or a playlist by its id."""

    which: str
    name: str
    number: int


@dataclass(frozen=True)
class Preview(Kept):
    """What would happen, shown before the confirm button; `of` is the source, or the change that this goes on from.

    `part` and `name` say what the source is: all of a backup, the likes or a playlist as they were at `made_at`.
    `account` is the Spotify account it was planned for; it is applied to no other. `vault` is all there is to say of a
    restore into the vault. `offers` are parts that can come back alone.
    """

    change_id: str
    target: Target
    of: str
    made_at: datetime
    account: str = ""
    likes: int = 0
    saved: dict[SavedKind, int] = Field(default_factory=dict)
    playlists: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    items: int = 0
    present: int = 0
    cannot: tuple[CannotRestore, ...] = ()
    part: Part = Part.BACKUP
    name: str = ""
    vault: VaultPreview | None = None
    offers: tuple[Offer, ...] = ()
    offers_left_out: int = 0

    @property
    def lists(self) -> tuple[str, ...]:
        """The playlists that something happens to."""
        return (*self.playlists, *self.returned, *self.followed, *self.completed)

    @property
    def nothing_to_do(self) -> bool:
        """Whether everything is there already."""
        if self.vault is not None:
            return not self.vault.differs
        return not (self.likes or self.saved or self.lists)


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


def preview_of(
    change_id: str, source: Source, account: str, plan: RestorePlan, target: Target = Target.SPOTIFY
) -> Preview:
    """A restore into Spotify, in numbers and names."""
    whole = source.part is Part.BACKUP and target is Target.SPOTIFY
    offers = tuple(_offers(plan)) if whole else ()
    return Preview(
        change_id=change_id,
        target=target,
        of=source.of,
        made_at=source.at,
        account=account,
        likes=len(plan.saved.get(SavedKind.TRACK, ())),
        saved={kind: len(uris) for kind, uris in plan.saved.items() if kind is not SavedKind.TRACK},
        playlists=tuple(playlist.details.name for playlist in plan.missing),
        returned=tuple(playlist.details.name for playlist in plan.returned),
        followed=tuple(details.name for details in plan.followed),
        completed=tuple(gap.now.details.name for gap in plan.gaps),
        items=plan.items,
        present=plan.present,
        cannot=plan.cannot,
        part=source.part,
        name=source.name,
        offers=offers[:OFFERED] if len(offers) > 1 else (),
        offers_left_out=max(0, len(offers) - OFFERED),
    )


def _offers(plan: RestorePlan) -> Iterator[Offer]:
    """Each list and playlist of which something comes back."""
    for kind, uris in plan.saved.items():
        yield Offer(kind.value, "", len(uris))
    for playlist in plan.missing:
        yield Offer(playlist.details.spotify_id, playlist.details.name, len(addable(playlist.items)))
    lacking = {gap.archived.details.spotify_id: gap for gap in plan.gaps}
    for playlist in plan.returned:
        gap = lacking.pop(playlist.details.spotify_id, None)
        yield Offer(playlist.details.spotify_id, playlist.details.name, gap.items if gap else 0)
    for gap in lacking.values():
        yield Offer(gap.archived.details.spotify_id, gap.archived.details.name, gap.items)
    for details in plan.followed:
        yield Offer(details.spotify_id, details.name, 0)


def vault_preview(change_id: str, source: Source, target: Target, vault: VaultPreview) -> Preview:
    """A restore into the vault."""
    return Preview(change_id=change_id, target=target, of=source.of, made_at=source.at, vault=vault)


def undo_preview(change_id: str, undone: Change, account: str, requests: Sequence[Request]) -> Preview:
    """Taking back what a restore added, in numbers and names."""
    saved = _saved((request, request.uris) for request in requests if isinstance(request, Unsave))
    return Preview(
        change_id=change_id,
        target=Target.UNDO,
        of=undone.id,
        made_at=undone.created_at,
        account=account,
        likes=saved.pop(SavedKind.TRACK, 0),
        saved=saved,
        playlists=tuple(request.name for request in requests if isinstance(request, UnfollowPlaylist)),
        completed=tuple(dict.fromkeys(request.name for request in requests if isinstance(request, RemoveItems))),
        items=sum(len(request.uris) for request in requests if isinstance(request, RemoveItems)),
    )


def report_of(
    preview: Preview, steps: Sequence[ChangeStep], after: Library, *, missing: int, can_undo: bool
) -> RestoreReport:
    """What the journal says was done, and whether it stands that way in what was read again."""
    done = [(request_of(step), written_by(step)) for step in steps if step.state is StepState.DONE]
    made = [request.name for request, _ in done if isinstance(request, CreatePlaylist | UnfollowPlaylist)]
    gone = gone_of(steps)
    songs = sum(uri.startswith("spotify:track:") for uri in gone)
    saved = _saved((request, uris) for request, uris in done if isinstance(request, Save | Unsave))
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


def _saved(written: Iterable[tuple[Save | Unsave, Sequence[str]]]) -> dict[SavedKind, int]:
    """How many of each kind."""
    counts: Counter[SavedKind] = Counter()
    for request, uris in written:
        if uris:
            counts[list_of(request)] += len(uris)
    return dict(counts)


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
