"""Zones by what people type."""

import pytest

from bot.services.zones import SeveralZones, UnknownZone, Zones, clock_of
from tests.builders import NOON

ZONES = Zones()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("  BERLIN ", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Zürich", "Europe/Zurich"),
        ("utc", "UTC"),
        ("Port of Spain", "America/Port_of_Spain"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed: str, name: str) -> None:
    assert ZONES.find(typed, NOON) == name


@pytest.mark.parametrize("typed", ["Istanbul", "Buenos Aires", "Louisville", "GMT"])
def test_two_names_of_the_same_times_are_no_question(typed: str) -> None:
    assert ZONES.find(typed, NOON)


def test_one_name_of_several_times_is_asked_about() -> None:
    with pytest.raises(
        SeveralZones, match=r"“west” is the name of several time zones.*`Australia/West`, `Brazil/West`"
    ):
        ZONES.find("west", NOON)


@pytest.mark.parametrize("typed", ["Atlantis", "", "   ", "GMT+2", "UTC+2", "../../etc/passwd", "x" * 500, "\0", "／"])
def test_what_is_no_zone_is_said_and_the_way_to_one(typed: str) -> None:
    with pytest.raises(UnknownZone, match="choose from what is offered") as caught:
        ZONES.find(typed, NOON)
    assert len(caught.value.sentence) < 250


def test_suggestions_begin_with_the_cities_that_begin_so() -> None:
    assert ZONES.suggest("lon")[:2] == ("Arctic/Longyearbyen", "Europe/London")
    assert "Asia/Colombo" in ZONES.suggest("lom")
    assert "America/Argentina/Buenos_Aires" in ZONES.suggest("america/arg")
    assert ZONES.suggest("nowhere at all") == ()
    assert len(ZONES.suggest("a")) == 25, "as many as Discord shows"


def test_before_anything_is_typed_large_cities_are_offered() -> None:
    offered = ZONES.suggest(" ")
    assert 10 < len(offered) <= 25
    assert {"UTC", "Europe/Berlin", "America/New_York"} <= set(offered) <= {each.name for each in ZONES.known}


def test_nobody_is_offered_a_zone_whose_sign_is_the_other_way_round() -> None:
    assert not any("gmt+" in name.casefold() or "gmt-" in name.casefold() for name in ZONES.suggest("gmt"))


def test_the_clocks_of_a_zone() -> None:
    assert (clock_of("Europe/Berlin", NOON), clock_of("UTC", NOON)) == ("13:00", "12:00")
