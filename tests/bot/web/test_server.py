import asyncio
import signal

import aiohttp
import pytest
from fastapi import FastAPI

from bot.errors import ConfigError
from bot.web import WebServer


async def test_a_taken_address_is_a_mistake_of_the_configuration() -> None:
    first = WebServer(FastAPI(), "127.0.0.1", 0)
    await first.start()
    try:
        with pytest.raises(ConfigError, match=r"web\.port: 127\.0\.0\.1:\d+ cannot be listened on"):
            await WebServer(FastAPI(), "127.0.0.1", first.port).start()
    finally:
        await first.stop()


async def test_the_bots_signal_handlers_stay_in_place() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    server = WebServer(FastAPI(), "127.0.0.1", 0)
    await server.start()
    during = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    await server.stop()
    assert before == during


async def test_stopping_answers_what_is_being_asked() -> None:
    app, asked, go = FastAPI(), asyncio.Event(), asyncio.Event()

    @app.get("/slow")
    async def slow() -> str:
        asked.set()
        await go.wait()
        return "done"

    server = WebServer(app, "127.0.0.1", 0)
    await server.start()
    async with aiohttp.ClientSession() as session:

        async def ask() -> str:
            async with session.get(f"http://127.0.0.1:{server.port}/slow") as answer:
                return await answer.text()

        asking = asyncio.create_task(ask())
        await asked.wait()
        stopping = asyncio.create_task(server.stop())
        go.set()
        assert await asking == '"done"'
        await stopping
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_stopping_what_never_started_does_nothing() -> None:
    await WebServer(FastAPI(), "127.0.0.1", 0).stop()
