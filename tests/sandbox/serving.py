"""Applications on loopback ports of their own: how everything that stands in for a service is reached."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web, web_app
from fastapi.dependencies import models

GOODBYE = 0.2
"""How long open requests are waited for, in seconds; whoever is left holds a connection and asks nothing."""


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """Its address, while the context lasts."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GOODBYE)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()
        _forget()


def _forget() -> None:
    """Both libraries remember thousands of handlers for good, and with each the world behind it (aiohttp 3.14)."""
    web_app._cached_build_middleware.cache_clear()
    for remembered in (
        models._is_gen_callable_cached,
        models._is_async_gen_callable_cached,
        models._is_coroutine_callable_cached,
    ):
        remembered.cache_clear()
