"""Whom an app takes: its own people stay, others go where there is room, and trouble is avoided where it can be."""

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.apps import AppsFull, choose_app, is_full
from bot.spotify.oauth import SpotifyApp

IDS = [f"app{number}" for number in range(6)]
APPS = st.lists(st.sampled_from(IDS), min_size=1, unique=True).flatmap(
    lambda ids: st.tuples(*(st.builds(SpotifyApp, st.just(one), st.just(one), people=st.integers(0, 6)) for one in ids))
)
PEOPLE = st.dictionaries(st.sampled_from(IDS), st.integers(0, 8))


def app(name: str, people: int = 5) -> SpotifyApp:
    return SpotifyApp(name, name, people=people)


@given(APPS, PEOPLE, st.none() | st.sampled_from(IDS), st.sets(st.sampled_from(IDS)))
def test_who_has_an_app_keeps_it_and_others_get_the_emptiest_with_room(
    apps: tuple[SpotifyApp, ...], people: Mapping[str, int], current: str | None, troubled: Collection[str]
) -> None:
    ids = [each.client_id for each in apps]
    roomy = [each for each in apps if each.people == 0 or people.get(each.client_id, 0) < each.people]
    if current not in ids and not roomy:
        with pytest.raises(AppsFull):
            choose_app(apps, people, current, troubled)
        return
    chosen = choose_app(apps, people, current, troubled)
    assert chosen in apps
    if current in ids:
        assert chosen.client_id == current
        return
    assert chosen in roomy
    well = [each for each in roomy if each.client_id not in troubled] or roomy
    assert chosen in well
    assert people.get(chosen.client_id, 0) == min(people.get(each.client_id, 0) for each in well)
    assert choose_app(apps, people, current, troubled) == chosen


def test_of_equals_the_first_is_filled_up_evenly_and_the_eleventh_person_finds_none() -> None:
    apps, people = (app("a"), app("b")), {"former": 3}
    for _ in range(10):
        chosen = choose_app(apps, people)
        people[chosen.client_id] = people.get(chosen.client_id, 0) + 1
        assert abs(people.get("a", 0) - people.get("b", 0)) <= 1
    with pytest.raises(AppsFull, match="Ask whoever runs this bot to add another app"):
        choose_app(apps, people)
    assert choose_app(apps, people, current="b").client_id == "b"


def test_an_app_without_premium_is_the_last_resort() -> None:
    assert choose_app((app("a"), app("b")), {"b": 4}, troubled={"a"}).client_id == "b"
    assert choose_app((app("a"), app("b")), {"b": 5}, troubled={"a"}).client_id == "a"


def test_extended_quota_is_never_full() -> None:
    assert not is_full(app("a", people=0), 10_000)
    assert is_full(app("a"), 5)
    assert is_full(app("a"), 6), "apps from before the rule may have more"
