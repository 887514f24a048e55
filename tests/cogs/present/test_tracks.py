"""One track in words."""

from dataclasses import replace

import pytest

from bot.services.tracks import Look, NotATrack, Sound
from bot.spotify.features import ClosedToApp, Feature
from bot.spotify.parse_sound import AudioAnalysis, AudioFeatures, Section, Span
from cogs.present.errors import sorry
from cogs.present.tracks import DANCE, ENERGY, MOOD, clock, key_words, share_words, sound_card, track_card
from storage.places import Places
from storage.records import Artist, ListName, Track
from tests.builders import at, track
from tests.cogs.present.limits import fits, labels

TRAP = "@everyone **`" + "|" * 100
ID = "3cEYpjA9oz9GiPac4AsH4n"
SONG = track("A")
HEARD = AudioFeatures(
    ID, energy=0.93, danceability=0.5, valence=0.0, loudness=-7.25, tempo=128.4, key=1, mode=0, time_signature=3
)
ANALYSIS = AudioAnalysis(
    duration=187.0, loudness=None, tempo=None, key=None, mode=None, time_signature=None,
    bars=(), beats=(), tatums=(), sections=(), segments=(),
)  # fmt: skip


def told(places: Places | None, of: Track = SONG) -> str:
    return fits(track_card(Look(ID, of, places)))


def analysis(sections: int) -> AudioAnalysis:
    return replace(ANALYSIS, sections=tuple(Section(Span(30.0 * n, 30.0, 1.0)) for n in range(sections)))


def test_a_track_says_what_it_is() -> None:
    text = told(Places(SONG))
    assert text.startswith("A\nby The Builders · “First Floor” (2001)\n")


def test_a_track_without_album_or_artists_or_year_says_what_there_is() -> None:
    assert (
        told(Places(SONG), replace(SONG, artists=(), album=None)).splitlines()[1]
        == "Spotify says no more than its name."
    )
    assert SONG.album is not None
    undated = replace(SONG, album=replace(SONG.album, release_date=None))
    assert told(Places(SONG), undated).splitlines()[1].endswith("“First Floor”")


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (Places(SONG), "**Liked:** no\n"),
        (Places(SONG, at(0)), f"**Liked:** since <t:{int(at(0).timestamp())}:f>"),
        (Places(SONG, at(0), at(60)), "no longer; from <t:1795176000:f> until <t:1795179600:f>"),
        (Places(SONG), "**Playlists:** in none that your vault can see into"),
        (Places(SONG, playlists=(ListName("x", "Road"),)), "**Playlists:** in “Road”\n"),
        (
            Places(SONG, playlists=(ListName("x", "Road"), ListName("y", "Rain", at(0)))),
            "in 2: “Road”, “Rain” (gone from Spotify)\n",
        ),
        (Places(SONG), "no plays are kept yet"),
        (Places(SONG, plays_since=at(0)), "never, as far as your vault knows; plays are kept since <t:"),
        (Places(SONG, plays=1, last_played=at(1), plays_since=at(0)), "**Played:** 1 time, the last <t:"),
        (Places(SONG, plays=1204, last_played=at(1), plays_since=at(0)), "1,204 times, the last <t:"),
    ],
)  # fmt: skip
def test_each_place_has_its_words(places: Places, words: str) -> None:
    assert words in told(places)


def test_five_playlists_are_named_and_the_others_counted() -> None:
    text = told(Places(SONG, playlists=tuple(ListName(str(n), f"List {n}") for n in range(9))))
    assert "in 9: “List 0”" in text
    assert "“List 4” and 4 more" in text
    assert "List 5" not in text


def test_what_the_vault_never_had_says_so_and_claims_nothing_else() -> None:
    text = told(None)
    assert "Not in your vault" in text
    assert "Liked" not in text


def test_the_longest_names_break_nothing() -> None:
    assert SONG.album is not None
    worst = replace(
        SONG, name=TRAP, artists=(Artist(TRAP),) * 50, album=replace(SONG.album, name=TRAP, release_date=TRAP)
    )
    places = Places(worst, at(0), at(1), tuple(ListName(str(n), TRAP, at(0)) for n in range(5000)), 10**6, at(1), at(0))
    text = told(places, worst)
    assert "@everyone" not in text
    assert "and 4,995 more" in text


def test_the_sound_is_one_press_away_and_so_is_spotify() -> None:
    card = track_card(Look(ID, SONG, None))
    assert labels(card) == ["How it sounds", "Open in Spotify"]
    assert (card.buttons[0].arg, card.buttons[1].url) == (ID, f"https://open.spotify.com/track/{ID}")


def test_numbers_become_words() -> None:
    text = fits(sound_card(Sound(HEARD, analysis(3))))
    assert "**Tempo:** 128 beats a minute" in text
    assert "**Key:** C♯/D♭ minor" in text
    assert "**Time signature:** 3/4" in text
    assert "**Loudness:** -7.2 dB" in text
    assert "**Energy:** ▰▰▰▰▰▰▰▰▰▱ 93%, very energetic" in text
    assert "**Mood:** ▱▱▱▱▱▱▱▱▱▱ 0%, gloomy" in text
    assert "50%, fine to dance to" in text
    assert "**3 sections:** 0:00–0:30, 0:30–1:00, 1:00–1:30" in text


def test_what_spotify_left_out_is_not_made_up() -> None:
    text = fits(sound_card(Sound(AudioFeatures(ID), ANALYSIS)))
    assert text.count("not known") == 6
    assert "**Key:** none that stands out" in text
    assert "**Sections:** none were made out" in text


def test_what_is_closed_is_said_beside_what_is_open() -> None:
    closed = ClosedToApp(Feature.AUDIO_ANALYSIS)
    text = fits(sound_card(Sound(HEARD, None, (closed,))))
    assert closed.sentence in text
    assert "Sections" not in text
    assert "Tempo" not in fits(sound_card(Sound(None, analysis(1), (ClosedToApp(Feature.AUDIO_FEATURES),))))


def test_very_many_sections_are_counted() -> None:
    assert " and 976 more" in fits(sound_card(Sound(HEARD, analysis(1000))))


@pytest.mark.parametrize(
    ("key", "mode", "words"),
    [
        (0, 1, "C major"), (11, 0, "B minor"), (9, None, "A"), (9, 7, "A"),
        (-1, 1, "none that stands out"), (12, 1, "none that stands out"), (None, 0, "none that stands out"),
    ],
)  # fmt: skip
def test_keys_have_names(key: int | None, mode: int | None, words: str) -> None:
    assert key_words(key, mode) == words


@pytest.mark.parametrize("words", [ENERGY, MOOD, DANCE])
def test_words_rise_with_the_share_and_bars_have_one_length(words: tuple[str, ...]) -> None:
    told = [share_words(hundredth / 100, words) for hundredth in range(101)]
    assert [word for n, word in enumerate(shown.partition(", ")[2] for shown in told) if n % 25 == 0] == list(words)
    assert {shown.count("▰") + shown.count("▱") for shown in told} == {10}
    assert share_words(-3, words) == told[0]
    assert share_words(7, words) == told[-1]


def test_times_within_a_track_read_like_a_player_s() -> None:
    assert [clock(seconds) for seconds in (-1, 0, 59.9, 60, 187.4, 3600)] == [
        "0:00",
        "0:00",
        "0:59",
        "1:00",
        "3:07",
        "60:00",
    ]


def test_what_to_paste_is_told() -> None:
    assert "Copy link" in fits(sorry(NotATrack()))
