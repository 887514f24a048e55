"""Full passes, lists that change while they are read, and passes that are refused in the middle."""

import asyncio

import pytest

from bot.services.sync.newest import Slice, Way, read_full, read_newest
from tests.bot.services.sync.collection import BusyError, Collection, Drawer
from tests.builders import NOON

PAGE = 50


async def test_a_full_pass_reads_every_page_once_and_the_head_again() -> None:
    liked = Collection.of(1000, PAGE)
    reading = await read_full(liked.read, why="weekly")
    assert (reading.keys, reading.way, reading.why) == (tuple(liked.keys), Way.FULL, "weekly")
    assert sorted(liked.asked) == [0, *range(0, 1000, PAGE)]


async def test_a_list_of_one_page_is_read_once() -> None:
    liked = Collection.of(PAGE, PAGE)
    assert (await read_full(liked.read)).pages == 1


async def test_what_is_added_during_a_full_pass_costs_a_page_each_time() -> None:
    liked = Collection.of(1000, PAGE)
    liked.before = {5: [("add", 0)], 12: [("add", 0)]}
    reading = await read_full(liked.read)
    assert reading.keys == tuple(liked.keys)
    assert reading.pages == 23


@pytest.mark.parametrize("full", [False, True])
async def test_one_added_and_one_removed_meanwhile_make_it_begin_anew(full: bool) -> None:
    liked = Collection.of(1000, PAGE)
    known = () if full else tuple(liked.keys)
    liked.remove(500)
    liked.before = {3: [("again", 800)]}
    reading = await read_newest(known, liked.read)
    assert reading.keys == tuple(liked.keys)
    assert liked.asked.count(0) in (3, 4)


async def test_an_old_entry_that_turns_up_meanwhile_makes_it_begin_anew() -> None:
    liked = Collection.of(120, PAGE)

    async def visited(offset: int) -> Slice:
        if len(liked.asked) == 3:
            liked.keys.insert(10, ("from nowhere", liked.keys[10][1]))
        return await liked.read(offset)

    reading = await read_full(visited)
    assert reading.keys == tuple(liked.keys)
    assert liked.asked.count(0) == 4


@pytest.mark.parametrize("full", [False, True])
async def test_a_list_that_never_rests_is_not_told(full: bool) -> None:
    liked = Collection.of(200, PAGE)
    known = () if full else tuple(liked.keys)
    liked.remove(150)
    liked.before = {request: [("again", 199)] for request in range(1, 99)}
    reading = await read_newest(known, liked.read)
    assert (reading.keys, reading.why) == (None, "it kept changing while it was read")
    assert reading.pages == len(liked.asked) < 20


@pytest.mark.parametrize("offset", [0, 100])
async def test_a_page_that_ends_early_each_time_is_not_told(offset: int) -> None:
    liked = Collection.of(200, PAGE)
    liked.short = frozenset([offset])
    reading = await read_full(liked.read)
    assert (reading.keys, reading.why) == (None, "a page ended before it should, each time")
    assert liked.asked.count(offset) == 3


async def test_a_page_that_ends_early_once_is_asked_for_again() -> None:
    liked = Collection.of(200, PAGE)
    short = [100]

    async def hasty(offset: int) -> Slice:
        got = await liked.read(offset)
        if offset in short:
            short.remove(offset)
            return Slice(offset, got.total, got.keys[:-3], whole=False)
        return got

    assert (await read_full(hasty)).keys == tuple(liked.keys)


async def test_one_entry_in_two_places_is_not_told() -> None:
    liked = Collection.of(120, PAGE)
    liked.keys[100] = liked.keys[3]
    assert (await read_full(liked.read)).keys is None


async def test_a_refusal_passes_through_after_the_pages_under_way_are_kept() -> None:
    liked, drawer = Collection.of(500, PAGE), Drawer()

    async def refused_once(offset: int) -> Slice:
        if offset == 100:
            raise BusyError
        await asyncio.sleep(0)
        return await liked.read(offset)

    with pytest.raises(BusyError):
        await read_full(refused_once, stash=drawer)
    assert sorted(page.offset for page in drawer.pages) == [0, 50, *range(150, 500, PAGE)]
    liked.asked.clear()
    reading = await read_newest((("anything", NOON),), liked.read, stash=drawer)
    assert (reading.keys, reading.why) == (tuple(liked.keys), "a full pass that was interrupted goes on")
    assert liked.asked == [0, 100, 0]
    assert drawer.pages == []


@pytest.mark.parametrize("answered", range(1, 12))
async def test_wherever_a_full_pass_is_refused_each_page_is_read_once(answered: int) -> None:
    liked, drawer = Collection.of(500, PAGE), Drawer()
    liked.patience = answered
    try:
        await read_full(liked.read, stash=drawer)
    except BusyError:
        liked.patience = None
        liked.second += 5
        liked.add(3)
        assert (await read_full(liked.read, stash=drawer)).keys == tuple(liked.keys)
    assert len(liked.asked) - liked.asked.count(0) in (9, 10)


async def test_pages_kept_of_another_state_are_dropped() -> None:
    liked, drawer = Collection.of(500, PAGE), Drawer()
    liked.patience = 6
    with pytest.raises(BusyError):
        await read_full(liked.read, stash=drawer)
    liked.patience = None
    liked.again(120)
    assert (await read_full(liked.read, stash=drawer)).keys == tuple(liked.keys)
    assert drawer.pages == []
