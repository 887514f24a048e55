from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.errors import NotFound
from storage.library import LibraryRepository
from storage.records import EventKind, Playlist, PlaylistChange, SyncPlan
from tests.builders import ADA, BEN, at, item, playlist, track
from tests.storage.strategies import catalogues, items

ROAD = "playlist-Road"


async def _see(libraries: LibraryRepository, *states: Playlist) -> None:
    """One state a minute, as syncs would see them."""
    await libraries.apply(ADA, SyncPlan(playlists_added=states[:1]), at(0))
    for minutes, (before, after) in enumerate(pairwise(states), 1):
        plan = SyncPlan(playlists_changed=(PlaylistChange(before, after, ()),))
        await libraries.apply(ADA, plan, at(minutes))


@given(data=st.data())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_state_that_was_seen_comes_back(data: st.DataObject, libraries: LibraryRepository) -> None:
    seen = data.draw(st.lists(items(data.draw(catalogues())), min_size=1, max_size=4))
    await _see(libraries, *(replace(playlist("Road"), items=contents) for contents in seen))
    states = [contents for number, contents in enumerate(seen) if number == 0 or contents != seen[number - 1]]
    history = await libraries.history(ADA, ROAD)
    assert [version.number for version in history] == list(range(1, len(states) + 1))
    for version, contents in zip(history, states, strict=True):
        assert await libraries.contents_at(ADA, ROAD, version.number) == contents
    await libraries.erase(ADA)


async def test_a_version_says_what_changed_and_when(libraries: LibraryRepository) -> None:
    await _see(libraries, playlist("Road", "A", "B"), playlist("Road", "A", "C"))
    first, second = await libraries.history(ADA, ROAD)
    assert (first.observed_at, second.observed_at) == (at(0), at(1))
    assert [(event.kind, event.position, event.item) for event in second.events] == [
        (EventKind.REMOVE, 1, item("B")),
        (EventKind.INSERT, 1, item("C")),
    ]


async def test_a_rename_is_a_version_and_the_next_one_keeps_the_name(libraries: LibraryRepository) -> None:
    renamed = playlist("Journey", "A", id=ROAD)
    await _see(libraries, playlist("Road", "A"), renamed, playlist("Journey", "A", "B", id=ROAD))
    history = await libraries.history(ADA, ROAD)
    assert [version.details.name for version in history] == ["Road", "Journey", "Journey"]
    assert [len(version.events) for version in history] == [1, 0, 1]


async def test_a_new_snapshot_alone_is_kept_but_is_no_version(libraries: LibraryRepository) -> None:
    before, after = playlist("Road", "A", snapshot="s1"), playlist("Road", "A", snapshot="s2")
    await _see(libraries, before, after)
    assert len(await libraries.history(ADA, ROAD)) == 1
    assert (await libraries.load(ADA)).playlists == (after,)


async def test_what_is_stored_decides_what_changed(libraries: LibraryRepository) -> None:
    """A plan made from an older state than the stored one would otherwise write a history that does not replay."""
    old, newer, newest = playlist("Road", "A"), playlist("Road", "A", "B"), playlist("Road", "B", "C")
    await _see(libraries, old, newer)
    await libraries.apply(ADA, SyncPlan(playlists_changed=(PlaylistChange(old, newest, ()),)), at(9))
    assert await libraries.contents_at(ADA, ROAD, 3) == newest.items


async def test_tracks_long_gone_are_still_in_the_history(libraries: LibraryRepository) -> None:
    await _see(libraries, playlist("Road", "A"), playlist("Road"))
    (contents,) = await libraries.contents_at(ADA, ROAD, 1)
    assert contents.track == track("A")


@pytest.mark.parametrize(("who", "which", "number"), [(ADA, ROAD, 2), (ADA, ROAD, 0), (ADA, "x", 1), (BEN, ROAD, 1)])
async def test_a_state_that_was_never_seen_is_not_found(
    who: int, which: str, number: int, libraries: LibraryRepository
) -> None:
    await _see(libraries, playlist("Road", "A"))
    with pytest.raises(NotFound):
        await libraries.contents_at(who, which, number)
