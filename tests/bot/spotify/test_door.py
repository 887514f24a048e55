"""The gateway and the sign-in against the stand-in for Spotify: what people have comes out as it is."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from yarl import URL

from bot.errors import (
    Refusal,
    SpotifyBusy,
    SpotifyGone,
    SpotifyRefused,
    SpotifyRevoked,
    SpotifyUnclear,
    TokenExpired,
)
from bot.spotify.gateway import LIBRARY_BATCH, Access, SpotifyGateway
from bot.spotify.oauth import SpotifyApp
from bot.spotify.parse import Listed
from storage.errors import LinkExpired
from storage.records import PlaylistItem, SavedKind, TrackKind
from tests.bot.spotify.sandboxed import PUBLIC, SECRET, Spotify, everything
from tests.sandbox.spotify import fixtures
from tests.sandbox.spotify.apps import CLIENT_ID

REAL = pytest.mark.skipif(not fixtures.available(), reason="Spotify's real answers are not beside this checkout")


async def own_lists(spotify: Spotify, person: str) -> list[dict[str, Any]]:
    library = await spotify.hands.library(person)
    return [entry for entry in library["playlists"] if entry["owned"]]


@pytest.mark.parametrize("person", ["ada", "ben", "cleo", "eve", pytest.param("gus", marks=REAL)])
async def test_a_library_is_read_as_it_is(spotify: Spotify, person: str) -> None:
    access, there = await spotify.access(person), await spotify.hands.library(person)
    likes = await everything(partial(spotify.gateway.saved_list, access, SavedKind.TRACK))
    assert [like.thing.uri for like in likes if like.thing] == [like["uri"] for like in there["likes"]]
    lists = await everything(partial(spotify.gateway.playlists, access))
    listed = [entry for entry in there["playlists"] if entry["listed"]]
    facts = [_details(one) for one in lists]
    names = ("id", "name", "description", "owner", "snapshot_id")
    assert facts == [tuple(entry[name] for name in names) for entry in listed]


def _details(listed: Listed) -> tuple[str | None, ...]:
    one = listed.details
    return (one.spotify_id, one.name, one.description, one.owner_id, one.snapshot_id)


async def test_every_position_of_a_playlist_is_read_as_it_is(spotify: Spotify) -> None:
    access = await spotify.access("ada")
    kinds: Counter[TrackKind | None] = Counter()
    for there in await own_lists(spotify, "ada"):
        items = await everything(partial(spotify.gateway.items, access, there["id"]))
        assert [_facts(item) for item in items] == [
            (entry["uri"], entry["added_at"], entry["added_by"] or None) for entry in there["items"]
        ]
        kinds.update(item.track.kind if item.track else None for item in items)
    assert set(kinds) == {TrackKind.TRACK, TrackKind.EPISODE, TrackKind.LOCAL, None}


def _facts(item: PlaylistItem) -> tuple[str | None, str | None, str | None]:
    moment = item.added_at.isoformat().replace("+00:00", "Z") if item.added_at else None
    return (item.track.uri if item.track else None, moment, item.added_by)


async def test_somebody_elses_playlist_shows_its_name_and_not_its_items(spotify: Spotify) -> None:
    access, library = await spotify.access("ada"), await spotify.hands.library("ada")
    followed = next(entry for entry in library["playlists"] if entry["listed"] and not entry["readable"])
    assert (await spotify.gateway.playlist(access, followed["id"])).details.name == followed["name"]
    with pytest.raises(SpotifyRefused) as refused:
        await spotify.gateway.items(access, followed["id"])
    assert refused.value.reason is Refusal.FORBIDDEN


async def test_the_profile_says_who_it_is(spotify: Spotify) -> None:
    profile = await spotify.gateway.profile(await spotify.access("ada"))
    assert (profile.spotify_id, profile.display_name) == ("ada_spotify", "Ada L.")
    assert profile.account_key not in ("", profile.spotify_id)


async def test_hearts_are_given_seen_and_taken_back(spotify: Spotify) -> None:
    access, gateway = await spotify.access("ada"), spotify.gateway
    songs = await spotify.hands.new_songs("ada", LIBRARY_BATCH)
    await gateway.save(access, songs)
    assert await gateway.saved(access, songs) == (True,) * LIBRARY_BATCH
    await gateway.unsave(access, songs[1:])
    assert await gateway.saved(access, songs[:2]) == (True, False)


async def test_a_playlist_is_made_filled_changed_left_and_fetched_back(spotify: Spotify) -> None:
    access, gateway = await spotify.access("ada"), spotify.gateway
    one, two, three = await spotify.hands.new_songs("ada", 3)
    made = await gateway.create_playlist(access, "Rock & roll", "loud <3", True, False)
    assert (made.name, made.description, made.public) == ("Rock & roll", "loud <3", True)

    snapshot = await gateway.add_items(access, made.spotify_id, [one, two, one])
    assert (await gateway.playlist(access, made.spotify_id)).details.snapshot_id == snapshot
    await gateway.add_items(access, made.spotify_id, [three], position=0)
    await gateway.remove_items(access, made.spotify_id, [one])
    assert await uris(gateway, access, made.spotify_id) == [three, two]
    await gateway.replace_items(access, made.spotify_id, [one])
    assert await uris(gateway, access, made.spotify_id) == [one]
    await gateway.replace_items(access, made.spotify_id, [])
    assert await uris(gateway, access, made.spotify_id) == []

    await gateway.edit_playlist(access, made.spotify_id, description="quiet\nnow")
    changed = (await gateway.playlist(access, made.spotify_id)).details
    assert (changed.name, changed.description) == ("Rock & roll", "quiet now")

    await gateway.unfollow_playlist(access, made.spotify_id)
    assert made.spotify_id not in {entry["id"] for entry in await own_lists(spotify, "ada")}
    await gateway.follow_playlist(access, made.spotify_id)
    assert made.spotify_id in {entry["id"] for entry in await own_lists(spotify, "ada")}


async def uris(gateway: SpotifyGateway, access: Access, playlist_id: str) -> list[str | None]:
    page = await gateway.items(access, playlist_id)
    return [item.track.uri if item.track else None for item in page.items]


async def test_an_added_song_whose_answer_was_lost_is_not_added_twice(spotify: Spotify) -> None:
    access = await spotify.access("ada")
    made = await spotify.gateway.create_playlist(access, "New", "", True, False)
    songs = await spotify.hands.new_songs("ada", 1)
    await spotify.hands.drop_connection_next(method="POST", path_contains="/items")
    with pytest.raises(SpotifyUnclear):
        await spotify.gateway.add_items(access, made.spotify_id, songs)
    assert await uris(spotify.gateway, access, made.spotify_id) == songs


async def test_a_like_whose_answer_was_lost_is_asked_again_and_there_once(spotify: Spotify) -> None:
    access = await spotify.access("ben")
    songs = await spotify.hands.new_songs("ben", 1)
    await spotify.hands.fail_next(1, 502, method="PUT", before_or_after="after", body="html")
    await spotify.gateway.save(access, songs)
    likes = [like["uri"] for like in (await spotify.hands.library("ben"))["likes"]]
    assert likes.count(songs[0]) == 1


async def test_a_short_wait_is_sat_out_and_a_spent_quota_told(spotify: Spotify) -> None:
    access = await spotify.access("ben")
    await spotify.hands.rate_limit_next(1, retry_after=9)
    await spotify.gateway.saved_list(access, SavedKind.TRACK)
    assert spotify.time.slept == [9]
    await spotify.hands.rate_limit_next(1, retry_after=52531)
    with pytest.raises(SpotifyBusy) as busy:
        await spotify.gateway.saved_list(access, SavedKind.TRACK)
    assert busy.value.retry_at == spotify.time() + timedelta(seconds=52531)


async def test_somebody_who_is_not_on_the_allow_list_is_told_whom_to_ask(spotify: Spotify) -> None:
    access = await spotify.access("dan")
    with pytest.raises(SpotifyRefused) as refused:
        await spotify.gateway.profile(access)
    assert refused.value.reason is Refusal.NOT_REGISTERED


async def test_the_owners_lapsed_premium_is_told_as_such(spotify: Spotify) -> None:
    access = await spotify.access("ben")
    await spotify.hands.premium(active=False)
    with pytest.raises(SpotifyRefused) as refused:
        await spotify.gateway.saved_list(access, SavedKind.TRACK)
    assert refused.value.reason is Refusal.OWNER_PREMIUM


async def test_a_deleted_playlist_is_gone(spotify: Spotify) -> None:
    access = await spotify.access("ben")
    (mine, *_) = await own_lists(spotify, "ben")
    await spotify.hands.empty_account("ben")
    with pytest.raises(SpotifyGone):
        await spotify.gateway.items(access, mine["id"])


@pytest.mark.parametrize("app", [SECRET, PUBLIC])
async def test_an_old_token_is_renewed_and_serves_again(spotify: Spotify, app: SpotifyApp) -> None:
    token = await spotify.sign_in("ben", app)
    spotify.clock.advance(timedelta(hours=1))
    with pytest.raises(TokenExpired):
        await spotify.gateway.saved_list(Access(app.client_id, token.access_token), SavedKind.TRACK)
    renewed = await spotify.oauth.refresh(app, token)
    assert renewed.expires_at > spotify.clock.now() + timedelta(minutes=59)
    assert (renewed.refresh_token == token.refresh_token) is bool(app.client_secret)
    await spotify.gateway.saved_list(Access(app.client_id, renewed.access_token), SavedKind.TRACK)


@pytest.mark.parametrize("app", [SECRET, PUBLIC])
async def test_after_six_months_the_person_links_again(spotify: Spotify, app: SpotifyApp) -> None:
    token = await spotify.sign_in("ben", app)
    spotify.clock.advance(timedelta(days=185))
    with pytest.raises(SpotifyRevoked):
        await spotify.oauth.refresh(app, token)


async def test_access_taken_back_at_spotify_is_noticed(spotify: Spotify) -> None:
    token = await spotify.sign_in("ben")
    await spotify.hands.revoke("ben")
    with pytest.raises(TokenExpired):
        await spotify.gateway.saved_list(Access(CLIENT_ID, token.access_token), SavedKind.TRACK)
    with pytest.raises(SpotifyRevoked):
        await spotify.oauth.refresh(SECRET, token)


async def test_a_code_works_once(spotify: Spotify) -> None:
    url, verifier = spotify.oauth.begin(SECRET, "s")
    code = (await spotify.press("ben", url, "agree"))["code"]
    await spotify.oauth.finish(SECRET, code, verifier)
    with pytest.raises(LinkExpired):
        await spotify.oauth.finish(SECRET, code, verifier)


async def test_whoever_cancels_comes_back_with_a_no(spotify: Spotify) -> None:
    url, _verifier = spotify.oauth.begin(SECRET, "s")
    assert await spotify.press("ben", url, "cancel") == {"error": "access_denied", "state": "s"}


async def test_a_changed_secret_is_the_operators_matter(spotify: Spotify) -> None:
    token = await spotify.sign_in("ben")
    await spotify.hands.new_secret(CLIENT_ID, "another")
    with pytest.raises(SpotifyRefused) as refused:
        await spotify.oauth.refresh(SECRET, token)
    assert refused.value.reason is Refusal.APP_REJECTED


async def test_permission_not_given_is_told_as_such(spotify: Spotify) -> None:
    url, verifier = spotify.oauth.begin(SECRET, "s")
    less = str(URL(url).update_query(scope="playlist-read-private"))
    token = await spotify.oauth.finish(SECRET, (await spotify.press("ben", less, "agree"))["code"], verifier)
    assert token.scope == "playlist-read-private"
    with pytest.raises(SpotifyRefused) as refused:
        await spotify.gateway.saved_list(Access(CLIENT_ID, token.access_token), SavedKind.TRACK)
    assert refused.value.reason is Refusal.SCOPE_MISSING
