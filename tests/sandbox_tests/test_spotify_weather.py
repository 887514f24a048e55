"""Bad days at the stand-in: noise, answers that break off or come late, and lists that change while they are read."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest
import requests

from tests.sandbox_tests.spotify_visit import Visit, open_door


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


async def outcome(spotify: Visit, token: str, path: str = "/me/tracks") -> str:
    """What one read came to: a status, "cut" or "truncated"."""
    try:
        status, answer = await spotify.call(token, "GET", path)
    except aiohttp.ClientConnectionError:
        return "cut"
    except ValueError:
        return "truncated"
    return str(status) if status >= 400 else "right" if answer["items"] else "wrong"


async def test_noise_strikes_that_share_of_requests_in_each_of_its_ways(spotify: Visit) -> None:
    token = await spotify.everything("ada")
    await spotify.door.hands.noise(0.3)
    seen = Counter([await outcome(spotify, token) for _ in range(200)])
    assert set(seen) == {"right", "401", "403", "500", "502", "503", "cut", "truncated"}
    assert 100 < seen["right"] < 180
    await spotify.door.hands.noise(0)
    assert {await outcome(spotify, token) for _ in range(20)} == {"right"}


async def test_noise_is_the_same_for_the_same_seed_and_only_where_it_is_meant(spotify: Visit) -> None:
    async with open_door() as other:
        runs = []
        for visit in (spotify, other):
            token = await visit.everything("ada")
            await visit.door.hands.noise(0.5, kinds=[500, "cut"], path_contains="/me/tracks")
            assert {(await visit.call(token, "GET", "/me"))[0] for _ in range(9)} == {200}
            runs.append([await outcome(visit, token) for _ in range(30)])
        assert runs[0] == runs[1]
        assert set(runs[0]) == {"right", "500", "cut"}


async def test_an_answer_breaks_off_in_two_ways(spotify: Visit) -> None:
    client = spotify.spotipy(await spotify.everything("ada"))
    await spotify.door.hands.fail_next(1, 200, body="truncated")
    assert await asyncio.to_thread(client.current_user_saved_tracks) is None
    await spotify.door.hands.fail_next(1, 200, body="half")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        await asyncio.to_thread(client.current_user_saved_tracks)
    assert (await asyncio.to_thread(client.current_user_saved_tracks))["total"] == 320


async def test_a_write_whose_answer_breaks_off_was_done(spotify: Visit) -> None:
    token, songs = await spotify.everything("ben"), await spotify.door.hands.new_songs("ben", 1)
    spins = await spotify.door.hands.playlist("ben", "Sunday Spins")
    await spotify.door.hands.fail_next(1, 200, method="POST", body="truncated")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        await spotify.call(token, "POST", f"/playlists/{spins['id']}/items", json={"uris": songs})
    assert (await spotify.door.hands.playlist("ben", "Sunday Spins"))["items"][-1]["uri"] == songs[0]


async def test_an_empty_object_comes_with_the_status_it_was_given(spotify: Visit) -> None:
    token = await spotify.everything("ada")
    await spotify.door.hands.fail_next(1, 200, body="empty_object")
    assert await spotify.call(token, "GET", "/me/tracks") == (200, {})
    with pytest.raises(ValueError, match="a body is one of"):
        await spotify.door.hands.fail_next(1, 200, body="soup")


async def test_a_late_answer_ends_the_clients_patience_and_is_done_all_the_same(spotify: Visit) -> None:
    client, songs = spotify.spotipy(await spotify.everything("ben")), await spotify.door.hands.new_songs("ben", 1)
    client.requests_timeout = 0.1
    await spotify.door.hands.stall_next(1, 600.0, method="PUT")
    with pytest.raises(requests.exceptions.ReadTimeout):
        await asyncio.to_thread(client.current_user_saved_tracks_add, songs)
    assert (await spotify.door.hands.library("ben"))["likes"][0]["uri"] == songs[0]
    client.requests_timeout = 30
    assert (await asyncio.to_thread(client.current_user))["id"] == "ben_spotify"


async def test_a_hand_acts_right_before_the_request_it_waits_for(spotify: Visit) -> None:
    hands, token = spotify.door.hands, await spotify.everything("ada")
    likes = [like["uri"] for like in (await hands.library("ada"))["likes"]]
    await hands.meanwhile(1, "/me/tracks", "unlike", user="ada", uris=likes[:3])
    first = await spotify.get(token, "/me/tracks", limit=50)
    await spotify.get(token, "/me")
    second = await spotify.get(token, "/me/tracks", limit=50, offset=50)
    assert (first["total"], second["total"]) == (320, 317)
    assert [entry["track"]["uri"] for entry in second["items"]] == likes[53:103]
    assert (await spotify.get(token, "/me/tracks"))["total"] == 317


async def test_only_hands_can_act_meanwhile_and_fair_weather_stops_them(spotify: Visit) -> None:
    with pytest.raises(LookupError):
        await spotify.door.hands.meanwhile(0, "/me", "_apps")
    await spotify.door.hands.meanwhile(0, "/me", "empty_account", user="ben")
    await spotify.door.hands.fail_next(1, 500)
    await spotify.door.hands.noise(1.0)
    await spotify.door.hands.fair_weather()
    assert (await spotify.get(await spotify.everything("ben"), "/me/tracks"))["total"] == 25


@pytest.mark.parametrize("size", [20, 50, 100])
async def test_the_embedded_page_has_the_size_it_is_given(spotify: Visit, size: int) -> None:
    token = await spotify.everything("ada")
    trip = await spotify.door.hands.playlist("ada", "Road Trip 2019")
    await spotify.door.hands.embedded_page(size)
    embedded = (await spotify.get(token, f"/playlists/{trip['id']}"))["items"]
    assert (len(embedded["items"]), embedded["limit"], embedded["total"]) == (size, size, 116)


async def test_snapshots_agree_and_those_of_others_may_move_at_every_look(spotify: Visit) -> None:
    token = await spotify.everything("ada")

    async def snapshots(name: str) -> set[str]:
        listed = (await spotify.get(token, "/me/playlists", limit=50))["items"]
        found = next(entry for entry in listed if entry and entry["name"] == name)
        return {found["snapshot_id"], (await spotify.get(token, f"/playlists/{found['id']}"))["snapshot_id"]}

    assert len(await snapshots("Late Night Radio")) == 1
    await spotify.door.hands.followed_snapshots_move()
    assert len(await snapshots("Late Night Radio")) == 2
    assert len(await snapshots("Morning Coffee")) == len(await snapshots("Vinyl Club Picks")) == 1


async def test_slow_answers_wait_side_by_side(spotify: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    token, all_wait = await spotify.everything("ada"), asyncio.Barrier(8)

    async def until_all_wait(seconds: float) -> None:
        assert seconds == 0.08
        await all_wait.wait()

    await spotify.door.hands.latency(0.08)
    monkeypatch.setattr("tests.sandbox.spotify.switches.asyncio.sleep", until_all_wait)
    async with asyncio.timeout(30):
        answers = await asyncio.gather(*(spotify.call(token, "GET", "/me") for _ in range(8)))
    assert [status for status, _ in answers] == [200] * 8
