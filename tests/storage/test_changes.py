from dataclasses import replace

import pytest

from storage.changes import ChangeRepository
from storage.database import Database
from storage.errors import NotFound
from storage.records import Change, ChangeState, ChangeStep, StepState
from tests.builders import ADA, BEN, NOON, at

STEPS = tuple(ChangeStep(seq, "save_tracks", {"uris": [f"spotify:track:{seq}", None]}) for seq in range(3))
CHANGE = Change("c1", ADA, ChangeState.PREVIEWED, NOON, {"likes": 3, "names": ["ü"]}, STEPS)


@pytest.fixture
async def changes(database: Database) -> ChangeRepository:
    repository = ChangeRepository(database)
    await repository.create(CHANGE)
    return repository


async def test_a_plan_comes_back_with_its_steps_in_order(changes: ChangeRepository) -> None:
    assert await changes.get("c1") == CHANGE


async def test_each_step_keeps_how_far_it_is(changes: ChangeRepository) -> None:
    await changes.mark_step("c1", 0, StepState.SENT)
    await changes.mark_step("c1", 0, StepState.DONE, {"snapshot": "s"})
    await changes.mark_step("c1", 1, StepState.SENT)
    first = replace(STEPS[0], state=StepState.DONE, result={"snapshot": "s"})
    assert (await changes.get("c1")).steps == (first, replace(STEPS[1], state=StepState.SENT), STEPS[2])


async def test_a_result_stays_when_the_mark_brings_none(changes: ChangeRepository) -> None:
    await changes.mark_step("c1", 0, StepState.SENT, {"playlist": "p"})
    await changes.mark_step("c1", 0, StepState.FAILED)
    assert (await changes.get("c1")).steps[0].result == {"playlist": "p"}


async def test_a_change_ends_with_its_report(changes: ChangeRepository) -> None:
    await changes.mark("c1", ChangeState.APPLYING)
    assert [change.id for change in await changes.open_of(ADA)] == ["c1"]
    await changes.mark("c1", ChangeState.DONE, {"saved": 3})
    assert await changes.get("c1") == replace(CHANGE, state=ChangeState.DONE, report={"saved": 3})
    assert await changes.open_of(ADA) == ()


async def test_open_changes_come_oldest_first(changes: ChangeRepository) -> None:
    newer = replace(CHANGE, id="c0", created_at=at(1), steps=())
    await changes.create(newer)
    assert await changes.open_of(ADA) == (CHANGE, newer)


async def test_a_restore_taken_back_keeps_its_report(changes: ChangeRepository) -> None:
    await changes.mark("c1", ChangeState.DONE, {"saved": 3})
    await changes.mark("c1", ChangeState.UNDONE, None)
    assert await changes.get("c1") == replace(CHANGE, state=ChangeState.UNDONE, report={"saved": 3})


async def test_what_was_done_for_a_person_is_found_by_kind(changes: ChangeRepository) -> None:
    await changes.mark_step("c1", 0, StepState.DONE, {"id": "p"})
    done = replace(STEPS[0], state=StepState.DONE, result={"id": "p"})
    assert await changes.done_steps(ADA, STEPS[0].kind) == (done,)
    assert await changes.done_steps(BEN, STEPS[0].kind) == ()


async def test_an_unknown_change_is_not_found(changes: ChangeRepository) -> None:
    with pytest.raises(NotFound):
        await changes.get("c9")
