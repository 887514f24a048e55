from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.records import EventKind, ItemKey, PlaylistItem
from storage.versions import edits
from tests.builders import at, item, track
from tests.storage.seeing import identity
from tests.storage.strategies import catalogues, items

POOL = [track("A"), track("B"), track("C"), None]
ITEMS = st.lists(
    st.builds(
        PlaylistItem,
        st.sampled_from(POOL),
        st.sampled_from([None, datetime(2020, 1, 1, tzinfo=UTC)]),
        st.sampled_from([None, "ada_spotify"]),
    ),
    max_size=12,
).map(tuple)


T = TypeVar("T", bound=Hashable)


def _replayed(before: Sequence[T], after: Sequence[T]) -> list[T]:
    """The first list, edited into the second."""
    result = list(before)
    for kind, position, index in edits(before, after):
        if kind is EventKind.REMOVE:
            del result[position]
        else:
            result.insert(position, after[index])
    return result


def _script(before: str, after: str) -> list[tuple[str, int, str]]:
    return [
        (kind.value, position, (before if kind is EventKind.REMOVE else after)[index])
        for kind, position, index in edits(before, after)
    ]


def _keys(contents: Iterable[PlaylistItem]) -> list[ItemKey]:
    return [identity(entry) for entry in contents]


@given(before=ITEMS, after=ITEMS)
@settings(deadline=None)
def test_replaying_the_difference_gives_the_second_list(
    before: tuple[PlaylistItem, ...], after: tuple[PlaylistItem, ...]
) -> None:
    assert _replayed(_keys(before), _keys(after)) == _keys(after)


@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_any_catalogue_replays(data: st.DataObject) -> None:
    contents = items(data.draw(catalogues()))
    before, after = data.draw(contents), data.draw(contents)
    assert _replayed(_keys(before), _keys(after)) == _keys(after)


@given(before=ITEMS)
def test_equal_lists_have_no_events(before: tuple[PlaylistItem, ...]) -> None:
    assert edits(_keys(before), _keys(before)) == []


def test_an_append_is_one_event() -> None:
    assert _script("ABC", "ABCD") == [("insert", 3, "D")]


def test_removing_one_of_two_copies_is_one_event() -> None:
    assert _script("AXAY", "XAY") == [("remove", 0, "A")]


def test_a_move_is_a_removal_and_an_insertion() -> None:
    assert _script("ABCDE", "BCDEA") == [("remove", 0, "A"), ("insert", 4, "A")]


def test_removals_come_from_the_back_so_that_positions_hold() -> None:
    assert _script("ABCD", "BD") == [("remove", 2, "C"), ("remove", 0, "A")]


def test_another_time_of_adding_is_a_removal_and_an_insertion() -> None:
    before, after = (item("A"),), (item("A", minutes=5),)
    assert [kind for kind, _, _ in edits(_keys(before), _keys(after))] == [EventKind.REMOVE, EventKind.INSERT]


def test_a_track_described_differently_is_no_event() -> None:
    before = (item("A"),)
    after = (replace(before[0], track=replace(track("A"), name="A (Remastered)")),)
    assert edits(_keys(before), _keys(after)) == []


def test_a_long_list_of_one_song_takes_no_time() -> None:
    many = [None] * 20_000
    assert len(edits([1, *many, 2], [2, *many[:-1], 1])) == 5


def test_a_sorted_playlist_keeps_its_longest_run() -> None:
    before = tuple(item(str(number), minutes=number) for number in (3, 0, 1, 4, 2))
    after = tuple(sorted(before, key=lambda entry: entry.added_at or at(0)))
    assert len(edits(_keys(before), _keys(after))) == 4
