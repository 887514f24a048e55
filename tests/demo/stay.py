"""`STAY=1`: everything goes on running; whoever sits at a terminal goes on as Ada."""

import asyncio
import json
import shlex
import sys

from tests.demo.stage import NIGHT_IS_OVER, Stage
from tests.sandbox.control import CannotDo
from tests.sandbox.reply import Reply

HELP = (
    "delete Road Trip 2019       that playlist is gone from her Spotify",
    "/vault backups              any command of the bot; options as name:value",
    "press Restore the newest…   a button of the last message",
    "night                       the clock jumps past the next nightly backup",
)
NIGHT_TAKES = 3.0  # real seconds, generously


async def stay(stage: Stage) -> None:
    """Say where everything is, and go on until Ctrl-C (or, at a terminal, Ctrl-D)."""
    world, control = stage.world, stage.world.control.url
    stage.transcript.ends("It stays open until you press Ctrl-C")
    stage.transcript.lists(
        [
            f"MusiVault's pages: {world.bot_url}/ and its health: {world.bot_url}/healthz",
            f"its configuration, database, archives and log: {world.folder}",
            "what the stand-ins hold, and the clock, by HTTP:",
        ]
    )
    stage.transcript.commands(
        [
            _curl(control, "spotify/library", user="ada"),
            _curl(control, "google/files", user="ada"),
            _curl(control, "discord/messages", user="ada"),
            _curl(control, "clock/advance", seconds=3600),
        ]
    )
    await (_Prompt(stage).run() if sys.stdin.isatty() else asyncio.Event().wait())


def _curl(control: str, path: str, **given: object) -> str:
    return f"curl -s {control}/{path} -d '{json.dumps(given)}'"


class _Prompt:
    """Reads what Ada does next, a line each."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._last: Reply | None = None

    async def run(self) -> None:
        """Until the end of input."""
        self._stage.transcript.lists(["or right here, as Ada:"])
        self._stage.transcript.commands(HELP)
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while True:
            self._stage.transcript.asks("ada> ")
            line = await lines.readline()
            if not line:
                return
            try:
                await self._does(line.decode().strip())
            except (CannotDo, ValueError) as problem:
                self._stage.tells(str(problem).splitlines()[0])

    async def _does(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word.startswith("/"):
            await self._types(line)
        elif word == "press" and self._last is not None:
            was = self._last.text
            self._last = await self._stage.settles(await self._last.press(rest.replace("...", "…")), was)
        elif word == "delete" and rest:
            await self._stage.person.spotify.delete_playlist(name=rest)
        elif word == "night":
            await self._sleeps()
        elif word:
            self._stage.transcript.commands(HELP)

    async def _sleeps(self) -> None:
        stage = self._stage
        before = len(await stage.person.dms())
        stage.jump(NIGHT_IS_OVER)
        await asyncio.sleep(NIGHT_TAKES)
        for dm in (await stage.person.dms())[before:]:
            self._last = await stage.settles(dm)
        told = len(await stage.person.dms()) > before
        stage.tells(f"It is {stage.now:%A %H:%M}" + ("." if told else "; nothing happened that she has to hear of."))

    async def _types(self, line: str) -> None:
        words = shlex.split(line)
        command = " ".join(each for each in words if ":" not in each)
        given = dict(each.split(":", 1) for each in words if ":" in each)
        options = {name: int(value) if value.isdecimal() else value for name, value in given.items()}
        self._last = await self._stage.settles(await self._stage.person.types(command, "dm", **options))
