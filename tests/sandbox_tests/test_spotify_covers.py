"""Covers at the stand-in: small JPEGs behind addresses that end within a day, and pictures people put there."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.sandbox.spotify.pictures import jpeg
from tests.sandbox_tests.spotify_visit import Visit, open_door


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


async def picture(spotify: Visit, url: str) -> tuple[int, bytes]:
    async with spotify.http.get(url) as answer:
        assert answer.status != 200 or answer.content_type == "image/jpeg"
        return answer.status, await answer.read()


async def cover(spotify: Visit, token: str, name: str) -> tuple[str, bytes]:
    playlist = await spotify.door.hands.playlist("ada", name)
    images = await spotify.get(token, f"/playlists/{playlist['id']}/images")
    status, content = await picture(spotify, images[0]["url"])
    assert status == 200
    return playlist["snapshot_id"], content


async def put(spotify: Visit, token: str, playlist_id: str, body: bytes) -> int:
    url = f"{spotify.base}/v1/playlists/{playlist_id}/images"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/jpeg"}
    async with spotify.http.put(url, data=body, headers=headers) as answer:
        return answer.status


async def test_each_subject_has_its_own_jpeg(spotify: Visit) -> None:
    token = await spotify.everything("ada")
    track = (await spotify.get(token, "/me/tracks", limit=1))["items"][0]["track"]
    artist = await spotify.get(token, f"/artists/{track['artists'][0]['id']}")
    lists = [one for one in (await spotify.get(token, "/me/playlists", limit=50))["items"] if one]
    subjects = [track["album"], artist, await spotify.get(token, "/me"), *lists]
    urls = [one["images"][0]["url"] for one in subjects if one["images"]]
    contents = [(await picture(spotify, url))[1] for url in urls]
    assert len(set(contents)) == len(contents) > 8
    assert all(content[:3] == b"\xff\xd8\xff" and content[-2:] == b"\xff\xd9" for content in contents)
    assert [one["images"] for one in lists if not one["items"]["total"]] == [[]]


async def test_addresses_end_within_a_day_and_new_ones_show_the_same(spotify: Visit) -> None:
    token = await spotify.everything("ada")

    async def address() -> str:
        return str((await spotify.get(token, "/me/playlists"))["items"][0]["images"][0]["url"])

    first = await address()
    _, content = await picture(spotify, first)
    spotify.clock.advance(timedelta(hours=5, minutes=59))
    assert (await picture(spotify, first))[0] == 200
    spotify.clock.advance(timedelta(hours=18))
    assert (await picture(spotify, first))[0] == 404
    token = await spotify.everything("ada")
    assert await picture(spotify, await address()) == (200, content)
    assert (await picture(spotify, first.partition("?")[0]))[0] == 404
    assert (await picture(spotify, (await address()).replace("expires=", "expires=9")))[0] == 404


@pytest.mark.parametrize("edit", [False, True])
async def test_another_cover_is_another_picture_and_an_edit_only_by_a_switch(spotify: Visit, edit: bool) -> None:
    token = await spotify.everything("ada")
    before = await cover(spotify, token, "Morning Coffee")
    await spotify.door.hands.cover_moves_snapshot(edit)
    await spotify.door.hands.set_cover("ada", "Morning Coffee")
    after = await cover(spotify, token, "Morning Coffee")
    assert after[1] != before[1]
    assert (after[0] != before[0]) is edit


async def test_an_uploaded_cover_comes_back_and_others_are_refused(spotify: Visit) -> None:
    token = await spotify.everything("ada")
    ideas = (await spotify.door.hands.playlist("ada", "Ideas"))["id"]
    wanted = jpeg("somebody's own")
    assert await put(spotify, token, ideas, base64.b64encode(wanted)) == 202
    assert (await cover(spotify, token, "Ideas"))[1] == wanted
    assert await put(spotify, token, ideas, wanted) == 400
    assert await put(spotify, token, ideas, base64.b64encode(b"\x89PNG")) == 400
    assert await put(spotify, token, ideas, base64.b64encode(wanted + bytes(196_608))) == 413
    radio = (await spotify.door.hands.playlist("ada", "Late Night Radio"))["id"]
    assert await put(spotify, token, radio, base64.b64encode(wanted)) == 403
    scope = "playlist-modify-public playlist-modify-private"
    weak = str((await spotify.door.hands.grant("ada", scope=scope))["access_token"])
    assert await put(spotify, weak, ideas, base64.b64encode(wanted)) == 403
    assert (await cover(spotify, token, "Ideas"))[1] == wanted
