from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import Database
from storage.library import LibraryRepository
from storage.listening import ListeningRepository
from storage.records import Artist, Play, Top, TopKind, TopTerm
from tests.builders import ADA, BEN, NOON, at, episode, track
from tests.storage.seeing import named


@pytest.fixture
def listening(database: Database) -> ListeningRepository:
    return ListeningRepository(database)


def _plays(*minutes: float) -> list[Play]:
    return [Play(track(f"at {minute}"), at(minute), "spotify:album:x") for minute in minutes]


async def test_plays_are_merged_without_doubles(listening: ListeningRepository) -> None:
    assert await listening.keep_plays(ADA, _plays(3, 2, 1)) == 3
    assert await listening.keep_plays(ADA, [*_plays(5, 4, 3), *_plays(3)]) == 2
    assert await listening.keep_plays(ADA, []) == 0
    assert await listening.plays(ADA) == tuple(_plays(5, 4, 3, 2, 1))
    assert await listening.plays(BEN) == ()


async def test_two_things_played_at_the_same_moment_are_two_plays(listening: ListeningRepository) -> None:
    plays = [Play(track("A"), NOON), Play(episode("Talk"), NOON)]
    assert await listening.keep_plays(ADA, plays) == 2
    assert set(await listening.plays(ADA)) == set(plays)


async def test_plays_come_in_pages_from_a_moment_on(listening: ListeningRepository) -> None:
    await listening.keep_plays(ADA, _plays(1, 2, 3, 4))
    assert await listening.plays(ADA, since=at(2), limit=2) == tuple(_plays(4, 3))
    assert await listening.plays(ADA, since=at(2), limit=2, offset=2) == tuple(_plays(2))


async def test_plays_are_counted_and_go_with_the_library(
    listening: ListeningRepository, libraries: LibraryRepository
) -> None:
    await listening.keep_plays(ADA, _plays(1, 2))
    assert (await libraries.counts(ADA)).plays == 2
    await libraries.erase(ADA)
    assert await listening.plays(ADA) == ()
    assert await named(libraries, track("at 1").uri) is None


def _top(*names: str, term: TopTerm = TopTerm.SHORT) -> Top:
    return Top(TopKind.TRACKS, term, tuple(track(name) for name in names))


async def test_the_newest_list_of_a_week_replaces_the_one_before(listening: ListeningRepository) -> None:
    await listening.keep_top(ADA, _top("A", "B", "C"), NOON)
    await listening.keep_top(ADA, _top("B", "A"), NOON + timedelta(days=1))
    assert await listening.tops(ADA) == (_top("B", "A"),)


async def test_the_newest_list_of_each_kind_and_term_is_told(listening: ListeningRepository) -> None:
    artists = Top(TopKind.ARTISTS, TopTerm.LONG, (Artist("X", "x", "https://picture"), Artist("Y", "y")))
    await listening.keep_top(ADA, _top("A"), NOON)
    await listening.keep_top(ADA, _top("D", term=TopTerm.MEDIUM), NOON)
    await listening.keep_top(ADA, artists, NOON)
    await listening.keep_top(ADA, _top("B"), NOON + timedelta(days=7))
    assert await listening.tops(ADA) == (_top("B"), _top("D", term=TopTerm.MEDIUM), artists)
    assert await listening.tops(BEN) == ()


async def test_a_list_of_last_week_stays_in_the_catalogue(
    listening: ListeningRepository, libraries: LibraryRepository
) -> None:
    await listening.keep_top(ADA, _top("A"), NOON)
    await listening.keep_top(ADA, _top("B"), NOON + timedelta(days=7))
    await libraries.forget_unused()
    assert await named(libraries, "spotify:track:A") == replace(track("A"))
