"""Restores on Discord: previewed, confirmed or turned down, and taken back."""

from collections.abc import Mapping

from bot.client import Press
from bot.jobs import Jobs
from bot.services.restore import Restores, Target
from bot.services.restore.source import part_source
from cogs.present import links
from cogs.present.previews import part_of, preview_card
from cogs.present.versions import versions_card, versions_of
from cogs.replies import Interaction, answer, follow, hold, think, turn_into
from storage.records import RunKind


class RestoreDesk:
    """What `/vault restore` and the buttons about restores do."""

    def __init__(self, jobs: Jobs, restores: Restores) -> None:
        self.jobs = jobs
        self.restores = restores

    @property
    def presses(self) -> Mapping[str, Press]:
        """What buttons and menus about restores call."""
        return {
            "preview": self.into_spotify,
            "part": self.pick_part,
            "replace": self.replace,
            "restore": self.confirm,
            "cancel": self.cancel,
            "undo": self.undo,
            "versions": self.show_versions,
            "versions_page": self.turn_versions,
            "use_versions": self.use_versions,
        }

    async def preview(self, interaction: Interaction, of: str, target: Target) -> None:
        """Say what it would do; nothing changes by that."""
        await think(interaction)
        payload: dict[str, object] = {"of": of, "target": target.value}
        await follow(interaction, self.jobs, await self.jobs.enqueue(RunKind.PREVIEW, interaction.user.id, payload))

    async def into_spotify(self, interaction: Interaction, archive_id: str) -> None:
        """A press on "Bring it back…" or "Restore the newest…"."""
        await self.preview(interaction, archive_id, Target.SPOTIFY)

    async def pick_part(self, interaction: Interaction, value: str) -> None:
        """A choice in "Only a part of it…": the preview becomes one of that part."""
        await hold(interaction)
        payload: dict[str, object] = {"of": part_source(*part_of(value)), "target": Target.SPOTIFY.value}
        run = await self.jobs.enqueue(RunKind.PREVIEW, interaction.user.id, payload)
        await follow(interaction, self.jobs, run)

    async def replace(self, interaction: Interaction, archive_id: str) -> None:
        """A press on "Bring it back…", after the vault was replaced."""
        await self.preview(interaction, archive_id, Target.REPLACE)

    async def confirm(self, interaction: Interaction, change_id: str) -> None:
        """A press on a preview's confirm button."""
        await hold(interaction)
        run = await self.jobs.enqueue(RunKind.RESTORE, interaction.user.id, {"change_id": change_id})
        await follow(interaction, self.jobs, run)

    async def cancel(self, interaction: Interaction, change_id: str) -> None:
        """A press on a preview's cancel button."""
        await hold(interaction)
        await self.restores.cancel(interaction.user.id, change_id)
        await turn_into(interaction, links.kept())

    async def undo(self, interaction: Interaction, change_id: str) -> None:
        """A press on a restore's undo button: the outcome stays, the preview is an answer of its own."""
        await think(interaction)
        await answer(interaction, preview_card(await self.restores.preview_undo(interaction.user.id, change_id)))

    async def show_versions(self, interaction: Interaction, arg: str) -> None:
        """A press on "Show them…": the outcome stays, the list is an answer of its own."""
        await think(interaction)
        change_id, page = versions_of(arg)
        await answer(interaction, versions_card(await self.restores.versions(interaction.user.id, change_id), page))

    async def turn_versions(self, interaction: Interaction, arg: str) -> None:
        """A press on another page of that list."""
        await hold(interaction)
        change_id, page = versions_of(arg)
        await turn_into(interaction, versions_card(await self.restores.versions(interaction.user.id, change_id), page))

    async def use_versions(self, interaction: Interaction, change_id: str) -> None:
        """A press on "Use these…"."""
        await self.preview(interaction, change_id, Target.VERSIONS)
