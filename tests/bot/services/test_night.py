"""Who is due when: pure, from a person's hour and the moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal, SpotifyRefused, Unexpected
from bot.services.night import WINDOW, latest_turn, same_cause
from storage.errors import MusiVaultError, StoreFull
from storage.records import Person

HOURS = st.integers(0, 23)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
IDS = st.integers(1, 2**63 - 1)
DAY = timedelta(days=1)


def turn(discord_id: int, hour: int, now: datetime) -> datetime:
    return latest_turn(Person(discord_id, nightly_hour=hour), 3, now)


@given(IDS, HOURS, MOMENTS)
def test_the_latest_turn_is_past_and_not_older_than_a_day(discord_id: int, hour: int, now: datetime) -> None:
    assert now - DAY < turn(discord_id, hour, now) <= now


@given(IDS, HOURS, MOMENTS)
def test_a_turn_lies_in_the_window_after_the_hour(discord_id: int, hour: int, now: datetime) -> None:
    when = turn(discord_id, hour, now)
    begin = when.replace(minute=0, second=0, microsecond=0)
    assert begin.hour == hour
    assert timedelta() <= when - begin < WINDOW


@given(IDS, HOURS, MOMENTS, st.timedeltas(timedelta(), DAY))
def test_a_night_keeps_its_name_until_the_next_begins(
    discord_id: int, hour: int, now: datetime, later: timedelta
) -> None:
    first, second = turn(discord_id, hour, now), turn(discord_id, hour, now + later)
    assert second in (first, first + DAY)
    assert (second == first) == (now + later < first + DAY)


@given(IDS, MOMENTS)
def test_who_chose_no_hour_has_the_operator_s(discord_id: int, now: datetime) -> None:
    assert latest_turn(Person(discord_id), 7, now) == turn(discord_id, 7, now)


def test_people_are_spread_over_the_window() -> None:
    """Discord's ids of people who joined together differ little; their turns do not."""
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    minutes = sorted(turn(300_000_000_000_000_000 + number, 3, noon).minute for number in range(600))
    for quarter in range(4):
        assert 100 < sum(quarter * 15 <= minute < quarter * 15 + 15 for minute in minutes) < 200


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (StoreFull(store="Google Drive", size="12.3 MB"), StoreFull(store="Google Drive", size="1.1 GB"), True),
        (Unexpected("0a1b2c3d"), Unexpected("ffff0000"), True),
        (SpotifyRefused(Refusal.OWNER_PREMIUM), SpotifyRefused(Refusal.NOT_REGISTERED), False),
        (Unexpected("0a1b2c3d"), StoreFull(store="Google Drive", size="1.1 GB"), False),
    ],
)
def test_a_cause_is_the_same_whatever_its_sentence_was_filled_with(
    before: MusiVaultError, now: MusiVaultError, *, same: bool
) -> None:
    assert same_cause(now, before.sentence) is same
