import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.accounts import AccountRepository
from storage.claims import Room
from storage.database import Database
from storage.errors import AlreadyRunning, NextStep, NotFound
from storage.people import PeopleRepository
from storage.records import RunKind, RunState
from storage.runs import RunRepository
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN, CLEO, NOON, at
from tests.storage.test_accounts import spotify_account


@pytest.fixture
def runs(database: Database) -> RunRepository:
    return RunRepository(database)


async def test_a_job_goes_from_queued_to_done(runs: RunRepository) -> None:
    queued = await runs.enqueue(RunKind.SYNC, ADA, {"ask": [1, None, "ü"]}, NOON)
    assert (queued.state, queued.attempts, queued.payload) == (RunState.QUEUED, 0, {"ask": [1, None, "ü"]})
    claimed = await runs.claim(at(1), "w1")
    assert claimed is not None
    assert (claimed.id, claimed.state, claimed.attempts, claimed.started_at) == (queued.id, RunState.RUNNING, 0, at(1))
    await runs.finish(queued.id, {"likes": 3}, at(2))
    done = await runs.get(queued.id)
    assert (done.state, done.report, done.finished_at) == (RunState.DONE, {"likes": 3}, at(2))
    assert await runs.live(ADA) == ()
    assert await runs.latest(ADA, RunKind.SYNC) == done


async def test_a_second_job_of_a_kind_waits_for_the_first(runs: RunRepository) -> None:
    await runs.enqueue(RunKind.SYNC, ADA, {}, NOON)
    with pytest.raises(AlreadyRunning) as caught:
        await runs.enqueue(RunKind.SYNC, ADA, {}, at(1))
    assert caught.value.since == NOON
    await runs.enqueue(RunKind.BACKUP, ADA, {}, at(1))
    await runs.enqueue(RunKind.SYNC, BEN, {}, at(1))
    assert [run.kind for run in await runs.live(ADA)] == [RunKind.SYNC, RunKind.BACKUP]


async def test_of_many_asking_at_once_one_gets_the_job(runs: RunRepository) -> None:
    asked = (runs.enqueue(RunKind.SYNC, ADA, {}, NOON) for _ in range(4))
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyRunning"] * 3 + ["Run"]


async def test_a_failed_job_says_why_and_makes_room_for_the_next(runs: RunRepository) -> None:
    run = await runs.enqueue(RunKind.SYNC, ADA, {}, NOON)
    await runs.claim(NOON, "w1")
    await runs.fail(run.id, "Spotify is down.", "ab12", at(1))
    failed = await runs.get(run.id)
    assert (failed.state, failed.sentence, failed.reference) == (RunState.FAILED, "Spotify is down.", "ab12")
    assert failed.finished_at == at(1)
    await runs.enqueue(RunKind.SYNC, ADA, {}, at(2))


async def test_a_parked_job_waits_for_its_time_and_counts_what_it_tried(runs: RunRepository) -> None:
    run = await runs.enqueue(RunKind.SYNC, ADA, {}, NOON)
    await runs.claim(NOON, "w1")
    await runs.park(run.id, "Later.", at(30), tried=True)
    parked = await runs.get(run.id)
    assert (parked.state, parked.sentence, parked.not_before) == (RunState.PARKED, "Later.", at(30))
    assert await runs.claim(at(29), "w1") is None
    with pytest.raises(AlreadyRunning):
        await runs.enqueue(RunKind.SYNC, ADA, {}, at(2))
    again = await runs.claim(at(30), "w1")
    assert again is not None
    assert (again.id, again.attempts, again.sentence, again.not_before) == (run.id, 1, None, None)
    await runs.park(run.id, "Later.", at(40), tried=False)
    assert (await runs.get(run.id)).attempts == 1


async def test_the_oldest_is_first_and_the_night_waits_for_people(runs: RunRepository, database: Database) -> None:
    await PeopleRepository(database).remember(ADA, "Ada")
    await runs.enqueue_turns(RunKind.NIGHT, {ADA: "2026-11-21T03:20"}, NOON)
    await runs.enqueue(RunKind.SYNC, BEN, {}, at(2))
    await runs.enqueue(RunKind.BACKUP, CLEO, {}, at(1))
    claimed = [await runs.claim(at(5), "w1") for _ in range(4)]
    assert [run and run.kind for run in claimed] == [RunKind.BACKUP, RunKind.SYNC, RunKind.NIGHT, None]


async def test_two_jobs_of_a_person_never_run_at_once(runs: RunRepository) -> None:
    first = await runs.enqueue(RunKind.SYNC, ADA, {}, NOON)
    second = await runs.enqueue(RunKind.RESTORE, ADA, {}, at(1))
    await runs.claim(at(2), "w1")
    assert await runs.claim(at(2), "w2") is None
    await runs.finish(first.id, {}, at(3))
    claimed = await runs.claim(at(3), "w2")
    assert claimed is not None
    assert claimed.id == second.id


async def test_the_database_itself_refuses_a_second_running_job_of_a_person(
    runs: RunRepository, database: Database
) -> None:
    """Where another process claims at the same moment, as PostgreSQL lets it."""
    await runs.enqueue(RunKind.SYNC, ADA, {}, NOON)
    second = await runs.enqueue(RunKind.BACKUP, ADA, {}, at(1))
    await runs.claim(at(2), "w1")
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await session.execute(text(f"UPDATE runs SET state = 'running' WHERE id = {second.id}"))


async def test_what_succeeded_last_is_known_by_when_it_ended(runs: RunRepository) -> None:
    both = (RunKind.SYNC, RunKind.BACKUP)
    assert await runs.last_done(ADA, both) is None
    for kind, minute in ((RunKind.SYNC, 9), (RunKind.BACKUP, 5), (RunKind.RESTORE, 20)):
        run = await runs.enqueue(kind, ADA, {}, NOON)
        await runs.claim(at(2), "w1")
        await runs.finish(run.id, {}, at(minute))
    done = await runs.last_done(ADA, both)
    assert done is not None
    assert (done.kind, done.finished_at) == (RunKind.SYNC, at(9))
    assert await runs.last_done(BEN, both) is None


async def linked_through(database: Database, cipher: TokenCipher, apps: dict[int, str]) -> None:
    accounts = AccountRepository(database, cipher)
    for discord_id, app in apps.items():
        await accounts.save_spotify(replace(spotify_account(discord_id, key=str(discord_id)), client_id=app))


async def test_nights_and_apps_have_room_of_their_own(
    runs: RunRepository, database: Database, cipher: TokenCipher
) -> None:
    apps = {1: "one", 2: "one", 3: "one", 4: "two", 5: "two", 6: "three"}
    await linked_through(database, cipher, apps)
    await runs.enqueue_turns(RunKind.NIGHT, dict.fromkeys(apps, "2026-11-21T03:20"), NOON)
    room = Room(nights=4, of_one_app=3, nights_of_one_app=2)
    taken = [await runs.claim(at(1), "w", room) for _ in range(5)]
    assert [run and run.discord_id for run in taken] == [1, 2, 4, 5, None], "two of an app, four in all"
    for who in (3, 7):
        await runs.enqueue(RunKind.SYNC, who, {}, at(2))
    asked = [await runs.claim(at(2), "w", room) for _ in range(3)]
    assert [run and (run.discord_id, run.kind) for run in asked] == [(3, RunKind.SYNC), (7, RunKind.SYNC), None]
    assert taken[0] is not None
    await runs.finish(taken[0].id, {}, at(3))
    again = await runs.claim(at(3), "w", room)
    assert again is not None
    assert again.discord_id == 6, "one of an app that has room, although another waits for longer"


async def test_commands_fill_no_more_than_their_app_s_room(
    runs: RunRepository, database: Database, cipher: TokenCipher
) -> None:
    await linked_through(database, cipher, {1: "one", 2: "one", 3: "two"})
    for who in (1, 2, 3, 4):
        await runs.enqueue(RunKind.SYNC, who, {}, NOON)
    room = Room(nights=1, of_one_app=1, nights_of_one_app=1)
    taken = [await runs.claim(at(1), "w", room) for _ in range(4)]
    assert [run and run.discord_id for run in taken] == [1, 3, 4, None], "who has no account yet is nobody's"


async def test_a_job_is_claimed_by_one_worker(runs: RunRepository) -> None:
    for discord_id in range(1, 6):
        await runs.enqueue(RunKind.SYNC, discord_id, {}, NOON)
    claimed = await asyncio.gather(*(runs.claim(at(1), f"w{number}") for number in range(8)))
    taken = [run.id for run in claimed if run is not None]
    assert len(taken) == len(set(taken)) == 5


async def test_asked_for_again_while_it_runs_a_job_goes_round_once_more(runs: RunRepository) -> None:
    first = await runs.enqueue(RunKind.SYNC, ADA, {}, NOON, again=True)
    await runs.claim(at(1), "me")
    assert (await runs.enqueue(RunKind.SYNC, ADA, {}, at(2), again=True)).id == first.id
    await runs.fail(first.id, "Stopped.", None, at(3))
    assert (await runs.get(first.id)).state is RunState.QUEUED
    await runs.claim(at(4), "me")
    await runs.finish(first.id, {"likes": 1}, at(5))
    assert (await runs.get(first.id)).state is RunState.DONE, "once, not for ever"


async def test_asked_for_again_while_it_waits_a_job_is_done_once(runs: RunRepository) -> None:
    first = await runs.enqueue(RunKind.SYNC, ADA, {}, NOON)
    assert await runs.enqueue(RunKind.SYNC, ADA, {}, at(1), again=True) == first
    await runs.claim(at(2), "me")
    await runs.finish(first.id, {}, at(3))
    assert (await runs.get(first.id)).state is RunState.DONE


async def test_what_a_dead_worker_left_is_queued_again(runs: RunRepository) -> None:
    dead = await runs.enqueue(RunKind.SYNC, ADA, {}, NOON)
    mine = await runs.enqueue(RunKind.BACKUP, BEN, {}, at(1))
    await runs.claim(at(2), "dead")
    await runs.claim(at(2), "me")
    assert await runs.requeue_abandoned({mine.id}) == 1
    assert (await runs.get(mine.id)).state is RunState.RUNNING
    queued = await runs.get(dead.id)
    assert (queued.state, queued.attempts) == (RunState.QUEUED, 0)
    again = await runs.claim(at(5), "me")
    assert again is not None
    assert (again.id, again.attempts) == (dead.id, 0)
    assert await runs.requeue_abandoned({mine.id, dead.id}) == 0


async def test_an_unknown_job_is_not_found(runs: RunRepository) -> None:
    with pytest.raises(NotFound):
        await runs.get(99)
    assert await runs.latest(ADA, RunKind.SYNC) is None


async def test_what_waits_for_a_person_is_woken_for_that_person_alone(runs: RunRepository) -> None:
    hers = await runs.enqueue(RunKind.SYNC, ADA, {}, NOON)
    his = await runs.enqueue(RunKind.SYNC, BEN, {}, NOON)
    for _ in range(2):
        claimed = await runs.claim(NOON, "w1")
        assert claimed is not None
        await runs.park(claimed.id, "Link again.", at(999), tried=False, next_step=NextStep.LINK_SPOTIFY)
    assert (await runs.get(hers.id)).next_step is NextStep.LINK_SPOTIFY
    assert await runs.wake(ADA) == 1
    assert (await runs.get(hers.id)).state is RunState.QUEUED
    woken = await runs.claim(at(5), "w1")
    assert woken is not None
    assert (woken.id, woken.next_step) == (hers.id, NextStep.NONE)
    assert await runs.claim(at(5), "w1") is None
    assert (await runs.get(his.id)).not_before == at(999)


async def test_a_secret_ends_with_its_job(runs: RunRepository) -> None:
    done = await runs.enqueue(RunKind.EXPORT, ADA, {"format": "csv", "secret": "encrypted"}, NOON)
    claimed = await runs.claim(NOON, "w1")
    assert claimed is not None
    assert claimed.payload["secret"] == "encrypted"
    await runs.finish(done.id, {}, NOON)
    assert (await runs.get(done.id)).payload == {"format": "csv"}
    failed = await runs.enqueue(RunKind.EXPORT, ADA, {"secret": "encrypted"}, NOON)
    await runs.claim(NOON, "w1")
    await runs.park(failed.id, "Wait.", NOON, tried=True)
    assert (await runs.get(failed.id)).payload == {"secret": "encrypted"}, "it goes on later"
    await runs.fail(failed.id, "No.", None, NOON)
    assert (await runs.get(failed.id)).payload == {}
