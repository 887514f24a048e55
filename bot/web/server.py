"""uvicorn inside the bot's loop: started and stopped like every other part, signals left to the bot."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from bot.errors import ConfigError

DRAIN_SECONDS = 5


class _Server(uvicorn.Server):
    """uvicorn that tells when it listens and leaves the signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The bot stops the server itself, so that running jobs are drained first."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell once requests are answered."""
        await super().startup(sockets)
        self.listening.set()


class WebServer:
    """Serves an application on an address; with port 0 on any free one, which `port` names after the start."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        self.host = host
        self.port = port
        # No access log: addresses carry states and codes.
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; a ConfigError says so where the address cannot be had."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            door = socket.create_server((self.host, self.port), family=family)
        except OSError as error:
            raise ConfigError(
                [f"web.port: {self.host}:{self.port} cannot be listened on: {error.strerror} (choose another address)"]
            ) from error
        self.port = door.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve([door]), name="web")
        listening = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait({self._task, listening}, return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """Answer what is being asked, then close."""
        if self._task is not None:
            self._server.should_exit = True
            await self._task
            self._task = None
