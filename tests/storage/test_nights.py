"""Whom the night is for, and its jobs."""

import pytest

from storage.accounts import AccountRepository
from storage.database import Database
from storage.nights import NightRepository
from storage.people import PeopleRepository
from storage.records import AccountState, Person, Run, RunKind
from storage.runs import RunRepository
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN, CLEO, NOON, at
from tests.storage.test_accounts import spotify_account

FIRST, SECOND = "2026-11-20T03:20", "2026-11-21T03:20"


@pytest.fixture
def nights(database: Database) -> NightRepository:
    return NightRepository(database)


@pytest.fixture
def runs(database: Database) -> RunRepository:
    return RunRepository(database)


@pytest.fixture
def people(database: Database) -> PeopleRepository:
    return PeopleRepository(database)


@pytest.fixture
async def everybody(database: Database, cipher: TokenCipher) -> AccountRepository:
    """Three people who linked Spotify."""
    accounts = AccountRepository(database, cipher)
    for discord_id in (ADA, BEN, CLEO):
        await accounts.save_spotify(spotify_account(discord_id, key=str(discord_id)))
    return accounts


async def claimed(runs: RunRepository, minutes: float = 5) -> Run:
    run = await runs.claim(at(minutes), "w")
    assert run is not None
    return run


async def test_the_night_is_for_those_who_linked_and_left_it_on(
    nights: NightRepository, people: PeopleRepository, everybody: AccountRepository
) -> None:
    await people.choose(ADA, time_zone="Europe/Berlin", nightly_hour=4)
    await people.choose(BEN, nightly=False)
    await people.remember(4, "never linked")
    assert await nights.waiting() == (
        (Person(ADA, nightly_hour=4, time_zone="Europe/Berlin"), None),
        (Person(CLEO), None),
    )
    await everybody.mark_spotify(spotify_account(CLEO, key=str(CLEO)), AccountState.REFUSED)
    assert [person.discord_id for person, _ in await nights.waiting()] == [ADA]
    await everybody.forget_spotify(ADA)
    assert await nights.waiting() == ()


async def test_a_night_under_way_is_not_asked_for_again(
    nights: NightRepository, runs: RunRepository, everybody: AccountRepository
) -> None:
    assert await runs.enqueue_turns(RunKind.NIGHT, {ADA: FIRST}, NOON) == 1
    assert ADA not in [person.discord_id for person, _ in await nights.waiting()]
    run = await claimed(runs)
    await runs.park(run.id, "Later.", at(999), tried=False)
    assert ADA not in [person.discord_id for person, _ in await nights.waiting()]
    await runs.fail(run.id, "No.", None, at(6))
    assert dict(await nights.waiting())[Person(ADA)] == FIRST
    await runs.enqueue(RunKind.BACKUP, ADA, {}, NOON)
    assert dict(await nights.waiting())[Person(ADA)] == FIRST, "only nights count"


async def test_the_last_night_is_the_one_whose_turn_was_last(
    nights: NightRepository, runs: RunRepository, everybody: AccountRepository
) -> None:
    for night in (SECOND, FIRST, "2026-11-19T03"):
        await runs.enqueue_turns(RunKind.NIGHT, {ADA: night}, NOON)
        await runs.finish((await claimed(runs)).id, {}, at(6))
    assert dict(await nights.waiting())[Person(ADA)] == SECOND


async def test_a_night_exists_once_whatever_came_of_it(
    nights: NightRepository, runs: RunRepository, everybody: AccountRepository
) -> None:
    assert await runs.enqueue_turns(RunKind.NIGHT, {ADA: FIRST}, NOON) == 1
    assert await runs.enqueue_turns(RunKind.NIGHT, {ADA: FIRST}, NOON) == 0
    await runs.fail((await claimed(runs)).id, "No.", None, at(6))
    assert await runs.enqueue_turns(RunKind.NIGHT, {ADA: FIRST, BEN: FIRST}, NOON) == 1
    assert await runs.enqueue_turns(RunKind.NIGHT, {ADA: SECOND}, NOON) == 1
    assert await runs.enqueue_turns(RunKind.NIGHT, {}, NOON) == 0


async def test_a_night_that_is_still_live_stands_for_the_next(
    nights: NightRepository, runs: RunRepository, everybody: AccountRepository
) -> None:
    await runs.enqueue_turns(RunKind.NIGHT, {ADA: FIRST}, NOON)
    assert await runs.enqueue_turns(RunKind.NIGHT, {ADA: SECOND, BEN: SECOND}, NOON) == 1
    assert [run.night for run in await runs.live(ADA)] == [FIRST]


async def test_the_oldest_backup_is_first_and_none_at_all_before_it(
    nights: NightRepository, runs: RunRepository, everybody: AccountRepository
) -> None:
    for who, minute, kind in ((ADA, 1, RunKind.BACKUP), (BEN, 2, RunKind.BACKUP), (BEN, 3, RunKind.SYNC)):
        await runs.enqueue(kind, who, {}, NOON)
        await runs.finish((await claimed(runs)).id, {}, at(minute))
    order = await nights.in_turn({BEN, ADA, CLEO})
    assert order == (CLEO, ADA, BEN)
    await runs.enqueue_turns(RunKind.NIGHT, dict.fromkeys(order, FIRST), NOON)
    assert [(await claimed(runs)).discord_id for _ in range(3)] == [CLEO, ADA, BEN]


async def failed(runs: RunRepository, name: str, sentence: str | None) -> Run:
    await runs.enqueue_turns(RunKind.NIGHT, {ADA: name}, NOON)
    run = await claimed(runs)
    if sentence is None:
        await runs.finish(run.id, {}, at(6))
    else:
        await runs.fail(run.id, sentence, None, at(6))
    return run


async def test_why_nights_failed_is_known_since_the_last_good_one(
    nights: NightRepository, runs: RunRepository, everybody: AccountRepository
) -> None:
    told = ["Long ago.", None, "Full.", "Down.", "Full."]
    ran = [await failed(runs, f"2026-11-{day:02}T03:20", why) for day, why in enumerate(told, start=1)]
    assert [await nights.failures(run) for run in ran] == [
        (),
        ("Long ago.",),
        (),
        ("Full.",),
        ("Down.", "Full."),
    ]
    await runs.enqueue_turns(RunKind.NIGHT, {BEN: FIRST}, NOON)
    assert await nights.failures(await claimed(runs)) == (), "another's are another's"
