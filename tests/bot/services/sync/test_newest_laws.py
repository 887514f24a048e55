"""What must hold of every list and every edit, whenever it happens."""

import asyncio
import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.sync.newest import Reading, Way, read_full, read_newest
from storage.records import SavedKey
from tests.bot.services.sync.collection import (
    LOSSES,
    BusyError,
    Collection,
    Drawer,
    Edit,
    edits,
    same,
    same_but_for_losses,
)

PAGES = st.integers(3, 7)
SIZES = st.integers(0, 60)
DURING = st.dictionaries(st.integers(1, 25), edits(most=2), max_size=5)


def read_again(
    liked: Collection, first: Sequence[Edit], then: Sequence[Edit], seed: int
) -> tuple[tuple[SavedKey, ...], Reading]:
    """What was known after the first edits, and what is read after the others."""
    liked.edit_all(first)
    known = tuple(liked.keys)
    liked.edit_all(then)
    liked.mix(random.Random(seed))
    return known, asyncio.run(read_newest(known, liked.read, page=liked.page))


@given(SIZES, PAGES, st.sampled_from([0, 1, 60]), edits(), edits(), st.integers(0, 999))
@settings(max_examples=150, deadline=None)
def test_what_is_read_is_what_stands_there(
    size: int, page: int, apart: int, first: list[Edit], then: list[Edit], seed: int
) -> None:
    liked = Collection.of(size, page, apart=apart)
    known, reading = read_again(liked, first, then, seed)
    assert reading.keys is not None
    assert same(reading.keys, liked.keys)
    assert reading.pages == len(liked.asked)
    assert reading.way is not Way.FULL or not known or "do not join" in reading.why


@given(SIZES, PAGES, st.sampled_from([0, 1, 60]), edits(LOSSES), edits(LOSSES), st.integers(0, 999))
@settings(max_examples=150, deadline=None)
def test_entries_that_are_lost_or_come_back_confuse_nothing(
    size: int, page: int, apart: int, first: list[Edit], then: list[Edit], seed: int
) -> None:
    liked = Collection.of(size, page, apart=apart)
    _, reading = read_again(liked, first, then, seed)
    assert reading.keys is not None
    assert same_but_for_losses(reading.keys, liked.keys)
    if reading.way is Way.FULL:
        assert reading.keys == tuple(liked.keys)


@given(SIZES, PAGES, st.sampled_from([1, 60]), edits(), DURING, st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_list_that_changes_meanwhile_is_read_as_it_was_at_some_moment_or_not_at_all(
    size: int, page: int, apart: int, then: list[Edit], during: dict[int, list[Edit]], full: bool
) -> None:
    liked = Collection.of(size, page, apart=apart)
    known = () if full else tuple(liked.keys)
    liked.edit_all(then)
    liked.before = during
    liked.states = [tuple(liked.keys)]
    reading = asyncio.run(read_newest(known, liked.read, page=page))
    assert reading.keys is None or any(same(reading.keys, state) for state in liked.states)


@given(SIZES, PAGES, edits(), st.booleans(), st.integers(0, 999))
@settings(max_examples=150, deadline=None)
def test_an_order_that_is_never_the_same_loses_nothing(
    size: int, page: int, then: list[Edit], full: bool, seed: int
) -> None:
    liked = Collection.of(size, page, apart=0)
    known = () if full else tuple(liked.keys)
    liked.edit_all(then)
    liked.mixed = random.Random(seed)
    reading = asyncio.run(read_newest(known, liked.read, page=page))
    assert reading.keys is None or same(reading.keys, liked.keys)


@given(SIZES, PAGES, st.lists(st.tuples(st.integers(0, 12), edits(most=2)), max_size=4))
@settings(max_examples=150, deadline=None)
def test_a_full_pass_that_is_refused_again_and_again_ends_right(
    size: int, page: int, refusals: Sequence[tuple[int, list[Edit]]]
) -> None:
    liked, drawer = Collection.of(size, page), Drawer()
    for answered, meanwhile in refusals:
        liked.patience = len(liked.asked) + answered
        try:
            asyncio.run(read_full(liked.read, page=page, stash=drawer))
        except BusyError:
            liked.second += 1
            liked.edit_all(meanwhile)
    liked.patience = None
    reading = asyncio.run(read_full(liked.read, page=page, stash=drawer))
    assert reading.keys == tuple(liked.keys)
    assert drawer.pages == []


@given(st.integers(1, 60), PAGES, st.data())
@settings(max_examples=150, deadline=None)
def test_what_was_read_before_a_refusal_is_not_read_again(size: int, page: int, data: st.DataObject) -> None:
    liked, drawer, room = Collection.of(size, page), Drawer(), page - 1
    for _ in range(data.draw(st.integers(1, 4))):
        before = len(liked.asked)
        liked.patience = before + data.draw(st.integers(0, 8))
        kept = {key for stashed in drawer.pages for key in stashed.keys}
        try:
            asyncio.run(read_full(liked.read, page=page, stash=drawer))
        except BusyError:
            for offset in liked.asked[before:]:
                assert offset == 0 or not set(liked.slice(offset).keys) <= kept
        else:
            return
        liked.second += 1
        more = data.draw(st.integers(0, room))
        liked.add(more)
        room -= more
    liked.patience = None
    reading = asyncio.run(read_full(liked.read, page=page, stash=drawer))
    assert reading.keys == tuple(liked.keys)
