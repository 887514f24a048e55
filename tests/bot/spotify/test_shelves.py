"""Everything besides likes and items against the stand-in for Spotify, which has it as new apps see it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from bot.errors import SpotifyGone
from bot.spotify.features import ClosedToApp, Feature
from bot.spotify.gateway import Access, SpotifyGateway
from storage.records import Album, Artist, SavedKind, Show, TopKind, TopTerm, Track
from tests.bot.spotify.sandboxed import Spotify, everything
from tests.sandbox.spotify.apps import CLIENT_ID

Call = Callable[[SpotifyGateway, Access, str], Awaitable[Any]]


@pytest.fixture
async def access(spotify: Spotify) -> Access:
    await spotify.hands.furnish(
        user="ben", likes=60, playlists=3, items=70, followed=2, albums=55, artists=120, shows=3, episodes=4, plays=9
    )
    return await spotify.access("ben")


@pytest.mark.parametrize("kind", [SavedKind.TRACK, SavedKind.ALBUM, SavedKind.SHOW, SavedKind.EPISODE])
async def test_what_is_saved_is_read_in_order_with_its_time(spotify: Spotify, access: Access, kind: SavedKind) -> None:
    there = (await spotify.hands.library("ben"))["likes" if kind is SavedKind.TRACK else f"{kind.value}s"]
    assert there
    read = await everything(partial(spotify.gateway.saved_list, access, kind))
    assert [(saved.thing and saved.thing.uri, saved.added_at) for saved in read] == [
        (entry["uri"], datetime.fromisoformat(entry["added_at"])) for entry in there
    ]
    expected = {SavedKind.ALBUM: Album, SavedKind.SHOW: Show}.get(kind, Track)
    assert {type(saved.thing) for saved in read} == {expected}


async def test_a_saved_album_that_is_gone_keeps_its_place(spotify: Spotify, access: Access) -> None:
    before = await spotify.gateway.saved_list(access, SavedKind.ALBUM)
    assert before.items[2].thing is not None
    await spotify.hands.withdraw(str(before.items[2].thing.uri))
    after = await spotify.gateway.saved_list(access, SavedKind.ALBUM)
    assert [saved.added_at for saved in after.items] == [saved.added_at for saved in before.items]
    assert [saved.thing is None for saved in after.items[:4]] == [False, False, True, False]


async def test_all_followed_artists_are_read_by_their_cursor(spotify: Spotify, access: Access) -> None:
    found: list[Artist] = []
    page = await spotify.gateway.followed_artists(access)
    found += page.artists
    while page.after is not None:
        page = await spotify.gateway.followed_artists(access, page.after)
        found += page.artists
    assert page.total == len(found) == 120
    assert sorted(str(artist.uri) for artist in found) == (await spotify.hands.library("ben"))["follows"]
    assert len((await spotify.gateway.followed_artists(access, limit=1)).artists) == 1


@pytest.mark.parametrize("term", TopTerm)
async def test_favourites_of_each_range_are_read_in_order(spotify: Spotify, access: Access, term: TopTerm) -> None:
    songs = [like["uri"] for like in (await spotify.hands.library("ben"))["likes"]][:5]
    await spotify.hands.top(user="ben", kind="tracks", time_range=term.value, uris=songs)
    top = await spotify.gateway.top(access, TopKind.TRACKS, term)
    assert (top.kind, top.term, [thing.uri for thing in top.things]) == (TopKind.TRACKS, term, songs)
    artists = await spotify.gateway.top(access, TopKind.ARTISTS, term)
    assert artists.things
    assert all(isinstance(thing, Artist) for thing in artists.things)


async def test_plays_are_read_newest_first_and_after_a_moment(spotify: Spotify, access: Access) -> None:
    there = (await spotify.hands.library("ben"))["plays"]
    plays = await spotify.gateway.recently_played(access)
    assert [(play.track.uri, play.played_at) for play in plays] == [
        (play["uri"], to_the_millisecond(play["played_at"])) for play in there
    ]
    moment = round(plays[3].played_at.timestamp() * 1000) + 1  # the stand-in knows what is between milliseconds
    assert await spotify.gateway.recently_played(access, moment) == plays[:3]


async def test_an_opened_playlist_brings_its_first_items_where_they_are_shown(spotify: Spotify, access: Access) -> None:
    there = {entry["id"]: entry for entry in (await spotify.hands.library("ben"))["playlists"] if entry["listed"]}
    shown = set()
    for entry in await everything(partial(spotify.gateway.playlists, access)):
        playlist_id = entry.details.spotify_id
        opened = await spotify.gateway.playlist(access, playlist_id)
        assert opened.details.name == there[playlist_id]["name"]
        assert entry.items == len(there[playlist_id]["items"])
        assert (opened.items is not None) is there[playlist_id]["readable"]
        if opened.items is not None:
            assert opened.items == await spotify.gateway.items(access, playlist_id)
        shown.add(opened.items is not None)
    assert shown == {True, False}


async def test_a_cover_is_fetched_as_it_was_put_there(spotify: Spotify, access: Access) -> None:
    mine = (await everything(partial(spotify.gateway.playlists, access)))[0].details.spotify_id
    jpeg = b"\xff\xd8\xff" + bytes(range(256)) * 40 + b"\xff\xd9"
    await spotify.gateway.upload_cover(access, mine, jpeg)
    urls = await spotify.gateway.cover_urls(access, mine)
    assert (await spotify.gateway.image(urls[0])).data == jpeg
    assert (await spotify.gateway.playlist(access, mine)).details.image_url == urls[0]


async def test_one_track_is_read_like_the_one_in_a_list(spotify: Spotify, access: Access) -> None:
    like = (await spotify.gateway.saved_list(access, SavedKind.TRACK)).items[0]
    assert like.thing is not None
    assert await spotify.gateway.track(access, str(like.thing.spotify_id)) == like.thing
    with pytest.raises(SpotifyGone):
        await spotify.gateway.track(access, "0" * 22)


@pytest.mark.parametrize("kinds", [[401, 403, 500, 502, 503], ["cut", "truncated"]])
async def test_noise_changes_nothing_of_what_is_read(spotify: Spotify, access: Access, kinds: list[int | str]) -> None:
    async def all_of_it() -> list[object]:
        return [
            await everything(partial(spotify.gateway.saved_list, access, SavedKind.TRACK)),
            await everything(partial(spotify.gateway.saved_list, access, SavedKind.ALBUM)),
            await spotify.gateway.followed_artists(access),
            await spotify.gateway.recently_played(access),
        ]

    quiet = await all_of_it()
    await spotify.hands.noise(rate=0.15, kinds=kinds)
    assert [await all_of_it() for _ in range(3)] == [quiet] * 3
    assert spotify.time.slept


CLOSED: list[tuple[Feature, Call]] = [
    (Feature.SEVERAL_TRACKS, lambda gateway, access, song: gateway.tracks(access, [song])),
    (Feature.AUDIO_FEATURES, lambda gateway, access, song: gateway.audio_features(access, [song])),
    (Feature.AUDIO_FEATURES, lambda gateway, access, song: gateway.audio_feature(access, song)),
    (Feature.AUDIO_ANALYSIS, lambda gateway, access, song: gateway.audio_analysis(access, song)),
    (Feature.USER_PLAYLISTS, lambda gateway, access, _song: gateway.user_playlists(access, "ada_spotify")),
]


@pytest.mark.parametrize(("feature", "call"), CLOSED)
async def test_an_app_of_today_is_told_what_is_closed(
    spotify: Spotify, access: Access, feature: Feature, call: Call
) -> None:
    song = await a_song(spotify, access)
    with pytest.raises(ClosedToApp) as closed:
        await call(spotify.gateway, access, song)
    assert closed.value.feature is feature


async def test_an_app_of_old_sees_what_is_closed_to_others(spotify: Spotify, access: Access) -> None:
    await spotify.hands.still_may(
        CLIENT_ID, ["several_tracks", "audio_features", "audio_analysis", "user_playlists", "followed_items"]
    )
    gateway, song = spotify.gateway, await a_song(spotify, access)
    assert await gateway.tracks(access, [song, "0" * 22]) == (await gateway.track(access, song), None)
    (several, nothing) = await gateway.audio_features(access, [song, "0" * 22])
    assert several == await gateway.audio_feature(access, song)
    assert nothing is None
    assert several is not None
    assert several.spotify_id == song
    assert None not in (several.tempo, several.energy, several.key, several.duration_ms)
    analysis = await gateway.audio_analysis(access, song)
    assert analysis.tempo == several.tempo
    assert analysis.beats
    assert [len(segment.pitches) for segment in analysis.segments[:1]] == [12]
    assert (await gateway.user_playlists(access, "ada_spotify")).items
    for listed in await everything(partial(gateway.playlists, access)):
        assert (await gateway.playlist(access, listed.details.spotify_id)).items is not None


async def a_song(spotify: Spotify, access: Access) -> str:
    """The id of one that is there."""
    like = (await spotify.gateway.saved_list(access, SavedKind.TRACK)).items[0]
    assert like.thing is not None
    return str(like.thing.spotify_id)


def to_the_millisecond(text: str) -> datetime:
    """All that Spotify says of a play's time."""
    moment = datetime.fromisoformat(text)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
