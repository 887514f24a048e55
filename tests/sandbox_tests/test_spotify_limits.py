"""The stand-in's two limits with their ledger, and apps with five places each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from spotipy import SpotifyException

from tests.sandbox.spotify.apps import CLIENT_ID, PKCE_CLIENT_ID
from tests.sandbox_tests.spotify_visit import Visit, open_door

MINE, HERS = "mine" + "0" * 28, "hers" + "0" * 28


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


async def call(spotify: Visit, token: str, path: str) -> tuple[int, dict[str, Any], int | None]:
    """Status, error and Retry-After."""
    headers = {"Authorization": f"Bearer {token}"}
    async with spotify.http.get(f"{spotify.base}/v1{path}", headers=headers) as answer:
        wait = answer.headers.get("Retry-After")
        return answer.status, (await answer.json()).get("error", {}), None if wait is None else int(wait)


async def statuses(spotify: Visit, token: str, path: str, times: int) -> list[int]:
    return [(await call(spotify, token, path))[0] for _ in range(times)]


async def test_an_app_has_so_many_requests_in_any_thirty_seconds(spotify: Visit) -> None:
    token, other = await spotify.everything("ada"), await spotify.everything("ben", PKCE_CLIENT_ID)
    await spotify.door.hands.limits(rate_per_30s=3)
    assert await statuses(spotify, token, "/me", 3) == [200] * 3
    status, error, wait = await call(spotify, token, "/me/playlists")
    assert (status, error) == (429, {"status": 429, "message": "API rate limit exceeded"})
    assert wait is not None
    assert 25 <= wait <= 30
    assert await statuses(spotify, other, "/me", 1) == [200]
    spotify.clock.advance(timedelta(seconds=wait))
    assert await statuses(spotify, token, "/me", 1) == [200]


async def test_a_developers_apps_share_a_quota_for_each_family(spotify: Visit) -> None:
    token, other = await spotify.everything("ada"), await spotify.everything("ben", PKCE_CLIENT_ID)
    await spotify.door.hands.limits(quota={"me": 3})
    assert await statuses(spotify, token, "/me", 2) == [200] * 2
    spotify.clock.advance(timedelta(hours=2))
    token, other = await spotify.everything("ada"), await spotify.everything("ben", PKCE_CLIENT_ID)
    assert await statuses(spotify, other, "/me/tracks", 1) == [200]
    status, error, wait = await call(spotify, token, "/me")
    assert (status, error["reason"], error["message"]) == (429, "QUOTA_EXCEEDED", "Too many requests")
    assert wait is not None
    assert 21 * 3600 < wait <= 22 * 3600
    album = (await spotify.door.hands.some("album", 1))[0].rpartition(":")[2]
    assert await statuses(spotify, token, f"/albums/{album}", 4) == [200] * 4
    spotify.clock.advance(timedelta(seconds=wait))
    token = await spotify.everything("ada")
    assert await statuses(spotify, token, "/me", 3) == [200, 200, 429]


async def test_another_developer_has_a_quota_of_their_own(spotify: Visit) -> None:
    hands = spotify.door.hands
    await hands.add_app(HERS, developer="her")
    await hands.allow("ada", client_id=HERS)
    await hands.limits(quota={"*": 1})
    await hands.limits(quota={"me": 2}, developer="her")
    await hands.limits(rate_per_30s=100, client_id=HERS)
    assert await statuses(spotify, await spotify.everything("ada"), "/me", 2) == [200, 429]
    assert await statuses(spotify, await spotify.everything("ada", HERS), "/me", 3) == [200, 200, 429]
    await hands.limits()
    assert await statuses(spotify, await spotify.everything("ada"), "/me", 1) == [200]


async def test_the_ledger_knows_the_most_in_any_window_and_what_was_refused(spotify: Visit) -> None:
    hands, token = spotify.door.hands, await spotify.everything("ada")
    await hands.limits(rate_per_30s=4)
    assert await statuses(spotify, token, "/me", 3) == [200] * 3
    spotify.clock.advance(timedelta(seconds=31))
    assert await statuses(spotify, token, "/me/tracks", 2) == [200] * 2
    assert await statuses(spotify, token, "/search?q=a&type=track", 3) == [200, 200, 429]
    await statuses(spotify, "nobody's", "/me", 1)
    ledger = await hands.ledger()
    assert ledger["apps"] == {CLIENT_ID: {"highest": 4, "total": 7, "refused": 1}}
    assert ledger["developers"] == {
        "the operator": {
            "me": {"highest": 5, "total": 5, "refused": 0},
            "search": {"highest": 2, "total": 2, "refused": 0},
        }
    }
    await hands.reset_ledger()
    assert await hands.ledger() == {"apps": {}, "developers": {}}


async def test_a_sixth_person_has_no_place(spotify: Visit) -> None:
    hands = spotify.door.hands
    await hands.add_app(MINE)
    people = ["ada", "ben", "cleo", "dan", "eve"]
    for person in (*people, "ada"):
        await hands.allow(person, client_id=MINE)
    with pytest.raises(ValueError, match="5 places"):
        await hands.allow("finn", client_id=MINE)
    status, said = await spotify.refused(await spotify.everything("finn", MINE), "GET", "/me")
    assert status == 403
    assert "may not be registered" in str(said)
    await hands.allow("dan", allowed=False, client_id=MINE)
    await hands.allow("finn", client_id=MINE)
    assert (await spotify.call(await spotify.everything("finn", MINE), "GET", "/me"))[0] == 200


async def test_an_apps_secret_is_its_own(spotify: Visit) -> None:
    await spotify.door.hands.add_app(MINE, secret="s" * 32)
    with pytest.raises(ValueError, match="there is an app"):
        await spotify.door.hands.add_app(MINE)
    rotating = await spotify.door.hands.grant("ada", PKCE_CLIENT_ID)
    form = {"grant_type": "refresh_token", "client_id": PKCE_CLIENT_ID, "refresh_token": rotating["refresh_token"]}
    assert [(await spotify.token_answer(form, secret=None))[0] for _ in range(2)] == [200, 400]
    kept = await spotify.door.hands.grant("ada", MINE)
    form = {"grant_type": "refresh_token", "client_id": MINE, "refresh_token": kept["refresh_token"]}
    wrong, right = {**form, "client_secret": "x"}, {**form, "client_secret": "s" * 32}
    assert [(await spotify.token_answer(one, secret=None))[0] for one in (wrong, right, right)] == [400, 200, 200]


async def test_premium_is_its_owners(spotify: Visit) -> None:
    hands = spotify.door.hands
    await hands.add_app(HERS, developer="her")
    await hands.allow("ada", client_id=HERS)
    await hands.premium(active=False, client_id=HERS)
    status, said = await spotify.refused(await spotify.everything("ada", HERS), "GET", "/me")
    assert status == 403
    assert str(said).startswith("Active premium subscription required")
    assert (await spotify.call(await spotify.everything("ada"), "GET", "/me"))[0] == 200


async def test_spotipy_sees_the_quota(spotify: Visit) -> None:
    client = spotify.spotipy(await spotify.everything("ada"))
    await spotify.door.hands.limits(quota={"me": 0})
    with pytest.raises(SpotifyException) as refused:
        await asyncio.to_thread(client.current_user)
    assert (refused.value.http_status, refused.value.reason) == (429, "QUOTA_EXCEEDED")
    assert int(refused.value.headers["Retry-After"]) == 86_400
