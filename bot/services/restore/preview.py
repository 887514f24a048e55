"""What a restore would do, in numbers and names; kept in the journal and shown to the person before the button."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import Field
from pydantic.dataclasses import dataclass

from bot.reports import Kept
from bot.services.changes.steps import RemoveItems, Request, Save, UnfollowPlaylist, Unsave, list_of
from bot.services.restore.compare import addable
from bot.services.restore.plan import CannotRestore, RestorePlan
from bot.services.restore.source import Part, Source
from bot.services.restore.vault_report import VaultPreview
from storage.records import Change, SavedKind

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
    saved = saved_of((request, request.uris) for request in requests if isinstance(request, Unsave))
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


def saved_of(written: Iterable[tuple[Save | Unsave, Sequence[str]]]) -> dict[SavedKind, int]:
    """How many of each kind."""
    counts: Counter[SavedKind] = Counter()
    for request, uris in written:
        if uris:
            counts[list_of(request)] += len(uris)
    return dict(counts)
