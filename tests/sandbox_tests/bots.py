"""Real discord.py bots for trying the sandbox, and the loan of the library's class-wide addresses."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.sandbox.discord.state import BOT_TOKEN
from tests.sandbox.sandbox import Sandbox


@contextmanager
def pointed_at(sandbox: Sandbox) -> Iterator[None]:
    """discord.py's addresses are class attributes: set, and put back."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = sandbox.endpoints["discord_api"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.endpoints["discord_gateway"])
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


class Client(discord.Client):
    """A bot with a command tree, whose errors are kept for the test."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        wanted = intents or discord.Intents(guilds=True)
        nobody = discord.AllowedMentions.none()
        super().__init__(intents=wanted, guild_ready_timeout=0.05, allowed_mentions=nobody)
        self.tree = app_commands.CommandTree(self)
        self.errors: asyncio.Queue[BaseException] = asyncio.Queue()
        self.ready_again = asyncio.Event()
        self.tree.on_error = self._keep  # type: ignore[method-assign]

    async def _keep(self, _: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.put_nowait(error.__cause__ or error)

    async def on_ready(self) -> None:
        self.ready_again.set()

    async def on_resumed(self) -> None:
        self.ready_again.set()

    async def setup_hook(self) -> None:
        await self.tree.sync()


@asynccontextmanager
async def running(client: Client, sandbox: Sandbox) -> AsyncIterator[Client]:
    """Logged in and ready while the context lasts."""
    with pointed_at(sandbox):
        async with client:
            await client.login(BOT_TOKEN)
            line = asyncio.create_task(client.connect())
            async with asyncio.timeout(5):
                await client.wait_until_ready()
            try:
                yield client
            finally:
                await client.close()
                await line


Callback = Callable[[discord.Interaction], Any]


def command(client: Client, name: str) -> Callable[[Callback], Callback]:
    """Register a command that only takes the interaction."""

    def register(callback: Callback) -> Callback:
        async def run(interaction: discord.Interaction) -> None:
            await callback(interaction)

        client.tree.command(name=name, description="A command")(run)
        return callback

    return register


class Question(ui.View):
    """Two buttons and a link."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Button(label="Read", url="https://example.org/read"))

    @ui.button(label="Yes", style=discord.ButtonStyle.primary, custom_id="yes")
    async def yes(self, interaction: discord.Interaction, button: "ui.Button[Question]") -> None:
        button.disabled = True
        await interaction.response.edit_message(content="You said yes.", view=self)

    @ui.button(label="Later", custom_id="later")
    async def later(self, interaction: discord.Interaction, _: "ui.Button[Question]") -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="Later, then.")

    @ui.button(label="Why?", custom_id="why")
    async def why(self, interaction: discord.Interaction, _: "ui.Button[Question]") -> None:
        await interaction.response.send_modal(Form())


class Form(ui.Modal, title="Tell us"):
    """One text field."""

    reason: "ui.Label[Form]" = ui.Label(text="Reason", component=ui.TextInput(max_length=20))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        field = self.reason.component
        assert isinstance(field, ui.TextInput)
        await interaction.response.send_message(f"Because: {field.value}", ephemeral=True)
