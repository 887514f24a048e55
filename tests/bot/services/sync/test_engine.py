"""The sync against Spotify's stand-in: what it costs, what it finds, and what it never does."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SpotifyBusy, SpotifyError
from bot.services.progress import ignore
from storage.records import SavedKind, TopKind, TopTerm
from tests.bot.services.sync.lab import Lab, a_lab
from tests.storage.seeing import named

LEAST = 7 + 6 * 2 + 1 + 2 + 2 + 1 + 1 + 6 + 1 + 1
"""Likes, items, the list of playlists, albums, artists, shows, episodes, tops, plays, profile: pages of fifty."""
PROOFS = 3
"""The heads of likes and albums once more, and one look whether this app may see what others put together."""


async def test_the_first_sync_reads_everything_once(lab: Lab) -> None:
    report = await lab.sync()
    assert await lab.requests() == LEAST + PROOFS == report.requests
    await lab.agrees()
    assert (report.likes, report.playlists, report.albums, report.artists) == (330, 6, 60, 60)
    assert report.skipped == ()


async def test_a_sync_right_after_changes_nothing_and_asks_little(lab: Lab) -> None:
    await lab.sync()
    await lab.requests()
    report = await lab.sync()
    assert await lab.requests() <= 7
    assert not report.changed
    await lab.agrees()


async def test_each_kind_of_edit_is_found(lab: Lab) -> None:
    await lab.sync()
    library = await lab.hands.library("gus")
    likes, owned = library["likes"], [one for one in library["playlists"] if one["owned"]]
    songs = await lab.hands.some("track", 2, [like["uri"] for like in likes])
    await lab.hands.like("gus", songs[0])
    await lab.hands.unlike("gus", [likes[5]["uri"], likes[150]["uri"], likes[329]["uri"]])
    await lab.hands.add_to_playlist("gus", owned[0]["id"], [songs[1]])
    await lab.hands.reorder("gus", owned[1]["id"], 3, 50)
    await lab.hands.rename_playlist("gus", owned[2]["id"], "Another Name")
    await lab.hands.delete_playlist("gus", owned[3]["id"])
    report = await lab.sync()
    await lab.agrees()
    edit = report.edit_of(SavedKind.TRACK)
    assert (edit.added, edit.removed) == (1, 3)
    assert report.playlists_removed == (owned[3]["name"],)
    told = {(one.name, one.was_called, one.added, one.removed, one.moved) for one in report.playlists_changed}
    assert told == {
        (owned[0]["name"], None, 1, 0, 0),
        (owned[1]["name"], None, 0, 0, 1),
        ("Another Name", owned[2]["name"], 0, 0, 0),
    }


async def test_an_album_an_artist_a_show_and_an_episode_come_and_go(lab: Lab) -> None:
    await lab.sync()
    library = await lab.hands.library("gus")
    for kind, kept in (("album", "albums"), ("show", "shows"), ("episode", "episodes"), ("artist", "follows")):
        entries = [entry if isinstance(entry, str) else entry["uri"] for entry in library[kept]]
        for uri in await lab.hands.some(kind, 2, entries):
            await lab.hands.save("gus", uri)
        await lab.hands.unsave("gus", entries[-1])
    await lab.sync()
    await lab.agrees(artists=True)


async def test_what_others_made_is_kept_without_its_contents(lab: Lab) -> None:
    await lab.sync()
    heads = await lab.rooms.kept.library.playlist_heads(lab.discord_id)
    closed = [head for head in heads if head.closed]
    assert len(closed) == 2, "of three followed playlists Spotify hides its own"
    assert all(head.listed_items and not head.items for head in closed)


async def test_an_app_of_old_reads_what_others_made(lab: Lab) -> None:
    await lab.hands.still_may("c0ffee00000000000000000000000001", ["followed_items"])
    await lab.sync()
    heads = await lab.rooms.kept.library.playlist_heads(lab.discord_id)
    assert not any(head.closed for head in heads)
    assert all(head.items for head in heads if head.listed_items)


async def test_covers_are_kept_as_bytes_and_fetched_again_only_when_they_change(lab: Lab) -> None:
    await lab.sync()
    heads = await lab.rooms.kept.library.playlist_heads(lab.discord_id)
    for head in heads:
        image = await lab.rooms.engine.vault.covers.cover(lab.discord_id, head.details.spotify_id)
        assert image is not None
        assert image.data.startswith(b"\xff\xd8")
    before = (await lab.hands.counts())["images"]
    assert before == len(heads)
    await lab.hands.set_cover("gus", heads[0].details.spotify_id)
    await lab.sync()
    assert (await lab.hands.counts())["images"] == before + 1


async def test_favourites_and_profile_are_read_once_a_day(lab: Lab) -> None:
    await lab.sync()
    tops = await lab.rooms.engine.vault.listening.tops(lab.discord_id)
    assert {(top.kind, top.term) for top in tops} == {(kind, term) for kind in TopKind for term in TopTerm}
    await lab.requests()
    await lab.sync()
    soon = await lab.requests()
    lab.clock.advance(timedelta(days=1))
    await lab.sync()
    assert await lab.requests() == soon + 6 + 1 + 1, "tops, profile, and the second page of the artists"


async def test_plays_are_merged_without_doubles(lab: Lab) -> None:
    await lab.sync()
    songs = await lab.hands.some("track", 5)
    lab.clock.advance(timedelta(hours=1))
    await lab.hands.listen("gus", songs)
    await lab.sync()
    plays = await lab.rooms.engine.vault.listening.plays(lab.discord_id, limit=100)
    assert [play.track.uri for play in plays[:5]] == songs[::-1]
    assert len(plays) == 25


async def test_a_new_title_and_a_lost_song_are_found_by_the_weekly_pass(lab: Lab) -> None:
    await lab.sync()
    likes = (await lab.hands.library("gus"))["likes"]
    await lab.hands.retitle(likes[200]["uri"], "Another Title")
    await lab.sync()
    assert (await _track(lab, likes[200]["uri"])) != "Another Title"
    lab.clock.advance(timedelta(days=7))
    report = await lab.sync()
    assert (await _track(lab, likes[200]["uri"])) == "Another Title"
    assert not report.changed, "a new title is no change of the library"


async def _track(lab: Lab, uri: str) -> str:
    track = await named(lab.rooms.kept.library, uri)
    assert track is not None
    return track.name


async def test_what_the_quick_way_missed_is_mended_and_logged_as_a_defect(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    await lab.sync()
    songs = await lab.hands.some("track", 1, [like["uri"] for like in (await lab.hands.library("gus"))["likes"]])
    likes = (await lab.hands.library("gus"))["likes"]
    await lab.hands.save("gus", songs[0], added_at=likes[250]["added_at"])
    await lab.hands.unlike("gus", [likes[300]["uri"]])
    await lab.sync()
    with pytest.raises(AssertionError, match="likes differ"):
        await lab.agrees()
    lab.clock.advance(timedelta(days=7))
    with caplog.at_level(logging.ERROR):
        await lab.sync()
    await lab.agrees()
    assert "sync.defect" in caplog.text
    assert "section=track missing=1 extra=1" in caplog.text


async def test_a_quota_in_the_middle_parks_and_repeats_nothing(lab: Lab) -> None:
    await lab.hands.limits(quota={"me": 16})
    with pytest.raises(SpotifyBusy) as busy:
        await lab.sync()
    before = (await lab.hands.counts())["by_route"]
    refused = (await lab.hands.counts())["by_status"].get("429", 0)
    assert refused <= 2, "whoever was under way already"
    await lab.requests()
    await lab.hands.limits(quota={"me": 10_000})
    lab.clock.jump_to(busy.value.retry_at)
    lab.clock.advance(timedelta(seconds=1))
    report = await lab.rooms.engine.sync(lab.discord_id, ignore, since=busy.value.retry_at - timedelta(days=3))
    after = (await lab.hands.counts())["by_route"]
    assert not any(route.startswith("GET /playlists") for route in after), "these were read whole before"
    likes = before["GET /me/tracks"] + after["GET /me/tracks"]
    assert likes <= 7 + 3 + refused, "the head tells that what was read still holds, and proves it in the end"
    assert report.likes == 330
    assert report.edit_of(SavedKind.TRACK).added == 330, "what was found before the wait is told too"
    await lab.agrees(artists=True)


async def test_while_a_family_is_blocked_nothing_of_it_is_asked(lab: Lab) -> None:
    await lab.hands.limits(quota={"me": 3})
    with pytest.raises(SpotifyBusy):
        await lab.sync()
    await lab.requests()
    with pytest.raises(SpotifyBusy):
        await lab.sync()
    assert await lab.requests() == 0


async def test_two_syncs_at_once_cost_one_and_a_look(lab: Lab) -> None:
    await asyncio.gather(lab.sync(), lab.sync())
    assert await lab.requests() <= LEAST + PROOFS + 7
    await lab.agrees()


ROUTES = ("/me/tracks", "/me/playlists", "/items", "/playlists/", "/me/albums", "/me/following", "/me/top", "/recently")
TROUBLE: tuple[dict[str, Any], ...] = (
    {"status": 400},
    {"status": 401},
    {"status": 403},
    {"status": 404},
    {"status": 429},
    {"status": 500},
    {"status": 502, "body": "html"},
    {"status": 503, "body": "empty"},
    {"status": 200, "body": "truncated"},
    {"status": 200, "body": "half"},
    {"status": 200, "body": "empty_object"},
    {"status": 200, "body": "empty_page"},
    {"status": 200, "body": "html"},
)


@pytest.mark.parametrize("route", ROUTES)
async def test_trouble_with_any_request_removes_nothing_and_the_next_sync_mends_it(small: Lab, route: str) -> None:
    lab = small
    await lab.sync()
    before = await lab.in_vault()
    for trouble in TROUBLE:
        await lab.hands.fail_next(times=20, path_contains=route, **trouble)
        with suppress(SpotifyError):  # the sentence is for the person; what counts here is the vault
            report = await lab.sync(full=True)
            assert not report.lost
        assert await lab.in_vault() == before, f"{route} {trouble}"
        await lab.hands.fair_weather()
    lab.clock.advance(timedelta(days=1))
    assert not (await lab.sync(full=True)).changed
    await lab.agrees(artists=True)


@pytest.mark.parametrize("seed", range(4))
async def test_noise_delays_and_loses_nothing(tmp_path: Path, seed: int) -> None:
    async with a_lab(tmp_path, "gus", seed=seed) as lab:
        await lab.hands.furnish("gus", likes=130, playlists=3, items=70, followed=2, albums=55, artists=5, plays=3)
        await lab.hands.noise(0.15)
        for _ in range(6):
            with suppress(SpotifyError):
                await lab.sync()
            lab.clock.advance(timedelta(minutes=5))
        assert sum((await lab.hands.counts())["by_status"].values()) > (await lab.hands.counts())["by_status"]["200"]
        await lab.hands.noise(0)
        lab.clock.advance(timedelta(days=1))
        await lab.sync()
        await lab.agrees(artists=True)


EDITS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("unlike_newest", {"n": 3}),
    ("like", {}),
    ("remove_from_playlist", {"position": 0}),
    ("delete_playlist", {}),
    ("rename_playlist", {"new_name": "Meanwhile"}),
)


@pytest.mark.parametrize(("hand", "given"), EDITS)
@pytest.mark.parametrize("after", [0, 2, 5])
async def test_an_edit_while_it_is_read_is_found_now_or_next_time(
    lab: Lab, hand: str, given: dict[str, Any], after: int
) -> None:
    await lab.sync()
    library = await lab.hands.library("gus")
    owned = [one for one in library["playlists"] if one["owned"]]
    if hand == "like":
        given = {"uri": (await lab.hands.some("track", 1, [like["uri"] for like in library["likes"]]))[0]}
    elif "playlist" in hand:
        given = {**given, "name": owned[1]["id"]}
    for playlist in owned:
        await lab.hands.describe_playlist("gus", playlist["id"], "edited, so that it is read")
    route = "/me/tracks" if "like" in hand else "/playlists"
    await lab.hands.meanwhile(after, route, hand, user="gus", **given)
    await lab.sync(full=True)
    await lab.sync()
    await lab.agrees()


async def test_a_great_loss_is_believed_once_spotify_says_so_by_name(lab: Lab) -> None:
    await lab.sync()
    gone = await lab.hands.unlike_newest("gus", 300)
    report = await lab.sync()
    assert report.edit_of(SavedKind.TRACK).removed == len(gone) == 300
    await lab.agrees()


async def test_followed_playlists_that_are_gone_say_nothing_of_the_app(lab: Lab) -> None:
    await lab.hands.fail_next(2, 404, path_contains="/playlists/")
    report = await lab.sync()
    assert report.skipped == ()
    await lab.agrees()
    assert not (await lab.sync()).changed
