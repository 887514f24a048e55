"""What is to be written into Spotify: what shall come back, held against what the last sync found there."""

import asyncio
from dataclasses import dataclass, field, replace

from bot.errors import NotYours
from bot.services.accounts import PersonalSpotify
from bot.services.changes.steps import CreatePlaylist
from bot.services.restore.hidden import hidden_ones
from bot.services.restore.plan import RestorePlan, plan_restore, plan_versions
from bot.services.restore.preview import Preview, Target
from bot.services.restore.report import RestoreReport
from bot.services.restore.scene import Now, Owner
from bot.services.restore.source import Source, Sources
from bot.services.sync.vault import Vault
from storage.changes import ChangeRepository
from storage.errors import NotFound
from storage.records import Change, ChangeState


@dataclass(frozen=True, slots=True)
class Aim:
    """What shall come back; with `versions`, only other releases for songs that are gone, by URI."""

    source: Source
    versions: dict[str, str] = field(default_factory=dict)

    def plan(self, now: Now, account: str) -> RestorePlan:
        """The writes for it, pure."""
        owner = Owner(then=self.source.owner or account, now=account)
        if self.versions:
            return plan_versions(self.source.then, now, owner, self.versions)
        return plan_restore(self.source.then, now, owner)


@dataclass(frozen=True, slots=True)
class Planner:
    """Reads what a plan is made of: archives and the vault, and Spotify where the vault cannot know."""

    sources: Sources
    vault: Vault
    journal: ChangeRepository

    async def aim(self, discord_id: int, of: str, target: Target) -> Aim:
        """`of` as in a preview: what to open, or the restore that found songs to be gone."""
        if target is not Target.VERSIONS:
            return Aim(await self.sources.open(discord_id, of))
        restore = await self.restore(discord_id, of)
        source = await self.sources.open(discord_id, Preview.from_json(restore.preview).of)
        versions = RestoreReport.from_json(restore.report).versions
        if not versions:
            raise NotFound(what="Another version of any song")
        return Aim(replace(source, of=of), versions)

    async def restore(self, discord_id: int, change_id: str) -> Change:
        """A restore of the person's that was made and not taken back."""
        change = await self.journal.get(change_id)
        if change.discord_id != discord_id:
            raise NotYours
        if change.state is not ChangeState.DONE:
            raise NotFound(what="That restore")
        return change

    async def plan(self, spotify: PersonalSpotify, aim: Aim, *, ask: bool = False) -> RestorePlan:
        """Off the loop, since comparing large libraries takes a while. With `ask`, Spotify is asked for playlists that
        are in no list any more.
        """
        now = await self._now(spotify.discord_id, aim.source)
        plan = await asyncio.to_thread(aim.plan, now, spotify.spotify_id)
        missing = [playlist.details.spotify_id for playlist in plan.missing] if ask else []
        if not (hidden := await hidden_ones(spotify, missing)):
            return plan
        return await asyncio.to_thread(aim.plan, replace(now, hidden=hidden), spotify.spotify_id)

    async def _now(self, discord_id: int, source: Source) -> Now:
        read = await self.vault.states.sections(discord_id)
        kinds = [kind for kind in source.then.shelves if kind.value in read]
        keys = {kind: await self.vault.library.saved_keys(discord_id, kind) for kind in kinds}
        heads = await self.vault.library.playlist_heads(discord_id) if source.then.closed else ()
        return Now(
            library=await self.vault.library.load(discord_id),
            shelves={kind: {uri for uri, _ in saved if uri is not None} for kind, saved in keys.items()},
            listed={head.details.spotify_id for head in heads if head.removed_at is None},
            remade=await self._remade(discord_id),
        )

    async def _remade(self, discord_id: int) -> dict[str, str]:
        """Which playlists earlier restores made, finished or not: those are completed, never made a second time."""
        made = await self.journal.done_steps(discord_id, CreatePlaylist.kind)
        return {str(step.request["key"]): str((step.result or {})["playlist_id"]) for step in made}
