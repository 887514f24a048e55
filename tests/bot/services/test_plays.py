from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.plays import LATEST, SOONEST, PlaysWatch, pause_after
from tests.bot.services.sync.lab import Lab, a_lab


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with a_lab(tmp_path, "gus") as lab:
        yield lab


@pytest.fixture
async def watch(lab: Lab) -> AsyncIterator[PlaysWatch]:
    kept = lab.rooms.kept
    watch = PlaysWatch(kept.people, lab.rooms.accounts, kept.vault, lab.clock)
    yield watch
    await watch.stop()


async def a_round(watch: PlaysWatch) -> None:
    await watch.poll_due()
    await watch.finished()


async def played(lab: Lab) -> list[str]:
    return [play.track.uri for play in await lab.rooms.kept.listening.plays(lab.discord_id, limit=1000)]


@pytest.mark.parametrize(("lately", "pause"), [(0, LATEST), (1, LATEST), (75, LATEST), (150, timedelta(minutes=30))])
def test_who_plays_more_is_asked_sooner(lately: int, pause: timedelta) -> None:
    assert pause_after(lately) == pause


@pytest.mark.parametrize("lately", range(0, 2000, 37))
def test_nobody_is_asked_more_often_or_more_seldom_than_said(lately: int) -> None:
    assert SOONEST <= pause_after(lately) <= LATEST


async def test_only_those_who_want_it_are_asked(lab: Lab, watch: PlaysWatch) -> None:
    await lab.hands.listen("gus", await lab.hands.some("track", 3))
    await a_round(watch)
    assert await played(lab) == []
    await lab.rooms.kept.people.choose(lab.discord_id, keeps_plays=True)
    await a_round(watch)
    assert len(await played(lab)) == 3


async def test_who_plays_fifty_songs_an_hour_loses_none(lab: Lab, watch: PlaysWatch) -> None:
    await lab.rooms.kept.people.choose(lab.discord_id, keeps_plays=True)
    songs = await lab.hands.some("track", 200)
    for number in range(0, 200, 10):
        await lab.hands.listen("gus", songs[number : number + 10])
        lab.clock.advance(timedelta(minutes=30))
        await a_round(watch)
    lab.clock.advance(LATEST)
    await a_round(watch)
    assert len(await played(lab)) == 200


async def test_between_two_rounds_nothing_is_asked(lab: Lab, watch: PlaysWatch) -> None:
    await lab.rooms.kept.people.choose(lab.discord_id, keeps_plays=True)
    await a_round(watch)
    await lab.requests()
    await a_round(watch)
    assert await lab.requests() == 0
    lab.clock.advance(LATEST)
    await a_round(watch)
    assert await lab.requests() == 1


async def test_trouble_with_one_round_is_mended_by_the_next(lab: Lab, watch: PlaysWatch) -> None:
    await lab.rooms.kept.people.choose(lab.discord_id, keeps_plays=True)
    await lab.hands.listen("gus", await lab.hands.some("track", 3))
    await lab.hands.fail_next(9, 503, path_contains="recently-played")
    await a_round(watch)
    assert await played(lab) == []
    await lab.hands.fair_weather()
    await a_round(watch)
    assert len(await played(lab)) == 3
