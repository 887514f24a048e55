"""The stand-in lets a real discord.py bot work, and refuses what Discord refuses."""

import asyncio
import io
from datetime import timedelta

import discord
import pytest
from discord import app_commands, ui

from tests.sandbox.control import CannotDo
from tests.sandbox.discord.state import BOT_TOKEN
from tests.sandbox.sandbox import Sandbox
from tests.sandbox_tests.bots import Client, Question, command, pointed_at, running


async def refused(sandbox: Sandbox, code: int) -> bool:
    """Whether some call of the bot was answered with that error code."""
    traffic = await sandbox.control.discord("traffic")
    return any(isinstance(call["response"], dict) and call["response"].get("code") == code for call in traffic)


async def test_deferred_command_thinks_then_says_its_answer(discord_sandbox: Sandbox) -> None:
    client = Client()
    go = asyncio.Event()

    @command(client, "sync")
    async def sync(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await go.wait()
        await interaction.edit_original_response(content="Synced 3 songs.")

    async with running(client, discord_sandbox):
        reply = await discord_sandbox.person("ada").types("/sync", in_="server")
        assert reply.thinking
        assert reply.ephemeral
        go.set()
        assert (await reply.settled()).text == "Synced 3 songs."
        assert await discord_sandbox.person("ben").sees("server") == []


async def test_buttons_change_the_message_or_open_a_form(discord_sandbox: Sandbox) -> None:
    client = Client()

    @command(client, "ask")
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Well?", view=Question(), ephemeral=True)

    async with running(client, discord_sandbox):
        reply = await discord_sandbox.person("ada").types("/ask")
        assert reply.links == {"Read": "https://example.org/read"}
        form = await reply.press("Why?")
        assert form.modal is not None
        assert form.modal.fields == ["Reason"]
        with pytest.raises(CannotDo, match="0 to 20 characters"):
            await form.submit(Reason="x" * 21)
        assert (await form.submit(Reason="rain")).text == "Because: rain"
        await (await reply.press("Later")).until("Later, then.")
        pressed = await reply.press("Yes")
        assert pressed.text == "You said yes."
        assert pressed.id == reply.id
        with pytest.raises(CannotDo, match="'Yes' is disabled"):
            await reply.press("Yes")


async def test_layouts_with_files_are_read_in_order_and_downloaded(discord_sandbox: Sandbox) -> None:
    client = Client()

    @command(client, "chart")
    async def chart(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        view = ui.LayoutView()
        picture = discord.MediaGalleryItem("attachment://chart.png", description="A chart")
        view.add_item(ui.Container(ui.TextDisplay("# Charts"), ui.TextDisplay("of the year"), ui.MediaGallery(picture)))
        file = discord.File(io.BytesIO(b"png"), "chart.png", description="A chart")
        await interaction.edit_original_response(view=view, attachments=[file])

    async with running(client, discord_sandbox):
        reply = await (await discord_sandbox.person("ada").types("/chart")).settled()
        assert reply.text == "# Charts\nof the year"
        assert [(file.name, file.description) for file in reply.files] == [("chart.png", "A chart")]
        assert await reply.download("chart.png") == b"png"


async def test_dms_arrive_unless_closed_or_without_a_shared_server(discord_sandbox: Sandbox) -> None:
    people = {key: discord_sandbox.person(key) for key in ("ada", "finn", "ben")}
    await discord_sandbox.control.discord("leave_server", user="ben")
    codes = {}
    async with running(Client(), discord_sandbox) as client:
        for key, person in people.items():
            try:
                await (await client.fetch_user(person.discord_id)).send("Hello there")
            except discord.Forbidden as error:
                codes[key] = error.code
        assert (await people["ada"].gets_dm("hello")).text == "Hello there"
    assert codes == {"finn": 50007, "ben": 50278}


async def test_autocomplete_and_options_follow_what_was_registered(discord_sandbox: Sandbox) -> None:
    client = Client()
    group = app_commands.Group(name="library", description="Your library")

    @group.command(description="Search")
    @app_commands.choices(order=[app_commands.Choice(name="Newest first", value="new")])
    async def search(
        interaction: discord.Interaction,
        query: str,
        pages: app_commands.Range[int, 1, 5] = 1,
        order: str = "old",
        who: discord.User | None = None,
    ) -> None:
        await interaction.response.send_message(f"{query} {pages} {order} {who}")

    @search.autocomplete("query")
    async def songs(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}les", value="1")]

    client.tree.add_command(group)
    async with running(client, discord_sandbox):
        ada = discord_sandbox.person("ada")
        assert [choice.name for choice in await ada.completes("/library search", "query", "Beat")] == ["Beatles"]
        reply = await ada.types("/library search", query="x", order="Newest first", who="ben", in_="server")
        assert reply.text == "x 1 new benwax"
        for options in ({}, {"query": 1}, {"query": "x", "pages": 6}, {"query": "x", "order": "odd"}, {"song": "x"}):
            with pytest.raises(CannotDo):
                await ada.types("/library search", **options)
        for words in ("/library", "/library find", "/nothing"):
            with pytest.raises(CannotDo):
                await ada.types(words)


async def test_late_acknowledgement_is_unknown_and_reads_as_no_response(discord_sandbox: Sandbox) -> None:
    client = Client()

    @command(client, "slow")
    async def slow(interaction: discord.Interaction) -> None:
        discord_sandbox.clock.advance(timedelta(seconds=4))
        await interaction.response.send_message("Here!")

    async with running(client, discord_sandbox):
        reply = await discord_sandbox.person("ada").types("/slow")
        assert reply.failed
        assert reply.text == "The application did not respond."
        assert await refused(discord_sandbox, 10062)


async def test_second_acknowledgement_is_refused(discord_sandbox: Sandbox) -> None:
    client = Client()

    @command(client, "twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("One")
        interaction.response._response_type = None
        await interaction.response.send_message("Two")

    async with running(client, discord_sandbox):
        await discord_sandbox.person("ada").types("/twice")
        assert isinstance(await client.errors.get(), discord.HTTPException)
        assert [each.text for each in await discord_sandbox.person("ada").sees()] == ["One"]
    assert await refused(discord_sandbox, 40060)


async def test_token_dies_after_fifteen_minutes(discord_sandbox: Sandbox) -> None:
    client = Client()

    @command(client, "long")
    async def long(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        discord_sandbox.clock.advance(timedelta(minutes=15, seconds=1))
        await interaction.edit_original_response(content="Done")

    async with running(client, discord_sandbox):
        reply = await discord_sandbox.person("ada").types("/long")
        await client.errors.get()
        assert (await reply.look()).thinking
    assert await refused(discord_sandbox, 50027)


@pytest.mark.parametrize(
    ("content", "embeds"),
    [
        ("x" * 2001, []),
        ("", [discord.Embed(description="x" * 4097)]),
        ("", [discord.Embed(description="x" * 3001), discord.Embed(description="x" * 3000)]),
        ("", [discord.Embed(title="x").set_image(url="attachment://nothing.png")]),
        ("", []),
    ],
)
async def test_oversized_or_empty_messages_are_refused(
    discord_sandbox: Sandbox, content: str, embeds: list[discord.Embed]
) -> None:
    async with running(Client(), discord_sandbox) as client:
        user = await client.fetch_user(discord_sandbox.person("ada").discord_id)
        with pytest.raises(discord.HTTPException) as caught:
            await user.send(content, embeds=embeds)
        assert caught.value.code in (50035, 50006)
        assert await discord_sandbox.person("ada").dms() == []


async def test_ephemeral_is_fixed_at_the_defer_even_for_the_first_follow_up(discord_sandbox: Sandbox) -> None:
    client = Client()

    @command(client, "open")
    async def open_(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=False)
        await interaction.followup.send("For all", ephemeral=True)
        await interaction.followup.send("For you", ephemeral=True)

    async with running(client, discord_sandbox):
        reply = await discord_sandbox.person("ada").types("/open", in_="server")
        await reply.until("For you")
        assert [each.text for each in await discord_sandbox.person("ben").sees("server")] == ["For all"]
        assert (await reply.look()).text == "For all"


async def test_dropped_connection_resumes_and_loses_nothing(discord_sandbox: Sandbox) -> None:
    client = Client()

    @command(client, "hello")
    async def hello(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Hello")

    async with running(client, discord_sandbox):
        client.ready_again.clear()
        await discord_sandbox.control.discord("drop_connections")
        assert (await discord_sandbox.person("ada").types("/hello")).text == "Hello"
        assert await discord_sandbox.control.discord("connections") == {"identified": 1, "resumed": 1}
        assert await discord_sandbox.control.discord("registrations") == 1


async def test_bad_token_and_privileged_intents_are_not_let_in(discord_sandbox: Sandbox) -> None:
    with pointed_at(discord_sandbox):
        async with Client() as client:
            with pytest.raises(discord.LoginFailure):
                await client.login(BOT_TOKEN + "x")
        async with Client(discord.Intents(guilds=True, members=True)) as client:
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await client.start(BOT_TOKEN)


async def test_rate_limited_call_is_repeated_and_failing_one_raised(discord_sandbox: Sandbox) -> None:
    async with running(Client(), discord_sandbox) as client:
        user = await client.fetch_user(discord_sandbox.person("ada").discord_id)
        await discord_sandbox.control.discord("rate_limit", route="POST /channels", retry_after=0.01)
        await user.send("After all")
        await discord_sandbox.control.discord("next_status", route="POST /channels", status=403, code=50001)
        with pytest.raises(discord.Forbidden):
            await user.send("Never")
        assert [each.text for each in await discord_sandbox.person("ada").dms()] == ["After all"]


async def test_commands_stay_in_their_contexts_and_permissions(discord_sandbox: Sandbox) -> None:
    client = Client()
    here = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)

    @client.tree.command(name="setup", description="Set up")
    @app_commands.default_permissions(manage_guild=True)
    async def setup(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Set up")

    setup.allowed_contexts = here
    async with running(client, discord_sandbox):
        ada = discord_sandbox.person("ada")
        with pytest.raises(CannotDo, match="not offered in direct messages"):
            await ada.types("/setup")
        with pytest.raises(CannotDo, match="permissions"):
            await ada.types("/setup", in_="server")
        await discord_sandbox.control.discord("make_administrator", user="ada")
        assert (await ada.types("/setup", in_="server")).text == "Set up"


async def test_without_a_bot_nothing_responds(discord_sandbox: Sandbox) -> None:
    client = Client()

    @command(client, "hello")
    async def hello(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Hello")

    with pointed_at(discord_sandbox):
        async with client:
            await client.login(BOT_TOKEN)  # registers, but never connects
    assert (await discord_sandbox.person("ada").types("/hello")).failed
