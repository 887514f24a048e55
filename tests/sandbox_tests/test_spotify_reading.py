"""Reading libraries from the stand-in: shapes of 2026, page limits, and what a development-mode app may not see."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests
from spotipy import SpotifyException

from tests.sandbox.people import PEOPLE
from tests.sandbox.spotify import fixtures
from tests.sandbox.spotify.retired import FORBIDDEN, GONE
from tests.sandbox_tests.spotify_visit import SCOPE, Visit, open_door


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


async def listed(spotify: Visit, token: str, name: str) -> dict[str, Any]:
    lists = (await spotify.get(token, "/me/playlists", limit=50))["items"]
    found: dict[str, Any] = next(entry for entry in lists if entry and entry["name"] == name)
    return found


async def items(spotify: Visit, token: str, name: str, **query: str | int) -> list[dict[str, Any]]:
    playlist = await listed(spotify, token, name)
    query = {"limit": 50, "additional_types": "track,episode", **query}
    page: dict[str, Any] = await spotify.get(token, f"/playlists/{playlist['id']}/items", **query)
    found: list[dict[str, Any]] = page["items"]
    return found


async def test_profile_has_the_account_id_and_nothing_that_was_taken_away(spotify: Visit) -> None:
    me = await spotify.get(await spotify.token("ada"), "/me")
    assert me["account_id"]
    assert me["display_name"] == "Ada L."
    assert not {"email", "country", "product", "followers", "explicit_content"} & set(me)


async def test_whole_library_read_with_spotipy_is_the_one_the_app_shows(spotify: Visit) -> None:
    client = spotify.spotipy(await spotify.token("ada"))

    def read() -> tuple[list[str], list[str]]:
        page = client.current_user_saved_tracks(limit=50)
        likes = [entry["track"]["uri"] for entry in page["items"]]
        while page["next"]:
            page = client.next(page)
            likes += [entry["track"]["uri"] for entry in page["items"]]
        shelf = client.current_user_playlists(limit=50)["items"]
        return likes, [entry["id"] for entry in shelf if entry is not None]

    likes, playlists = await asyncio.to_thread(read)
    shown = await spotify.door.hands.library("ada")
    assert likes == [like["uri"] for like in shown["likes"]]
    assert len(likes) == 320
    assert playlists == [one["id"] for one in shown["playlists"] if one["listed"]]
    assert len(playlists) == 9


async def test_likes_come_newest_first_with_full_tracks(spotify: Visit) -> None:
    page = await spotify.get(await spotify.token("eve"), "/me/tracks", limit=50)
    moments = [entry["added_at"] for entry in page["items"]]
    assert moments == sorted(moments, reverse=True)
    assert page["total"] == 1200
    track = page["items"][0]["track"]
    assert track["external_ids"]["isrc"]
    assert not {"available_markets", "popularity", "linked_from"} & (set(track) | set(track["album"]))


async def test_pages_link_to_their_own_host(spotify: Visit) -> None:
    token = await spotify.token("ada")
    page = await spotify.get(token, "/me/tracks", limit=30, offset=30)
    assert page["next"] == f"{spotify.base}/v1/me/tracks?offset=60&limit=30"
    assert page["previous"] == f"{spotify.base}/v1/me/tracks?offset=0&limit=30"
    _, following = await spotify.call(token, "GET", page["next"])
    assert following["offset"] == 60


@pytest.mark.parametrize("path", ["/me/tracks", "/me/playlists", "/playlists/{id}/items"])
@pytest.mark.parametrize("limit", ["51", "0", "-1", "many"])
async def test_other_page_sizes_than_allowed_are_refused(spotify: Visit, path: str, limit: str) -> None:
    token = await spotify.token("ada")
    playlist = await listed(spotify, token, "Morning Coffee")
    status, answer = await spotify.call(token, "GET", path.format(id=playlist["id"]), params={"limit": limit})
    assert (status, answer["error"]["message"]) == (400, "Invalid limit")


async def test_playlists_are_listed_with_items_and_spotifys_own_as_null(spotify: Visit) -> None:
    page = await spotify.get(await spotify.token("ada"), "/me/playlists", limit=50)
    assert page["total"] == len(page["items"]) == 10
    assert page["items"].count(None) == 1
    coffee = page["items"][0]
    assert coffee["items"]["total"] == 22
    assert coffee["items"]["href"].endswith(f"/playlists/{coffee['id']}/items")
    assert "tracks" not in coffee


async def test_a_playlist_holds_local_files_nulls_duplicates_and_old_entries(spotify: Visit) -> None:
    token = await spotify.token("ada")
    old = await items(spotify, token, "Old Mixtape")
    assert [entry["added_at"] for entry in old[:2]] == [None, None]
    assert (old[0]["added_by"]["id"], old[1]["added_by"]) == ("", None)
    assert sum(entry["item"] is None for entry in old) == 1
    local = [entry for entry in old if entry["is_local"]]
    assert {entry["item"]["id"] for entry in local} == {None}
    assert all(entry["item"]["uri"].startswith("spotify:local:") for entry in local)
    coffee = [entry["item"]["uri"] for entry in await items(spotify, token, "Morning Coffee")]
    assert len(coffee) - len(set(coffee)) == 2


async def test_episodes_are_null_unless_asked_for(spotify: Visit) -> None:
    token = await spotify.token("ada")
    asked = await items(spotify, token, "Podcasts for the Train")
    assert [entry["item"]["type"] for entry in asked].count("episode") == 6
    unasked = await items(spotify, token, "Podcasts for the Train", additional_types="track")
    assert [entry["item"] is None for entry in unasked].count(True) == 6


async def test_owner_and_collaborator_read_items_and_nobody_else_does(spotify: Visit) -> None:
    ada, ben, eve = [await spotify.token(person) for person in ("ada", "ben", "eve")]
    picks = await listed(spotify, ada, "Vinyl Club Picks")
    assert picks["collaborative"]
    assert picks["owner"]["id"] == "ben_spotify"
    for token in (ada, ben):
        assert (await spotify.call(token, "GET", f"/playlists/{picks['id']}/items"))[0] == 200
        assert "items" in await spotify.get(token, f"/playlists/{picks['id']}")
    status, answer = await spotify.call(eve, "GET", f"/playlists/{picks['id']}/items")
    assert (status, answer["error"]["message"]) == (403, "Forbidden")
    assert "items" not in await spotify.get(eve, f"/playlists/{picks['id']}")


async def test_spotifys_own_and_unknown_playlists_are_not_found(spotify: Visit) -> None:
    token = await spotify.token("ada")
    hidden = next(one for one in (await spotify.door.hands.library("ada"))["playlists"] if not one["listed"])
    for spotify_id in (hidden["id"], "0" * 22):
        assert (await spotify.call(token, "GET", f"/playlists/{spotify_id}"))[0] == 404
        assert (await spotify.call(token, "GET", f"/playlists/{spotify_id}/items"))[0] == 404
    assert (await spotify.call(token, "GET", "/playlists/short"))[1]["error"]["message"] == "Invalid base62 id"


async def test_description_is_escaped_for_html(spotify: Visit) -> None:
    disco = await listed(spotify, await spotify.token("ada"), "Kitchen Disco")
    assert disco["description"] == "Mind the &lt;knives&gt; &amp; dance"


async def test_one_track_by_id(spotify: Visit) -> None:
    token = await spotify.token("ada")
    newest = (await spotify.get(token, "/me/tracks", limit=1))["items"][0]["track"]
    assert await spotify.get(token, f"/tracks/{newest['id']}") == newest
    assert (await spotify.call(token, "GET", "/tracks/" + "0" * 22))[0] == 404


async def test_withdrawn_track_is_null_where_it_stood(spotify: Visit) -> None:
    token = await spotify.token("ada")
    first = (await items(spotify, token, "Rainy Sunday"))[0]["item"]["uri"]
    await spotify.door.hands.withdraw(first)
    after = await items(spotify, token, "Rainy Sunday")
    assert after[0]["item"] is None
    assert len(after) == 31


@pytest.mark.parametrize(
    ("method", "path", "missing"),
    [
        ("GET", "/me/tracks", "user-library-read"),
        ("GET", "/me/playlists", "playlist-read-private"),
        ("POST", "/me/playlists", "playlist-modify-public"),
        ("PUT", "/me/library?uris=spotify:track:0000000000000000000000", "user-library-modify"),
        ("PUT", "/me/library?uris=spotify:artist:0000000000000000000000", "user-follow-modify"),
        ("DELETE", "/me/library?uris=spotify:playlist:0000000000000000000000", "playlist-modify-public"),
        ("GET", "/me/library/contains?uris=spotify:track:0000000000000000000000", "user-library-read"),
    ],
)
async def test_missing_scope_is_said(spotify: Visit, method: str, path: str, missing: str) -> None:
    scope = " ".join(one for one in SCOPE.split() if one != missing)
    status, answer = await spotify.call(await spotify.token("ada", scope), method, path, json={"name": "x"})
    assert (status, answer["error"]["message"]) == (403, "Insufficient client scope")


async def test_collaborative_playlists_need_their_own_scope(spotify: Visit) -> None:
    scope = SCOPE.replace("playlist-read-collaborative", "")
    page = await spotify.get(await spotify.token("ada", scope), "/me/playlists", limit=50)
    assert "Vinyl Club Picks" not in [entry["name"] for entry in page["items"] if entry]


async def test_retired_endpoints_are_forbidden_without_a_hint(spotify: Visit) -> None:
    token = await spotify.token("ada")
    for method, path in (*FORBIDDEN, ("GET", "/tracks"), ("GET", "/users/{id}/playlists")):
        status, answer = await spotify.call(token, method, path.format(id="0" * 22))
        assert (status, answer) == (403, {"error": {"status": 403, "message": "Forbidden"}}), path
    for method, path in GONE:
        assert (await spotify.call(token, method, path))[0] == 404


async def test_unknown_paths_are_not_found(spotify: Visit) -> None:
    status, answer = await spotify.call(await spotify.token("ada"), "GET", "/me/everything")
    assert (status, answer["error"]["status"]) == (404, 404)


async def test_spotipy_reads_a_plain_text_refusal(spotify: Visit) -> None:
    client = spotify.spotipy(await spotify.token("dan"))
    with pytest.raises(SpotifyException) as refused:
        await asyncio.to_thread(client.current_user)
    assert refused.value.http_status == 403
    assert "the user may not be registered" in refused.value.msg


async def test_both_kinds_of_429_carry_their_retry_after(spotify: Visit) -> None:
    client = spotify.spotipy(await spotify.token("ada"))
    await spotify.door.hands.rate_limit_next(1, 3)
    await spotify.door.hands.rate_limit_next(1, 52531)
    seen = []
    for _ in range(2):
        with pytest.raises(SpotifyException) as refused:
            await asyncio.to_thread(client.current_user)
        seen.append((refused.value.http_status, refused.value.headers["Retry-After"], refused.value.reason))
    assert seen == [(429, "3", None), (429, "52531", "QUOTA_EXCEEDED")]
    assert (await asyncio.to_thread(client.current_user))["id"] == "ada_spotify"


async def test_failures_strike_the_requests_they_are_meant_for(spotify: Visit) -> None:
    token = await spotify.token("ada")
    await spotify.door.hands.fail_next(2, 503, path_contains="/me/tracks", body="html")
    assert (await spotify.call(token, "GET", "/me"))[0] == 200
    assert [(await spotify.call(token, "GET", "/me/tracks"))[0] for _ in range(3)] == [503, 503, 200]


async def test_dropped_connection_has_no_answer(spotify: Visit) -> None:
    client = spotify.spotipy(await spotify.token("ada"))
    await spotify.door.hands.drop_connection_next(1)
    with pytest.raises(requests.exceptions.ConnectionError):
        await asyncio.to_thread(client.current_user)
    assert (await spotify.door.hands.requests())[-1] == ["GET", "/v1/me/", 0, "ada"]


async def test_the_same_seed_gives_the_same_world_and_doors_do_not_share_it(spotify: Visit) -> None:
    async with open_door() as other:
        before = await other.door.hands.library("eve")
        assert before == await spotify.door.hands.library("eve")
        await spotify.door.hands.empty_account("eve")
        assert before == await other.door.hands.library("eve")


async def test_people_have_the_libraries_the_design_names(spotify: Visit) -> None:
    counts = {}
    for person in ("ada", "ben", "cleo", "eve", "finn"):
        shown = await spotify.door.hands.library(person)
        listed_ones = [one for one in shown["playlists"] if one["listed"]]
        counts[person] = (len(shown["likes"]), len(listed_ones))
    assert counts == {"ada": (320, 9), "ben": (25, 3), "cleo": (0, 0), "eve": (1200, 30), "finn": (40, 2)}


@pytest.mark.skipif(not fixtures.available(), reason="the real answers of ../shared/data/api_fixtures are not here")
async def test_gus_has_real_objects_in_the_envelope_of_2026(spotify: Visit) -> None:
    token = await spotify.token("gus")
    local = await items(spotify, token, "Local Songs")
    assert [entry["item"]["type"] for entry in local] == ["track"] * 3 + ["episode"] * 4
    assert "id" not in local[0]["item"]
    assert (await spotify.get(token, "/me/tracks"))["total"] == 22
    assert (await spotify.get(token, "/me"))["id"] == PEOPLE["gus"].spotify_id


async def test_only_the_fields_that_are_named_come(spotify: Visit) -> None:
    token = await spotify.token("ada")
    coffee = await listed(spotify, token, "Morning Coffee")
    path = f"/playlists/{coffee['id']}"
    whole = await spotify.get(token, f"{path}/items", limit=2)
    uris = [{"item": {"uri": entry["item"]["uri"]}} for entry in whole["items"]]
    few = await spotify.get(token, f"{path}/items", limit=2, fields="next,items(item(uri))")
    assert few == {"next": whole["next"], "items": uris}
    few = await spotify.get(token, path, fields="snapshot_id,items.total,items.limit,owner.id")
    expected = {
        "snapshot_id": coffee["snapshot_id"],
        "items": {"total": 22, "limit": 50},
        "owner": {"id": "ada_spotify"},
    }
    assert few == expected
    for wrong in ("items(", "items)", "a,,b"):
        assert (await spotify.call(token, "GET", path, params={"fields": wrong}))[0] == 400, wrong


async def test_what_can_be_played_is_said_to_those_who_name_a_market(spotify: Visit) -> None:
    token, (first, second) = await spotify.token("ada"), (await spotify.door.hands.library("ada"))["likes"][:2]
    await spotify.door.hands.lock(first["uri"], ["DE"])
    await spotify.door.hands.lock(second["uri"], ["SE"])
    page = await spotify.get(token, "/me/tracks", limit=2, market="SE")  # her own country is Germany, and goes first
    assert [entry["track"]["is_playable"] for entry in page["items"]] == [False, True]
    assert page["items"][0]["track"]["restrictions"] == {"reason": "market"}
    unasked = await spotify.get(token, "/me/tracks", limit=2)
    assert not any("is_playable" in entry["track"] for entry in unasked["items"])
