"""What is closed to new apps is tried once for each app, and never asked again where it is."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.errors import Refusal, SpotifyBusy, SpotifyGone, SpotifyRefused
from bot.spotify.features import TRUSTED, ClosedToApp, Feature, Features
from bot.spotify.gateway import Access, SpotifyGateway
from storage.ledger import LedgerRepository
from tests.bot.spotify.time import Time
from tests.bot.spotify.wire import Answer, Wire, says

SONG = {"uri": "spotify:track:one", "id": "one", "type": "track", "name": "One"}
CLOSED = says(403, {"error": {"status": 403}})
Call = Callable[[SpotifyGateway, Access], Awaitable[object]]
CALLS: list[tuple[Feature, Call, Answer]] = [
    (Feature.SEVERAL_TRACKS, lambda gateway, access: gateway.tracks(access, ["one"]), says(200, {"tracks": [SONG]})),
    (
        Feature.AUDIO_FEATURES,
        lambda gateway, access: gateway.audio_features(access, ["one"]),
        says(200, {"audio_features": [{"id": "one", "tempo": 120}]}),
    ),
    (
        Feature.AUDIO_FEATURES,
        lambda gateway, access: gateway.audio_feature(access, "one"),
        says(200, {"id": "one", "tempo": 120}),
    ),
    (
        Feature.AUDIO_ANALYSIS,
        lambda gateway, access: gateway.audio_analysis(access, "one"),
        says(200, {"track": {"tempo": 120}, "segments": []}),
    ),
    (
        Feature.SEARCH,
        lambda gateway, access: gateway.find_tracks(access, "isrc:QZ1"),
        says(200, {"tracks": {"items": [SONG, None], "total": 2}}),
    ),
    (
        Feature.USER_PLAYLISTS,
        lambda gateway, access: gateway.user_playlists(access, "ben"),
        says(200, {"items": [], "total": 0}),
    ),
]


@pytest.mark.parametrize(("feature", "call", "_answer"), CALLS)
async def test_a_closed_endpoint_is_tried_once_and_then_left_alone(
    wire: Wire, gateway: SpotifyGateway, access: Access, feature: Feature, call: Call, _answer: Answer
) -> None:
    wire.will(CLOSED)
    for _ in range(3):
        with pytest.raises(ClosedToApp) as closed:
            await call(gateway, access)
        assert closed.value.feature is feature
    assert len(wire.asked) == 2, "asked, and once more in case that was noise"
    assert gateway.features.may(access.client_id, feature) is False


@pytest.mark.parametrize(("feature", "call", "answer"), CALLS)
async def test_where_an_app_still_may_it_is_used(
    wire: Wire, gateway: SpotifyGateway, access: Access, feature: Feature, call: Call, answer: Answer
) -> None:
    wire.will(answer)
    await call(gateway, access)
    await call(gateway, access)
    assert len(wire.asked) == 2
    assert gateway.features.may(access.client_id, feature) is True


async def test_of_many_who_ask_at_first_only_one_tries(wire: Wire, gateway: SpotifyGateway, access: Access) -> None:
    wire.will(CLOSED)
    calls = [gateway.audio_features(access, ["one"]) for _ in range(5)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [ClosedToApp] * 5
    assert len(wire.asked) == 2


async def test_one_apps_no_is_not_anothers(wire: Wire, gateway: SpotifyGateway) -> None:
    wire.will(CLOSED, CLOSED, says(200, {"tracks": [SONG]}))
    with pytest.raises(ClosedToApp):
        await gateway.tracks(Access("new", "token"), ["one"])
    (track,) = await gateway.tracks(Access("old", "token"), ["one"])
    assert track is not None


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (Answer(403, b"the user may not be registered", "text/plain"), SpotifyRefused),
        (says(404, {"error": {"status": 404, "message": "Not found"}}), SpotifyGone),
        (says(429, {"error": {"status": 429}}, Retry_After="9000"), SpotifyBusy),
    ],
)
async def test_other_trouble_teaches_nothing(
    wire: Wire, gateway: SpotifyGateway, access: Access, answer: Answer, raised: type[Exception]
) -> None:
    wire.will(answer)
    with pytest.raises(raised) as trouble:
        await gateway.audio_feature(access, "one")
    assert not isinstance(trouble.value, ClosedToApp)
    assert gateway.features.may(access.client_id, Feature.AUDIO_FEATURES) is None


async def test_verdicts_outlive_a_restart_but_not_three_months(time: Time, kept: LedgerRepository) -> None:
    before = Features(time, kept)
    await before.learn("app", Feature.AUDIO_FEATURES, allowed=False)
    await before.learn("app", Feature.SEVERAL_TRACKS, allowed=True)
    after = Features(time, kept)
    await after.load()
    assert after.may("app", Feature.AUDIO_FEATURES) is False
    assert after.may("app", Feature.SEVERAL_TRACKS) is True
    assert after.may("app", Feature.AUDIO_ANALYSIS) is None
    assert after.may("other", Feature.AUDIO_FEATURES) is None
    time.now += TRUSTED - timedelta(seconds=1)
    assert after.may("app", Feature.AUDIO_FEATURES) is False
    time.now += timedelta(seconds=1)
    assert after.may("app", Feature.AUDIO_FEATURES) is None


@pytest.mark.parametrize("feature", Feature)
def test_whoever_meets_a_closed_door_reads_what_it_is_about(feature: Feature) -> None:
    closed = ClosedToApp(feature)
    assert closed.reason is Refusal.FORBIDDEN
    assert str(closed) == closed.sentence
    assert "{" not in closed.sentence
