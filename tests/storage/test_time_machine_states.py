"""Every state a list was seen in, as the time machine shows it and gives it to a restore."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from storage.database import Database
from storage.errors import NotFound
from storage.history import HistoryRepository, number_of
from storage.history.names import names_of
from storage.history.rows import Span
from storage.history.tally import Parts, parts_of, ranked
from storage.library import LibraryRepository
from storage.records import Album, Artist, Like, Saved, SavedKind
from storage.tables import PlaylistRow, TrackRow
from tests.builders import ADA, at, likes, playlist
from tests.storage.seeing import ROAD, see, see_likes
from tests.storage.strategies import MAYBE_TIMES, catalogues, items


async def test_a_playlist_is_shown_as_it_was_page_by_page(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A", "B", "C"))
    await see(libraries, 1, playlist("Journey", "B", "C", "D", id=ROAD))
    await see(libraries, 2, playlist("Journey", id=ROAD))
    page = await history.contents(ADA, ROAD, 2, offset=1, limit=2)
    assert [entry.title for entry in page.entries] == ["C", "D"]
    assert (page.items, page.offset, page.observed_at) == (3, 1, at(1))
    assert page.details is not None
    assert (page.details.name, page.earlier, page.later) == ("Journey", 1, 3)
    ends = [await history.contents(ADA, ROAD, number) for number in (1, 3)]
    assert [(end.earlier, end.later) for end in ends] == [(None, 2), (2, None)]


async def test_a_playlist_that_is_gone_shows_its_last_contents(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    road = playlist("Road", "A", "B")
    await see(libraries, 0, road)
    await libraries.mark_removed(ADA, [ROAD], at(1))
    (known,) = await history.lists(ADA)
    assert (known.which, known.name, known.removed_at) == (ROAD, "Road", at(1))
    page = await history.contents(ADA, ROAD, 1)
    assert [entry.title for entry in page.entries] == ["A", "B"]
    assert page.removed_at == at(1)


async def test_likes_are_shown_as_they_were(libraries: LibraryRepository, history: HistoryRepository) -> None:
    a, b, c = likes("A", "B", "C")
    await see_likes(libraries, 0, b, c)
    await see_likes(libraries, 1, a, b)
    second, first = await history.changes(ADA)
    page = await history.contents(ADA, SavedKind.TRACK, first.number)
    assert [entry.title for entry in page.entries] == ["B", "C"]
    assert (page.earlier, page.later) == (None, second.number)
    assert (await history.contents(ADA, SavedKind.TRACK, second.number)).earlier == first.number
    assert await history.likes_at(ADA, at(0.5)) == (b, c)
    assert await history.likes_at(ADA, at(1)) == (a, b)
    assert await history.likes_at(ADA, at(-1)) == ()


async def test_a_saved_list_is_there_whole_as_it_was(libraries: LibraryRepository, history: HistoryRepository) -> None:
    first, second = (Album(name, name, (Artist("Wren", "wren"),)) for name in ("First", "Second"))
    await libraries.keep_things([first, second])
    await libraries.apply_saved(ADA, SavedKind.ALBUM, [(first.uri, at(0)), (None, at(-1))], at(0))
    await libraries.apply_saved(ADA, SavedKind.ALBUM, [(second.uri, at(1))], at(1))
    assert await history.saved_at(ADA, SavedKind.ALBUM, at(0.5)) == (Saved(first, at(0)), Saved(None, at(-1)))
    assert await history.saved_at(ADA, SavedKind.ALBUM, at(1)) == (Saved(second, at(1)),)
    assert await history.saved_at(ADA, SavedKind.SHOW, at(1)) == ()


@pytest.mark.parametrize(("which", "number"), [(ROAD, 0), (ROAD, 2), ("nothing", 1), (SavedKind.ALBUM, 1)])
async def test_a_state_nobody_saw_cannot_be_looked_at(
    which: str, number: int, libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A"))
    with pytest.raises(NotFound):
        await history.contents(ADA, which, number)


@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_state_a_playlist_was_seen_in_comes_back_whole(
    data: st.DataObject, libraries: LibraryRepository, history: HistoryRepository
) -> None:
    seen = data.draw(st.lists(items(data.draw(catalogues())), min_size=1, max_size=4))
    states = [contents for number, contents in enumerate(seen) if number == 0 or contents != seen[number - 1]]
    for minute, contents in enumerate(states):
        await see(libraries, minute, replace(playlist("Road"), items=contents))
    for number, contents in enumerate(states, 1):
        observed_at, whole = await history.playlist_at(ADA, ROAD, number)
        assert (observed_at, whole.items) == (at(number - 1), contents)
    every = await history.changes(ADA, limit=100)
    assert [each.items for each in reversed(every)] == [len(contents) for contents in states]
    balance = [each.added.total - each.removed.total for each in reversed(every)]
    assert balance == [len(after) - len(before) for before, after in zip([(), *states], states, strict=False)]
    await libraries.erase(ADA)


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_first_state_is_quickly_counted_and_told_as_any_other(
    data: st.DataObject, libraries: LibraryRepository, database: Database
) -> None:
    await libraries.erase(ADA)
    catalogue = data.draw(catalogues())
    liked = data.draw(st.lists(st.builds(Like, st.sampled_from([None, *catalogue]), MAYBE_TIMES), max_size=6))
    await see(libraries, 0, replace(playlist("Road"), items=data.draw(items(catalogue))))
    await see_likes(libraries, 0, *liked)

    def told(connection: Connection) -> tuple[list[Parts], list[Parts]]:
        names = names_of(connection, SavedKind.TRACK, connection.scalars(select(TrackRow.id)).all())
        playlist_id = connection.scalar(select(PlaylistRow.id).where(PlaylistRow.discord_id == ADA)) or 0
        spans = (
            Span(ADA, None, playlist_id, 1, 1, at(0)),
            Span(ADA, SavedKind.TRACK, 0, number_of(at(0)), number_of(at(0)), at(0)),
        )
        quick, thorough = (
            [parts_of(ranked(connection, span, first=first), names) for span in spans] for first in (True, False)
        )
        return quick, thorough

    quick, thorough = await database.read_large(told)
    assert quick == thorough
