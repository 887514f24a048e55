"""What the gateway sends: the requests of 2026, and nothing that loses music."""

import threading
from collections.abc import Awaitable, Callable

import pytest

from bot.errors import SpotifyDown
from bot.spotify import parse
from bot.spotify.gateway import MAX_COVER, Access, SpotifyGateway
from bot.spotify.parse_values import as_object
from storage.records import PlaylistDetails, SavedKind, TopKind, TopTerm
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
    await gateway.saved_list(access, SavedKind.TRACK)
    await gateway.playlists(access, offset=50)
    assert [(asked.path, asked.query) for asked in wire.asked] == [
        ("/v1/me/tracks", {"limit": "50", "offset": "0"}),
        ("/v1/me/playlists", {"limit": "50", "offset": "50"}),
    ]


READS: list[tuple[Callable[[SpotifyGateway, Access], Awaitable[object]], str, dict[str, str]]] = [
    (lambda gateway, access: gateway.saved_list(access, SavedKind.TRACK, 50), "/v1/me/tracks", {"offset": "50"}),
    (lambda gateway, access: gateway.saved_list(access, SavedKind.ALBUM), "/v1/me/albums", {"offset": "0"}),
    (lambda gateway, access: gateway.saved_list(access, SavedKind.SHOW), "/v1/me/shows", {"offset": "0"}),
    (lambda gateway, access: gateway.saved_list(access, SavedKind.EPISODE), "/v1/me/episodes", {"offset": "0"}),
    (
        lambda gateway, access: gateway.followed_artists(access, "a1"),
        "/v1/me/following",
        {"type": "artist", "after": "a1"},
    ),
    (
        lambda gateway, access: gateway.top(access, TopKind.TRACKS, TopTerm.SHORT),
        "/v1/me/top/tracks",
        {"time_range": "short_term", "offset": "0"},
    ),
    (
        lambda gateway, access: gateway.top(access, TopKind.ARTISTS, TopTerm.LONG),
        "/v1/me/top/artists",
        {"time_range": "long_term", "offset": "0"},
    ),
    (lambda gateway, access: gateway.recently_played(access), "/v1/me/player/recently-played", {}),
    (lambda gateway, access: gateway.recently_played(access, 7), "/v1/me/player/recently-played", {"after": "7"}),
]


@pytest.mark.parametrize(("call", "path", "query"), READS)
async def test_what_is_read_is_asked_for_fifty_at_a_time_and_without_a_market(
    wire: Wire,
    gateway: SpotifyGateway,
    access: Access,
    call: Callable[[SpotifyGateway, Access], Awaitable[object]],
    path: str,
    query: dict[str, str],
) -> None:
    page = {"items": [], "total": 0}
    wire.will(says(200, {**page, "artists": page}))
    await call(gateway, access)
    assert [(asked.method, asked.path, asked.query) for asked in wire.asked] == [
        ("GET", path, {"limit": "50", **query})
    ]


async def test_an_opened_playlist_is_asked_for_with_episodes(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(says(200, LIST))
    assert (await gateway.playlist(access, "p1")).items is None
    assert (wire.asked[0].path, wire.asked[0].query) == ("/v1/playlists/p1", {"additional_types": "track,episode"})


async def test_a_name_with_half_a_character_does_not_spoil_its_page(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    wire.will(Answer(200, b'{"items": [{"track": {"uri": "spotify:track:1", "name": "a\\ud800b"}}], "total": 1}'))
    (like,) = (await gateway.saved_list(access, SavedKind.TRACK)).items
    assert like.thing is not None
    assert like.thing.name == "a?b"


async def test_answers_are_read_on_the_executor_and_not_on_the_loop(
    wire: Wire, gateway: SpotifyGateway, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def whose(raw: object) -> parse.Profile:
        threads.append(threading.get_ident())
        return parse.profile(as_object(raw))

    monkeypatch.setattr(parse, "whose", whose)
    wire.will(says(200, {"id": "ada"}))
    assert (await gateway.profile(access)).spotify_id == "ada"
    assert threads
    assert threading.get_ident() not in threads


async def test_a_cover_goes_out_as_base64_and_one_too_large_does_not(
    wire: Wire, gateway: SpotifyGateway, access: Access
) -> None:
    with pytest.raises(ValueError, match="a cover of"):
        await gateway.upload_cover(access, "p1", bytes(MAX_COVER + 1))
    wire.will(Answer(202))
    await gateway.upload_cover(access, "p1", bytes(MAX_COVER))
    (asked,) = wire.asked
    assert (asked.method, asked.path, asked.headers["Content-Type"]) == ("PUT", "/v1/playlists/p1/images", "image/jpeg")
    assert int(asked.headers["Content-Length"]) == 256_000


async def test_each_request_is_counted_in_its_family(wire: Wire, gateway: SpotifyGateway, access: Access) -> None:
    wire.will(says(200, {"items": [], "total": 0, "id": "p1", "uri": "spotify:track:1"}))
    await gateway.saved_list(access, SavedKind.TRACK)
    await gateway.playlists(access)
    await gateway.items(access, "p1")
    await gateway.edit_playlist(access, "p1", name="New")
    await gateway.track(access, "1")
    used = {family: gateway.ledger.used(access.client_id, family) for family in ("me", "playlists", "tracks")}
    assert used == {"me": 2, "playlists": 2, "tracks": 1}


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
