"""Lists with the newest on top: what is read, how often, and what is made of it."""

import random
from datetime import timedelta

import pytest

from bot.services.sync.alignment import Span, probe
from bot.services.sync.newest import Key, Way, read_newest
from tests.bot.services.sync.collection import Collection, same

PAGE = 50


async def read(liked: Collection, known: tuple[Key, ...]) -> tuple[Way, int]:
    """How it was read and with how many pages; that it is right is a matter of course."""
    reading = await read_newest(known, liked.read, page=liked.page)
    assert reading.keys == tuple(liked.keys)
    assert reading.pages == len(liked.asked)
    return reading.way, reading.pages


async def test_nothing_changed_costs_one_page() -> None:
    liked = Collection.of(1000, PAGE)
    assert await read(liked, tuple(liked.keys)) == (Way.UNCHANGED, 1)


async def test_an_addition_costs_one_page() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    liked.second += 5
    liked.add(1)
    assert await read(liked, known) == (Way.HEAD, 1)


async def test_one_added_in_the_very_second_of_the_newest_known_one_is_found() -> None:
    liked = Collection.of(100, PAGE)
    known = tuple(liked.keys)
    liked.add(1)
    liked.keys[0], liked.keys[1] = liked.keys[1], liked.keys[0]
    liked.remove(90)
    reading = await read_newest(known, liked.read)
    assert reading.keys is not None
    assert same(reading.keys, liked.keys)


async def test_a_song_liked_again_is_gone_where_it_was_and_costs_nothing() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    liked.again(777)
    liked.again(333)
    assert await read(liked, known) == (Way.HEAD, 1)


async def test_removals_in_the_first_page_cost_one_page() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    liked.remove(0, 1, 30)
    assert await read(liked, known) == (Way.HEAD, 1)


async def test_more_additions_than_a_page_holds_are_read_until_they_join() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    liked.second += 5
    liked.add(120)
    assert await read(liked, known) == (Way.HEAD, 4)
    assert liked.asked == [0, 50, 100, 0]


async def test_the_end_of_the_list_being_gone_is_seen_without_reading_it() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    liked.remove(*range(50, 1000))
    assert await read(liked, known) == (Way.HEAD, 1)


async def test_all_being_gone_costs_one_page() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    liked.keys.clear()
    assert await read(liked, known) == (Way.HEAD, 1)


async def test_the_first_songs_of_an_empty_list_are_read_in_full() -> None:
    liked = Collection.of(7, PAGE)
    assert await read(liked, ()) == (Way.FULL, 1)


async def test_a_removal_is_found_by_splitting_what_is_left() -> None:
    liked = Collection.of(10_000, PAGE)
    known = tuple(liked.keys)
    liked.remove(7_000)
    way, pages = await read(liked, known)
    assert way is Way.SEARCH
    assert pages <= 11


async def test_the_reason_says_how_many_are_missing() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    liked.remove(300, 600, 900)
    assert (await read_newest(known, liked.read)).why == "the total says that 3 were removed further down"


@pytest.mark.parametrize("seed", range(12))
async def test_three_removed_and_one_added_among_ten_thousand_never_take_more_than_24_pages(seed: int) -> None:
    rng, liked = random.Random(seed), Collection.of(10_000, PAGE)
    known = tuple(liked.keys)
    liked.remove(*rng.sample(range(10_000), 3))
    liked.second += 5
    liked.add(1)
    way, pages = await read(liked, known)
    assert way in (Way.SEARCH, Way.HEAD)
    assert pages <= 24


async def test_a_page_all_of_one_second_does_not_mislead_the_search() -> None:
    liked = Collection.of(400, PAGE)
    liked.second += 5
    liked.add(300)
    liked.second += 5
    liked.add(1)
    known = tuple(liked.keys)
    liked.remove(20, 200, 650)
    liked.mix(random.Random(1))
    reading = await read_newest(known, liked.read)
    assert reading.way is Way.SEARCH
    assert reading.keys is not None
    assert same(reading.keys, liked.keys)


async def test_those_of_one_second_keep_the_order_they_are_known_in() -> None:
    liked = Collection.of(10, PAGE, apart=0)
    known = tuple(liked.keys)
    liked.mix(random.Random(1))
    reading = await read_newest(known, liked.read)
    assert (reading.keys, reading.way) == (known, Way.UNCHANGED)


async def test_a_song_that_was_lost_takes_its_own_place() -> None:
    liked = Collection.of(200, PAGE)
    known = tuple(liked.keys)
    liked.lose(20)
    liked.remove(120)
    assert (await read(liked, known))[0] is Way.SEARCH


async def test_a_song_that_comes_back_takes_its_own_place() -> None:
    liked = Collection.of(200, PAGE)
    liked.lose(20)
    known = tuple(liked.keys)
    liked.find(0)
    liked.remove(120)
    assert (await read(liked, known))[0] is Way.SEARCH


async def test_which_of_a_second_was_lost_is_looked_up_where_it_matters() -> None:
    liked = Collection.of(20, 5)
    liked.second += 5
    liked.add(4)
    liked.second += 5
    liked.add(3)
    known = tuple(liked.keys)
    liked.lose(3)
    reading = await read_newest(known, liked.read, page=5)
    assert reading.keys == tuple(liked.keys)
    assert reading.pages == 3


async def test_the_same_holds_where_the_second_is_met_from_below() -> None:
    liked = Collection.of(18, 5)
    liked.second += 5
    liked.add(4)
    for _ in range(18):
        liked.second += 5
        liked.add(1)
    known = tuple(liked.keys)
    liked.lose(20)
    liked.remove(30)
    reading = await read_newest(known, liked.read, page=5)
    assert (reading.keys, reading.way) == (tuple(liked.keys), Way.SEARCH)
    assert {15, 20} <= set(liked.asked)


async def test_entries_without_a_date_stand_at_the_end_as_the_oldest() -> None:
    liked = Collection.of(200, PAGE)
    liked.keys += [("undated one", None), ("undated two", None)]
    known = tuple(liked.keys)
    liked.remove(100)
    assert (await read(liked, known))[0] is Way.SEARCH


async def test_what_is_known_out_of_order_is_read_in_full() -> None:
    liked = Collection.of(200, PAGE)
    liked.keys[100] = ("song 99", None)
    reading = await read_newest(tuple(liked.keys), liked.read)
    assert (reading.keys, reading.way) == (tuple(liked.keys), Way.FULL)
    assert reading.why == "a full pass, because what is known is not in the order of time"


async def test_an_old_entry_that_nobody_knows_leads_to_a_full_pass_that_repeats_no_page() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    _, at = liked.keys[30]
    liked.keys[30] = ("from nowhere", at)
    assert await read(liked, known) == (Way.FULL, 22)
    assert sorted(liked.asked) == [0, 0, *range(0, 1000, PAGE)]


async def test_an_old_entry_of_a_second_that_nobody_knows_leads_to_a_full_pass() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    _, at = liked.keys[30]
    liked.keys[30] = ("from nowhere", at and at + timedelta(seconds=1))
    assert await read(liked, known) == (Way.FULL, 22)


async def test_an_order_that_is_not_of_time_leads_to_a_full_pass() -> None:
    liked = Collection.of(200, PAGE)
    known = tuple(liked.keys)
    liked.keys[10], liked.keys[20] = liked.keys[20], liked.keys[10]
    assert (await read(liked, known))[0] is Way.FULL


async def test_a_list_that_nothing_joins_is_read_in_full() -> None:
    liked = Collection.of(2000, 5)
    known = tuple(("old " + str(uri), at and at - timedelta(days=99)) for uri, at in liked.keys)
    way, pages = await read(liked, known)
    assert way is Way.FULL
    assert pages <= 402


async def test_what_is_added_during_a_search_is_there_at_the_end() -> None:
    liked = Collection.of(1000, PAGE)
    known = tuple(liked.keys)
    liked.remove(500)
    liked.before = {2: [("add", 0)]}
    reading = await read_newest(known, liked.read)
    assert (reading.keys, reading.way) == (tuple(liked.keys), Way.SEARCH)


@pytest.mark.parametrize("size", [1, 50, 51, 150, 151, 300, 9_949])
def test_a_probe_lies_within_the_hole_and_leaves_no_more_on_a_side_than_a_whole_tree(size: int) -> None:
    hole = Span(37, 37 + size)
    start = probe(hole, PAGE)
    levels = (-(-size // PAGE)).bit_length()
    assert hole.start <= start < hole.end
    for rest in (start - hole.start, max(hole.end - start - PAGE, 0)):
        assert -(-rest // PAGE) <= 2 ** (levels - 1) - 1
