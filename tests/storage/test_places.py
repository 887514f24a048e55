"""Where a track stands, told of vaults that were written as syncs write them."""

import pytest

from storage.database import Database
from storage.library import LibraryRepository
from storage.listening import ListeningRepository
from storage.places import Places, PlacesRepository
from storage.records import Play, SavedKind, Top, TopKind, TopTerm
from tests.builders import ADA, BEN, at, everything, library, like, likes, playlist, track
from tests.storage.seeing import keep, see, see_likes

SONG = track("A")


@pytest.fixture
def places(database: Database) -> PlacesRepository:
    return PlacesRepository(database)


@pytest.fixture
def listening(database: Database) -> ListeningRepository:
    return ListeningRepository(database)


async def found(places: PlacesRepository, name: str = "A") -> Places:
    known = await places.places(ADA, track(name).uri)
    assert known is not None
    return known


async def test_a_liked_track_is_liked_since_it_was_added(
    libraries: LibraryRepository, places: PlacesRepository
) -> None:
    await see_likes(libraries, 5, *likes("B", "A"))
    assert await found(places) == Places(SONG, liked_since=at(-1))


async def test_a_like_without_a_time_counts_from_when_it_was_seen(
    libraries: LibraryRepository, places: PlacesRepository
) -> None:
    await see_likes(libraries, 5, like("A", minutes=None))
    assert (await found(places)).liked_since == at(5)


async def test_a_like_that_is_gone_says_from_when_until_when(
    libraries: LibraryRepository, places: PlacesRepository
) -> None:
    await see_likes(libraries, 5, *likes("A"))
    await see_likes(libraries, 9, *likes("B"))
    known = await found(places)
    assert (known.liked_since, known.liked_until) == (at(0), at(9))
    await see_likes(libraries, 12, like("A", minutes=11))
    await see_likes(libraries, 15)
    known = await found(places)
    assert (known.liked_since, known.liked_until) == (at(11), at(15)), "the last time counts"


async def test_what_is_liked_again_is_liked(libraries: LibraryRepository, places: PlacesRepository) -> None:
    await see_likes(libraries, 5, *likes("A"))
    await see_likes(libraries, 9)
    await see_likes(libraries, 12, like("A", minutes=11))
    known = await found(places)
    assert (known.liked_since, known.liked_until) == (at(11), None)


async def test_a_saved_episode_of_the_same_row_is_no_like(
    libraries: LibraryRepository, places: PlacesRepository
) -> None:
    await libraries.keep_things([SONG])
    await libraries.apply_saved(ADA, SavedKind.EPISODE, [(SONG.uri, at(0))], at(1))
    assert await places.places(ADA, SONG.uri) is None


async def test_every_playlist_is_named_once_in_order_and_those_gone_last(
    libraries: LibraryRepository, places: PlacesRepository
) -> None:
    held = library(playlist("Old", "A"), playlist("Road", "A", "B", "A"), playlist("None", "B"), playlist("Rain", "A"))
    await keep(libraries, ADA, everything(held), at(0))
    await libraries.mark_removed(ADA, ["playlist-Old"], at(3))
    told = (await found(places)).playlists
    assert [(each.name, each.removed_at) for each in told] == [("Road", None), ("Rain", None), ("Old", at(3))]


async def test_what_left_its_only_playlist_is_still_known(
    libraries: LibraryRepository, places: PlacesRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A", "B"))
    await see(libraries, 1, playlist("Road", "B"))
    assert await found(places) == Places(SONG)


async def test_plays_are_counted_with_the_last_and_since_when_any_are_kept(
    listening: ListeningRepository, places: PlacesRepository
) -> None:
    await listening.keep_plays(ADA, [Play(track("B"), at(1)), Play(SONG, at(2)), Play(SONG, at(4))])
    known = await found(places)
    assert (known.plays, known.last_played, known.plays_since) == (2, at(4), at(1))


async def test_a_favourite_that_stands_nowhere_else_is_known(
    listening: ListeningRepository, places: PlacesRepository
) -> None:
    await listening.keep_top(ADA, Top(TopKind.TRACKS, TopTerm.LONG, (SONG,)), at(0))
    assert await found(places) == Places(SONG)


async def test_what_only_others_have_is_unknown(
    libraries: LibraryRepository, listening: ListeningRepository, places: PlacesRepository
) -> None:
    await keep(libraries, BEN, everything(library(playlist("Road", "A"), likes=likes("A"))), at(0))
    await listening.keep_plays(BEN, [Play(SONG, at(2))])
    await listening.keep_top(BEN, Top(TopKind.TRACKS, TopTerm.LONG, (SONG,)), at(0))
    assert await places.places(ADA, SONG.uri) is None
    assert await places.places(ADA, "spotify:track:never") is None
    await see_likes(libraries, 3, *likes("A"))
    assert await found(places) == Places(SONG, liked_since=at(0))
