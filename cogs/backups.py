"""What is pressed and chosen in `/vault backups`: one backup looked at, checked, kept, deleted, taken back."""

from discord.ext import commands

from bot.client import MusiVaultBot
from bot.services.bundle import Services
from cogs.present import backups as words
from cogs.replies import Interaction, answer, follow, hold, think, turn_into
from storage.records import RunKind


class BackupsCog(commands.Cog):
    """Everything that a press does to one backup; what it does to Spotify or the vault is `VaultCog`'s."""

    def __init__(self, services: Services) -> None:
        self.shelving = services.shelving
        self.jobs = services.jobs

    async def show_all(self, interaction: Interaction, _: str) -> None:
        """A press on "Show my backups": what was found stays, the list is an answer of its own."""
        await think(interaction)
        await answer(interaction, words.backups(await self.shelving.all(interaction.user.id)))

    async def turn_page(self, interaction: Interaction, page: str) -> None:
        """A press on "Older" or "Newer"."""
        await hold(interaction)
        await turn_into(interaction, words.backups(await self.shelving.all(interaction.user.id), int(page)))

    async def show(self, interaction: Interaction, archive_id: str) -> None:
        """A choice in "Look at one…": the list stays, the backup is an answer of its own."""
        await think(interaction)
        await answer(interaction, words.backup_card(await self.shelving.get(interaction.user.id, archive_id)))

    async def verify(self, interaction: Interaction, archive_id: str) -> None:
        """A press on "Verify"."""
        await think(interaction)
        run = await self.jobs.enqueue(RunKind.CHECK, interaction.user.id, {"archive_id": archive_id})
        await follow(interaction, self.jobs, run)

    async def pin(self, interaction: Interaction, archive_id: str) -> None:
        """A press on "Keep for good"."""
        await hold(interaction)
        await turn_into(
            interaction, words.backup_card(await self.shelving.pin(interaction.user.id, archive_id, pinned=True))
        )

    async def unpin(self, interaction: Interaction, archive_id: str) -> None:
        """A press on "No longer"."""
        await hold(interaction)
        await turn_into(
            interaction, words.backup_card(await self.shelving.pin(interaction.user.id, archive_id, pinned=False))
        )

    async def ask_delete(self, interaction: Interaction, archive_id: str) -> None:
        """A press on "Delete…"."""
        await think(interaction)
        archive = await self.shelving.ask_delete(interaction.user.id, archive_id)
        await answer(interaction, words.delete_question(archive, self.shelving.trash_for.days))

    async def delete(self, interaction: Interaction, archive_id: str) -> None:
        """A press on the confirmation."""
        await hold(interaction)
        archive = await self.shelving.delete(interaction.user.id, archive_id)
        await turn_into(interaction, words.deleted(archive, self.shelving.trash_for.days))

    async def take_back(self, interaction: Interaction, archive_id: str) -> None:
        """A press on "Take it back"."""
        await hold(interaction)
        await turn_into(interaction, words.taken_back(await self.shelving.take_back(interaction.user.id, archive_id)))

    async def show_trash(self, interaction: Interaction, _: str) -> None:
        """A press on "Trash…"."""
        await think(interaction)
        await answer(interaction, words.trash_card((await self.shelving.all(interaction.user.id)).trashed))

    async def turn_trash(self, interaction: Interaction, page: str) -> None:
        """A press on "Older" or "Newer" in the trash."""
        await hold(interaction)
        trashed = (await self.shelving.all(interaction.user.id)).trashed
        await turn_into(interaction, words.trash_card(trashed, int(page)))


async def setup(bot: MusiVaultBot) -> None:
    """Called by discord.py when the bot loads this file by name."""
    cog = BackupsCog(bot.services)
    bot.presses |= {
        "backups": cog.turn_page,
        "show_backups": cog.show_all,
        "backup": cog.show,
        "verify": cog.verify,
        "pin": cog.pin,
        "unpin": cog.unpin,
        "delete": cog.ask_delete,
        "delete_now": cog.delete,
        "take_back": cog.take_back,
        "trash": cog.show_trash,
        "trash_page": cog.turn_trash,
    }
    await bot.add_cog(cog)
