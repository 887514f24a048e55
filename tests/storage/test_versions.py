from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.records import EventKind, PlaylistItem
from storage.versions import diff, edits, replay
from tests.builders import at, item, track
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


def _road(names: str) -> tuple[PlaylistItem, ...]:
    return tuple(item(name) for name in names)


def _script(before: str, after: str) -> list[tuple[str, int, str]]:
    return [
        (event.kind.value, event.position, event.item.track.name if event.item.track else "")
        for event in diff(_road(before), _road(after))
    ]


@given(before=ITEMS, after=ITEMS)
@settings(deadline=None)
def test_replaying_the_difference_gives_the_second_list(
    before: tuple[PlaylistItem, ...], after: tuple[PlaylistItem, ...]
) -> None:
    assert replay(before, diff(before, after)) == after


@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_any_catalogue_replays(data: st.DataObject) -> None:
    contents = items(data.draw(catalogues()))
    before, after = data.draw(contents), data.draw(contents)
    assert replay(before, diff(before, after)) == after


@given(before=ITEMS)
def test_equal_lists_have_no_events(before: tuple[PlaylistItem, ...]) -> None:
    assert diff(before, before) == ()


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
    assert [event.kind for event in diff(before, after)] == [EventKind.REMOVE, EventKind.INSERT]


def test_a_track_described_differently_is_no_event() -> None:
    before = (item("A"),)
    after = (replace(before[0], track=replace(track("A"), name="A (Remastered)")),)
    assert diff(before, after) == ()


def test_a_long_list_of_one_song_takes_no_time() -> None:
    many = [None] * 20_000
    assert len(edits([1, *many, 2], [2, *many[:-1], 1])) == 5


def test_a_sorted_playlist_keeps_its_longest_run() -> None:
    before = tuple(item(str(number), minutes=number) for number in (3, 0, 1, 4, 2))
    after = tuple(sorted(before, key=lambda entry: entry.added_at or at(0)))
    assert len(diff(before, after)) == 4
