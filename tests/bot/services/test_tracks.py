from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotLinked, SpotifyGone
from bot.services.tracks import NotATrack, Tracks, track_id_of
from bot.spotify.features import ClosedToApp, Feature
from storage.records import Like, Track
from tests.bot.services.sync.lab import Lab, a_lab
from tests.builders import VaultPlan, at
from tests.sandbox.spotify.apps import CLIENT_ID
from tests.storage.seeing import keep

ID = "3cEYpjA9oz9GiPac4AsH4n"
NOBODY = 999


@pytest.mark.parametrize(
    "pasted",
    [
        ID,
        f"  {ID}\n",
        f"spotify:track:{ID}",
        f"https://open.spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID}/",
        f"https://open.spotify.com/track/{ID}?si=0123456789abcdef",
        f"https://open.spotify.com/track/{ID}?si=a&utm_source=copy-link#t=1",
        f"https://open.spotify.com/intl-de/track/{ID}?si=x",
        f"https://open.spotify.com/intl-pt-br/track/{ID}",
        f"https://open.spotify.com/embed/track/{ID}",
        f"<https://open.spotify.com/track/{ID}>",
        f"http://open.spotify.com/track/{ID}",
        f"open.spotify.com/track/{ID}",
        f"HTTPS://Open.Spotify.com/track/{ID}",
    ],
)
def test_every_way_to_name_a_track_is_read(pasted: str) -> None:
    assert track_id_of(pasted) == ID


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "Bohemian Rhapsody",
        ID[:-1],
        ID + "x",
        ID[:-1] + "-",
        ID[:-1] + "\u017f",
        ID[:-1] + "\u212a",
        ID[:-1] + "\u0664",
        f"spotify:album:{ID}",
        f"spotify:track:{ID}x",
        f"spotify:local:a:b:{ID}:1",
        f"https://open.spotify.com/album/{ID}",
        f"https://open.spotify.com/playlist/{ID}?si=x",
        f"https://open.spotify.com/track/{ID}x",
        f"https://open.spotify.com/track/{ID[:-1]}\u017f",
        f"https://open.spotify.com/track/{ID}/more",
        f"https://open.spotify.com.example.org/track/{ID}",
        f"https://example.org/open.spotify.com/track/{ID}",
        f"https://example.org/?https://open.spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID} and more",
        f"{ID} {ID}",
        "https://spotify.link/abcdefghijk",
        "@everyone",
    ],
)
def test_anything_else_is_told_what_to_paste(pasted: str) -> None:
    with pytest.raises(NotATrack) as refused:
        track_id_of(pasted)
    assert "https://open.spotify.com/track/" in refused.value.sentence


@given(st.text(alphabet=st.sampled_from("aZ9-:/?#<> \u017f\u212a") | st.characters(), max_size=40), st.booleans())
def test_what_is_read_is_always_an_id(noise: str, before: bool) -> None:
    try:
        found = track_id_of(noise + ID if before else ID + noise)
    except NotATrack:
        return
    assert found == ID


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with a_lab(tmp_path, "gus") as lab:
        yield lab


@pytest.fixture
def tracks(lab: Lab) -> Tracks:
    return Tracks(lab.rooms.kept.places, lab.rooms.accounts)


async def a_song(lab: Lab) -> str:
    return str((await lab.hands.some("track", 1))[0]).rpartition(":")[2]


async def asked(lab: Lab) -> int:
    return int((await lab.hands.counts())["api"])


async def test_what_the_vault_has_is_told_without_a_request(lab: Lab, tracks: Tracks) -> None:
    song = Track(f"spotify:track:{ID}", "Kept", spotify_id=ID)
    await keep(lab.rooms.kept.library, lab.discord_id, VaultPlan(likes=(Like(song, at(0)),)), at(1))
    before = await asked(lab)
    look = await tracks.look(lab.discord_id, ID)
    assert look.places is not None
    assert (look.track, look.places.liked_since) == (song, at(0))
    assert await asked(lab) == before


async def test_what_it_never_had_is_asked_for_once_and_not_taken_from_others(lab: Lab, tracks: Tracks) -> None:
    song_id = await a_song(lab)
    other = Track(f"spotify:track:{song_id}", "As somebody else's vault has it", spotify_id=song_id)
    await keep(lab.rooms.kept.library, NOBODY, VaultPlan(likes=(Like(other, at(0)),)), at(1))
    before = await asked(lab)
    look = await tracks.look(lab.discord_id, song_id)
    assert look.places is None
    assert look.track.uri == other.uri
    assert look.track.name != other.name
    assert await asked(lab) == before + 1
    with pytest.raises(NotLinked):
        await tracks.look(NOBODY + 1, song_id)


async def test_an_app_that_may_shows_the_sound_in_two_requests(lab: Lab, tracks: Tracks) -> None:
    await lab.hands.still_may(CLIENT_ID, ["audio_features", "audio_analysis"])
    song_id, before = await a_song(lab), await asked(lab)
    sound = await tracks.sound(lab.discord_id, song_id)
    assert sound.features is not None
    assert sound.features.spotify_id == song_id
    assert sound.analysis is not None
    assert sound.analysis.sections
    assert sound.closed == ()
    assert await asked(lab) == before + 2


async def test_a_closed_app_is_asked_once_and_never_again(lab: Lab, tracks: Tracks) -> None:
    song_id = await a_song(lab)
    with pytest.raises(ClosedToApp):
        await tracks.sound(lab.discord_id, song_id)
    before = await asked(lab)
    with pytest.raises(ClosedToApp):
        await tracks.sound(lab.discord_id, await a_song(lab))
    assert await asked(lab) == before


@pytest.mark.parametrize("may", ["audio_features", "audio_analysis"])
async def test_what_is_open_is_shown_beside_what_is_closed(lab: Lab, tracks: Tracks, may: str) -> None:
    await lab.hands.still_may(CLIENT_ID, [may])
    sound = await tracks.sound(lab.discord_id, await a_song(lab))
    assert (sound.features is not None, sound.analysis is not None) == (
        may == "audio_features",
        may == "audio_analysis",
    )
    (closed,) = sound.closed
    assert closed.feature is (Feature.AUDIO_ANALYSIS if sound.features else Feature.AUDIO_FEATURES)


async def test_a_track_spotify_does_not_have_is_gone(lab: Lab, tracks: Tracks) -> None:
    await lab.hands.still_may(CLIENT_ID, ["audio_features", "audio_analysis"])
    with pytest.raises(SpotifyGone):
        await tracks.sound(lab.discord_id, ID)
    with pytest.raises(SpotifyGone):
        await tracks.look(lab.discord_id, ID)
