"""The stand-in's answers, and a discord.py bot's requests, against Discord's own OpenAPI description."""

import io

import discord
import pytest
from discord import app_commands, ui

from tests.sandbox.clock import Clock
from tests.sandbox.discord.contract import DESCRIPTION, Contract
from tests.sandbox.sandbox import discord_only
from tests.sandbox_tests.bots import Client, Question, command, running

pytestmark = pytest.mark.skipif(
    not DESCRIPTION.is_file(), reason="../shared/contracts/discord-openapi.json is not here"
)


def everything() -> ui.LayoutView:
    """A layout with each kind of component."""
    picture = "attachment://a.png"
    view = ui.LayoutView()
    section: ui.Section[ui.LayoutView] = ui.Section(ui.TextDisplay("x"), accessory=ui.Thumbnail(picture))
    gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery(discord.MediaGalleryItem(picture, description="A"))
    buttons: ui.ActionRow[ui.LayoutView] = ui.ActionRow(ui.Button(label="x", custom_id="k"))
    parts = (ui.TextDisplay[ui.LayoutView]("# hi"), section, ui.Separator[ui.LayoutView](), gallery)
    view.add_item(ui.Container(*parts, ui.File(picture), buttons, accent_color=3))
    return view


def speaking_client() -> Client:
    """A bot that makes every call at least once."""
    client = Client()

    @command(client, "everything")
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        file = discord.File(io.BytesIO(b"x"), "a.png", description="A")
        await interaction.edit_original_response(view=everything(), attachments=[file])
        embed = discord.Embed(title="t", description="d").add_field(name="a", value="b")
        await (await interaction.followup.send("more", embed=embed, wait=True)).delete()
        await (await interaction.user.send("hey", view=Question())).edit(content="you")
        await interaction.original_response()

    @command(client, "ask")
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Well?", view=Question())

    @client.tree.command(description="Find")
    async def find(interaction: discord.Interaction, what: str) -> None:
        await interaction.response.send_message(what * 2001)

    @find.autocomplete("what")
    async def offers(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=current, value=current)]

    return client


async def test_all_traffic_is_as_discord_describes_it() -> None:
    client = speaking_client()
    async with discord_only(Clock()) as sandbox, running(client, sandbox):
        ada = sandbox.person("ada")
        await ada.types("/everything")
        await ada.gets_dm("you")
        question = await ada.types("/ask", in_="server")
        await (await question.press("Why?")).submit(Reason="so")
        await (await question.press("Later")).until("Later, then.")
        await question.press("Yes")
        await ada.completes("/find", "what", "x")
        with pytest.raises(discord.NotFound):
            await client.fetch_user(1)
        traffic = await sandbox.control.discord("traffic")
    assert len({(call["method"], call["route"]) for call in traffic}) >= 10
    assert Contract().faults(traffic) == []
