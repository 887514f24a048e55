"""Changing libraries at the stand-in: likes and their order, playlists and their items, and what is lost for good."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from spotipy import SpotifyException

from tests.sandbox_tests.spotify_visit import Visit, open_door


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


async def likes(spotify: Visit, person: str) -> list[str]:
    return [like["uri"] for like in (await spotify.door.hands.library(person))["likes"]]


async def contents(spotify: Visit, person: str, name: str) -> list[str | None]:
    return [item["uri"] for item in (await spotify.door.hands.playlist(person, name))["items"]]


async def save(spotify: Visit, token: str, uris: list[str], method: str = "PUT") -> tuple[int, Any]:
    return await spotify.call(token, method, "/me/library", params={"uris": ",".join(uris)})


async def made(spotify: Visit, token: str, uris: list[str], **details: object) -> str:
    status, answer = await spotify.call(token, "POST", "/me/playlists", json={"name": "New one", **details})
    assert status == 201, answer
    if uris:
        await spotify.call(token, "POST", f"/playlists/{answer['id']}/items", json={"uris": uris})
    return str(answer["id"])


@pytest.mark.parametrize(("mode", "newest"), [("kept", [2, 1, 0]), ("reversed", [0, 1, 2])])
async def test_likes_of_one_call_share_their_second_and_keep_an_order(
    spotify: Visit, mode: str, newest: list[int]
) -> None:
    token, songs = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 3)
    await spotify.door.hands.library_order(mode)
    assert (await save(spotify, token, songs))[0] == 200
    assert await likes(spotify, "cleo") == [songs[index] for index in newest]
    page = await spotify.get(token, "/me/tracks")
    assert len({entry["added_at"] for entry in page["items"]}) == 1


async def test_shuffled_likes_are_all_there(spotify: Visit) -> None:
    token, songs = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 40)
    await spotify.door.hands.library_order("shuffled")
    await save(spotify, token, songs)
    now = await likes(spotify, "cleo")
    assert sorted(now) == sorted(songs)
    assert now not in (songs, songs[::-1])


async def test_liking_again_changes_nothing(spotify: Visit) -> None:
    token, before = await spotify.token("ben"), await spotify.door.hands.library("ben")
    await save(spotify, token, [like["uri"] for like in before["likes"][3:9]])
    assert await spotify.door.hands.library("ben") == before


async def test_unliking_takes_away_exactly_that(spotify: Visit) -> None:
    token, before = await spotify.token("ben"), await likes(spotify, "ben")
    await save(spotify, token, before[1:3], "DELETE")
    assert await likes(spotify, "ben") == [before[0], *before[3:]]


async def test_forty_one_uris_are_too_many_and_a_body_is_none(spotify: Visit) -> None:
    token, songs = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 41)
    assert (await save(spotify, token, songs))[1]["error"]["message"] == "Too many uris"
    status, answer = await spotify.call(token, "PUT", "/me/library", json={"uris": songs[:2]})
    assert (status, answer["error"]["message"]) == (400, "Missing required field: uris")
    assert await likes(spotify, "cleo") == []


async def test_contains_answers_in_order(spotify: Visit) -> None:
    token, liked = await spotify.token("ben"), await likes(spotify, "ben")
    unheard = await spotify.door.hands.new_songs("ben", 1)
    spins = (await spotify.door.hands.playlist("ben", "Sunday Spins"))["id"]
    uris = [liked[0], *unheard, f"spotify:playlist:{spins}", liked[1]]
    assert await spotify.get(token, "/me/library/contains", uris=",".join(uris)) == [True, False, True, True]


async def test_spotipy_likes_and_unlikes(spotify: Visit) -> None:
    client, songs = spotify.spotipy(await spotify.token("cleo")), await spotify.door.hands.new_songs("cleo", 2)
    await asyncio.to_thread(client.current_user_saved_tracks_add, songs)
    assert await likes(spotify, "cleo") == songs[::-1]
    await asyncio.to_thread(client.current_user_saved_tracks_delete, songs[:1])
    assert await likes(spotify, "cleo") == songs[1:]


async def test_new_playlist_stands_at_the_top_and_is_public_unless_said_otherwise(spotify: Visit) -> None:
    token = await spotify.token("ada")
    await made(spotify, token, [])
    page = await spotify.get(token, "/me/playlists")
    assert (page["items"][0]["name"], page["items"][0]["public"], page["total"]) == ("New one", True, 11)
    private = await made(spotify, token, [], public=False)
    assert (await spotify.get(token, f"/playlists/{private}"))["public"] is False
    await spotify.door.hands.public_is_ignored()
    stays = await made(spotify, token, [], public=False)
    assert (await spotify.get(token, f"/playlists/{stays}"))["public"] is True


@pytest.mark.parametrize(
    "details", [{"name": ""}, {"description": "two\nlines"}, {"collaborative": True}, {"public": "yes"}]
)
async def test_impossible_details_are_refused(spotify: Visit, details: dict[str, object]) -> None:
    token = await spotify.token("ada")
    assert (await spotify.call(token, "POST", "/me/playlists", json={"name": "New one", **details}))[0] == 400


async def test_details_change_and_so_does_the_snapshot(spotify: Visit) -> None:
    token = await spotify.token("ada")
    before = await spotify.door.hands.playlist("ada", "Ideas")
    change = {"name": "Plans", "description": "a & b"}
    assert await spotify.call(token, "PUT", f"/playlists/{before['id']}", json=change) == (200, "")
    after = await spotify.get(token, f"/playlists/{before['id']}")
    assert (after["name"], after["description"]) == ("Plans", "a &amp; b")
    assert after["snapshot_id"] != before["snapshot_id"]


async def test_items_go_to_the_end_or_to_a_position_with_new_moments(spotify: Visit) -> None:
    token, songs = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 4)
    mine = await made(spotify, token, songs[:2])
    status, answer = await spotify.call(
        token, "POST", f"/playlists/{mine}/items", json={"uris": songs[2:], "position": 1}
    )
    assert status == 201
    assert await contents(spotify, "cleo", mine) == [songs[0], songs[2], songs[3], songs[1]]
    assert answer["snapshot_id"] == (await spotify.get(token, f"/playlists/{mine}"))["snapshot_id"]
    page = await spotify.get(token, f"/playlists/{mine}/items")
    assert {entry["added_by"]["id"] for entry in page["items"]} == {"cleo_spotify"}


async def test_spotipy_adds_a_bare_array(spotify: Visit) -> None:
    token, songs = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 2)
    mine = await made(spotify, token, songs[:1])
    await asyncio.to_thread(spotify.spotipy(token).playlist_add_items, mine, songs[1:], 0)
    assert await contents(spotify, "cleo", mine) == songs[::-1]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("uris", "words"),
    [
        (["spotify:local:A:B:C:10"], "Invalid track uri: spotify:local:A:B:C:10"),
        (["spotify:track:short"], "Invalid track uri: spotify:track:short"),
        (["spotify:track:" + "0" * 22], "Payload contains a non-existing ID"),
        (["spotify:track:" + "0" * 22] * 101, "You can add a maximum of 100 tracks per request."),
    ],
)
async def test_items_that_cannot_be_added_are_refused(spotify: Visit, method: str, uris: list[str], words: str) -> None:
    token = await spotify.token("cleo")
    mine = await made(spotify, token, await spotify.door.hands.new_songs("cleo", 1))
    status, answer = await spotify.call(token, method, f"/playlists/{mine}/items", json={"uris": uris})
    assert (status, answer["error"]["message"]) == (400, words)
    assert len(await contents(spotify, "cleo", mine)) == 1


async def test_removing_one_uri_removes_all_its_copies_positions_or_not(spotify: Visit) -> None:
    client = spotify.spotipy(await spotify.token("ada"))
    coffee = await spotify.door.hands.playlist("ada", "Morning Coffee")
    uris = [item["uri"] for item in coffee["items"]]
    tripled = uris[2]
    assert uris.count(tripled) == 3
    await asyncio.to_thread(
        client.playlist_remove_specific_occurrences_of_items, coffee["id"], [{"uri": tripled, "positions": [9]}]
    )
    assert await contents(spotify, "ada", "Morning Coffee") == [uri for uri in uris if uri != tripled]


async def test_removal_needs_uris_and_not_local_ones(spotify: Visit) -> None:
    token = await spotify.token("ada")
    mixtape = await spotify.door.hands.playlist("ada", "Old Mixtape")
    path = f"/playlists/{mixtape['id']}/items"
    local = next(item["uri"] for item in mixtape["items"] if (item["uri"] or "").startswith("spotify:local:"))
    for items, words in (([{"positions": [0]}], "No uris provided"), ([{"uri": local}], f"Invalid track uri: {local}")):
        status, answer = await spotify.call(token, "DELETE", path, json={"items": items})
        assert (status, answer["error"]["message"]) == (400, words)
    assert await contents(spotify, "ada", "Old Mixtape") == [item["uri"] for item in mixtape["items"]]


async def test_replacing_destroys_local_files_and_resets_moments(spotify: Visit) -> None:
    token = await spotify.token("ada")
    mixtape = await spotify.door.hands.playlist("ada", "Old Mixtape")
    playable = [item["uri"] for item in mixtape["items"] if (item["uri"] or "").startswith("spotify:track:")]
    spotify.clock.advance(timedelta(minutes=1))
    status, _ = await spotify.call(token, "PUT", f"/playlists/{mixtape['id']}/items", json={"uris": playable})
    assert status == 200
    now = (await spotify.door.hands.playlist("ada", "Old Mixtape"))["items"]
    assert [item["uri"] for item in now] == playable
    assert {item["added_at"][:10] for item in now} == {"2026-11-20"}


async def test_moving_a_range_keeps_moments(spotify: Visit) -> None:
    client = spotify.spotipy(await spotify.token("ada"))
    before = (await spotify.door.hands.playlist("ada", "Rainy Sunday"))["items"]
    spotify_id = (await spotify.door.hands.playlist("ada", "Rainy Sunday"))["id"]
    await asyncio.to_thread(client.playlist_reorder_items, spotify_id, 0, 5, 2)
    now = (await spotify.door.hands.playlist("ada", "Rainy Sunday"))["items"]
    assert now == [*before[2:5], *before[:2], *before[5:]]
    await asyncio.to_thread(client.playlist_reorder_items, spotify_id, 3, 0, 2)
    assert (await spotify.door.hands.playlist("ada", "Rainy Sunday"))["items"] == before


async def test_every_edit_has_a_snapshot_and_old_ones_are_still_known(spotify: Visit) -> None:
    token, songs = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 3)
    mine = await made(spotify, token, [])
    path = f"/playlists/{mine}/items"
    snapshots = [(await spotify.call(token, "POST", path, json={"uris": [song]}))[1]["snapshot_id"] for song in songs]
    assert len(set(snapshots)) == 3
    body = {"items": [{"uri": songs[0]}], "snapshot_id": snapshots[0]}
    assert (await spotify.call(token, "DELETE", path, json=body))[0] == 200
    body["snapshot_id"] = "bm9uc2Vuc2U="
    assert (await spotify.call(token, "DELETE", path, json=body))[0] == 400


async def test_others_playlists_cannot_be_changed_but_collaborators_add(spotify: Visit) -> None:
    eve, ada = await spotify.token("eve"), await spotify.token("ada")
    picks = (await spotify.door.hands.playlist("ben", "Vinyl Club Picks"))["id"]
    songs = await spotify.door.hands.new_songs("ada", 1)
    assert (await spotify.call(eve, "POST", f"/playlists/{picks}/items", json={"uris": songs}))[0] == 403
    assert (await spotify.call(ada, "POST", f"/playlists/{picks}/items", json={"uris": songs}))[0] == 201
    assert (await spotify.call(ada, "PUT", f"/playlists/{picks}", json={"name": "Mine now"}))[0] == 403


async def test_unfollowed_own_playlist_vanishes_yet_can_be_followed_again(spotify: Visit) -> None:
    token = await spotify.token("ada")
    coffee = await spotify.door.hands.playlist("ada", "Morning Coffee")
    uri = f"spotify:playlist:{coffee['id']}"
    assert (await save(spotify, token, [uri], "DELETE"))[0] == 200
    names = [one["name"] for one in (await spotify.door.hands.library("ada"))["playlists"]]
    assert "Morning Coffee" not in names
    assert (await spotify.get(token, f"/playlists/{coffee['id']}"))["items"]["total"] == 22
    assert (await save(spotify, token, [uri]))[0] == 200
    assert await spotify.door.hands.playlist("ada", "Morning Coffee") == coffee


async def test_with_the_switch_a_deleted_playlist_is_gone(spotify: Visit) -> None:
    token = await spotify.token("ada")
    await spotify.door.hands.deleted_is_gone()
    spotify_id = await spotify.door.hands.delete_playlist("ada", "Morning Coffee")
    assert (await spotify.call(token, "GET", f"/playlists/{spotify_id}"))[0] == 404
    assert (await save(spotify, token, [f"spotify:playlist:{spotify_id}"]))[0] == 404


async def test_emptied_account_has_nothing_of_its_own(spotify: Visit) -> None:
    token = await spotify.token("ada")
    spotify_id = (await spotify.door.hands.playlist("ada", "Ideas"))["id"]
    await spotify.door.hands.empty_account("ada")
    shown = await spotify.door.hands.library("ada")
    assert shown["likes"] == []
    assert not any(one["owned"] for one in shown["playlists"])
    assert (await spotify.call(token, "GET", f"/playlists/{spotify_id}"))[0] == 404


async def test_a_person_edits_in_the_app(spotify: Visit) -> None:
    hands = spotify.door.hands
    songs = await hands.new_songs("ben", 2)
    await hands.rename_playlist("ben", "To Sell", "Sold")
    await hands.add_to_playlist("ben", "Sold", songs, 0)
    await hands.reorder("ben", "Sold", 0, 1)
    assert (await contents(spotify, "ben", "Sold"))[:2] == songs[::-1]
    assert await hands.remove_from_playlist("ben", "Sold", 0) == songs[1]
    newest = (await likes(spotify, "ben"))[:2]
    assert await hands.unlike_newest("ben", 2) == newest
    await hands.like("ben", newest[1])
    assert (await likes(spotify, "ben"))[0] == newest[1]
    await hands.move_playlist("ben", "Sold", 0)
    assert (await hands.library("ben"))["playlists"][0]["name"] == "Sold"
    with pytest.raises(LookupError, match="no playlist called"):
        await hands.delete_playlist("ben", "To Sell")


@pytest.mark.parametrize(("moment", "done"), [("before", False), ("after", True)])
async def test_lost_answer_leaves_the_write_done_or_not(spotify: Visit, moment: str, done: bool) -> None:
    client, songs = spotify.spotipy(await spotify.token("cleo")), await spotify.door.hands.new_songs("cleo", 1)
    await spotify.door.hands.drop_connection_next(1, moment, method="PUT")
    with pytest.raises(requests.exceptions.ConnectionError):
        await asyncio.to_thread(client.current_user_saved_tracks_add, songs)
    assert (await likes(spotify, "cleo") == songs) is done


async def test_bad_gateway_may_hide_a_success(spotify: Visit) -> None:
    token, songs = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 1)
    client = spotify.spotipy(token)
    mine = await made(spotify, token, [])
    await spotify.door.hands.fail_next(1, 502, "POST", before_or_after="after")
    with pytest.raises(SpotifyException) as failed:
        await asyncio.to_thread(client.playlist_add_items, mine, songs)
    assert failed.value.http_status == 502
    assert await contents(spotify, "cleo", mine) == songs


async def test_journal_tells_writes_from_reads(spotify: Visit) -> None:
    token, songs = await spotify.token("cleo"), await spotify.door.hands.new_songs("cleo", 1)
    await spotify.door.hands.reset_requests()
    await spotify.get(token, "/me")
    await save(spotify, token, songs)
    assert await spotify.door.hands.writes() == [["PUT", "/v1/me/library", 200, "cleo"]]
    assert [row[0] for row in await spotify.door.hands.requests()] == ["GET", "PUT"]


async def test_saving_what_left_spotify_is_left_out_quietly_or_refused(spotify: Visit) -> None:
    token, (song, gone) = await spotify.everything("cleo"), await spotify.door.hands.new_songs("cleo", 2)
    await spotify.door.hands.withdraw(gone)
    before, nobody = await likes(spotify, "cleo"), f"spotify:artist:{'0' * 22}"
    await spotify.door.hands.unknown_is_refused()
    assert (await save(spotify, token, [song, gone]))[0] == 400
    assert await likes(spotify, "cleo") == before
    await spotify.door.hands.unknown_is_refused(on=False)
    assert (await save(spotify, token, [song, gone, nobody]))[0] == 200
    assert await likes(spotify, "cleo") == [song, *before]
    assert nobody not in (await spotify.door.hands.library("cleo"))["follows"]
