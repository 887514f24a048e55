"""The only writer to people's Spotify: journal, write, verify. Nothing is sent that is not in a plan that was shown."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bot.errors import Refusal, SpotifyGone, SpotifyRefused
from bot.services.accounts import PersonalSpotify
from bot.services.changes.library import LibraryWriter
from bot.services.changes.playlists import ChangedMeanwhile, EditedSince, NotMade, PlaylistWriter
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
    had_of,
    list_of,
    refused_of,
    request_of,
    seal_of,
    written_by,
)
from bot.services.progress import OnProgress, Phase, Progress
from bot.time import Sleep
from storage.changes import ChangeRepository
from storage.errors import MusiVaultError, NextStep
from storage.records import Change, ChangeState, ChangeStep, StepState

Result = dict[str, object]
THIS_STEP_ALONE = (Refusal.FORBIDDEN, Refusal.BAD_REQUEST)
"""Refusals of one thing; the others concern the person or the app and would meet every further step too."""


@dataclass(slots=True)
class _Writers:
    """The two hands of a change; what the journal says was done is told to them first."""

    library: LibraryWriter
    playlists: PlaylistWriter

    def recall(self, step: ChangeStep) -> None:
        """Know again what a step of an interrupted run did."""
        request, result = request_of(step), step.result or {}
        refused = refused_of(step)
        if isinstance(request, CreatePlaylist):
            self.playlists.made[request.key] = str(result["playlist_id"])
        elif isinstance(request, AddItems):
            self.playlists.filled[request.key] += len(request.uris) - len(refused)
        elif isinstance(request, InsertItems):
            self.playlists.lacking[request.playlist_id] += len(refused)

    async def before(self, step: ChangeStep) -> Result | None:
        """What has to stand in the journal before the step is sent."""
        request = request_of(step)
        return {"had": list(await self.library.had(request.uris))} if isinstance(request, Save) else None

    async def write(self, step: ChangeStep, *, resumed: bool) -> Result:
        """One step; `resumed` means it may have happened already."""
        request = request_of(step)
        match request:
            case Save():
                had = had_of(step)
                wanted = [uri for uri in request.uris if uri not in had]
                refused = await self.library.save(list_of(request), wanted, resumed=resumed)
                return {"had": list(had), "refused": list(refused)}
            case Unsave():
                await self.library.remove(request.uris)
            case CreatePlaylist():
                made = await self.playlists.create(request, resumed=resumed)
                return {"playlist_id": made.spotify_id, "exposed": bool(made.public) and not request.public}
            case AddItems():
                return {"refused": list(await self.playlists.add(request, resumed=resumed))}
            case InsertItems():
                return {"refused": list(await self.playlists.insert(request, resumed=resumed))}
            case RemoveItems():
                await self.playlists.remove(request)
            case FollowPlaylist():
                await self.playlists.follow(request)
            case UnfollowPlaylist():
                await self.playlists.unfollow(request)
        return {}


class TurnedDown(MusiVaultError):
    """The preview is not the person's newest, or was cancelled."""

    template = "This preview was cancelled, or a newer one took its place, so nothing was changed. Ask for a new one."
    next_step = NextStep.ANEW


async def begin(journal: ChangeRepository, change_id: str) -> None:
    """From here on it cannot be turned down; raises `TurnedDown` where it was just now."""
    if not await journal.begin(change_id):
        raise TurnedDown


@dataclass(frozen=True, slots=True)
class Changes:
    """Applies a journalled change step by step; run again after a crash, it goes on where it was."""

    journal: ChangeRepository
    sleep: Sleep

    async def apply(self, change: Change, spotify: PersonalSpotify, on_progress: OnProgress) -> Change:
        """Every step done or failed with its reason; waiting for Spotify raises and keeps the journal as it is."""
        writers = _Writers(LibraryWriter(spotify, self.sleep), PlaylistWriter(spotify))
        await begin(self.journal, change.id)
        steps: list[ChangeStep] = []
        for step in change.steps:
            on_progress(Progress(Phase.RESTORING, len(steps), len(change.steps)))
            steps.append(await self._step(change.id, step, writers))
        on_progress(Progress(Phase.RESTORING, len(steps), len(change.steps)))
        return replace(change, state=ChangeState.APPLYING, steps=tuple(steps))

    async def _step(self, change_id: str, step: ChangeStep, writers: _Writers) -> ChangeStep:
        if step.state is StepState.DONE:
            writers.recall(step)
            return step
        if step.state is StepState.FAILED:
            return step
        resumed = step.state is StepState.SENT
        try:
            if not resumed:
                step = await self._note(change_id, step, StepState.SENT, await writers.before(step))
            result = await writers.write(step, resumed=resumed)
        except (SpotifyGone, NotMade, ChangedMeanwhile, EditedSince) as error:
            return await self._note(change_id, step, StepState.FAILED, failure(error))
        except SpotifyRefused as error:
            if error.reason not in THIS_STEP_ALONE:
                raise
            return await self._note(change_id, step, StepState.FAILED, failure(error))
        return await self._note(change_id, step, StepState.DONE, result)

    async def _note(self, change_id: str, step: ChangeStep, state: StepState, result: Result | None) -> ChangeStep:
        await self.journal.mark_step(change_id, step.seq, state, result)
        return replace(step, state=state, result=result)


def failure(error: MusiVaultError) -> Result:
    """Why a step failed: the sentence's template and its fields apart, since names in them come from outside."""
    return {"template": error.template, "fields": {name: str(value) for name, value in error.fields.items()}}


def plan_undo(steps: Sequence[ChangeStep]) -> tuple[Request, ...]:
    """The way back: takes away what a restore added and nothing else, last things first."""
    held: defaultdict[str, list[str]] = defaultdict(list)
    done = [step for step in steps if step.state is StepState.DONE]
    for step in done:
        if isinstance(request := request_of(step), AddItems):
            held[request.key] += written_by(step)
    lasting = {request.playlist_id for request in map(_lasting, done) if request is not None}
    backwards = (_back(step, held, lasting) for step in reversed(done))
    return tuple(request for request in backwards if request is not None)


def _lasting(step: ChangeStep) -> InsertItems | None:
    """An insertion of which something cannot be taken out again, since the playlist has other copies of it."""
    request = request_of(step)
    return request if isinstance(request, InsertItems) and not {*request.sole}.issuperset(written_by(step)) else None


def _back(step: ChangeStep, held: Mapping[str, Sequence[str]], lasting: Set[str]) -> Request | None:
    """The opposite of one step; items of a playlist that was made go with it."""
    request, ours = request_of(step), written_by(step)
    match request:
        case Save() if ours:
            return Unsave(ours)
        case CreatePlaylist():
            made = str((step.result or {})["playlist_id"])
            return UnfollowPlaylist(made, request.name, seal_of(held.get(request.key, ())))
        case FollowPlaylist():
            seal = None if request.playlist_id in lasting else request.seal
            return UnfollowPlaylist(request.playlist_id, request.name, seal)
        case InsertItems() if request.sole:
            return RemoveItems(request.playlist_id, request.name, tuple(uri for uri in ours if uri in request.sole))
    return None
