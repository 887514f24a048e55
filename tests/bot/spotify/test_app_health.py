"""An app that Spotify turns down is named, once, until it works again."""

import logging

import pytest

from bot.errors import Refusal, SpotifyRefused
from bot.spotify.app_health import AppHealth, Trouble
from bot.spotify.gateway import Access, SpotifyGateway
from storage.records import SavedKind
from tests.bot.spotify.time import NOW, Time
from tests.bot.spotify.wire import Answer, Wire, says

PREMIUM = Answer(403, b"Active premium subscription required for the owner of the app. When ...", "text/plain")


def test_a_troubled_app_is_told_of_once_and_by_its_name(time: Time, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    health = AppHealth(time, {"app": "the first"})
    health.refused("app", Refusal.OWNER_PREMIUM)
    time.now = NOW.replace(hour=20)
    health.refused("app", Refusal.OWNER_PREMIUM)
    assert health.troubles == (Trouble("app", "the first", NOW, Refusal.OWNER_PREMIUM),)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "the first" in caplog.text
    health.worked("app")
    health.worked("app")
    assert (len(health.troubles), len(health.troubled)) == (0, 0)
    assert len(caplog.records) == 2


@pytest.mark.parametrize("reason", [Refusal.FORBIDDEN, Refusal.NOT_REGISTERED, Refusal.SCOPE_MISSING])
def test_a_no_to_one_person_is_no_trouble_of_the_app(time: Time, reason: Refusal) -> None:
    health = AppHealth(time)
    health.refused("app", reason)
    assert health.troubled == frozenset()


async def test_an_app_without_premium_is_noticed_and_the_others_go_on(wire: Wire, gateway: SpotifyGateway) -> None:
    wire.will(PREMIUM, says(200, {"items": [], "total": 0}))
    with pytest.raises(SpotifyRefused) as refused:
        await gateway.saved_list(Access("poor", "token"), SavedKind.TRACK)
    assert refused.value.reason is Refusal.OWNER_PREMIUM
    await gateway.saved_list(Access("rich", "token"), SavedKind.TRACK)
    assert gateway.health.troubled == {"poor"}
    await gateway.saved_list(Access("poor", "token"), SavedKind.TRACK)
    assert gateway.health.troubled == frozenset()
