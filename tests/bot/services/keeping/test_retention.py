"""How long each person's backups are kept, and what a shorter wish would cost them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.keeping.retention import Retention, Wish, plan_wish
from storage.records import Archive, ArchiveState, Policy, StoreKind
from tests.bot.services.keeping.conftest import Home
from tests.bot.services.keeping.made import nightly
from tests.builders import ADA, BEN

LONG, SHORT = Policy(daily=40), Policy(last=18)


def test_a_shorter_wish_counts_what_would_go() -> None:
    assert plan_wish(nightly(40), LONG, SHORT, LONG) == Wish(SHORT, SHORT, backups=40, going=22, sooner=22)


def test_a_longer_one_costs_nothing() -> None:
    assert plan_wish(nightly(40), SHORT, LONG, LONG) == Wish(LONG, LONG, backups=40, going=0, sooner=0)


def test_what_goes_anyway_is_told_apart() -> None:
    wish = plan_wish(nightly(40), Policy(last=30), SHORT, LONG)
    assert (wish.going, wish.sooner) == (22, 12)


def test_the_operator_s_choice_is_a_wish_like_any_other() -> None:
    wish = plan_wish(nightly(40), LONG, None, SHORT)
    assert (wish.policy, wish.rules, wish.going) == (None, SHORT, 22)


def test_everything_removes_nothing() -> None:
    assert plan_wish(nightly(40), SHORT, Policy(), LONG).going == 0


def test_pinned_and_lost_ones_do_not_go_and_each_store_is_counted_by_itself() -> None:
    mine = nightly(10)
    mine[0] = replace(mine[0], pinned=True)
    mine[1] = replace(mine[1], state=ArchiveState.MISSING)
    in_drive = [replace(each, id=f"d{each.id}", store=StoreKind.DRIVE) for each in nightly(5)]
    wish = plan_wish([*mine, *in_drive], LONG, Policy(last=3), LONG)
    assert (wish.backups, wish.going) == (14, 5 + 2)


@pytest.fixture
def retention(home: Home) -> Retention:
    return Retention(home.people, home.archives, LONG)


async def made(home: Home, count: int) -> list[Archive]:
    return await home.nights(count)


async def test_who_chose_nothing_has_the_operator_s(retention: Retention) -> None:
    assert await retention.of(ADA) == LONG
    await retention.choose(ADA, SHORT)
    assert (await retention.of(ADA), await retention.of(BEN)) == (SHORT, LONG)
    await retention.choose(ADA, Policy())
    assert await retention.of(ADA) == Policy(), "everything is a choice, not the lack of one"
    await retention.choose(ADA, None)
    assert await retention.of(ADA) == LONG


async def test_a_wish_that_costs_backups_waits_for_an_answer(home: Home, retention: Retention) -> None:
    await made(home, 4)
    wish = await retention.wish(ADA, Policy(last=1))
    assert (wish.backups, wish.going) == (4, 3)
    assert await retention.of(ADA) == LONG
    await retention.wish(ADA, Policy(last=9))
    assert await retention.of(ADA) == Policy(last=9)


async def test_each_person_s_backups_follow_their_own_choice(home: Home) -> None:
    adas, bens = await home.nights(5, ADA), await home.nights(5, BEN)
    await home.people.set_keeping(ADA, Policy(last=1))
    await home.keeping.keep(ADA)
    await home.keeping.keep(BEN)
    assert await home.good(ADA) == [each.name for each in adas[:1]]
    assert await home.good(BEN) == [each.name for each in bens[:3]]
    home.time.now += timedelta(days=1)
    await home.people.set_keeping(BEN, Policy())
    assert (await home.keeping.keep(BEN)).trashed == 0
