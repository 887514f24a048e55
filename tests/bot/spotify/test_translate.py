"""Each way Spotify fails, over the wire and through spotipy, in MusiVault's words."""

import logging
import random
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.errors import (
    MusiVaultError,
    Refusal,
    SpotifyBusy,
    SpotifyDown,
    SpotifyError,
    SpotifyGone,
    SpotifyRefused,
    SpotifyUnclear,
    TokenExpired,
)
from bot.spotify.gateway import Access, SpotifyGateway
from bot.spotify.pacing import Pacing
from storage.records import SavedKind
from tests.bot.spotify.time import NOW, Time
from tests.bot.spotify.wire import Answer, Wire, says

EMPTY_PAGE = says(200, {"items": [], "total": 0, "next": None})
QUOTA = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}


def text(status: int, words: str) -> Answer:
    return Answer(status, words.encode(), "text/plain")


def error(status: int, message: str) -> Answer:
    return says(status, {"error": {"status": status, "message": message}})


REFUSALS = [
    (
        text(403, "Check settings on developer.spotify.com/dashboard, the user may not be registered."),
        Refusal.NOT_REGISTERED,
    ),
    (text(403, "User not registered in the Developer Dashboard"), Refusal.NOT_REGISTERED),
    (text(403, "Active premium subscription required for the owner of the app. When ..."), Refusal.OWNER_PREMIUM),
    (error(403, "Insufficient client scope"), Refusal.SCOPE_MISSING),
    (error(403, "Forbidden"), Refusal.FORBIDDEN),
    (says(403, {"error": {"status": 403}}), Refusal.FORBIDDEN),
    (says(403, {"error": "forbidden"}), Refusal.FORBIDDEN),
    (Answer(403), Refusal.FORBIDDEN),
    (error(400, "Invalid track uri"), Refusal.BAD_REQUEST),
]


@pytest.mark.parametrize(("answer", "reason"), REFUSALS)
async def test_each_meaning_of_no_is_told_apart(
    wire: Wire, gateway: SpotifyGateway, access: Access, answer: Answer, reason: Refusal
) -> None:
    wire.will(answer)
    with pytest.raises(SpotifyRefused) as refused:
        await gateway.saved_list(access, SavedKind.TRACK)
    assert refused.value.reason is reason
    assert len(wire.asked) == (3 if reason is Refusal.FORBIDDEN else 1)  # a no without a reason may be noise


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (error(401, "The access token expired"), TokenExpired),
        (error(401, "Invalid access token"), TokenExpired),
        (error(404, "Resource not found"), SpotifyGone),
        (Answer(404), SpotifyGone),
    ],
)
async def test_what_asking_again_cannot_help_is_told_at_once(
    wire: Wire, gateway: SpotifyGateway, access: Access, answer: Answer, raised: type[MusiVaultError]
) -> None:
    wire.will(answer)
    with pytest.raises(raised):
        await gateway.items(access, "p1")
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        error(500, "Server error"),
        Answer(502, b"<html>Bad Gateway</html>", "text/html"),
        Answer(503),
        says(504, {"error": "upstream timed out"}),
        error(401, "Access token missing"),
        error(403, "Forbidden"),
        Answer(broken=True),
    ],
)
async def test_a_hiccup_does_not_end_a_read(
    wire: Wire, gateway: SpotifyGateway, access: Access, answer: Answer
) -> None:
    wire.will(answer, answer, EMPTY_PAGE)
    assert (await gateway.saved_list(access, SavedKind.TRACK)).items == ()
    assert len(wire.asked) == 3


async def test_an_outage_ends_in_spotify_is_down(wire: Wire, gateway: SpotifyGateway, access: Access) -> None:
    wire.will(error(503, "Service unavailable"))
    with pytest.raises(SpotifyDown):
        await gateway.saved_list(access, SavedKind.TRACK)
    assert len(wire.asked) == 4


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>hotel wifi</html>", "text/html"),
        Answer(200, b'{"items": [{"added_at": "2024-05-01T10:00:00Z", "tra'),
        says(200, []),
        says(200, {}),
        says(200, "ok"),
        says(200, {"items": None, "total": 0}),
        says(200, {"items": []}),
    ],
)
async def test_a_friendly_answer_that_is_none_is_no_empty_library(
    wire: Wire, gateway: SpotifyGateway, access: Access, answer: Answer
) -> None:
    wire.will(answer)
    with pytest.raises(SpotifyDown):
        await gateway.saved_list(access, SavedKind.TRACK)
    wire.will(answer, EMPTY_PAGE)
    assert (await gateway.saved_list(access, SavedKind.TRACK)).items == ()


@pytest.mark.parametrize("answer", [says(200, {}), says(200, {"id": None}), says(200, None)])
async def test_nobody_is_taken_for_a_person(
    wire: Wire, gateway: SpotifyGateway, access: Access, answer: Answer
) -> None:
    wire.will(answer)
    with pytest.raises(SpotifyDown):
        await gateway.profile(access)


async def test_a_short_wait_is_sat_out(wire: Wire, gateway: SpotifyGateway, access: Access, time: Time) -> None:
    wire.will(says(429, {"error": {"status": 429, "message": "API rate limit exceeded"}}, Retry_After="4"), EMPTY_PAGE)
    assert (await gateway.saved_list(access, SavedKind.TRACK)).items == ()
    assert time.slept == [4]


async def test_a_spent_quota_is_told_with_its_end(
    wire: Wire, gateway: SpotifyGateway, access: Access, time: Time
) -> None:
    wire.will(says(429, QUOTA, Retry_After="79892"))
    with pytest.raises(SpotifyBusy) as busy:
        await gateway.saved_list(access, SavedKind.TRACK)
    assert busy.value.retry_at == NOW + timedelta(seconds=79892)
    assert (len(wire.asked), time.slept) == (1, [])


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "soon"}])
async def test_a_spent_quota_without_an_end_is_not_waited_for(
    wire: Wire, gateway: SpotifyGateway, access: Access, headers: dict[str, str]
) -> None:
    wire.will(says(429, QUOTA, **headers))
    with pytest.raises(SpotifyBusy):
        await gateway.saved_list(access, SavedKind.TRACK)
    assert len(wire.asked) == 1


CHANGES: list[Callable[[SpotifyGateway, Access], Awaitable[object]]] = [
    lambda gateway, access: gateway.add_items(access, "p1", ["spotify:track:1"]),
    lambda gateway, access: gateway.remove_items(access, "p1", ["spotify:track:1"]),
    lambda gateway, access: gateway.replace_items(access, "p1", []),
    lambda gateway, access: gateway.create_playlist(access, "New", "", True, False),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("answer", [error(502, "Bad gateway"), Answer(broken=True)])
async def test_a_change_without_an_answer_is_never_sent_twice(
    wire: Wire,
    gateway: SpotifyGateway,
    access: Access,
    answer: Answer,
    change: Callable[[SpotifyGateway, Access], Awaitable[object]],
) -> None:
    wire.will(answer)
    with pytest.raises(SpotifyUnclear):
        await change(gateway, access)
    assert len(wire.asked) == 1


async def test_a_new_playlist_that_nobody_can_name_is_unclear(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(says(201, {}))
    with pytest.raises(SpotifyUnclear):
        await gateway.create_playlist(access, "New", "", True, False)


async def test_liking_again_after_a_hiccup_is_harmless_and_done(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(error(502, "Bad gateway"), Answer(200))
    await gateway.save(access, ["spotify:track:1"])
    assert len(wire.asked) == 2


async def test_a_change_that_found_nobody_was_not_made_and_is_tried_again(
    time: Time, executor: ThreadPoolExecutor, access: Access
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    gateway = SpotifyGateway(address, Pacing(1, time, time.sleep, random.Random(1)), executor)
    with pytest.raises(SpotifyDown) as down:
        await gateway.add_items(access, "p1", ["spotify:track:1"])
    assert not isinstance(down.value, SpotifyUnclear)
    assert len(time.slept) == 3
    gateway.close()


async def test_an_endless_silence_is_given_up(
    wire: Wire, time: Time, executor: ThreadPoolExecutor, access: Access
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        gateway = SpotifyGateway(address, Pacing(1, time, time.sleep, random.Random(1)), executor, timeout=0.05)
        with pytest.raises(SpotifyUnclear):
            await gateway.add_items(access, "p1", ["spotify:track:1"])
        gateway.close()


async def test_neither_tokens_nor_spotipys_own_alarm_reach_the_log(
    wire: Wire, gateway: SpotifyGateway, access: Access, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.will(error(404, "Resource not found"))
    with pytest.raises(SpotifyError):
        await gateway.playlist(access, "p1")
    assert "secret-token" not in caplog.text
    assert [record for record in caplog.records if record.name.startswith("spotipy")] == []
