"""Google on a loopback port, and Ada signed in at it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from tests.sandbox.clock import Clock
from tests.sandbox.google.door import GoogleDoor
from tests.sandbox.people import PEOPLE
from tests.sandbox_tests.google.app import REDIRECT, Google


@pytest.fixture
async def google() -> AsyncIterator[Google]:
    clock = Clock()
    door = GoogleDoor(clock, PEOPLE)
    runner = web.AppRunner(door.app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.base_url = "http://{}:{}".format(*runner.addresses[0][:2])
    await door.hands.register_redirect(REDIRECT)
    async with aiohttp.ClientSession() as session:
        yield Google(door, clock, session)
    await runner.cleanup()


@pytest.fixture
async def ada(google: Google) -> Google:
    return await google.sign_in()
