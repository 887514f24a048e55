import pytest
from sqlalchemy import select

from storage.covers import CoverRepository
from storage.database import Database
from storage.library import LibraryRepository
from storage.records import Image
from storage.tables import ImageRow
from tests.builders import ADA, BEN, NOON, everything, library, playlist
from tests.storage.seeing import keep

RED, BLUE = Image("image/jpeg", b"red"), Image("image/png", b"blue")
ROAD, HOME = "playlist-Road", "playlist-Home"


@pytest.fixture
async def covers(database: Database, libraries: LibraryRepository) -> CoverRepository:
    for who in (ADA, BEN):
        await keep(libraries, who, everything(library(playlist("Road"), playlist("Home"))), NOON)
    return CoverRepository(database)


async def _kept(database: Database) -> list[bytes]:
    async with database.read() as session:
        return sorted(await session.scalars(select(ImageRow.data)))


async def test_a_picture_comes_back_as_it_came(covers: CoverRepository, libraries: LibraryRepository) -> None:
    await covers.keep_covers(ADA, {ROAD: RED}, NOON)
    assert await covers.cover(ADA, ROAD) == RED
    assert await covers.cover(ADA, HOME) is None
    assert await covers.cover(BEN, ROAD) is None
    road, home = await libraries.playlist_heads(ADA)
    assert road.cover_sha256
    assert home.cover_sha256 is None


async def test_one_picture_of_many_playlists_is_kept_once(covers: CoverRepository, database: Database) -> None:
    for who in (ADA, BEN):
        for which in (ROAD, HOME):
            await covers.keep_covers(who, {which: RED}, NOON)
    assert await _kept(database) == [b"red"]


async def test_a_picture_goes_with_the_last_playlist_that_shows_it(
    covers: CoverRepository, database: Database, libraries: LibraryRepository
) -> None:
    await covers.keep_covers(ADA, {ROAD: RED}, NOON)
    await covers.keep_covers(BEN, {ROAD: RED}, NOON)
    await covers.keep_covers(BEN, {ROAD: BLUE}, NOON)
    assert await _kept(database) == [b"blue", b"red"]
    await libraries.erase(ADA)
    assert await _kept(database) == [b"blue"]
    await covers.keep_covers(BEN, {ROAD: RED}, NOON)
    assert await _kept(database) == [b"red"]


async def test_a_picture_of_an_unknown_playlist_is_not_kept(covers: CoverRepository, database: Database) -> None:
    await covers.keep_covers(ADA, {"nothing": RED}, NOON)
    assert await _kept(database) == []
