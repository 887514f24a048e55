"""The sandbox and the bot as processes of their own: for what must survive a kill, and for the demo."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.sandbox.browser import Browser
from tests.sandbox.clock import Clock
from tests.sandbox.control import Control
from tests.sandbox.operator import configuration, free_port, register_redirects, write_toml
from tests.sandbox.person import Person
from tests.sandbox.transcript import Listener, nobody_listens
from tests.sandbox.waiting import Deadline

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0  # seconds a process may take to start or to end
LOOK_EVERY = 0.02
TAIL = 40


class ProcessFailed(AssertionError):
    """A process did not start, or ended by itself; shows the last lines of its log."""


class Process:
    """`python -m` something, its output in a log file that later starts go on writing."""

    def __init__(self, name: str, arguments: list[str], log: Path) -> None:
        self.name = name
        self.log = log
        self._log = log.open("ab")
        # A session of its own: Ctrl-C at a terminal reaches only who started it, and that one ends things in order.
        self._popen = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    def kill(self) -> None:
        """SIGKILL: no time to tidy anything up."""
        self._popen.kill()
        self._popen.wait()
        self._log.close()

    async def stop(self) -> int:
        """SIGTERM, as a container ends; the exit code. Who does not listen in time is killed."""
        self._popen.terminate()
        try:
            await asyncio.to_thread(self._popen.wait, PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ProcessFailed(f"{self.name} did not end within {PATIENCE:.0f} s. {self.tail()}") from None
        self._log.close()
        return self._popen.returncode

    def tail(self, lines: int = TAIL) -> str:
        """The last lines of its log, as a failure shows them."""
        return tail_of(self.log, lines)

    async def ready(self, look: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever `look` finds
        """Wait until `await look()` finds something."""
        deadline = Deadline(PATIENCE)
        while not (found := await look()):
            if not self.alive:
                raise ProcessFailed(f"{self.name} ended with code {self._popen.returncode}. {self.tail()}")
            if deadline.is_over:
                raise ProcessFailed(f"{self.name} was not ready within {PATIENCE:.0f} s. {self.tail()}")
            await asyncio.sleep(LOOK_EVERY)
        return found


def tail_of(log: Path, lines: int = TAIL) -> str:
    """The last lines of a log file."""
    written = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"The end of {log.name}:", *(written[-lines:] or ["(empty)"])])


@dataclass
class World:
    """A sandbox process, and a bot process that can be started, stopped, killed and started again on its data."""

    folder: Path
    sandbox: Process
    control: Control
    clock: Clock
    endpoints: dict[str, str]
    port: int = field(default_factory=free_port)
    bot: Process | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def bot_url(self) -> str:
        """Where the bot's own pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def bot_log(self) -> Path:
        return self.folder / "bot.log"

    def person(self, key: str, listener: Listener = nobody_listens) -> Person:
        """Somebody to act as, closed with the world."""
        person = Person(self.control, key, listener)
        self._stack.push_async_callback(person.close)
        return person

    def browser(self, key: str) -> Browser:
        """A further browser of somebody, closed with the world."""
        browser = Browser(key)
        self._stack.push_async_callback(browser.close)
        return browser

    async def start_bot(self, tick: float = 0.2) -> Process:
        """Start the bot and wait until it serves pages, listens to Discord and watches the clock."""
        assert self.bot is None, "the bot runs already"
        arguments = ["tests.sandbox.bot", "--config", str(self.config), "--clock", str(self.folder / "clock")]
        self.bot = Process("the bot", [*arguments, "--tick", str(tick)], self.bot_log)
        await self.bot.ready(self.healthy)
        return self.bot

    async def healthy(self) -> bool:
        """Whether /healthz says that all is well."""
        timeout = aiohttp.ClientTimeout(total=5)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{self.bot_url}/healthz") as got:
                return got.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def stop_bot(self) -> int:
        """End it as a container would; the exit code."""
        bot, self.bot = self.bot, None
        return await bot.stop() if bot else 0

    def kill_bot(self) -> None:
        """SIGKILL, now."""
        bot, self.bot = self.bot, None
        assert bot is not None, "no bot runs"
        bot.kill()

    async def fate(self, door: str, method: str, /, **given: object) -> Any:  # noqa: ANN401 - JSON of any shape
        """What nobody in particular does: failures, switches, what the services remember."""
        return await self.control.ask(door, method, **given)


@asynccontextmanager
async def processes(folder: Path, *, start: bool = True, **changes: object) -> AsyncIterator[World]:
    """A sandbox and, unless told otherwise, a bot on it; `changes` add to the bot's configuration."""
    async with AsyncExitStack() as stack:
        world = await _sandbox(folder, stack)
        write_toml(world.config, configuration(folder, world.endpoints, world.port, **changes))
        await register_redirects(world.control, world.port)
        stack.push_async_callback(world.stop_bot)
        stack.push_async_callback(world._stack.aclose)
        if start:
            await world.start_bot()
        yield world


async def _sandbox(folder: Path, stack: AsyncExitStack) -> World:
    ready, clock = folder / "sandbox.json", folder / "clock"
    arguments = ["tests.sandbox", "--ready", str(ready), "--clock", str(clock)]
    sandbox = Process("the sandbox", arguments, folder / "sandbox.log")
    stack.push_async_callback(sandbox.stop)

    async def look() -> bool:
        return ready.exists()

    await sandbox.ready(look)
    told = json.loads(ready.read_text())
    control = await stack.enter_async_context(Control(told["control_url"]))
    return World(folder, sandbox, control, Clock.shared(clock), told["endpoints"])
