"""Who is due when: pure, from a person's hour, the clocks of their zone, and the moment."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.turns import APART, WINDOW, is_due, latest_turn, name_of, share_of, turn_of
from storage.records import Person
from tests.builders import ADA

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
ODD = (BERLIN, NEW_YORK, LORD_HOWE, "Antarctica/Troll", "America/Nuuk", "Africa/Casablanca", "Asia/Kathmandu")
"""Half an hour's summer, two hours' summer, a change across midnight, one that ends for a month, a quarter's offset."""
HOURS = st.integers(0, 23)
IDS = st.integers(1, 2**63 - 1)
ZONES = st.one_of(st.none(), st.sampled_from(ODD), st.sampled_from(sorted(available_timezones())))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
PEOPLE = st.builds(lambda who, hour, zone: Person(who, nightly_hour=hour, time_zone=zone), IDS, HOURS, ZONES)
GAPS = st.lists(st.one_of(st.integers(1, 90), st.integers(1, 4 * 24 * 60)), min_size=10, max_size=50)
"""Minutes from one tick to the next: at work, or off for up to four days."""
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def somebody(hour: int, zone: str | None = None) -> Person:
    return Person(ADA, nightly_hour=hour, time_zone=zone)


def hour_begins(person: Person, now: datetime) -> datetime:
    """The latest turn without the person's share of the window."""
    return latest_turn(person, 3, now) - WINDOW * share_of(person.discord_id)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def nights(person: Person, ticks: Sequence[datetime], last: datetime | None = None) -> Iterator[datetime]:
    """The turns that are spent, as the watch does it."""
    for now in ticks:
        turn = latest_turn(person, 3, now)
        if is_due(turn, last):
            last = turn
            yield turn


@pytest.mark.parametrize(
    ("hour", "zone", "now", "begins"),
    [
        (3, None, "2026-11-21T12:00", "2026-11-21T03:00"),
        (22, None, "2026-11-21T12:00", "2026-11-20T22:00"),
        (3, BERLIN, "2026-11-21T12:00", "2026-11-21T02:00"),
        (3, BERLIN, "2026-07-21T12:00", "2026-07-21T01:00"),
        (3, NEW_YORK, "2026-11-21T12:00", "2026-11-21T08:00"),
        (3, "Pacific/Kiritimati", "2026-11-21T12:00", "2026-11-20T13:00"),
        (3, "Asia/Kathmandu", "2026-11-21T12:00", "2026-11-20T21:15"),
        # Left out in spring: where the clocks go on.
        (2, BERLIN, "2026-03-29T12:00", "2026-03-29T01:00"),
        (2, NEW_YORK, "2026-03-08T12:00", "2026-03-08T07:00"),
        (2, LORD_HOWE, "2026-10-03T23:00", "2026-10-03T15:30"),
        (1, "Antarctica/Troll", "2026-03-29T12:00", "2026-03-29T01:00"),
        (2, "Antarctica/Troll", "2026-03-29T12:00", "2026-03-29T01:00"),
        (23, "America/Nuuk", "2026-03-29T12:00", "2026-03-29T01:00"),
        # Twice in autumn: the first.
        (2, BERLIN, "2026-10-25T12:00", "2026-10-25T00:00"),
        (1, NEW_YORK, "2026-11-01T12:00", "2026-11-01T05:00"),
        (3, BERLIN, "2026-10-25T12:00", "2026-10-25T02:00"),
        # A zone that this machine does not know, or no more.
        (3, "Mars/Olympus_Mons", "2026-11-21T12:00", "2026-11-21T03:00"),
        (3, "../../etc/passwd", "2026-11-21T12:00", "2026-11-21T03:00"),
    ],
)
def test_a_turn_begins_at_the_hour_of_the_person_s_zone(hour: int, zone: str | None, now: str, begins: str) -> None:
    assert hour_begins(somebody(hour, zone), utc(now)) == utc(begins)


def test_the_hour_that_comes_twice_has_one_night() -> None:
    midnight = utc("2026-10-23T22:00")
    for hour in range(24):
        spent = list(nights(somebody(hour, BERLIN), [midnight + MINUTE * 5 * step for step in range(74 * 12)]))
        dates = [turn.astimezone(ZoneInfo(BERLIN)).day for turn in spent]
        assert dates == [23, 24, 25, 26, 27][: 4 if hour else 5], hour


def test_who_chose_no_hour_has_the_operator_s_by_their_own_clocks() -> None:
    noon = utc("2026-11-21T12:00")
    for zone in (None, BERLIN):
        assert latest_turn(Person(ADA, time_zone=zone), 7, noon) == latest_turn(somebody(7, zone), 3, noon)


def test_people_are_spread_over_the_window() -> None:
    """Discord's ids of people who joined together differ little; their shares do not."""
    shares = [share_of(300_000_000_000_000_000 + number) for number in range(600)]
    for quarter in range(4):
        assert 100 < sum(quarter / 4 <= share < (quarter + 1) / 4 for share in shares) < 200


@given(PEOPLE, MOMENTS)
def test_the_latest_turn_is_past_and_in_the_window_after_the_hour(person: Person, now: datetime) -> None:
    turn = latest_turn(person, 3, now)
    assert now - DAY - 3 * HOUR < turn <= now
    assert person.nightly_hour is not None
    zone, begins = ZoneInfo(person.time_zone or "UTC"), hour_begins(person, now)
    assert begins.astimezone(zone).replace(tzinfo=None) >= _wall(begins.astimezone(zone).date(), person, -DAY)
    assert timedelta() <= turn - begins < WINDOW
    just_before = (begins - MINUTE).astimezone(zone)
    assert (begins.astimezone(zone).hour - just_before.hour) % 24 > 0, "it begins as the clocks go on to an hour"


def _wall(day: date, person: Person, by: timedelta) -> datetime:
    return datetime(day.year, day.month, day.day, person.nightly_hour or 0) + by  # noqa: DTZ001


def dates_begun(person: Person, first: datetime, last: datetime) -> set[datetime]:
    """For each date the first minute whose wall clock shows the hour or later: found by walking, not by arithmetic."""
    zone, begun = ZoneInfo(person.time_zone or "UTC"), set()
    moment, day = first - 4 * DAY, (first - 4 * DAY).astimezone(zone).date() + DAY
    while moment <= last:
        wall, target = moment.astimezone(zone).replace(tzinfo=None), _wall(day, person, timedelta())
        if wall >= target:
            begun.add(moment)
            day += DAY
            moment += 18 * HOUR
        else:
            # Far off in strides that no change of the clocks outruns, at the end by the minute.
            moment += max(MINUTE, (target - wall) - 3 * HOUR)
    return begun


@settings(max_examples=60, deadline=None)
@given(PEOPLE, MOMENTS, GAPS)
def test_each_date_has_one_night_however_the_bot_was_off(person: Person, begin: datetime, gaps: list[int]) -> None:
    """Exactly one for each turn that the bot was up after and before the next; one for many that were missed."""
    begin = begin.replace(second=0, microsecond=0)
    ticks = [begin + MINUTE * minutes for minutes in accumulate(gaps)]
    shift = WINDOW * share_of(person.discord_id)
    turns = sorted(each + shift for each in dates_begun(person, begin, ticks[-1]))
    reached = {max(turn for turn in turns if turn <= now) for now in ticks}
    assert list(nights(person, ticks)) == sorted(reached)


@pytest.mark.parametrize("zone", ODD)
@pytest.mark.parametrize("hour", [1, 23])
def test_a_year_of_ticks_has_a_night_for_each_of_its_days(zone: str, hour: int) -> None:
    person, new_year = somebody(hour, zone), utc("2026-01-01T00:00")
    spent = list(nights(person, [new_year + 20 * MINUTE * step for step in range(365 * 72)]))
    assert len(spent) == 366, "one of the old year, and one for each day"
    assert all(22 * HOUR <= after - before <= 26 * HOUR for before, after in pairwise(spent))


MOVES = st.lists(st.tuples(st.integers(1, 4 * 24), HOURS, ZONES), min_size=1, max_size=12)
"""Quarters of an hour until a person moves their night, and to which hour and zone."""


@settings(max_examples=60, deadline=None)
@given(IDS, MOMENTS, MOVES)
def test_whoever_moves_or_travels_has_nights_half_a_day_to_a_day_and_a_half_apart(
    who: int, begin: datetime, moves: list[tuple[int, int, str | None]]
) -> None:
    spent: list[datetime] = []
    held: list[datetime] = []
    now = begin
    for quarters, hour, zone in [*moves, (300, 3, None)]:
        person = Person(who, nightly_hour=hour, time_zone=zone)
        for _ in range(quarters):
            now += 15 * MINUTE
            new = list(nights(person, [now], spent[-1] if spent else None))
            spent += new
            held += [now] * len(new)
    assert all(after - before >= APART for before, after in pairwise(spent))
    assert all(after - before <= 39 * HOUR for before, after in pairwise(held)), "26 hours at most from turn to turn"
    assert now - held[-1] <= 39 * HOUR


@pytest.mark.parametrize(
    ("last", "turn", "due"),
    [
        (None, "2026-11-21T03:20", True),
        ("2026-11-20T03:20", "2026-11-21T03:20", True),
        ("2026-11-21T03:20", "2026-11-21T03:20", False),
        ("2026-11-21T03:20", "2026-11-20T22:20", False),  # moved to later: today's, and not yesterday's anew
        ("2026-11-21T03:20", "2026-11-21T22:20", True),
        ("2026-11-21T03:20", "2026-11-21T11:20", False),  # moved at noon to an hour of this morning: tomorrow
        ("2026-11-21T03:20", "2026-11-22T11:20", True),
        ("2026-11-21T03:20", "2026-11-21T08:20", False),  # flown from London to New York: a night at home was enough
        ("2026-11-21T03", "2026-11-21T03:20", False),  # kept under the name it had in an earlier release
        ("2026-11-20T03", "2026-11-21T03:20", True),
    ],
)
def test_a_turn_has_a_night_unless_it_would_be_two_in_one(last: str | None, turn: str, *, due: bool) -> None:
    assert is_due(turn_of(turn), turn_of(last) if last else None) is due


@given(MOMENTS)
def test_a_night_s_name_is_its_turn_and_sorts_by_time(turn: datetime) -> None:
    assert turn_of(name_of(turn)) == turn.replace(second=0, microsecond=0)
    assert name_of(turn) < name_of(turn + MINUTE)
