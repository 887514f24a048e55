"""The parser on the odd corners of Spotify's answers."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.spotify import parse
from storage.records import Artist, PlaylistItem, Saved, SavedKind, TopKind, TopTerm, TrackKind

SONG: dict[str, Any] = {"uri": "spotify:track:one", "id": "one", "type": "track", "name": "One", "duration_ms": 1000}
LIST: dict[str, Any] = {"id": "p1", "name": "Mine", "owner": {"id": "ada"}}

words = st.sampled_from(
    ["", "id", "name", "uri", "spotify:track:1", "local", "2024-01-01T00:00:00Z", "\u202e@everyone"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["uri", "id", "name", "type", "album", "artists", "show", "images", "owner", "added_at", "added_by", "track"]
objects = st.dictionaries(st.sampled_from([*FIELDS, "item", "items", "total", "next", "external_ids"]), json_values)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=objects)
def test_nothing_spotify_could_send_makes_the_parser_fail(raw: dict[str, Any]) -> None:
    for read in (
        parse.track,
        partial(parse.saved, kind=SavedKind.TRACK),
        parse.playlist_item,
        parse.playlist,
        parse.profile,
    ):
        read(raw)
    for page in (parse.item_page, parse.listed_page):
        page(raw)


strict: list[Callable[[object], object]] = [
    parse.whose,
    parse.opened,
    parse.one_playlist,
    parse.one_track,
    parse.follows,
    parse.plays,
    parse.cover_urls,
    parse.audio_analysis,
    parse.one_audio_features,
    partial(parse.tracks, expected=1),
    partial(parse.flags, expected=1),
    partial(parse.several_audio_features, expected=1),
    partial(parse.top, kind=TopKind.ARTISTS, term=TopTerm.LONG),
    partial(parse.top, kind=TopKind.TRACKS, term=TopTerm.LONG),
    *(parse.saved_page(kind, 0) for kind in SavedKind),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=json_values | objects, wrapped=objects)
def test_what_was_asked_for_is_read_or_the_answer_is_called_unusable(raw: object, wrapped: dict[str, Any]) -> None:
    for answer in (raw, {"artists": wrapped}, {"items": [wrapped], "total": 1}, {"items": wrapped, "id": "p1"}):
        for read in strict:
            with suppress(parse.UnusableAnswer):
                read(answer)


@pytest.mark.parametrize("read", strict)
@pytest.mark.parametrize("answer", [None, "ok", {}, {"items": None}, {"artists": {}}, {"error": "upstream"}])
def test_what_is_not_what_was_asked_for_is_never_taken_for_nothing(
    read: Callable[[object], object], answer: object
) -> None:
    with pytest.raises(parse.UnusableAnswer):
        read(answer)


def test_new_and_old_names_of_an_entry_read_the_same() -> None:
    new = parse.playlist_item({"item": SONG, "track": None})
    assert new == parse.playlist_item({"track": SONG})
    assert new.track is not None


def test_a_null_entry_keeps_its_place() -> None:
    page = parse.item_page({"items": [{"item": SONG}, {"item": None}, None, {"item": SONG}], "total": 4})
    assert [entry.track is None for entry in page.items] == [False, True, True, False]


def test_a_null_like_keeps_its_place_and_its_time() -> None:
    like = parse.saved({"added_at": "2024-05-01T10:00:00Z", "track": None}, SavedKind.TRACK)
    assert like.thing is None
    assert like.added_at == datetime(2024, 5, 1, 10, tzinfo=UTC)


def test_hidden_playlists_are_left_out_but_counted_in_the_offset() -> None:
    page = parse.listed_page({"items": [LIST, None, {**LIST, "id": "p2"}], "total": 5}, offset=0)
    assert [entry.details.spotify_id for entry in page.items] == ["p1", "p2"]
    assert page.next_offset == 3


def test_the_last_page_has_no_next_one() -> None:
    page = parse.saved_page(SavedKind.TRACK, 50)({"items": [{"track": SONG}], "total": 51, "next": None})
    assert (page.next_offset, page.whole) == (None, True)


def test_a_list_that_ends_before_its_total_is_not_whole() -> None:
    page = parse.saved_page(SavedKind.TRACK, 50)({"items": [], "total": 51, "next": None})
    assert (page.next_offset, page.whole) == (None, False)


def test_an_empty_list_is_whole() -> None:
    page = parse.item_page({"items": [], "total": 0, "next": None})
    assert (page.items, page.next_offset, page.whole) == ((), None, True)


@pytest.mark.parametrize("key", ["items", "tracks"])
def test_a_listed_playlist_says_how_many_items_it_has(key: str) -> None:
    page = parse.listed_page({"items": [{**LIST, key: {"href": "...", "total": 12}}, LIST], "total": 2})
    assert [entry.items for entry in page.items] == [12, None]


def test_a_playlist_without_its_items_is_closed_and_one_without_any_is_not() -> None:
    assert parse.opened({**LIST, "items": {"href": "...", "total": 12}}).items is None
    assert parse.opened(LIST).items is None
    assert parse.opened({**LIST, "items": {"items": [], "total": 0}}).items == parse.Page((), 0)


@pytest.mark.parametrize("kind", SavedKind)
def test_a_saved_thing_that_is_gone_keeps_its_place_and_its_time(kind: SavedKind) -> None:
    page = parse.saved_page(kind, 0)({"items": [{"added_at": "2024-05-01T10:00:00Z", kind.value: None}], "total": 1})
    assert page.items == (Saved(None, datetime(2024, 5, 1, 10, tzinfo=UTC)),)


def test_followed_artists_end_where_spotify_names_no_next_one() -> None:
    artists = {"items": [{"id": "a1", "name": "One", "images": [{"url": "http://i"}]}, None], "total": 2}
    more = {**artists, "next": "http://elsewhere.invalid", "cursors": {"after": "a1"}}
    assert parse.follows({"artists": more}) == parse.Follows((Artist("One", "a1", "http://i"),), 2, "a1")
    assert parse.follows({"artists": {**artists, "next": None, "cursors": {"after": "a1"}}}).after is None
    assert parse.follows({"artists": {**artists, "cursors": None}}).after is None


def test_plays_without_a_track_or_a_time_are_left_out() -> None:
    played = {"track": SONG, "played_at": "2026-11-20T10:00:00.151Z", "context": {"uri": "spotify:playlist:p1"}}
    plays = parse.plays({"items": [{**played, "track": None}, played, {**played, "played_at": None}], "cursors": None})
    assert [(play.track.name, play.context_uri) for play in plays] == [("One", "spotify:playlist:p1")]
    assert plays[0].played_at == datetime(2026, 11, 20, 10, microsecond=151_000, tzinfo=UTC)


@pytest.mark.parametrize("key", ["items", "tracks"])
def test_a_whole_playlists_answer_gives_its_first_page(key: str) -> None:
    page = parse.item_page({**LIST, key: {"items": [{"item": SONG}], "total": 1}})
    assert len(page.items) == 1


def test_descriptions_are_read_as_they_were_written() -> None:
    details = parse.playlist({**LIST, "description": "Rock &amp; roll &#x27;n&#x27; &lt;3"})
    assert details is not None
    assert details.description == "Rock & roll 'n' <3"


def test_neutral_values_of_2026_are_read_as_unknown() -> None:
    details = parse.playlist({**LIST, "public": None, "images": None, "description": None, "owner": None})
    assert details is not None
    assert (details.public, details.image_url, details.description, details.owner_id) == (None, None, "", "")


def test_a_local_file_without_ids_is_kept_as_a_local_file() -> None:
    raw = {"uri": "spotify:local:Me::Song:12", "id": None, "type": "track", "is_local": True, "name": "Song"}
    track = parse.track({**raw, "artists": [{"name": "Me", "id": None}], "album": {"name": "", "id": None}})
    assert track is not None
    assert (track.kind, track.spotify_id, track.artists[0].name) == (TrackKind.LOCAL, None, "Me")


def test_a_track_shaped_episode_is_an_episode() -> None:
    track = parse.track({**SONG, "uri": "spotify:episode:e1", "type": "track"})
    assert track is not None
    assert track.kind is TrackKind.EPISODE


def test_an_unheard_of_type_is_kept_under_its_own_uri() -> None:
    track = parse.track({"uri": "spotify:chapter:c1", "id": "c1", "type": "chapter", "name": "Chapter 1"})
    assert track is not None
    assert (track.uri, track.name) == ("spotify:chapter:c1", "Chapter 1")


def test_whoever_added_an_item_nobody_knows_is_nobody() -> None:
    assert parse.playlist_item({"item": None, "added_by": {"id": ""}, "added_at": None}) == PlaylistItem(None)


def test_the_account_id_is_the_key_where_spotify_gives_one() -> None:
    profile = parse.profile({"id": "ada", "account_id": "acc-1", "display_name": "Ada"})
    assert (profile.spotify_id, profile.account_key, profile.display_name) == ("ada", "acc-1", "Ada")


def test_without_an_account_id_and_a_name_the_id_serves_for_both() -> None:
    profile = parse.profile({"id": "ada", "display_name": None})
    assert (profile.account_key, profile.display_name) == ("ada", "ada")
