from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.copies import DAILY, WEEKLY, Copies, kept, tidy
from storage.errors import NoIdentityFits
from storage.sealing import Seal
from storage.snapshot import CopyDamaged

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""A Friday."""
SEAL = Seal([Seal.generate_identity()])
MOMENTS = st.sets(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), max_size=60)  # noqa: DTZ001


@pytest.fixture
def copies(url: str, tmp_path: Path) -> Copies:
    return Copies(Path(url.removeprefix("sqlite+aiosqlite:///")), tmp_path / "archives", SEAL)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_copy_is_named_after_its_moment_and_nothing_readable_is_left(copies: Copies, tmp_path: Path) -> None:
    copy, contents = copies.make(NOW + timedelta(milliseconds=7))
    assert files(tmp_path) == ["archives/_database/musivault-database-2026-11-20T040000Z.db.age", "musivault.db"]
    assert (copy.taken_at, contents.people) == (NOW, 0)
    assert copies.listed() == [copy]
    assert copies.open(copy) == contents


def test_copies_are_listed_newest_first_and_other_files_are_none(copies: Copies) -> None:
    made = [copies.make(NOW + timedelta(days=day))[0] for day in (1, 0, 2)]
    (copies.folder / "notes.txt").touch()
    (copies.folder / ".musivault-database-2026-11-20T040000Z.db.age.part").touch()
    assert copies.listed() == [made[2], made[0], made[1]]


def test_a_damaged_database_leaves_no_copy_and_nothing_readable(copies: Copies, tmp_path: Path) -> None:
    content = bytearray(copies.database.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * (4096 * 3)
    copies.database.write_bytes(content)
    with pytest.raises(Exception, match=r"malformed|damaged"):
        copies.make(NOW)
    assert files(tmp_path) == ["musivault.db"]


def test_a_flipped_byte_is_told_as_damage_and_nothing_readable_is_left(copies: Copies, tmp_path: Path) -> None:
    copy, _ = copies.make(NOW)
    content = bytearray(copy.path.read_bytes())
    content[-1000] ^= 1
    copy.path.write_bytes(content)
    with pytest.raises(CopyDamaged, match="Use an older one"):
        copies.open(copy)
    assert len(files(tmp_path)) == 2


def test_another_installation_cannot_open_it(copies: Copies) -> None:
    copy, _ = copies.make(NOW)
    with pytest.raises(NoIdentityFits):
        Copies(copies.database, copies.archives, Seal([Seal.generate_identity()])).open(copy)


def test_what_a_crash_left_readable_is_removed_at_the_next_start(copies: Copies, tmp_path: Path) -> None:
    copies.make(NOW)
    whole = files(tmp_path)
    left = tmp_path / ".musivault.db-scratch-x1"
    left.mkdir()
    (left / "taken.db").write_bytes(b"everybody's library")
    (copies.folder / ".musivault-database-2026-11-21T040000Z.db.age.part").write_bytes(b"half")
    assert tidy(copies.database, copies.archives) == 2
    assert files(tmp_path) == whole
    assert not left.exists()
    assert tidy(copies.database, copies.archives) == 0


def test_thinning_removes_what_is_not_kept_and_no_other_file(copies: Copies) -> None:
    copies.folder.mkdir(parents=True)
    for day in range(60):
        (copies.folder / f"musivault-database-{NOW - timedelta(days=day):%Y-%m-%dT%H%M%SZ}.db.age").touch()
    (copies.folder / "notes.txt").touch()
    assert copies.thin(NOW) == 60 - len(copies.listed())
    assert (copies.folder / "notes.txt").exists()
    assert copies.thin(NOW) == 0


def test_sixty_nights_leave_seven_days_and_the_end_of_each_of_four_weeks() -> None:
    nights = [NOW - timedelta(days=day) for day in range(60)]
    assert [(NOW - night).days for night in sorted(kept(nights, NOW), reverse=True)] == [0, 1, 2, 3, 4, 5, 6, 12, 19]


def test_days_without_a_copy_cost_none() -> None:
    seldom = [NOW - timedelta(days=30 * month) for month in range(9)]
    assert kept(seldom, NOW) == set(seldom[:DAILY])


@given(taken=MOMENTS)
def test_the_newest_copy_is_never_removed(taken: set[datetime]) -> None:
    past = [moment for moment in taken if moment <= NOW]
    stay = kept(taken, NOW)
    assert stay <= taken
    assert not past or max(past) in stay
    assert len([moment for moment in stay if moment <= NOW]) <= DAILY + WEEKLY


@given(taken=MOMENTS)
def test_thinning_twice_removes_nothing_more(taken: set[datetime]) -> None:
    assert kept(kept(taken, NOW), NOW) == kept(taken, NOW)


@given(taken=MOMENTS)
def test_what_a_wrong_clock_dated_into_the_future_displaces_nothing(taken: set[datetime]) -> None:
    past = {moment for moment in taken if moment <= NOW}
    assert kept(taken, NOW) - kept(past, NOW) == taken - past
