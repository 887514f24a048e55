"""The stand-in's catalogue by id and by search, and what is closed to new apps."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.spotify.apps import CLIENT_ID
from tests.sandbox_tests.spotify_visit import Visit, open_door

NOBODY = "0" * 22


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


async def one(spotify: Visit, kind: str) -> str:
    return (await spotify.door.hands.some(kind, 1))[0].rpartition(":")[2]


@pytest.mark.parametrize("kind", ["album", "artist", "show", "episode", "track"])
async def test_a_thing_by_id_and_404_without_it(spotify: Visit, kind: str) -> None:
    token, spotify_id = await spotify.everything("ada"), await one(spotify, kind)
    assert (await spotify.get(token, f"/{kind}s/{spotify_id}"))["uri"] == f"spotify:{kind}:{spotify_id}"
    assert (await spotify.refused(token, "GET", f"/{kind}s/{NOBODY}"))[0] == 404
    assert await spotify.refused(token, "GET", f"/{kind}s/short") == (400, "Invalid base62 id")
    await spotify.door.hands.withdraw(f"spotify:{kind}:{spotify_id}")
    assert (await spotify.refused(token, "GET", f"/{kind}s/{spotify_id}"))[0] == 404


async def test_another_title_is_seen_wherever_the_song_stands(spotify: Visit) -> None:
    token = await spotify.everything("ada")
    newest = (await spotify.get(token, "/me/tracks", limit=1))["items"][0]["track"]
    await spotify.door.hands.retitle(newest["uri"], "Another title")
    assert (await spotify.get(token, "/me/tracks", limit=1))["items"][0]["track"]["name"] == "Another title"


async def test_albums_of_an_artist_come_ten_at_a_time(spotify: Visit) -> None:
    token, artist = await spotify.everything("ada"), await one(spotify, "artist")
    path = f"/artists/{artist}/albums"
    assert (await spotify.get(token, path))["limit"] == 5
    assert await spotify.refused(token, "GET", path, limit=20) == (400, "Invalid limit")
    albums = (await spotify.get(token, path, limit=10))["items"]
    assert {album["artists"][0]["id"] for album in albums} == {artist}
    singles = (await spotify.get(token, path, limit=10, include_groups="single"))["items"]
    assert singles == [album for album in albums if album["album_type"] == "single"]


async def test_a_show_has_its_episodes(spotify: Visit) -> None:
    token, show = await spotify.everything("ada"), await one(spotify, "show")
    whole = await spotify.get(token, f"/shows/{show}")
    page = await spotify.get(token, f"/shows/{show}/episodes", limit=50)
    assert whole["episodes"]["items"] == page["items"]
    assert page["total"] == whole["total_episodes"]
    assert "publisher" not in whole


async def test_search_finds_by_words_and_by_isrc_ten_at_a_time(spotify: Visit) -> None:
    token = await spotify.everything("ada")
    track = (await spotify.get(token, "/me/tracks", limit=1))["items"][0]["track"]
    by_name = await spotify.get(token, "/search", q=f"{track['name']} {track['artists'][0]['name']}", type="track")
    assert track["uri"] in [found["uri"] for found in by_name["tracks"]["items"]]
    by_isrc = await spotify.get(token, "/search", q=f"isrc:{track['external_ids']['isrc']}", type="track,album")
    assert [found["uri"] for found in by_isrc["tracks"]["items"]] == [track["uri"]]
    assert by_isrc["tracks"]["limit"] == 5
    for query in ("limit=11", "offset=1001", "type=song", "q="):
        asked = "&".join([*(part for part in ("q=a", "type=track") if part[:2] != query[:2]), query])
        assert (await spotify.refused(token, "GET", f"/search?{asked}"))[0] == 400, asked


async def test_spotifys_own_playlists_are_found_as_null(spotify: Visit) -> None:
    found = await spotify.get(await spotify.everything("ada"), "/search", q="Discover Weekly", type="playlist")
    assert found["playlists"]["items"] == [None]


CLOSED = {
    "several_tracks": "/tracks?ids={id}",
    "audio_features": "/audio-features/{id}",
    "audio_analysis": "/audio-analysis/{id}",
    "user_playlists": "/users/ben_spotify/playlists",
    "followed_items": "/playlists/{followed}/items",
}


@pytest.mark.parametrize("what", CLOSED)
async def test_what_is_closed_to_new_apps_is_open_to_one_that_still_may(spotify: Visit, what: str) -> None:
    token, song = await spotify.everything("ada"), await one(spotify, "track")
    shelf = (await spotify.door.hands.library("ada"))["playlists"]
    followed = next(entry["id"] for entry in shelf if entry["name"] == "Late Night Radio")
    path = CLOSED[what].format(id=song, followed=followed)
    message = None if what.startswith("audio") else "Forbidden"
    assert await spotify.refused(token, "GET", path) == (403, message)
    await spotify.door.hands.still_may(CLIENT_ID, [what])
    assert (await spotify.call(token, "GET", path))[0] == 200
    await spotify.door.hands.still_may(CLIENT_ID, [])
    assert (await spotify.refused(token, "GET", path))[0] == 403


async def test_several_at_once_are_null_where_they_are_not(spotify: Visit) -> None:
    token, song = await spotify.everything("ada"), await one(spotify, "track")
    await spotify.door.hands.still_may(CLIENT_ID, ["several_tracks", "audio_features", "audio_analysis"])
    tracks = (await spotify.get(token, "/tracks", ids=f"{song},{NOBODY}"))["tracks"]
    features = (await spotify.get(token, "/audio-features", ids=f"{NOBODY},{song}"))["audio_features"]
    assert (tracks[0]["id"], tracks[1], features[0], features[1]["id"]) == (song, None, None, song)
    assert await spotify.get(token, f"/audio-features/{song}") == features[1]
    assert (await spotify.refused(token, "GET", "/tracks", ids=",".join([song] * 51)))[0] == 400
    analysis = await spotify.get(token, f"/audio-analysis/{song}")
    assert analysis["track"]["tempo"] == features[1]["tempo"]
    assert len(analysis["beats"]) > len(analysis["bars"]) > len(analysis["sections"])


async def test_what_nobody_knows_cannot_be_opened(spotify: Visit) -> None:
    with pytest.raises(ValueError, match="recommendations"):
        await spotify.door.hands.still_may(CLIENT_ID, ["recommendations"])


async def test_a_song_that_left_comes_out_again_with_the_same_isrc(spotify: Visit) -> None:
    token, (uri,) = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 1)
    old = await spotify.get(token, f"/tracks/{uri.rpartition(':')[2]}")
    await spotify.door.hands.withdraw(uri)
    again = await spotify.door.hands.release_again(uri, album="The Box")
    found = await spotify.get(token, "/search", q=f"isrc:{old['external_ids']['isrc']}", type="track")
    (new,) = found["tracks"]["items"]
    assert (new["uri"], new["name"], new["album"]["name"]) == (again, old["name"], "The Box")
    other = await spotify.door.hands.release_again(uri, isrc="QZOTHER00001", title="Renamed")
    by_isrc = await spotify.get(token, "/search", q="isrc:QZOTHER00001", type="track")
    assert [(each["uri"], each["name"]) for each in by_isrc["tracks"]["items"]] == [(other, "Renamed")]
