"""The door to Spotify as the configuration makes it, and what it remembers of the run before."""

from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Config
from bot.door import open_spotify
from bot.errors import SpotifyBusy
from bot.services.accounts import SpotifyDoor
from bot.spotify.features import ClosedToApp, Feature
from bot.spotify.gateway import Access
from storage.ledger import LedgerRepository
from storage.records import SavedKind
from tests.bot.spotify.time import Time
from tests.bot.spotify.wire import Wire, says
from tests.sandbox.operator import configuration

FIRST, SISTER, OTHER = (Access(name, "token") for name in ("first", "sister", "other"))
NIGHT = Access("other", "token", background=True)
APPS = [
    {"name": "one", "client_id": "first", "developer": "ada"},
    {"name": "two", "client_id": "sister", "developer": "ada"},
    {"name": "three", "client_id": "other", "people": 0},
]
EMPTY = {"items": [], "total": 0}


@pytest.fixture
def config(wire: Wire, tmp_path: Path) -> Config:
    section = {"daily_requests": 3, "requests_per_second": 2, "apps": APPS}
    return Config.model_validate(configuration(tmp_path, {"spotify_api": f"{wire.url}/v1"}, 1, spotify=section))


async def opened(config: Config, kept: LedgerRepository, time: Time, stack: AsyncExitStack) -> SpotifyDoor:
    return await open_spotify(config, kept, time, time.sleep, stack)


async def test_a_restart_goes_on_with_the_same_budget_and_blocks(
    config: Config, wire: Wire, kept: LedgerRepository
) -> None:
    time = Time()
    async with AsyncExitStack() as stack:
        gateway = (await opened(config, kept, time, stack)).gateway
        wire.will(says(200, EMPTY), says(200, EMPTY), says(429, {"error": {}}, Retry_After="7200"))
        await gateway.saved_list(FIRST, SavedKind.TRACK)
        await gateway.saved_list(SISTER, SavedKind.TRACK)
        with pytest.raises(SpotifyBusy) as told:
            await gateway.items(FIRST, "p1")
    async with AsyncExitStack() as stack:
        gateway = (await opened(config, kept, time, stack)).gateway
        wire.will(says(200, EMPTY))
        with pytest.raises(SpotifyBusy) as busy:
            await gateway.items(SISTER, "p1")
        assert busy.value.retry_at == told.value.retry_at == time.now + timedelta(hours=2)
        await gateway.saved_list(FIRST, SavedKind.TRACK)
        with pytest.raises(SpotifyBusy):
            await gateway.saved_list(SISTER, SavedKind.TRACK)
    assert len(wire.asked) == 4


async def test_an_app_with_extended_quota_is_held_to_its_pace_alone(
    config: Config, wire: Wire, kept: LedgerRepository
) -> None:
    time = Time()
    wire.will(says(200, EMPTY))
    async with AsyncExitStack() as stack:
        gateway = (await opened(config, kept, time, stack)).gateway
        for _ in range(5):
            await gateway.saved_list(NIGHT, SavedKind.TRACK)
    assert (len(wire.asked), time.slept) == (5, [0.5] * 4)


async def test_what_is_closed_is_still_known_after_a_restart(
    config: Config, wire: Wire, kept: LedgerRepository
) -> None:
    wire.will(says(403, {"error": {"status": 403}}))
    for _ in range(2):
        async with AsyncExitStack() as stack:
            gateway = (await opened(config, kept, Time(), stack)).gateway
            with pytest.raises(ClosedToApp):
                await gateway.audio_features(OTHER, ["one"])
            assert gateway.features.may("other", Feature.AUDIO_FEATURES) is False
    assert len(wire.asked) == 2


async def test_each_app_keeps_what_the_operator_says_of_it(config: Config, kept: LedgerRepository) -> None:
    async with AsyncExitStack() as stack:
        door = await opened(config, kept, Time(), stack)
        assert [(app.name, app.developer, app.people) for app in door.apps.values()] == [
            ("one", "ada", 5),
            ("two", "ada", 5),
            ("three", "", 0),
        ]
