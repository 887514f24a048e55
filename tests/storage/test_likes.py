import pytest
from sqlalchemy import select

from storage.database import Database
from storage.library import LibraryRepository
from storage.records import Like
from storage.tables import SavedRow, TrackRow
from tests.builders import ADA, VaultPlan, at, like, likes
from tests.storage.seeing import keep

Row = tuple[str | None, int, int, bool]


async def _rows(database: Database) -> list[Row]:
    """Name, row id, ordinal and whether removed, oldest first."""
    statement = (
        select(TrackRow.name, SavedRow.id, SavedRow.ordinal, SavedRow.removed_at.is_not(None))
        .join_from(SavedRow, TrackRow, isouter=True)
        .order_by(SavedRow.ordinal)
    )
    async with database.read() as session:
        return [(name, row_id, ordinal, gone) for name, row_id, ordinal, gone in await session.execute(statement)]


async def _become(libraries: LibraryRepository, wanted: tuple[Like, ...], minutes: float) -> None:
    await keep(libraries, ADA, VaultPlan(likes=wanted), at(minutes))
    assert (await libraries.load(ADA)).likes == wanted


async def test_a_new_like_at_the_head_changes_no_other_row(libraries: LibraryRepository, database: Database) -> None:
    await _become(libraries, likes("C", "B", "A"), 0)
    before = await _rows(database)
    await _become(libraries, (like("D", minutes=9), *likes("C", "B", "A")), 10)
    after = await _rows(database)
    assert after[:3] == before
    assert [row[0] for row in after] == ["A", "B", "C", "D"]


async def test_an_unliked_track_is_marked_and_stays(libraries: LibraryRepository, database: Database) -> None:
    all_three = likes("C", "B", "A")
    await _become(libraries, all_three, 0)
    before = await _rows(database)
    await _become(libraries, (all_three[0], all_three[2]), 10)
    after = await _rows(database)
    assert [row[:3] for row in after] == [row[:3] for row in before]
    assert [row[3] for row in after] == [False, True, False]
    assert (await libraries.counts(ADA)).likes == 2
    async with database.read() as session:
        gone = (await session.scalars(select(SavedRow).where(SavedRow.removed_at.is_not(None)))).one()
    assert (gone.seen_at, gone.removed_at) == (at(0), at(10))


async def test_a_track_liked_again_is_a_new_like(libraries: LibraryRepository, database: Database) -> None:
    await _become(libraries, likes("B", "A"), 0)
    await _become(libraries, (like("A", minutes=9), like("B")), 10)
    assert [(row[0], row[3]) for row in await _rows(database)] == [("A", True), ("B", False), ("A", False)]


@pytest.mark.parametrize(
    "wanted",
    [
        likes("A", "B", "C"),
        tuple(reversed(likes("C", "B", "A"))),
        (*likes("C", "B", "A"), like("older than all", minutes=-99)),
        (*likes("C"), like("X", minutes=-0.5), *likes("C", "B", "A")[1:]),
        (),
    ],
)
async def test_an_order_that_does_not_fit_is_numbered_anew(
    wanted: tuple[Like, ...], libraries: LibraryRepository
) -> None:
    await _become(libraries, likes("C", "B", "A"), 0)
    await _become(libraries, wanted, 10)
    await _become(libraries, (like("Z", minutes=50), *wanted), 60)


async def test_entries_spotify_no_longer_has_are_counted_each(libraries: LibraryRepository, database: Database) -> None:
    nulls = (like(None, minutes=None), like(None, minutes=None))
    await _become(libraries, nulls, 0)
    await _become(libraries, nulls[:1], 5)
    await _become(libraries, (like("A"), *nulls), 9)
    assert len(await _rows(database)) == 4


async def test_a_library_with_many_likes_takes_slices(libraries: LibraryRepository) -> None:
    many = likes(*(f"T{number}" for number in range(1100)))
    await _become(libraries, many, 0)
    await _become(libraries, many[600:], 1)
