"""What a list proves, and what it does not: pure."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.checking.census import GRACE, GRACE_OF_MANY, believed, sample, take_census
from bot.services.keeping.policy import plan_keeping
from storage.records import Archive, ArchiveState, ListedFile, Policy
from tests.bot.services.keeping.made import DAY, nightly
from tests.builders import NOON, at

LONG_AGO = NOON - DAY * 30


def stored(count: int) -> list[Archive]:
    """Newest first, each where it was put."""
    return [replace(each, remote_id=each.id, size=7, sha256=each.id) for each in reversed(nightly(count))]


def files(*archives: Archive) -> list[ListedFile]:
    return [ListedFile(each.id, each.name, each.size) for each in archives]


def test_a_list_that_has_everything_proves_everything() -> None:
    known = stored(5)
    census = take_census(known, [*files(*known), ListedFile("other", "other.zip", 1)])
    assert (census.absent, census.doubtful, census.hidden) == ((), (), False)


def test_what_a_list_lacks_is_absent_and_nothing_is_lost_by_one_list() -> None:
    known = stored(5)
    census = take_census(known, files(*known[:2], *known[3:]))
    assert census.absent == (known[2],)
    assert believed(census, known, NOON + DAY * 99) == ()


@pytest.mark.parametrize(("after", "lost"), [(GRACE - timedelta(seconds=1), False), (GRACE, True)])
def test_one_is_lost_once_it_was_missing_in_a_list_long_before(after: timedelta, lost: bool) -> None:
    known = stored(5)
    known[2] = replace(known[2], missing_since=NOON)
    census = take_census(known, files(*known[:2], *known[3:]))
    assert believed(census, known, NOON + after) == ((known[2],) if lost else ())


@pytest.mark.parametrize(("after", "lost"), [(GRACE, 0), (GRACE_OF_MANY, 3)])
def test_most_at_once_are_given_a_week(after: timedelta, lost: int) -> None:
    first, second, *others = stored(5)
    known = [first, second, *(replace(each, missing_since=NOON) for each in others)]
    assert len(believed(take_census(known, files(first, second)), known, NOON + after)) == lost


def test_a_list_that_has_none_is_a_fault_of_the_store() -> None:
    known = [replace(each, missing_since=LONG_AGO) for each in stored(5)]
    for listed in ([], [ListedFile("other", "other.zip", 1)]):
        census = take_census(known, listed)
        assert census.hidden
        assert believed(census, known, NOON) == ()


def test_a_person_without_good_backups_hides_none() -> None:
    assert not take_census([replace(each, state=ArchiveState.DAMAGED) for each in stored(2)], []).hidden


@pytest.mark.parametrize(
    "file", [ListedFile("x", "x.zip", 6), ListedFile("x", "x.zip", 7, "another hash"), ListedFile("x", "x.zip", -1)]
)
def test_another_size_or_hash_is_a_doubt_that_only_the_bytes_settle(file: ListedFile) -> None:
    known = stored(2)
    wrong = replace(file, remote_id=known[0].id)
    census = take_census(known, [wrong, *files(known[1])])
    assert (census.absent, census.doubtful) == ((), (known[0],))


def test_one_that_was_missing_and_is_listed_has_its_bytes_read() -> None:
    noted, lost, good = stored(3)
    known = [replace(noted, missing_since=NOON), replace(lost, state=ArchiveState.MISSING), good]
    assert take_census(known, files(*known)).doubtful == tuple(known[:2])


@pytest.mark.parametrize("state", [ArchiveState.UPLOADING, ArchiveState.TRASHED, ArchiveState.DAMAGED])
def test_a_list_says_nothing_of_others(state: ArchiveState) -> None:
    other, good = stored(2)
    known = [replace(other, state=state, size=1), good]
    for listed in (files(good), files(good, replace(other, size=9))):
        census = take_census(known, listed)
        assert (census.absent, census.doubtful) == ((), ())


EVERY = nightly(401)
POLICIES = st.builds(Policy, *(st.integers(-1, 4) for _ in range(6)))


@given(st.sets(st.integers(0, 400), min_size=1, max_size=30), st.data(), POLICIES)
def test_losing_some_never_lets_go_of_one_that_would_have_stayed(
    days: set[int], data: st.DataObject, policy: Policy
) -> None:
    """So a list that lied twice removes nothing that the rules keep."""
    every = [each for number, each in enumerate(EVERY) if number in days]
    left = data.draw(st.lists(st.sampled_from(every), min_size=1, unique_by=lambda each: each.id))
    would_go = {each.id for each in plan_keeping(every, policy).let_go}
    assert {each.id for each in plan_keeping(left, policy).let_go} <= would_go


def test_the_sample_is_the_newest_unread_one_and_the_one_read_longest_ago() -> None:
    known = stored(5)
    assert sample(known, NOON) == (known[0], known[4])
    known[0] = replace(known[0], checked_at=at(-9))
    assert sample(known, NOON) == (known[1], known[4])
    known[4] = replace(known[4], checked_at=at(-8))
    assert sample(known, NOON) == (known[1], known[3])


def test_every_backup_has_its_turn_although_new_ones_come_each_week() -> None:
    known, now, read = stored(6), NOON, set()
    for week in range(6):
        now += DAY * 7
        known.insert(0, replace(known[0], id=f"new{week}", created_at=now, checked_at=None))
        chosen = {each.id for each in sample(known, now)}
        read |= chosen
        known = [replace(each, checked_at=now) if each.id in chosen else each for each in known]
    assert {each.id for each in stored(6)} <= read


def test_what_this_week_has_read_is_not_read_again_after_a_crash() -> None:
    known = stored(2)
    first, second = sample(known, NOON)
    known = [replace(each, checked_at=at(1)) if each == first else each for each in known]
    assert sample(known, NOON) == (second,)
    assert sample([replace(each, checked_at=at(1)) for each in known], NOON) == ()


def test_only_what_is_in_place_is_read() -> None:
    damaged, noted, good = stored(3)
    known = [replace(damaged, state=ArchiveState.DAMAGED), replace(noted, missing_since=NOON), good]
    assert sample(known, NOON) == (good,)
    assert sample([], NOON) == ()
