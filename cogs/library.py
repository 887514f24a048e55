"""`/library`: single things looked up in one's own vault."""

from discord import app_commands
from discord.ext import commands

from bot.client import MusiVaultBot
from bot.services.bundle import Services
from cogs.present.tracks import sound_card, track_card
from cogs.replies import Interaction, answer, think


class LibraryCog(commands.GroupCog, group_name="library", group_description="Look things up in your vault"):
    """Answers from what is kept; Spotify is asked only for what the vault has not."""

    def __init__(self, services: Services) -> None:
        self.tracks = services.tracks

    @app_commands.command(name="track")
    @app_commands.rename(pasted="track")
    @app_commands.describe(pasted="A track's link from Spotify, its URI or its id")
    async def show_track(self, interaction: Interaction, pasted: str) -> None:
        """Show when you liked a track, which of your playlists it is in, and how often you played it"""
        await think(interaction)
        await answer(interaction, track_card(await self.tracks.look(interaction.user.id, pasted)))

    async def press_sound(self, interaction: Interaction, track_id: str) -> None:
        """A press on "How it sounds": the track stays, its sound is an answer of its own."""
        await think(interaction)
        await answer(interaction, sound_card(await self.tracks.sound(interaction.user.id, track_id)))


async def setup(bot: MusiVaultBot) -> None:
    """Called by discord.py when the bot loads this file by name."""
    cog = LibraryCog(bot.services)
    bot.presses |= {"sound": cog.press_sound}
    await bot.add_cog(cog)
