"""What a restore would do and what it did, in numbers and names; kept in the journal and shown to the person."""

from collections.abc import Sequence
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
    RemoveLikes,
    Request,
    SaveLikes,
    UnfollowPlaylist,
    refused_of,
    request_of,
    written_by,
)
from bot.services.restore.plan import CannotRestore, RestorePlan
from bot.services.restore.source import Part, Source
from bot.services.restore.vault_report import VaultPreview, VaultReport
from storage.records import Change, ChangeStep, Library, StepState


class Target(StrEnum):
    """Where a restore goes; `REPLACE` is the vault too, and `UNDO` takes back what one added to Spotify."""

    SPOTIFY = "spotify"
    VAULT = "vault"
    REPLACE = "replace"
    UNDO = "undo"


@dataclass(frozen=True)
class Failure:
    """Why a step could not be made: a sentence of ours, and what stands in it, which may come from outside."""

    template: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Preview(Kept):
    """What would happen, shown before the confirm button; `of` is the source, or the change that is undone.

    `part` and `name` say what the source is: all of a backup, the likes or a playlist as they were at `made_at`.
    `account` is the Spotify account it was planned for; it is applied to no other. `vault` is all there is to say of a
    restore into the vault.
    """

    change_id: str
    target: Target
    of: str
    made_at: datetime
    account: str = ""
    likes: int = 0
    playlists: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    items: int = 0
    present: int = 0
    cannot: tuple[CannotRestore, ...] = ()
    part: Part = Part.BACKUP
    name: str = ""
    vault: VaultPreview | None = None

    @property
    def nothing_to_do(self) -> bool:
        """Whether everything is there already."""
        if self.vault is not None:
            return not self.vault.differs
        return not (self.likes or self.playlists or self.followed or self.completed)


@dataclass(frozen=True)
class RestoreReport(Kept):
    """Past-tense facts of a restore. `missing` counts writes still wanting after everything was read again.

    `completed` names playlists that lacked items, `in_order` is about likes, `refused` is what Spotify no longer takes,
    `exposed` names private playlists that Spotify made public. `vault` is as in the preview.
    """

    change_id: str
    target: Target
    likes: int = 0
    playlists: tuple[str, ...] = ()
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


def preview_of(change_id: str, source: Source, account: str, plan: RestorePlan) -> Preview:
    """A restore into Spotify, in numbers and names."""
    return Preview(
        change_id=change_id,
        target=Target.SPOTIFY,
        of=source.of,
        made_at=source.at,
        account=account,
        likes=len(plan.likes),
        playlists=tuple(playlist.details.name for playlist in plan.missing),
        followed=tuple(playlist.details.name for playlist in plan.followed),
        completed=tuple(gap.now.details.name for gap in plan.gaps),
        items=plan.items,
        present=plan.present,
        cannot=plan.cannot,
        part=source.part,
        name=source.name,
    )


def vault_preview(change_id: str, source: Source, target: Target, vault: VaultPreview) -> Preview:
    """A restore into the vault."""
    return Preview(change_id=change_id, target=target, of=source.of, made_at=source.at, vault=vault)


def undo_preview(change_id: str, undone: Change, account: str, requests: Sequence[Request]) -> Preview:
    """Taking back what a restore added, in numbers and names."""
    return Preview(
        change_id=change_id,
        target=Target.UNDO,
        of=undone.id,
        made_at=undone.created_at,
        account=account,
        likes=sum(len(request.uris) for request in requests if isinstance(request, RemoveLikes)),
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
    filled = [request.name for request, _ in done if isinstance(request, InsertItems | RemoveItems)]
    return RestoreReport(
        change_id=preview.change_id,
        target=preview.target,
        likes=_written(done, SaveLikes, RemoveLikes),
        playlists=tuple(reversed(made)),
        followed=tuple(request.name for request, _ in reversed(done) if isinstance(request, FollowPlaylist)),
        completed=tuple(dict.fromkeys(filled)),
        items=_written(done, AddItems, InsertItems, RemoveItems),
        refused=sum(len(refused_of(step)) for step in steps),
        failed=_failures(steps),
        missing=missing,
        in_order=_in_order(done, after),
        cannot=preview.cannot,
        exposed=tuple(str(step.request["name"]) for step in steps if (step.result or {}).get("exposed")),
        can_undo=can_undo and bool(done),
    )


Done = Sequence[tuple[Request, tuple[str, ...]]]


def _in_order(done: Done, after: Library) -> bool:
    """Whether the likes that came back stand in the library as they were sent, oldest first."""
    here = [like.track.uri for like in reversed(after.likes) if like.track]
    present = set(here)
    sent = [uri for request, uris in done if isinstance(request, SaveLikes) for uri in uris if uri in present]
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
    failures: list[Failure] = []
    for step in steps:
        if step.state is StepState.FAILED and step.result is not None:
            failure = TypeAdapter(Failure).validate_python(step.result)
            failures += [failure] if failure not in failures else []
    return tuple(failures)
