"""The only writer to people's Spotify: journal, write, verify. Nothing is sent that is not in a plan that was shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import SpotifyBusy, SpotifyDown, SpotifyError, SpotifyRevoked
from bot.services.accounts import Accounts
from bot.services.changes.likes import LikesWriter
from bot.services.changes.playlists import ChangedMeanwhile, NotMade, PlaylistWriter
from bot.services.changes.steps import (
    AddItems,
    CreatePlaylist,
    InsertItems,
    RemoveItems,
    RemoveLikes,
    Request,
    SaveLikes,
    UnfollowPlaylist,
    refused_of,
    request_of,
)
from bot.services.progress import OnProgress, Phase, Progress
from bot.time import Sleep
from storage.changes import ChangeRepository
from storage.records import Change, ChangeState, ChangeStep, StepState

Result = dict[str, object]


@dataclass(slots=True)
class _Writers:
    """The two hands of a change; what the journal says was done is told to them first."""

    likes: LikesWriter
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

    async def write(self, request: Request, *, resumed: bool) -> Result:
        """One step; `resumed` means it may have happened already."""
        match request:
            case SaveLikes():
                return {"refused": list(await self.likes.save(request.uris, resumed=resumed))}
            case RemoveLikes():
                await self.likes.remove(request.uris)
            case CreatePlaylist():
                made = await self.playlists.create(request, resumed=resumed)
                return {"playlist_id": made.spotify_id, "exposed": bool(made.public) and not request.public}
            case AddItems():
                return {"refused": list(await self.playlists.add(request, resumed=resumed))}
            case InsertItems():
                return {"refused": list(await self.playlists.insert(request, resumed=resumed))}
            case RemoveItems():
                await self.playlists.remove(request)
            case UnfollowPlaylist():
                await self.playlists.unfollow(request)
        return {}


@dataclass(frozen=True, slots=True)
class Changes:
    """Applies a journalled change step by step; run again after a crash, it goes on where it was."""

    journal: ChangeRepository
    accounts: Accounts
    sleep: Sleep

    async def apply(self, change: Change, on_progress: OnProgress) -> Change:
        """Every step done or failed with its reason; waiting for Spotify raises and keeps the journal as it is."""
        spotify = await self.accounts.spotify(change.discord_id)
        writers = _Writers(LikesWriter(spotify, self.sleep), PlaylistWriter(spotify))
        await self.journal.mark(change.id, ChangeState.APPLYING, None)
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
        await self.journal.mark_step(change_id, step.seq, StepState.SENT, None)
        try:
            result = await writers.write(request_of(step), resumed=step.state is StepState.SENT)
        except (SpotifyBusy, SpotifyDown, SpotifyRevoked):
            raise
        except (SpotifyError, NotMade, ChangedMeanwhile) as error:
            return await self._note(change_id, step, StepState.FAILED, {"sentence": error.sentence})
        return await self._note(change_id, step, StepState.DONE, result)

    async def _note(self, change_id: str, step: ChangeStep, state: StepState, result: Result) -> ChangeStep:
        await self.journal.mark_step(change_id, step.seq, state, result)
        return replace(step, state=state, result=result)


def plan_undo(steps: Sequence[ChangeStep]) -> tuple[Request, ...]:
    """The way back: takes away what a restore added and nothing else, last things first."""
    undo: list[Request] = []
    for step in reversed(steps):
        request = request_of(step)
        if step.state is not StepState.DONE:
            continue
        match request:
            case SaveLikes():
                undo.append(RemoveLikes(request.uris))
            case CreatePlaylist():
                undo.append(UnfollowPlaylist(str((step.result or {})["playlist_id"]), request.name))
            case InsertItems() if request.sole:
                undo.append(RemoveItems(request.playlist_id, request.name, request.sole))
            case _:
                continue
    return tuple(undo)
