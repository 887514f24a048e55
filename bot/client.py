"""The Discord bot itself: it loads the cogs by name, registers commands when they changed, and explains every error."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import yarl
from discord import app_commands, ui
from discord.ext import commands

from bot.config import EndpointsSection
from bot.errors import ConfigError, Unexpected
from bot.jobs import new_reference
from bot.services.bundle import Services
from storage.errors import MusiVaultError
from storage.installation import Installation

log = logging.getLogger(__name__)

COGS = ("cogs.views", "cogs.link", "cogs.vault", "cogs.backups", "cogs.library", "cogs.notices")
COMMANDS_KEY = "discord.commands"
Press = Callable[[discord.Interaction[Any], str], Awaitable[None]]
WordError = Callable[[MusiVaultError, int], ui.LayoutView]


def _plainly(error: MusiVaultError, _: int) -> ui.LayoutView:
    """An error before any cog has loaded."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(error.sentence))
    return view


def use_endpoints(endpoints: EndpointsSection) -> None:
    """Point discord.py at the configured addresses; they are class attributes there, so once for the process."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, so nothing is missing
    discord.http.Route.BASE = endpoints.discord_api
    if endpoints.discord_gateway:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(endpoints.discord_gateway)


class Tree(app_commands.CommandTree["MusiVaultBot"]):
    """The command tree: every error of every command ends in one place."""

    async def on_error(
        self, interaction: discord.Interaction["MusiVaultBot"], error: app_commands.AppCommandError, /
    ) -> None:
        """Unwrap discord.py's own wrapping and explain."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await interaction.client.explain(interaction, cause)


class MusiVaultBot(commands.AutoShardedBot):
    """discord.py with our services. `presses` maps a button's act to who answers it; cogs fill it when they load."""

    def __init__(self, services: Services, installation: Installation, **options: Any) -> None:  # noqa: ANN401
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            tree_cls=Tree,
            **options,
        )
        self.services = services
        self.installation = installation
        self.presses: dict[str, Press] = {}
        self.word_error: WordError = _plainly
        self._connected = asyncio.Event()
        self._gateway: asyncio.Task[None] | None = None

    async def sign_in(self, token: str) -> None:
        """Log in, load the cogs and open the gateway, which then has a task of its own."""
        try:
            await self.login(token)
        except discord.LoginFailure as error:
            problem = "discord.token: Discord does not accept it (copy it again from the developer portal)"
            raise ConfigError([problem]) from error
        self._gateway = asyncio.create_task(self.connect(), name="discord")
        connected = asyncio.create_task(self._connected.wait())
        await asyncio.wait({self._gateway, connected}, return_when=asyncio.FIRST_COMPLETED)
        if not connected.done():
            connected.cancel()
            self._gateway.result()

    async def disconnected(self) -> None:
        """Returns or raises once Discord will not have us any more; a passing outage is mended by discord.py itself."""
        if self._gateway is not None:
            await asyncio.shield(self._gateway)

    async def setup_hook(self) -> None:
        """Once, before the gateway."""
        for name in COGS:
            await self.load_extension(name)
        await self._register_commands()

    async def on_connect(self) -> None:
        """The gateway is open: from here on commands arrive, although Discord may still be telling of its servers."""
        self._connected.set()

    async def _register_commands(self) -> None:
        """Discord limits registrations, so only when the payload differs from the one it has."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps([self.application_id, payload], sort_keys=True).encode()).hexdigest()
        if await self.installation.get(COMMANDS_KEY) != digest:
            await self.tree.sync()
            await self.installation.put(COMMANDS_KEY, digest)
            log.info("commands.registered count=%d", len(payload))

    async def explain(self, interaction: discord.Interaction[Any], error: BaseException) -> None:
        """Ours: the sentence. Not ours: an apology and a reference under which the log has the rest."""
        if isinstance(error, MusiVaultError):
            log.info("command.refused person=%d error=%s", interaction.user.id, type(error).__name__)
            told = error
        else:
            told = Unexpected(new_reference())
            log.error("command.broken person=%d reference=%s", interaction.user.id, told.reference, exc_info=error)
        view = self.word_error(told, interaction.user.id)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(view=view, ephemeral=True)
            else:
                await interaction.response.send_message(view=view, ephemeral=True)
        except discord.HTTPException as gone:
            # The token may be dead or the message deleted; there is nobody left to tell.
            log.info("command.unexplained person=%d code=%d", interaction.user.id, gone.code)
