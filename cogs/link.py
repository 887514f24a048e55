"""`/link`: Spotify and Google Drive, by a one-time link in a DM."""

from discord import app_commands
from discord.ext import commands

from bot.client import MusiVaultBot
from bot.services.linking import Linking
from bot.services.settings import Settings
from bot.services.status import Status
from cogs.cards import Card
from cogs.mail import Mail
from cogs.present import links, vault
from cogs.replies import Interaction, answer, hold, think, turn_into
from storage.records import LinkKind

WHAT = [app_commands.Choice(name="Spotify", value="spotify"), app_commands.Choice(name="Google Drive", value="drive")]


class LinkCog(commands.GroupCog, group_name="link", group_description="Link your Spotify and your Google Drive"):
    """Linking and unlinking."""

    def __init__(self, linking: Linking, status: Status, settings: Settings, mail: Mail) -> None:
        self.linking = linking
        self.status = status
        self.settings = settings
        self.mail = mail

    @app_commands.command()
    async def spotify(self, interaction: Interaction) -> None:
        """Link your Spotify account with a one-time link"""
        await self._offer(interaction, LinkKind.SPOTIFY)

    @app_commands.command()
    async def drive(self, interaction: Interaction) -> None:
        """Link your Google Drive, so that your backups are your own files"""
        await self._offer(interaction, LinkKind.DRIVE)

    async def _offer(self, interaction: Interaction, kind: LinkKind) -> None:
        await think(interaction)
        offer = await self.linking.begin(kind, interaction.user.id, interaction.user.display_name)
        sent = await self.mail.send(interaction.user.id, links.offer(offer), asked_for=True)
        await answer(interaction, links.offered_by_dm() if sent else links.offered_here(offer))

    @app_commands.command(name="status")
    async def show_status(self, interaction: Interaction) -> None:
        """Show what is linked"""
        await answer(interaction, links.link_status(await self.status.links(interaction.user.id)))

    @app_commands.command()
    @app_commands.describe(address="The whole address of the page your browser ended on")
    async def paste(self, interaction: Interaction, address: app_commands.Range[str, 1, 2000]) -> None:
        """Finish a link whose last page could not be reached"""
        await think(interaction)
        outcome = await self.linking.paste(interaction.user.id, address)
        person = await self.settings.of(interaction.user.id)
        await answer(interaction, links.linked(outcome.linked, ask_about_dms=person.wants_dms is None))

    @app_commands.command()
    @app_commands.choices(account=WHAT)
    @app_commands.describe(account="Which account to unlink")
    async def remove(self, interaction: Interaction, account: app_commands.Choice[str]) -> None:
        """Unlink an account; your vault and your backups stay"""
        await answer(interaction, await self._question(interaction, LinkKind(account.value)))

    async def _question(self, interaction: Interaction, kind: LinkKind) -> Card:
        return links.unlink_question(kind, await self.status.links(interaction.user.id))

    async def offer(self, interaction: Interaction, kind: str) -> None:
        """A press on "Link Spotify" or "Link Google Drive"."""
        await self._offer(interaction, LinkKind(kind))

    async def ask_unlink(self, interaction: Interaction, kind: str) -> None:
        """A press on "Unlink"."""
        await turn_into(interaction, await self._question(interaction, LinkKind(kind)))

    async def unlink(self, interaction: Interaction, kind: str) -> None:
        """A press on the confirmation."""
        await hold(interaction)
        await self.linking.unlink(LinkKind(kind), interaction.user.id)
        await turn_into(interaction, links.unlinked(LinkKind(kind)))

    async def keep(self, interaction: Interaction, _: str) -> None:
        """A press on "Keep it"."""
        await turn_into(interaction, links.kept())

    async def choose_dms(self, interaction: Interaction, choice: str) -> None:
        """A press on the answer to whether DMs are welcome."""
        await hold(interaction)
        person = await self.settings.choose(interaction.user.id, wants_dms=choice == "on")
        await turn_into(interaction, vault.dms_chosen(wanted=bool(person.wants_dms)))


async def setup(bot: MusiVaultBot) -> None:
    """Called by discord.py when the bot loads this file by name."""
    services = bot.services
    cog = LinkCog(services.linking, services.status, services.settings, Mail(bot, services.settings))
    bot.presses |= {
        "link": cog.offer,
        "unlink": cog.ask_unlink,
        "unlink_now": cog.unlink,
        "keep": cog.keep,
        "dms": cog.choose_dms,
    }
    await bot.add_cog(cog)
