"""Google on a loopback port, and Ada signed in at it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.sandbox.clock import Clock
from tests.sandbox.google.door import GoogleDoor
from tests.sandbox.people import PEOPLE
from tests.sandbox.serving import serving
from tests.sandbox_tests.google.app import REDIRECT, Google


@pytest.fixture
async def google() -> AsyncIterator[Google]:
    clock = Clock()
    door = GoogleDoor(clock, PEOPLE)
    async with serving(door.app) as door.base_url, aiohttp.ClientSession() as session:
        await door.hands.register_redirect(REDIRECT)
        yield Google(door, clock, session)


@pytest.fixture
async def ada(google: Google) -> Google:
    return await google.sign_in()
