"""Another release of a lost song: found by what it is, and never another recording of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.restore.match import CLOSE_MS, OTHER_RECORDING, best_version, is_same_recording, title_of
from bot.services.restore.versions import queries
from storage.records import Album, Artist, Track
from tests.builders import track


def song(name: str = "Harbour Lights", uri: str = "other", ms: int = 180_000, **given: object) -> Track:
    """A release of the song by The Builders unless something else is said."""
    made = track(name, **given)  # type: ignore[arg-type]
    return replace(made, uri=f"spotify:track:{uri}", spotify_id=uri, duration_ms=ms)


LOST = song(uri="lost", isrc="QZABC0100001")


@pytest.mark.parametrize(
    "title",
    [
        "Harbour Lights",
        "HARBOUR LIGHTS",
        "Hárbour Lights",
        "Harbour Lights - Remastered 2011",
        "Harbour Lights (2009 Remaster)",
        "Harbour Lights (feat. Somebody Else)",
        "Harbour Lights [Mono Version]",
        "Harbour Lights (Deluxe Edition Bonus Track)",
    ],
)
def test_the_same_song_on_another_release_is_found(title: str) -> None:
    assert best_version(LOST, [song(title)]) is not None


@pytest.mark.parametrize(
    "other",
    [
        song("Harbour Lights (Live)"),
        song("Harbour Lights - Live at the Pier, 1999"),
        song("Harbour Lights - Night Mix"),
        song("Harbour Lights (Somebody Remix)"),
        song("Harbour Lights (Karaoke Version)"),
        song("Harbour Lights - Acoustic"),
        song("Harbour Lights (Somebody's Version)"),
        song("Harbour Lights Live"),
        song("Harbour Lights", album="Live at the Pier"),
        song("Harbour Lights", album="Karaoke Hits, Vol. 3"),
        song("Harbour Lights", artist="The Karaoke Builders"),
        song("Harbour", ms=180_000),
        song("Harbour Lights, Pt. 2"),
        song(ms=180_000 + CLOSE_MS + 1),
        song(ms=0),
        song("Harbour Lights (Live)", isrc="QZABC0100001"),
    ],
    ids=lambda other: f"{other.name}, {other.album.name}, {other.artists[0].name}, {other.duration_ms}, {other.isrc}",
)
def test_another_recording_is_never_taken_for_it(other: Track) -> None:
    assert best_version(LOST, [other]) is None


def test_a_live_song_is_found_as_that_live_song_alone() -> None:
    live = song("Harbour Lights (Live at the Pier)", uri="lost", album="Live at the Pier")
    studio, again = song(), song("Harbour Lights - Live at the Pier", uri="again", album="The Pier Box")
    assert best_version(live, [studio, again]) == again


def test_the_same_isrc_is_the_same_recording_however_it_is_spelled() -> None:
    renamed = song("Lights of the Harbour", artist="Builders, The", isrc="qz-abc-01-00001", ms=200_000)
    assert best_version(LOST, [song(), renamed]) == renamed


def test_the_record_it_was_on_comes_before_a_compilation() -> None:
    sampler, record = song(uri="sampler", album="Lighthouse Hits"), song(uri="record", ms=181_000)
    assert best_version(LOST, [sampler, record]) == record


def test_a_song_without_an_artist_or_a_length_is_matched_by_its_isrc_alone() -> None:
    bare = replace(LOST, artists=(), duration_ms=0)
    assert best_version(bare, [song()]) is None
    assert best_version(bare, [song(isrc="QZABC0100001")]) is not None


TITLES = st.lists(
    st.sampled_from(
        ["Harbour", "Lights", "(Live)", "- Remix", "(2011 Remaster)", "[Mono]", "é", "-", "(", "", "(feat. X)"]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)
SONGS = st.builds(
    lambda title, uri, artist, album, isrc, ms: replace(
        song(title, uri, ms, isrc=isrc), artists=artist, album=album and Album(album)
    ),
    TITLES,
    st.sampled_from(["lost", "a", "b", "c"]),
    st.sampled_from([(), (Artist("The Builders"),), (Artist("Others"), Artist("The Builders"))]),
    st.sampled_from([None, "First Floor", "Live at the Pier"]),
    st.sampled_from([None, "", "QZ1", "QZ2"]),
    st.integers(0, 10_000),
)


@given(SONGS, st.lists(SONGS, max_size=6))
def test_what_is_found_is_one_of_those_and_another_release_of_the_same_recording(
    lost: Track, found: list[Track]
) -> None:
    best = best_version(lost, found)
    assert (best is None) == (not any(is_same_recording(lost, other) for other in found))
    if best is not None:
        assert best in found
        assert best.uri != lost.uri
        marks = [title_of(each.name).said & OTHER_RECORDING for each in (lost, best)]
        assert marks[0] == marks[1]


@given(SONGS, SONGS)
def test_being_the_same_recording_goes_both_ways(one: Track, two: Track) -> None:
    assert is_same_recording(one, two) == is_same_recording(two, one)


@given(SONGS, st.lists(SONGS, min_size=1, max_size=5))
def test_a_song_with_the_same_isrc_beats_every_other(lost: Track, found: list[Track]) -> None:
    best = best_version(lost, found)
    with_isrc = [one for one in found if lost.isrc and one.isrc == lost.isrc and is_same_recording(lost, one)]
    assert not with_isrc or best in with_isrc


def test_the_surest_question_comes_first_and_nothing_in_a_name_breaks_it() -> None:
    assert queries(LOST) == ("isrc:QZABC0100001", 'track:"Harbour Lights" artist:"The Builders"')
    odd = song('Say "isrc:X" (Live)', artist='A "quoted" one')
    assert queries(odd) == ('Say isrc X (Live) artist:"A quoted one"',)
    assert queries(replace(LOST, artists=(), isrc=None)) == ()
