"""What the gateway sends: the requests of 2026, and nothing that loses music."""

import pytest

from bot.errors import SpotifyDown
from bot.spotify.gateway import Access, SpotifyGateway
from storage.records import PlaylistDetails
from tests.bot.spotify.wire import Answer, Wire, says

PAGE = says(200, {"items": [{"item": None}, {"item": None}], "total": 5, "next": "http://elsewhere.invalid/tracks"})
DONE = says(201, {"snapshot_id": "snap-2"})
LIST = {"id": "p1", "name": "Mix", "owner": {"id": "ada"}, "public": True}


async def test_pages_are_walked_by_offset_and_not_by_spotifys_addresses(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(PAGE)
    page = await gateway.items(access, "p1", offset=2)
    assert page.next_offset == 4
    await gateway.items(access, "p1", offset=page.next_offset)
    assert [asked.query["offset"] for asked in wire.asked] == ["2", "4"]


async def test_items_are_asked_for_with_episodes_and_without_a_market(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(PAGE)
    await gateway.items(access, "p1")
    assert wire.asked[0].path == "/v1/playlists/p1/items"
    assert wire.asked[0].query == {"limit": "50", "offset": "0", "additional_types": "track,episode"}
    assert wire.asked[0].headers["Authorization"] == "Bearer secret-token"


async def test_likes_and_playlists_come_fifty_at_a_time(wire: Wire, gateway: SpotifyGateway, access: Access) -> None:
    wire.will(says(200, {"items": [], "total": 0}))
    await gateway.likes(access)
    await gateway.playlists(access, offset=50)
    assert [(asked.path, asked.query) for asked in wire.asked] == [
        ("/v1/me/tracks", {"limit": "50", "offset": "0"}),
        ("/v1/me/playlists", {"limit": "50", "offset": "50"}),
    ]


async def test_uris_of_the_library_go_into_the_address(wire: Wire, gateway: SpotifyGateway, access: Access) -> None:
    wire.will(Answer(200))
    await gateway.save(access, ["spotify:track:1", "spotify:episode:2"])
    await gateway.unsave(access, ["spotify:track:1"])
    assert [(asked.method, asked.path, asked.query["uris"], asked.body) for asked in wire.asked] == [
        ("PUT", "/v1/me/library", "spotify:track:1,spotify:episode:2", None),
        ("DELETE", "/v1/me/library", "spotify:track:1", None),
    ]


async def test_a_playlist_is_left_through_the_library(wire: Wire, gateway: SpotifyGateway, access: Access) -> None:
    wire.will(Answer(200))
    await gateway.unfollow_playlist(access, "p1")
    await gateway.follow_playlist(access, "p1")
    assert [(asked.method, asked.path, asked.query["uris"]) for asked in wire.asked] == [
        ("DELETE", "/v1/me/library", "spotify:playlist:p1"),
        ("PUT", "/v1/me/library", "spotify:playlist:p1"),
    ]


async def test_whether_saved_is_answered_for_every_uri_in_order(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(says(200, [True, False]))
    assert await gateway.saved(access, ["spotify:track:1", "spotify:user:x"]) == (True, False)
    assert wire.asked[0].query["uris"] == "spotify:track:1,spotify:user:x"


async def test_an_answer_about_fewer_uris_than_asked_is_not_believed(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(says(200, [True]))
    with pytest.raises(SpotifyDown):
        await gateway.saved(access, ["spotify:track:1", "spotify:track:2"])


async def test_items_are_added_where_they_are_wanted(wire: Wire, gateway: SpotifyGateway, access: Access) -> None:
    wire.will(DONE)
    assert await gateway.add_items(access, "p1", ["spotify:track:1"], position=0) == "snap-2"
    await gateway.add_items(access, "p1", ["spotify:track:1"])
    assert [asked.body for asked in wire.asked] == [
        {"uris": ["spotify:track:1"], "position": 0},
        {"uris": ["spotify:track:1"]},
    ]
    assert [asked.query for asked in wire.asked] == [{}, {}]


async def test_removing_and_replacing_name_uris_and_never_positions(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(DONE)
    await gateway.remove_items(access, "p1", ["spotify:track:1"])
    await gateway.replace_items(access, "p1", [])
    assert [(asked.method, asked.body) for asked in wire.asked] == [
        ("DELETE", {"items": [{"uri": "spotify:track:1"}]}),
        ("PUT", {"uris": []}),
    ]


async def test_a_new_playlist_comes_back_as_spotify_made_it(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(says(201, LIST))
    made = await gateway.create_playlist(access, "Mix", "two\nlines", False, False)
    assert made == PlaylistDetails("p1", "Mix", "ada", public=True)
    assert wire.asked[0].path == "/v1/me/playlists"
    assert wire.asked[0].body == {"name": "Mix", "public": False, "collaborative": False, "description": "two lines"}


async def test_editing_changes_only_what_is_given(wire: Wire, gateway: SpotifyGateway, access: Access) -> None:
    wire.will(Answer(200))
    await gateway.edit_playlist(access, "p1", name="New name")
    assert wire.asked[0].body == {"name": "New name"}


@pytest.mark.parametrize("count", [0, 41])
async def test_more_than_spotify_takes_is_not_sent(
    wire: Wire, gateway: SpotifyGateway, access: Access, count: int
) -> None:
    with pytest.raises(ValueError, match="URIs in one request"):
        await gateway.save(access, [f"spotify:track:{number}" for number in range(count)])
    assert wire.asked == []


async def test_each_request_goes_in_its_own_name(wire: Wire, gateway: SpotifyGateway) -> None:
    wire.will(says(200, {"id": "x"}))
    for token in ("ada", "ben", "ada"):
        await gateway.profile(Access("client", token))
    assert [asked.headers["Authorization"] for asked in wire.asked] == ["Bearer ada", "Bearer ben", "Bearer ada"]


def test_a_token_does_not_show_in_a_repr(access: Access) -> None:
    assert "secret-token" not in repr(access)
