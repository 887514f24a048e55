"""Applications on loopback ports of their own: how everything that stands in for a service is reached."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web, web_app

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
        # aiohttp (3.14) remembers a thousand handlers with their middlewares, and with them the world behind each.
        web_app._cached_build_middleware.cache_clear()
