import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import BackupSection
from bot.copies import noted
from bot.services.copies import NightlyCopy, latest_copy_turn
from storage.copies import Copies
from storage.database import Database
from storage.installation import Installation
from storage.people import PeopleRepository
from storage.sealing import Seal
from tests.bot.spotify.time import Time

TURN = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""The one before the time at which tests begin."""
SEAL = Seal([Seal.generate_identity()])


@pytest.fixture
def copies(url: str, tmp_path: Path) -> Copies:
    return Copies(Path(url.removeprefix("sqlite+aiosqlite:///")), tmp_path / "archives", SEAL)


def a_bot(database: Database, copies: Copies | None, time: Time, *, nightly: bool = True) -> NightlyCopy:
    return NightlyCopy(copies, Installation(database), BackupSection(nightly=nightly), time)


@pytest.fixture
async def nightly(database: Database, copies: Copies, time: Time) -> AsyncIterator[NightlyCopy]:
    copy = a_bot(database, copies, time)
    yield copy
    await copy.stop()


async def a_tick(nightly: NightlyCopy) -> None:
    await nightly.copy_due()
    await nightly.finished()


def moments(copies: Copies) -> list[datetime]:
    return [copy.taken_at for copy in copies.listed()]


@pytest.mark.parametrize(
    ("hour", "now", "turn"),
    [
        (3, TURN, TURN),
        (3, TURN - timedelta(seconds=1), TURN - timedelta(days=1)),
        (23, datetime(2026, 11, 20, 23, 30, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)),
        (23, datetime(2026, 11, 21, 0, 0, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)),
    ],
)
def test_a_copy_is_due_when_the_night_is_over(hour: int, now: datetime, turn: datetime) -> None:
    assert latest_copy_turn(hour, now) == turn


async def test_a_night_has_one_copy_also_over_a_restart(
    nightly: NightlyCopy, database: Database, copies: Copies, time: Time
) -> None:
    first = time.now
    for _ in range(20):
        await a_tick(nightly)
        await a_tick(a_bot(database, copies, time))
        time.now += timedelta(minutes=30)
    assert moments(copies) == [first]
    time.now = TURN + timedelta(days=1)
    await a_tick(nightly)
    assert moments(copies) == [time.now, first]


async def test_a_night_missed_while_the_bot_was_off_is_caught_up(
    nightly: NightlyCopy, database: Database, copies: Copies, time: Time
) -> None:
    await a_tick(nightly)
    time.now += timedelta(days=3)
    await a_tick(a_bot(database, copies, time))
    assert len(moments(copies)) == 2


async def test_what_the_database_held_is_noted(
    nightly: NightlyCopy, database: Database, copies: Copies, caplog: pytest.LogCaptureFixture
) -> None:
    await PeopleRepository(database).remember(1, "ada")
    with caplog.at_level(logging.INFO):
        await a_tick(nightly)
    await PeopleRepository(database).remember(2, "ben")
    note = await noted(Installation(database))
    assert note is not None
    (copy,) = copies.listed()
    assert (note.name, note.contents, note.contents.people) == (copy.path.name, copies.open(copy), 1)
    assert f"copy.made name={copy.path.name} people=1" in caplog.text


async def test_trouble_is_logged_and_tried_again_an_hour_later(
    nightly: NightlyCopy, copies: Copies, time: Time, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "archives").write_text("a file where the folder should be")
    await a_tick(nightly)
    await a_tick(nightly)
    assert caplog.text.count("copy.failed") == 1
    (tmp_path / "archives").unlink()
    await a_tick(nightly)
    assert moments(copies) == []
    time.now += timedelta(hours=1)
    await a_tick(nightly)
    assert moments(copies) == [time.now]


async def test_a_copy_dated_by_a_wrong_clock_does_not_stand_for_the_night(
    nightly: NightlyCopy, copies: Copies, time: Time
) -> None:
    time.now += timedelta(days=365)
    await a_tick(nightly)
    time.now -= timedelta(days=365)
    await a_tick(a_bot(nightly.installation._database, copies, time))
    assert len(moments(copies)) == 2


async def test_old_copies_go_once_a_new_one_is_there(nightly: NightlyCopy, copies: Copies, time: Time) -> None:
    for _ in range(11):
        await a_tick(nightly)
        time.now += timedelta(days=1)
    assert len(moments(copies)) == 9  # seven days, the Sunday before them, and the oldest until four weeks are full


async def test_without_an_identity_or_nights_nothing_is_made(database: Database, copies: Copies, time: Time) -> None:
    await a_tick(a_bot(database, None, time))
    await a_tick(a_bot(database, copies, time, nightly=False))
    assert not copies.folder.exists()
