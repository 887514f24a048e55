from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.records import Playlist
from tests.builders import ADA, playlist, track
from tests.storage.seeing import ROAD, see


async def _see(libraries: LibraryRepository, *states: Playlist) -> None:
    """One state a minute, as syncs would see them."""
    for minute, state in enumerate(states):
        await see(libraries, minute, state)


async def test_a_rename_is_a_version_and_the_next_one_keeps_the_name(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    renamed = playlist("Journey", "A", id=ROAD)
    await _see(libraries, playlist("Road", "A"), renamed, playlist("Journey", "A", "B", id=ROAD))
    states = await history.changes(ADA, which=ROAD)
    assert [state.name for state in states] == ["Journey", "Journey", "Road"]
    assert [state.added.total for state in states] == [1, 0, 1]


async def test_a_new_snapshot_alone_is_kept_but_is_no_version(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    before, after = playlist("Road", "A", snapshot="s1"), playlist("Road", "A", snapshot="s2")
    await _see(libraries, before, after)
    assert len(await history.changes(ADA, which=ROAD)) == 1
    assert (await libraries.load(ADA)).playlists == (after,)


async def test_tracks_long_gone_are_still_in_the_history(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await _see(libraries, playlist("Road", "A"), playlist("Road"))
    _, before = await history.playlist_at(ADA, ROAD, 1)
    assert [item.track for item in before.items] == [track("A")]
