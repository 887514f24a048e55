import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select, update

from storage.database import Database
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.records import Library, LibraryCounts, Like, Playlist
from storage.tables import AlbumRow, ArtistRow, ShowRow, TrackRow
from tests.builders import (
    ADA,
    BEN,
    NOON,
    VaultPlan,
    at,
    episode,
    everything,
    item,
    library,
    like,
    likes,
    local_file,
    playlist,
    track,
)
from tests.storage.seeing import keep
from tests.storage.strategies import some_libraries

ROAD = playlist("Road", "A", "B", snapshot="s1")


async def _apply(libraries: LibraryRepository, stored: Library, who: int = ADA, *, minutes: float = 0) -> None:
    await keep(libraries, who, everything(stored), at(minutes))


def _changed(after: Playlist) -> VaultPlan:
    return VaultPlan(playlists=(after,))


async def _catalogue(database: Database) -> list[int]:
    async with database.read() as session:
        tables = (TrackRow, ArtistRow, AlbumRow, ShowRow)
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@given(stored=some_libraries())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_an_empty_vault_becomes_what_was_read(stored: Library, libraries: LibraryRepository) -> None:
    await _apply(libraries, stored)
    assert await libraries.load(ADA) == stored
    assert await libraries.counts(ADA) == stored.counts
    await libraries.erase(ADA)
    assert await libraries.load(ADA) == Library()


async def test_every_oddity_is_kept_as_what_it_is(libraries: LibraryRepository) -> None:
    stored = library(
        playlist("Road", "A", "A", None, episode("Talk"), local_file("Demo"), item(None, minutes=None, by=None)),
        playlist("Empty"),
        playlist("Old", "B", removed_at=at(-60)),
        likes=(*likes("A", "C"), like(None, minutes=None), like(None, minutes=None), *likes("A")),
    )
    await _apply(libraries, stored)
    assert await libraries.load(ADA) == stored


async def test_applying_a_plan_twice_changes_nothing(
    libraries: LibraryRepository, history: HistoryRepository, database: Database
) -> None:
    stored = library(playlist("Road", "A", local_file("Demo"), episode("Talk")), likes=likes("B", "C"))
    await _apply(libraries, stored)
    before = await _catalogue(database)
    await _apply(libraries, stored, minutes=5)
    assert await libraries.load(ADA) == stored
    assert len(await history.changes(ADA, which="playlist-Road")) == 1
    assert await _catalogue(database) == before


async def test_two_syncs_at_once_leave_one_library(libraries: LibraryRepository) -> None:
    stored = library(ROAD, likes=likes("A", "B"))
    await asyncio.gather(_apply(libraries, stored), _apply(libraries, stored))
    assert await libraries.load(ADA) == stored


async def test_a_failed_apply_leaves_everything_as_it_was(libraries: LibraryRepository) -> None:
    await _apply(libraries, library(ROAD, likes=likes("A")))
    bad = replace(ROAD, items=(item("C"), replace(item("D"), added_at=NOON.replace(tzinfo=None))))
    with pytest.raises(TypeError) as refused:
        await keep(libraries, ADA, replace(_changed(bad), likes=likes("B", "A")), at(1))
    assert "without a zone" in str(refused.value.__cause__)
    assert await libraries.load(ADA) == library(ROAD, likes=likes("A"))


async def test_people_do_not_see_each_other(libraries: LibraryRepository) -> None:
    await _apply(libraries, library(ROAD, likes=likes("A")))
    await _apply(libraries, library(playlist("Road", "Z")), BEN)
    assert await libraries.load(ADA) == library(ROAD, likes=likes("A"))
    assert await libraries.load(BEN) == library(playlist("Road", "Z"))


async def test_people_share_the_catalogue_and_the_newer_word_counts(
    libraries: LibraryRepository, database: Database
) -> None:
    await _apply(libraries, library(likes=(like(track("A", album="Frist")),)))
    corrected = track("A", artist="Somebody Else", album="First", isrc="X")
    await _apply(libraries, library(likes=(like(corrected),)), BEN)
    assert (await libraries.load(ADA)).likes == (like(corrected),)
    assert (await _catalogue(database))[0] == 1


async def test_a_track_is_one_object_however_often_it_stands_there(libraries: LibraryRepository) -> None:
    await _apply(libraries, library(playlist("Road", "A", "A"), likes=likes("A")))
    loaded = await libraries.load(ADA)
    first, second = loaded.playlists[0].items
    assert loaded.likes[0].track is first.track is second.track


async def test_local_files_that_differ_stay_apart(libraries: LibraryRepository) -> None:
    one, other = local_file("Demo"), local_file("Demo", artist="Your Band")
    stored = library(likes=(like(one), like(other)))
    await _apply(libraries, stored)
    assert await libraries.load(ADA) == stored


async def test_a_removed_playlist_keeps_its_contents_and_goes_last(libraries: LibraryRepository) -> None:
    home = playlist("Home", "C")
    await _apply(libraries, library(ROAD, home))
    for minutes in (5, 9):
        await libraries.mark_removed(ADA, ["playlist-Road"], at(minutes))
        await libraries.put_in_order(ADA, ("playlist-Home",))
    assert (await libraries.load(ADA)).playlists == (home, replace(ROAD, removed_at=at(5)))
    assert await libraries.counts(ADA) == LibraryCounts(playlists=1, items=1)


async def test_a_playlist_that_comes_back_is_one_again(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await _apply(libraries, library(ROAD))
    await libraries.mark_removed(ADA, ["playlist-Road"], at(5))
    await keep(libraries, ADA, _changed(ROAD), at(9))
    assert (await libraries.load(ADA)).playlists == (ROAD,)
    states = await history.changes(ADA, which="playlist-Road")
    assert [(state.number, state.observed_at) for state in states] == [(3, at(9)), (2, at(5)), (1, at(0))]


async def test_playlists_follow_the_order_that_was_read(libraries: LibraryRepository) -> None:
    one, two, three = (playlist(name) for name in ("One", "Two", "Three"))
    await _apply(libraries, library(one, two))
    order = ("playlist-Three", "playlist-Two", "playlist-One")
    await keep(libraries, ADA, VaultPlan(playlists=(three,), order=order), at(5))
    assert (await libraries.load(ADA)).playlists == (three, two, one)


async def test_a_new_playlist_without_an_order_goes_last(libraries: LibraryRepository) -> None:
    await _apply(libraries, library(playlist("One")))
    await keep(libraries, ADA, VaultPlan(playlists=(playlist("Two"),)), at(5))
    assert [stored.details.name for stored in (await libraries.load(ADA)).playlists] == ["One", "Two"]


async def test_erasing_takes_a_person_s_own_files_out_of_the_catalogue(
    libraries: LibraryRepository, database: Database
) -> None:
    await _apply(libraries, library(playlist("Road", local_file("Diary"), episode("Talk")), likes=likes("A")))
    await _apply(libraries, library(likes=likes("A")), BEN)
    await libraries.erase(ADA)
    assert await _catalogue(database) == [1, 1, 1, 0]
    assert (await libraries.load(BEN)).likes == likes("A")


async def test_a_track_in_somebody_s_history_stays_when_another_is_erased(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await _apply(libraries, library(ROAD))
    await keep(libraries, ADA, _changed(replace(ROAD, items=())), at(5))
    await _apply(libraries, library(likes=likes("A")), BEN)
    await libraries.erase(BEN)
    _, before = await history.playlist_at(ADA, "playlist-Road", 1)
    assert before.items == ROAD.items


async def test_an_empty_plan_writes_nothing(libraries: LibraryRepository) -> None:
    await keep(libraries, ADA, VaultPlan(), NOON)
    assert await libraries.load(ADA) == Library()


async def test_a_stale_description_is_rewritten_once(libraries: LibraryRepository, database: Database) -> None:
    await _apply(libraries, library(likes=likes("A")))
    async with database.write() as session:
        await session.execute(update(TrackRow).values(name="older", digest="older"))
    await _apply(libraries, library(likes=likes("A")), minutes=1)
    assert (await libraries.load(ADA)).likes == (Like(track("A"), NOON),)
