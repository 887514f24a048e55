from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storage.database import Database
from storage.errors import Forgotten
from storage.history import HistoryRepository, number_of
from storage.library import LibraryRepository
from storage.records import Album, Artist, SavedKey, SavedKind, Show, StagedPage, Thing
from storage.saved import GAP, fitted
from storage.sync_states import SyncStateRepository
from storage.tables import SavedRow
from tests.builders import ADA, BEN, at, track

NAMES = "ABCD"
KINDS: dict[SavedKind, tuple[Thing, ...]] = {
    SavedKind.TRACK: tuple(track(name) for name in NAMES),
    SavedKind.EPISODE: tuple(track(name) for name in NAMES),
    SavedKind.ALBUM: tuple(Album(name, name) for name in NAMES),
    SavedKind.SHOW: tuple(Show(name, name) for name in NAMES),
    SavedKind.ARTIST: tuple(Artist(name, name) for name in NAMES),
}
LAW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def some_lists(kind: SavedKind) -> st.SearchStrategy[list[list[SavedKey]]]:
    """States that follow each other: few things and times, so that entries repeat, return and change places."""
    times = st.sampled_from([None, at(-9), at(-5)])
    key = st.tuples(st.sampled_from([None, *(thing.uri for thing in KINDS[kind])]), times)
    return st.lists(st.lists(key, max_size=7), min_size=1, max_size=8)


async def _held(database: Database, kind: SavedKind, moment: datetime) -> list[SavedKey]:
    """The list as the history says it was."""
    contents = await HistoryRepository(database).contents(ADA, kind, number_of(moment), limit=99)
    return [(entry.uri, entry.added_at) for entry in contents.entries]


async def _rows(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(SavedRow)) or 0


@pytest.mark.parametrize("kind", SavedKind)
@given(data=st.data())
@LAW
async def test_a_saved_list_is_told_as_it_was_at_every_moment(
    kind: SavedKind, data: st.DataObject, libraries: LibraryRepository, database: Database
) -> None:
    states: list[list[SavedKey]] = [[(KINDS[kind][0].uri, at(-9))], *data.draw(some_lists(kind))]
    await libraries.keep_things(KINDS[kind])
    for minute, keys in enumerate(states):
        await libraries.apply_saved(ADA, kind, keys, at(minute))
        assert await libraries.saved_keys(ADA, kind) == tuple(keys)
    for minute, keys in enumerate(states):
        assert await _held(database, kind, at(minute)) == keys
    await libraries.erase(ADA)


@given(data=st.data())
@LAW
async def test_applying_a_list_twice_changes_no_row(
    data: st.DataObject, libraries: LibraryRepository, database: Database
) -> None:
    await libraries.keep_things(KINDS[SavedKind.TRACK])
    for minute, keys in enumerate(data.draw(some_lists(SavedKind.TRACK))):
        await libraries.apply_saved(ADA, SavedKind.TRACK, keys, at(minute))
        before = await _rows(database)
        await libraries.apply_saved(ADA, SavedKind.TRACK, keys, at(minute + 0.5))
        assert await _rows(database) == before
    await libraries.erase(ADA)


async def test_what_keeps_coming_in_between_finds_room(libraries: LibraryRepository, database: Database) -> None:
    """Far more often than a gap can be halved: ordinals are spread anew, those of rows long gone too."""
    await libraries.keep_things(KINDS[SavedKind.TRACK])
    first, last = ("spotify:track:A", at(-99)), ("spotify:track:B", at(-98))
    seen: list[list[SavedKey]] = []
    middle: list[SavedKey] = []
    for minute in range(16):
        middle = [*middle[: minute // 2], ("spotify:track:C", at(minute - 50)), *middle[minute // 2 :]]
        if minute == 9:
            middle = middle[:3] + middle[4:]
        seen.append([first, *middle, last])
        await libraries.apply_saved(ADA, SavedKind.TRACK, seen[-1], at(minute))
    async with database.read() as session:
        assert (await session.scalar(select(func.max(SavedRow.ordinal))) or 0) > 0, "they were never spread"
    for minute, keys in enumerate(seen):
        assert await _held(database, SavedKind.TRACK, at(minute)) == keys


async def test_a_list_seen_for_a_moment_only_leaves_no_trace(libraries: LibraryRepository, database: Database) -> None:
    await libraries.keep_things(KINDS[SavedKind.TRACK])
    await libraries.apply_saved(ADA, SavedKind.TRACK, [("spotify:track:A", at(0))], at(1))
    await libraries.apply_saved(ADA, SavedKind.TRACK, [("spotify:track:B", at(0))], at(1))
    assert await _rows(database) == 1


async def test_lists_of_other_kinds_and_people_stay_as_they_are(libraries: LibraryRepository) -> None:
    for kind, things in KINDS.items():
        await libraries.keep_things(things)
        await libraries.apply_saved(ADA, kind, [(things[0].uri, at(0))], at(0))
    await libraries.apply_saved(ADA, SavedKind.TRACK, [], at(1))
    await libraries.apply_saved(BEN, SavedKind.EPISODE, [], at(1))
    counts = await libraries.counts(ADA)
    assert (counts.likes, counts.episodes, counts.albums, counts.shows, counts.artists) == (0, 1, 1, 1, 1)


async def test_a_thing_nobody_kept_is_told_and_its_pages_are_read_again(
    libraries: LibraryRepository, database: Database
) -> None:
    states = SyncStateRepository(database)
    await states.stage(ADA, "track", [StagedPage(0, "", 1, (("spotify:track:X", at(0), None),))], at(0))
    await states.stage(BEN, "track", [StagedPage(0, "", 0, ())], at(0))
    with pytest.raises(Forgotten):
        await libraries.apply_saved(ADA, SavedKind.TRACK, [("spotify:track:X", at(0))], at(0))
    assert await libraries.saved_keys(ADA, SavedKind.TRACK) == ()
    assert await states.staged_sections(ADA) == set()
    assert await states.staged_sections(BEN) == {"track"}


async def test_ten_thousand_keys_are_a_list_like_any_other(libraries: LibraryRepository, database: Database) -> None:
    tracks = [track(f"T{number}") for number in range(1000)]
    await libraries.keep_things(tracks)
    keys = [(tracks[number % 1000].uri, at(-number)) for number in range(10_000)]
    await libraries.apply_saved(ADA, SavedKind.TRACK, keys, at(0))
    fewer: list[SavedKey] = [("spotify:track:T5", at(1)), *keys[:500], *keys[501:9000], *keys[9001:]]
    await libraries.apply_saved(ADA, SavedKind.TRACK, fewer, at(2))
    assert await libraries.saved_keys(ADA, SavedKind.TRACK) == tuple(fewer)
    assert await _rows(database) == 10_001


@pytest.mark.parametrize(
    ("ordinals", "expected"),
    [
        ((), []),
        ((None, None), [-2 * GAP, -GAP]),
        ((5, None), [5, 5 + GAP]),
        ((None, 5), [5 - GAP, 5]),
        ((0, None, 2), [0, 1, 2]),
        ((0, None, None, 9), [0, 3, 6, 9]),
        ((0, None, 1), None),
        ((0, None, None, 2), None),
    ],
)
def test_ordinals_fit_between_those_that_stay(ordinals: Sequence[int | None], expected: list[int] | None) -> None:
    assert fitted(ordinals) == expected
