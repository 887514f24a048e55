from dataclasses import replace

import pytest

from storage.changes import ChangeRepository
from storage.database import Database
from storage.errors import NotFound
from storage.records import Change, ChangeState, ChangeStep, StepState
from tests.builders import ADA, BEN, NOON

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
    await changes.mark("c1", ChangeState.DONE, {"saved": 3})
    assert await changes.get("c1") == replace(CHANGE, state=ChangeState.DONE, report={"saved": 3})


async def test_only_a_person_s_own_previews_are_turned_down(changes: ChangeRepository) -> None:
    """Not what is being made, and nobody else's."""
    others = [
        replace(CHANGE, id="begun", state=ChangeState.APPLYING),
        replace(CHANGE, id="second"),
        replace(CHANGE, id="ben", discord_id=BEN),
    ]
    for other in others:
        await changes.create(other)
    await changes.turn_down(ADA, "c1")
    await changes.turn_down(ADA, "ben")
    assert [(await changes.get(key)).state for key in ("c1", "second", "ben")] == [
        ChangeState.CANCELLED,
        ChangeState.PREVIEWED,
        ChangeState.PREVIEWED,
    ]
    await changes.turn_down(ADA)
    assert [(await changes.get(other.id)).state for other in others] == [
        ChangeState.APPLYING,
        ChangeState.CANCELLED,
        ChangeState.PREVIEWED,
    ]


async def test_what_was_turned_down_is_not_begun_and_what_was_begun_is_not_turned_down(
    changes: ChangeRepository,
) -> None:
    await changes.create(replace(CHANGE, id="second"))
    await changes.turn_down(ADA, "c1")
    assert not await changes.begin("c1")
    assert await changes.get("c1") == replace(CHANGE, state=ChangeState.CANCELLED, steps=())
    assert await changes.begin("second")
    await changes.turn_down(ADA)
    assert await changes.begin("second"), "a crash in the middle: it goes on"
    assert await changes.get("second") == replace(CHANGE, id="second", state=ChangeState.APPLYING)


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
