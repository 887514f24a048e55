"""A person sees what Discord shows, waits without polling, and says what was there when nothing came."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from discord import ui

from tests.sandbox.clock import Clock
from tests.sandbox.control import CannotDo, Control
from tests.sandbox.discord.reading import shown
from tests.sandbox.people import PEOPLE
from tests.sandbox.person import Person
from tests.sandbox.reply import NeverSaw
from tests.sandbox.sandbox import Sandbox
from tests.sandbox.transcript import Event
from tests.sandbox_tests.bots import Client, Question, command, running

ROOT = Path(__file__).parents[2]


class Order(ui.View):
    """A menu."""

    @ui.select(placeholder="Order", options=[discord.SelectOption(label="Newest", value="new")], custom_id="order")
    async def order(self, interaction: discord.Interaction, select: "ui.Select[Order]") -> None:
        await interaction.response.edit_message(content=f"Ordered {select.values[0]}", view=None)


@pytest.fixture
async def bot(discord_sandbox: Sandbox) -> AsyncIterator[Client]:
    client = Client()

    @command(client, "ask")
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Well?", view=Question())

    @command(client, "order")
    async def order(interaction: discord.Interaction) -> None:
        embed = discord.Embed(title="Songs", description="All of them").add_field(name="Likes", value="3")
        await interaction.response.send_message("Here:", embed=embed, view=Order())

    @command(client, "sync")
    async def sync(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        for count in range(3):
            await interaction.edit_original_response(content=f"{count} of 3")
        await interaction.followup.send("All done")
        await interaction.user.send("Synced")

    async with running(client, discord_sandbox):
        yield client


async def test_waiting_sees_edits_follow_ups_and_dms(discord_sandbox: Sandbox, bot: Client) -> None:
    ada = discord_sandbox.person("ada")
    for _ in range(2):
        reply = await ada.types("/sync")
        assert (await reply.until("all done")).id != reply.id
        assert (await reply.settled()).text == "2 of 3"
        assert (await ada.gets_dm("Synced")).of_its_own_accord
    assert [each.text for each in await ada.dms()] == ["Synced", "Synced"]


async def test_waiting_in_vain_tells_what_was_there(discord_sandbox: Sandbox, bot: Client) -> None:
    ada = discord_sandbox.person("ada")
    reply = await ada.types("/ask")
    with pytest.raises(NeverSaw, match=r"ada never saw 'Synced': Well\?"):
        await reply.until("Synced", within=0.05)
    with pytest.raises(NeverSaw, match=r"no DM saying 'Synced'. In the DMs:\nWell\?"):
        await ada.gets_dm("Synced", within=0.05)


async def test_menus_and_embeds_are_read_and_chosen_by_label(discord_sandbox: Sandbox, bot: Client) -> None:
    reply = await discord_sandbox.person("ada").types("/order")
    assert reply.text == "Here:\nSongs\nAll of them\nLikes\n3"
    assert reply.menus[0].options == ("Newest",)
    with pytest.raises(CannotDo, match="no option 'Oldest'"):
        await reply.choose("Order", "Oldest")
    assert (await reply.choose("Order", "Newest")).text.startswith("Ordered new")


async def test_strangers_cannot_press_what_they_do_not_see(discord_sandbox: Sandbox, bot: Client) -> None:
    reply = await discord_sandbox.person("ada").types("/ask")
    with pytest.raises(CannotDo, match="does not see"):
        await discord_sandbox.control.discord("press", user="ben", message_id=reply.id, custom_id="yes")


async def test_story_is_told_to_the_listener(discord_sandbox: Sandbox, bot: Client) -> None:
    story: list[Event] = []
    ada = discord_sandbox.person("ada", story.append)
    reply = await ada.types("/ask")
    await reply.press("Yes")
    await reply.open("Read")
    told = [(event.deed, event.what if event.deed != "sees" else event.text) for event in story]
    assert told[:4] == [("types", "/ask"), ("sees", "Well?"), ("presses", "Yes"), ("sees", "You said yes.")]
    assert [deed for deed, _ in told[4:]] == ["opens", "reads"]


async def test_times_and_commands_are_drawn_as_discord_draws_them(clock: Clock) -> None:
    stamp = int(clock.now().timestamp()) + 7200
    assert shown(f"Again <t:{stamp}:R> with </vault sync:12>", clock.now()) == "Again in 2 hours with /vault sync"
    assert shown(r"\*Eve\* <t:0:d>", clock.now()) == "*Eve* 01/01/1970"


async def test_unknown_hands_and_wrong_arguments_are_refused(discord_sandbox: Sandbox) -> None:
    for method, given in (("fly", {}), ("_outcome", {}), ("press", {"user": "ada"}), ("messages", {"user": "zoe"})):
        with pytest.raises(CannotDo):
            await discord_sandbox.control.discord(method, **given)


async def test_clock_moves_for_everyone_through_the_control_door(discord_sandbox: Sandbox, clock: Clock) -> None:
    before = clock.now()
    await discord_sandbox.control.clock("advance", seconds=3600)
    assert 3600 <= (clock.now() - before).total_seconds() < 3700


async def test_sandbox_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    ready, clock = tmp_path / "ready.json", tmp_path / "clock"
    given = ("-W", "ignore", "-m", "tests.sandbox", "--ready", str(ready), "--clock", str(clock))
    process = await asyncio.create_subprocess_exec(sys.executable, *given, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    told = json.loads(ready.read_text())
    async with Control(told["control_url"]) as control:
        ada = Person(control, "ada")
        assert await ada.dms() == []
        library = await ada.spotify.library()
        assert len(library["playlists"]) > 3
        assert await ada.drive.files() == []
        assert Clock.shared(clock).now().isoformat()[:13] == (await control.clock("now"))[:13]
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    assert {"discord_api", "discord_gateway", "spotify_api", "google_token"} <= set(told["endpoints"])


def test_people_have_ids_of_their_own() -> None:
    for name in ("discord_id", "spotify_id", "email"):
        assert len({getattr(seed, name) for seed in PEOPLE.values()}) == len(PEOPLE)
