"""The counting of restic's `forget --keep-*`: examples of its documentation, each rule, and the laws."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.keeping.policy import plan_keeping
from storage.records import UNLIMITED, Archive, ArchiveState, Policy
from storage.retention import BUCKETS
from tests.bot.services.keeping.made import DAY, made, nightly

RULES = [field.name for field in fields(Policy)]
COUNTS = st.integers(UNLIMITED, 6)
POLICIES = st.builds(Policy, *[COUNTS] * len(RULES))
MOMENTS = st.datetimes(datetime(2024, 12, 20), datetime(2027, 1, 10)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
NEAR = st.integers(0, 60 * 24 * 40).map(lambda minutes: datetime(2026, 1, 15, tzinfo=UTC) - timedelta(minutes=minutes))


@st.composite
def shelves(draw: st.DrawFn) -> list[Archive]:
    """Backups of any moments, some of the same one, in any order, some pinned."""
    moments = draw(st.lists(st.one_of(MOMENTS, NEAR), max_size=40))
    return [made(moment, f"{place:02}", pinned=draw(st.booleans())) for place, moment in enumerate(moments)]


def kept(archives: list[Archive], policy: Policy) -> list[Archive]:
    return [archive for archive, _ in plan_keeping(archives, policy).kept]


def dates(archives: list[Archive], policy: Policy) -> list[str]:
    return [f"{archive.created_at:%Y-%m-%d}" for archive in kept(archives, policy)]


def at_least(policy: Policy, other: Policy) -> Policy:
    """The more generous of two, rule by rule."""

    def more(name: str) -> int:
        counts = (getattr(policy, name), getattr(other, name))
        return UNLIMITED if UNLIMITED in counts else max(counts)

    return Policy(**{name: more(name) for name in RULES})


def test_four_hundred_nights_become_twenty_backups() -> None:
    assert len(kept(nightly(400), Policy(daily=7, weekly=4, monthly=12))) == 20


def test_a_hundred_years_of_nights_shrink_as_restic_s_documentation_says() -> None:
    """7 dailies, then 4 ends of weeks (the dailies include one), 11 ends of months, and the ends of years.

    Of the 75 years, this one's is the newest backup and last year's is an end of a month.
    """
    sunday = datetime(2026, 11, 22, 3, tzinfo=UTC)
    plan = plan_keeping(nightly(36_525, until=sunday), Policy(daily=7, weekly=5, monthly=12, yearly=75))
    assert len(plan.kept) == 7 + 4 + 11 + 73
    ends = [archive.created_at + DAY for archive, why in plan.kept if "weekly" in why]
    assert [after.isoweekday() for after in ends] == [1] * 5
    ends = [archive.created_at + DAY for archive, why in plan.kept[1:] if "monthly" in why]
    assert [after.day for after in ends] == [1] * 11
    ends = [archive.created_at + DAY for archive, why in plan.kept[1:] if "yearly" in why]
    assert [(after.month, after.day) for after in ends] == [(1, 1)] * 74


def test_four_dailies_of_sunday_backups_are_four_sundays() -> None:
    """Days without a backup do not count: another example of restic's documentation."""
    sundays = [made(datetime(2026, 9, 6, 3, tzinfo=UTC) + 7 * DAY * week) for week in range(12)]
    assert dates(sundays, Policy(daily=4)) == ["2026-11-22", "2026-11-15", "2026-11-08", "2026-11-01"]
    assert kept(sundays, Policy(daily=4)) == kept(sundays, Policy(weekly=4)) == kept(sundays, Policy(last=4))


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("last", ["2026-01-05T12:50", "2026-01-05T12:10"]),
        ("hourly", ["2026-01-05T12:50", "2026-01-05T11:00"]),
        ("daily", ["2026-01-05T12:50", "2026-01-04T23:59"]),
        ("weekly", ["2026-01-05T12:50", "2026-01-04T23:59"]),
        ("monthly", ["2026-01-05T12:50", "2025-12-31T08:00"]),
        ("yearly", ["2026-01-05T12:50", "2025-12-31T08:00"]),
    ],
)
def test_each_rule_keeps_the_newest_of_each_of_its_periods(rule: str, names: list[str]) -> None:
    stamps = [
        *("2026-01-05T12:50", "2026-01-05T12:10", "2026-01-05T11:00", "2026-01-05T10:00", "2026-01-04T23:59"),
        *("2026-01-04T08:00", "2026-01-01T08:00", "2025-12-31T08:00", "2025-12-29T08:00", "2025-12-28T08:00"),
        *("2025-11-20T08:00", "2024-12-31T08:00", "2024-11-01T08:00"),
    ]
    shelf = [made(datetime.fromisoformat(stamp).replace(tzinfo=UTC), stamp) for stamp in stamps]
    Random(4).shuffle(shelf)
    plan = plan_keeping(shelf, Policy(**{rule: 2}))
    assert [(archive.id, why) for archive, why in plan.kept] == [(name, (rule,)) for name in names]
    assert [archive.id for archive in plan.let_go] == [stamp for stamp in stamps if stamp not in names]


def test_weeks_are_iso_weeks_across_the_new_year() -> None:
    """Monday, 29 December 2025 to Sunday, 4 January 2026 are one week."""
    days = [made(datetime(2025, 12, 28, 3, tzinfo=UTC) + DAY * day) for day in range(9)]
    assert dates(days, Policy(weekly=2)) == ["2026-01-05", "2026-01-04"]
    assert dates(days, Policy(weekly=3)) == ["2026-01-05", "2026-01-04", "2025-12-28"]


def test_days_are_utc_s_wherever_a_moment_was_written_down() -> None:
    tokyo = timezone(timedelta(hours=9))
    evening, night = datetime(2026, 1, 1, 23, tzinfo=UTC), datetime(2026, 1, 2, 8, 30, tzinfo=tokyo)
    assert [archive.id for archive in kept([made(evening, "a"), made(night, "b")], Policy(daily=1))] == ["b"]


def test_what_several_rules_keep_is_kept_once_and_says_them_all() -> None:
    plan = plan_keeping(nightly(10), Policy(last=1, daily=3, yearly=1))
    assert [why for _, why in plan.kept] == [("last", "daily", "yearly"), ("daily",), ("daily",)]
    assert len(plan.let_go) == 7


def test_the_oldest_is_kept_too_while_a_rule_has_some_left() -> None:
    shelf = nightly(15, until=datetime(2026, 11, 20, tzinfo=UTC))
    plan = plan_keeping(shelf, Policy(monthly=2))
    assert [(archive.created_at.day, why) for archive, why in plan.kept] == [
        (20, ("monthly",)),
        (6, ("oldest monthly",)),
    ]
    assert dates(shelf, Policy(monthly=1)) == ["2026-11-20"]


def test_without_any_rule_everything_is_kept() -> None:
    plan = plan_keeping(nightly(30), Policy())
    assert len(plan.kept) == 30
    assert plan.let_go == ()


def test_minus_one_keeps_all_of_a_kind() -> None:
    assert len(kept(nightly(60), Policy(last=UNLIMITED))) == 60
    assert dates(nightly(60), Policy(monthly=UNLIMITED)) == ["2026-11-20", "2026-10-31", "2026-09-30", "2026-09-22"]


def test_a_pinned_backup_stays_and_counts_like_any_other() -> None:
    shelf = nightly(10)
    pinned = replace(shelf[2], pinned=True)
    plan = plan_keeping([*shelf[:2], pinned, *shelf[3:-1], replace(shelf[-1], pinned=True)], Policy(daily=2))
    assert [(archive.id, why) for archive, why in plan.kept] == [
        (shelf[-1].id, ("pinned", "daily")),
        (shelf[-2].id, ("daily",)),
        (pinned.id, ("pinned",)),
    ]


def test_only_verified_backups_are_counted_or_let_go() -> None:
    others = [
        replace(archive, id=state.value, state=state)
        for archive, state in zip(nightly(4), set(ArchiveState) - {ArchiveState.VERIFIED}, strict=True)
    ]
    good = made(nightly(9)[0].created_at)
    plan = plan_keeping([*others, good], Policy(last=1))
    assert (plan.kept, plan.let_go) == (((good, ("last",)),), ())


@given(shelves(), POLICIES)
def test_every_backup_is_kept_or_let_go_and_the_newest_is_kept(shelf: list[Archive], policy: Policy) -> None:
    plan = plan_keeping(shelf, policy)
    stays = [archive for archive, _ in plan.kept]
    assert {archive.id for archive in shelf} == {archive.id for archive in stays} | {each.id for each in plan.let_go}
    assert len(stays) + len(plan.let_go) == len(shelf)
    assert not any(archive.pinned for archive in plan.let_go)
    if shelf:
        assert stays[0] == max(shelf, key=lambda archive: (archive.created_at, archive.id))


@given(shelves(), POLICIES)
def test_doing_it_again_lets_go_of_nothing_more(shelf: list[Archive], policy: Policy) -> None:
    once = kept(shelf, policy)
    assert kept(once, policy) == once


@given(shelves(), POLICIES, POLICIES)
def test_who_asks_for_more_keeps_all_they_had(shelf: list[Archive], policy: Policy, other: Policy) -> None:
    if policy.rules:
        assert set(kept(shelf, policy)) <= set(kept(shelf, at_least(policy, other)))


@given(shelves(), st.sampled_from(RULES), COUNTS.filter(bool))
def test_a_rule_keeps_the_newest_of_the_newest_periods(shelf: list[Archive], rule: str, count: int) -> None:
    """The same in other words: all periods, of them as many as were asked for, and the oldest where some are left."""
    shelf = sorted(
        (replace(archive, pinned=False) for archive in shelf), key=lambda each: (each.created_at, each.id), reverse=True
    )
    firsts: dict[object, Archive] = {}
    for place, archive in enumerate(shelf):
        firsts.setdefault(BUCKETS[rule](archive.created_at, place), archive)
    wanted = list(firsts.values()) if count == UNLIMITED else list(firsts.values())[:count]
    if shelf and (count == UNLIMITED or len(firsts) < count):
        wanted.append(shelf[-1])
    assert kept(shelf, Policy(**{rule: count})) == sorted(set(wanted), key=shelf.index)
