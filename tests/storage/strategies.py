"""Libraries of every kind: duplicates, local files, episodes, nulls, removed playlists, odd names."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import strategies as st

from storage.records import (
    Album,
    Artist,
    Library,
    Like,
    Playlist,
    PlaylistDetails,
    PlaylistItem,
    Show,
    Track,
    TrackKind,
)

TIMES = st.datetimes(datetime(2006, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MAYBE_TIMES = st.none() | TIMES
NAMES = st.sampled_from(
    ["", "Röyksopp", "@everyone", "**bold**", "שלום", "a" * 100, "🎧", "line\nbreak\r\u2028", '"', "\\"]
)
MAYBE_NAMES = st.none() | NAMES
NUMBERS = st.none() | st.integers(0, 99)
ADDERS = st.sampled_from([None, "ada_spotify", "", "ben_spotify"])


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[Track, ...]:
    """A few tracks that agree with each other about the artists, albums and shows they share."""
    artists = [Artist(draw(NAMES), f"artist{n}") for n in range(2)] + [Artist("My Band"), Artist("")]
    some_artists = st.lists(st.sampled_from(artists), max_size=3).map(tuple)
    albums = [
        Album(draw(NAMES), key, draw(some_artists), draw(MAYBE_NAMES), draw(MAYBE_NAMES), None, draw(NUMBERS), None)
        for key in ("album0", "album1", None, None)
    ]
    shows = [Show(draw(NAMES), key, draw(MAYBE_NAMES), draw(MAYBE_NAMES)) for key in ("show0", None)]
    return tuple(
        Track(
            uri=f"spotify:{kind}:{n}",
            name=draw(NAMES),
            kind=kind,
            spotify_id=None if kind is TrackKind.LOCAL else str(n),
            artists=draw(some_artists),
            album=draw(st.none() | st.sampled_from(albums)),
            show=draw(st.none() | st.sampled_from(shows)),
            duration_ms=draw(st.integers(0, 10**7)),
            explicit=draw(st.booleans()),
            isrc=draw(MAYBE_NAMES),
            disc_number=draw(NUMBERS),
            track_number=draw(NUMBERS),
            release_date=draw(MAYBE_NAMES),
        )
        for n, kind in enumerate([*TrackKind, TrackKind.TRACK])
    )


def items(catalogue: Sequence[Track]) -> st.SearchStrategy[tuple[PlaylistItem, ...]]:
    """Contents of a playlist; the same few tracks, times and people, so that entries repeat."""
    times = st.sampled_from([None, datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 2, 3, 4, 5, 6, 789, tzinfo=UTC)])
    item = st.builds(PlaylistItem, st.sampled_from([None, *catalogue]), times, ADDERS)
    return st.lists(item, max_size=8).map(tuple)


@st.composite
def playlists(draw: st.DrawFn, catalogue: Sequence[Track]) -> tuple[Playlist, ...]:
    """Some playlists, those gone from Spotify last."""
    details = st.builds(
        PlaylistDetails,
        st.sampled_from(["p0", "p1", "p2", "p3"]),
        NAMES,
        NAMES,
        NAMES,
        st.sampled_from([None, True, False]),
        st.booleans(),
        MAYBE_NAMES,
        MAYBE_NAMES,
        MAYBE_NAMES,
    )
    listed = st.builds(Playlist, details, items(catalogue), MAYBE_TIMES)
    drawn = draw(st.lists(listed, max_size=4, unique_by=lambda playlist: playlist.details.spotify_id))
    return tuple(sorted(drawn, key=lambda playlist: playlist.removed_at is not None))


@st.composite
def libraries_of(draw: st.DrawFn, catalogue: Sequence[Track]) -> Library:
    """A library whose tracks are from this catalogue."""
    liked = st.builds(Like, st.sampled_from([None, *catalogue]), MAYBE_TIMES)
    return Library(tuple(draw(st.lists(liked, max_size=6))), draw(playlists(catalogue)))


def some_libraries() -> st.SearchStrategy[Library]:
    """Any library."""
    return catalogues().flatmap(libraries_of)
