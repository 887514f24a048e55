"""What people saved, follow and listen to at the stand-in: lists newest first, cursors, and the fifty last plays."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox_tests.spotify_visit import Visit, open_door

LISTS = ("album", "show", "episode")


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


@pytest.mark.parametrize("kind", LISTS)
async def test_what_was_saved_last_stands_first_and_unsaving_takes_away_exactly_that(spotify: Visit, kind: str) -> None:
    hands, token = spotify.door.hands, await spotify.everything("cleo")
    first, second, old = await hands.some(kind, 3)
    await spotify.call(token, "PUT", "/me/library", params={"uris": first})
    await hands.save("cleo", second)
    await hands.save("cleo", old, added_at="2020-01-01T00:00:00+00:00")
    page = await spotify.get(token, f"/me/{kind}s")
    assert [entry[kind]["uri"] for entry in page["items"]] == [second, first, old]
    assert page["items"][2]["added_at"] == "2020-01-01T00:00:00Z"
    assert await spotify.get(token, "/me/library/contains", uris=f"{first},{old}") == [True, True]
    await spotify.call(token, "DELETE", "/me/library", params={"uris": first})
    assert await hands.unsave("cleo", old)
    assert [one["uri"] for one in (await hands.library("cleo"))[f"{kind}s"]] == [second]
    await hands.withdraw(second)
    assert (await spotify.get(token, f"/me/{kind}s"))["items"][0][kind] is None
    await hands.bring_back(second)
    assert (await spotify.get(token, f"/me/{kind}s"))["items"][0][kind]["uri"] == second


async def test_there_are_no_audiobooks(spotify: Visit) -> None:
    assert (await spotify.get(await spotify.everything("ada"), "/me/audiobooks"))["total"] == 0


async def test_a_saved_album_is_whole_with_its_first_fifty_songs_and_nothing_that_was_taken_away(
    spotify: Visit,
) -> None:
    await spotify.door.hands.furnish("cleo", 0, 0, 0, 0, 300, 0, 0, 0, 0)
    token = await spotify.everything("cleo")
    albums = []
    for offset in range(0, 300, 50):
        page = await spotify.get(token, "/me/albums", limit=50, offset=offset)
        albums += [entry["album"] for entry in page["items"]]
    assert len({album["id"] for album in albums}) == 300
    for album in albums:
        assert len(album["tracks"]["items"]) == min(50, album["total_tracks"])
        assert not {"popularity", "label", "available_markets", "album_group"} & set(album)
        assert (album["genres"], len(album["external_ids"]["upc"])) == ([], 12)
    long = next(album for album in albums if album["total_tracks"] > 50)
    rest = await spotify.get(token, f"/albums/{long['id']}/tracks", limit=50, offset=50)
    assert long["tracks"]["next"].endswith(f"/albums/{long['id']}/tracks?offset=50&limit=50")
    assert len(rest["items"]) == long["total_tracks"] - 50
    assert "external_ids" not in rest["items"][0]


async def test_artists_are_followed_by_a_cursor(spotify: Visit) -> None:
    hands, client = spotify.door.hands, spotify.spotipy(await spotify.everything("cleo"))
    artists = await hands.some("artist", 7)
    await asyncio.to_thread(client.user_follow_artists, [uri.rpartition(":")[2] for uri in artists])

    def read() -> list[str]:
        found, after = [], None
        while True:
            page = client.current_user_followed_artists(limit=3, after=after)["artists"]
            assert page["total"] == 7
            found += [artist["uri"] for artist in page["items"]]
            after = page["cursors"]["after"]
            assert (after is None) == (page["next"] is None)
            if after is None:
                return found

    assert sorted(await asyncio.to_thread(read)) == sorted(artists)
    await hands.unsave("cleo", artists[0])
    assert (await hands.library("cleo"))["follows"] == sorted(artists[1:])


async def test_genres_of_artists_are_anything(spotify: Visit) -> None:
    token = await spotify.everything("cleo")
    seen = set()
    for uri in await spotify.door.hands.some("artist", 40):
        artist = await spotify.get(token, f"/artists/{uri.rpartition(':')[2]}")
        assert not {"followers", "popularity"} & set(artist)
        seen.add(str(artist.get("genres", "missing")))
    assert {"missing", "None", "[]"} < seen


async def test_only_the_last_fifty_plays_are_there(spotify: Visit) -> None:
    hands, token = spotify.door.hands, await spotify.everything("cleo")
    path = "/me/player/recently-played"
    assert (await spotify.get(token, path))["cursors"] is None
    songs = await hands.some("track", 60)
    moments = [datetime.fromisoformat(at) for at in await hands.listen("cleo", songs)]
    page = await spotify.get(token, path, limit=50)
    assert [entry["track"]["uri"] for entry in page["items"]] == songs[:9:-1]
    assert page["next"] is None
    first = await spotify.get(token, path, limit=20)
    older = await spotify.get(token, path, limit=50, before=int(first["cursors"]["before"]))
    assert len(older["items"]) == 30
    beyond = await spotify.get(token, path, before=int(older["cursors"]["before"]))
    assert (beyond["items"], beyond["next"], beyond["cursors"]) == ([], None, None)
    since = int(moments[-3].timestamp() * 1000) + 1
    assert [entry["track"]["uri"] for entry in (await spotify.get(token, path, after=since))["items"]] == songs[:-3:-1]
    assert (await spotify.refused(token, "GET", path, after=1, before=2))[0] == 400


async def test_listening_at_a_moment(spotify: Visit) -> None:
    hands = spotify.door.hands
    song = (await hands.some("track", 1))[0]
    at = datetime(2026, 11, 1, 8, 0, 0, 250_000, tzinfo=UTC)
    await hands.listen("cleo", [song, song], at.isoformat())
    page = await spotify.get(await spotify.everything("cleo"), "/me/player/recently-played")
    assert [entry["played_at"] for entry in page["items"]] == ["2026-11-01T08:00:00.250Z", "2026-11-01T07:57:00.250Z"]


async def test_top_items_stay_as_they_are_until_they_change(spotify: Visit) -> None:
    hands, token = spotify.door.hands, await spotify.everything("ada")
    for kind in ("artists", "tracks"):
        ranges = {}
        for one in ("short_term", "medium_term", "long_term"):
            page = await spotify.get(token, f"/me/top/{kind}", time_range=one, limit=50)
            ranges[one] = [entry["uri"] for entry in page["items"]]
            assert page["total"] == len(ranges[one]) <= 50
        assert len({tuple(uris) for uris in ranges.values()}) == 3
        await hands.unlike_newest("ada", 200)
        assert (await hands.tops("ada"))[kind] == ranges
    songs = await hands.some("track", 3)
    await hands.top("ada", "tracks", "short_term", songs)
    page = await spotify.get(token, "/me/top/tracks", time_range="short_term")
    assert [entry["uri"] for entry in page["items"]] == songs
    assert (await spotify.refused(token, "GET", "/me/top/tracks", time_range="ever"))[0] == 400


PATHS = {
    "/me/albums": "user-library-read",
    "/me/shows": "user-library-read",
    "/me/episodes": "user-library-read",
    "/me/audiobooks": "user-library-read",
    "/me/following?type=artist": "user-follow-read",
    "/me/top/artists": "user-top-read",
    "/me/top/tracks": "user-top-read",
    "/me/player/recently-played": "user-read-recently-played",
}


@pytest.mark.parametrize("path", PATHS)
async def test_each_list_wants_its_scope_and_at_most_fifty(spotify: Visit, path: str) -> None:
    without = str((await spotify.door.hands.grant("ada", scope="user-read-email"))["access_token"])
    assert await spotify.refused(without, "GET", path) == (403, "Insufficient client scope")
    enough = str((await spotify.door.hands.grant("ada", scope=PATHS[path]))["access_token"])
    assert (await spotify.call(enough, "GET", path))[0] == 200
    more = f"{path}{'&' if '?' in path else '?'}limit=51"
    assert await spotify.refused(enough, "GET", more) == (400, "Invalid limit")


async def test_following_anything_but_artists_cannot_be_asked(spotify: Visit) -> None:
    assert (await spotify.refused(await spotify.everything("ada"), "GET", "/me/following", type="user"))[0] == 400


async def test_saved_in_one_second_the_last_stands_first(spotify: Visit) -> None:
    albums = await spotify.door.hands.some("album", 3)
    moment = spotify.clock.now() - timedelta(days=1)
    for uri in albums:
        await spotify.door.hands.save("cleo", uri, added_at=moment.isoformat())
    assert [one["uri"] for one in (await spotify.door.hands.library("cleo"))["albums"]] == albums[::-1]
