"""`STAY=1`: everything goes on running, and this says how to look around."""

import asyncio
import json

from tests.demo.stage import Stage


async def stay(stage: Stage) -> None:
    """Say where everything is, and wait for Ctrl-C."""
    world, control = stage.world, stage.world.control.url
    stage.transcript.ends("It stays open until you press Ctrl-C")
    stage.transcript.lists(
        [
            f"the bot's own pages: {world.bot_url}/ and its health: {world.bot_url}/healthz",
            f"its files, database, configuration and log: {world.folder}",
            "Ada goes on by HTTP: type a command, see her DMs, look into her Drive and her Spotify:",
        ]
    )
    stage.transcript.commands(
        [
            _curl(control, "discord/type_command", user="ada", command="/vault backups"),
            _curl(control, "discord/messages", user="ada"),
            _curl(control, "google/files", user="ada"),
            _curl(control, "spotify/library", user="ada"),
            _curl(control, "clock/advance", seconds=86400),
        ]
    )
    await asyncio.Event().wait()


def _curl(control: str, path: str, **given: object) -> str:
    return f"curl -s {control}/{path} -d '{json.dumps(given)}'"
