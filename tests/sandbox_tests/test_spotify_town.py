"""Large libraries and whole towns at the stand-in, made on demand and the same for the same seed; and the counts."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.sandbox.clock import Clock
from tests.sandbox.control import CannotDo
from tests.sandbox.people import PEOPLE
from tests.sandbox.sandbox import Sandbox
from tests.sandbox.spotify.door import SpotifyDoor
from tests.sandbox_tests.spotify_visit import Visit, open_door


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


def sizes(library: dict[str, Any]) -> dict[str, int]:
    return {name: len(content) for name, content in library.items()}


async def test_the_large_library_has_everything_in_its_number(spotify: Visit) -> None:
    await spotify.door.hands.furnish("gus")
    library = await spotify.door.hands.library("gus")
    assert sizes(library) == {
        "likes": 10_000, "playlists": 160, "albums": 300, "shows": 60, "episodes": 70, "audiobooks": 0,
        "follows": 400, "plays": 50,
    }  # fmt: skip
    moments = [like["added_at"] for like in library["likes"]]
    assert moments == sorted(moments, reverse=True)
    assert len({like["uri"] for like in library["likes"]}) == 10_000
    owned = [one for one in library["playlists"] if one["owned"]]
    assert [len(one["items"]) for one in owned] == [80] * 120
    uris = [[entry["uri"] for entry in one["items"]] for one in owned]
    assert any(None in one for one in uris)
    assert any(len(set(one)) < 80 for one in uris)
    assert any(uri and uri.startswith("spotify:local:") for one in uris for uri in one)
    assert any(uri and uri.startswith("spotify:episode:") for one in uris for uri in one)
    assert sum(not one["listed"] for one in library["playlists"]) == 1


async def test_all_of_a_large_library_can_be_read(spotify: Visit) -> None:
    await spotify.door.hands.furnish("cleo", likes=1500, playlists=12, items=80, followed=2)
    token, shown = await spotify.everything("cleo"), await spotify.door.hands.library("cleo")
    likes = []
    for offset in range(0, 1500, 50):
        page = await spotify.get(token, "/me/tracks", limit=50, offset=offset)
        likes += [entry["track"]["uri"] for entry in page["items"]]
    assert likes == [like["uri"] for like in shown["likes"]]
    for playlist in shown["playlists"]:
        if playlist["owned"]:
            found = []
            for offset in (0, 50):
                query: dict[str, str | int] = {"limit": 50, "offset": offset, "additional_types": "track,episode"}
                page = await spotify.get(token, f"/playlists/{playlist['id']}/items", **query)
                found += [entry["item"] and entry["item"]["uri"] for entry in page["items"]]
            assert found == [entry["uri"] for entry in playlist["items"]]


async def test_furnishing_is_the_same_for_the_same_seed_and_replaces_what_was(spotify: Visit) -> None:
    async with open_door() as other:
        amounts = {"likes": 30, "playlists": 3, "items": 14, "followed": 1, "albums": 2, "artists": 3}
        small = {**amounts, "shows": 1, "episodes": 2, "plays": 0}
        for visit in (spotify, other):
            await visit.door.hands.furnish("ben", **small)
        assert await spotify.door.hands.library("ben") == await other.door.hands.library("ben")
        await spotify.door.hands.furnish("ada", **small)
        ada, ben = [await spotify.door.hands.library(person) for person in ("ada", "ben")]
        assert sizes(ada) == sizes(ben)
        assert ada["likes"] != ben["likes"]
        assert "Vinyl Club Picks" not in {one["name"] for one in ada["playlists"]}


async def test_a_town_fills_one_app_after_the_other(spotify: Visit) -> None:
    hands = spotify.door.hands
    for number in range(2):
        await hands.add_app(f"app{number}")
    people = await hands.settle(9, ["app0", "app1"])
    assert people == [f"p{number:03}" for number in range(1, 10)]
    for index, person in enumerate(people):
        right, wrong = f"app{index // 5}", f"app{1 - index // 5}"
        page = await spotify.get(await spotify.everything(person, right), "/me/tracks")
        assert page["total"] == 30
        assert (await spotify.refused(await spotify.everything(person, wrong), "GET", "/me"))[0] == 403
    with pytest.raises(ValueError, match="no place for p011"):
        await hands.settle(2, ["app0", "app1"])
    assert (await hands.settle(1))[0] not in people


async def test_a_grant_is_what_the_token_endpoint_gives(spotify: Visit) -> None:
    given = await spotify.door.hands.grant("ben", scope="user-library-read")
    assert (given["expires_in"], given["scope"], given["token_type"]) == (3600, "user-library-read", "Bearer")
    status, answer = await spotify.token_answer(
        {"grant_type": "refresh_token", "refresh_token": str(given["refresh_token"])}
    )
    assert status == 200
    assert (await spotify.call(str(answer["access_token"]), "GET", "/me/playlists"))[0] == 403


async def test_counts_tell_pictures_from_the_web_api(spotify: Visit) -> None:
    hands, token = spotify.door.hands, await spotify.everything("ada")
    await hands.reset_requests()
    lists = await spotify.get(token, "/me/playlists")
    coffee = lists["items"][0]
    async with spotify.http.get(coffee["images"][0]["url"]):
        pass
    for offset in (0, 20):
        await spotify.get(token, f"/playlists/{coffee['id']}/items", offset=offset)
    await spotify.call(token, "GET", "/playlists/short")
    assert await hands.counts() == {
        "api": 4,
        "images": 1,
        "by_route": {"GET /me/playlists": 1, "GET /playlists/{id}/items": 2, "GET /playlists/{id}": 1},
        "by_status": {"200": 3, "400": 1},
        "by_person": {"ada": 4},
    }
    await hands.reset_requests()
    assert (await hands.counts())["api"] == 0


async def test_every_hand_is_reached_over_the_control_door() -> None:
    clock = Clock()
    door = SpotifyDoor(clock, PEOPLE)
    async with Sandbox({"spotify": door}, clock) as sandbox, aiohttp.ClientSession() as http:
        hands = sandbox.control.spotify
        amounts = await hands("furnish", user="cleo", likes=60, playlists=1, items=12, followed=0, albums=1, artists=1)
        assert amounts["likes"] == 60
        token = (await hands("grant", user="cleo"))["access_token"]
        await hands("meanwhile", after=1, path_contains="/me/tracks", door_method="unlike_newest", user="cleo", n=10)
        totals = []
        for _ in range(3):
            headers = {"Authorization": f"Bearer {token}"}
            async with http.get(f"{door.base_url}/v1/me/tracks", headers=headers) as answer:
                totals.append((await answer.json())["total"])
        assert totals == [60, 50, 50]
        assert (await hands("counts"))["by_route"] == {"GET /me/tracks": 3}
        with pytest.raises(CannotDo, match="nobody called"):
            await hands("save", user="zoe", uri=(await hands("some", kind="album", count=1))[0])
