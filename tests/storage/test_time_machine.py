"""What the time machine tells of a history that was written as syncs write it."""

from dataclasses import replace

import pytest

from storage.errors import NotFound
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.records import (
    Album,
    Artist,
    Entries,
    Observed,
    Presence,
    SavedKind,
    Show,
    Thing,
)
from tests.builders import ADA, BEN, NOON, at, episode, item, like, likes, local_file, playlist, track
from tests.storage.seeing import ROAD, see, see_likes


def titles(entries: Entries) -> list[str]:
    return [entry.title for entry in entries.first]


def told(seen: Observed) -> tuple[list[str], list[str], list[str]]:
    return titles(seen.added), titles(seen.removed), titles(seen.moved)


async def test_the_first_sight_of_a_playlist_says_how_much_it_held(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A", "B", "C", "D"))
    (seen,) = await history.changes(ADA)
    assert (seen.which, seen.name, seen.number, seen.observed_at) == (ROAD, "Road", 1, at(0))
    assert (seen.presence, seen.items) == (Presence.NEW, 4)


async def test_what_entered_and_left_is_told_with_who_added_it_and_when(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A", "B"))
    await see(libraries, 1, playlist("Road", "A", item("C", minutes=0.5, by="ben_spotify")))
    seen, _ = await history.changes(ADA)
    assert told(seen) == (["C"], ["B"], [])
    (added,) = seen.added.first
    assert (added.uri, added.artists, added.added_at) == ("spotify:track:C", "The Builders", at(0.5))
    assert (added.added_by, seen.added.adder, seen.added.newest) == ("ben_spotify", "ben_spotify", at(0.5))
    assert (seen.presence, seen.items) == (None, 2)


async def test_what_several_people_added_has_no_one_adder(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road"))
    await see(libraries, 1, playlist("Road", item("A", by="ben_spotify"), item("B", by=None)))
    seen, _ = await history.changes(ADA)
    assert seen.added.adder is None
    assert [entry.added_by for entry in seen.added.first] == ["ben_spotify", None]


async def test_what_stands_elsewhere_has_moved_and_is_neither_added_nor_removed(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A", "B", "C"))
    await see(libraries, 1, playlist("Road", "C", "A", "B"))
    seen, _ = await history.changes(ADA)
    assert told(seen) == ([], [], ["C"])
    assert seen.moved.total == 1


async def test_a_second_copy_is_added_though_the_first_one_moved(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A", "B", "C"))
    await see(libraries, 1, playlist("Road", "B", "C", "A", "A"))
    seen, _ = await history.changes(ADA)
    assert (seen.added.total, seen.removed.total, seen.moved.total) == (1, 0, 1)


async def test_lost_entries_and_local_files_are_told_as_what_they_are(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road"))
    await see(libraries, 1, playlist("Road", item(None), item(None), local_file("Hiss")))
    seen, _ = await history.changes(ADA)
    assert seen.added.total == 3
    assert {(entry.uri, entry.title) for entry in seen.added.first} == {
        (None, ""),
        (local_file("Hiss").uri, "Hiss"),
    }


async def test_of_many_entries_a_few_are_named_and_all_counted(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road"))
    await see(libraries, 1, playlist("Road", *(f"T{number:02}" for number in range(40))))
    seen, _ = await history.changes(ADA)
    assert (seen.added.total, titles(seen.added)) == (40, ["T00", "T01", "T02"])


async def test_a_rename_is_told_with_both_names_and_other_details_with_both_words(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A"))
    await see(libraries, 1, playlist("Journey", "A", id=ROAD))
    await see(libraries, 2, playlist("Journey", "A", id=ROAD, description="far"))
    await see(libraries, 3, playlist("Journey", "A", "B", id=ROAD, description="far"))
    more, described, renamed, first = await history.changes(ADA)
    assert (first.name, renamed.name, renamed.renamed_from) == ("Road", "Journey", "Road")
    assert described.renamed_from is None
    assert described.before is not None
    assert described.details is not None
    assert (described.before.description, described.details.description) == ("", "far")
    assert (more.name, more.before, more.items) == ("Journey", None, 2)


async def test_likes_are_told_by_the_moment_they_were_seen_to_differ(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    a, b, c = likes("A", "B", "C")
    await see_likes(libraries, 0, b, c)
    await see_likes(libraries, 5, a, b)
    second, first = await history.changes(ADA)
    assert (first.which, first.presence, first.items) == (SavedKind.TRACK, Presence.NEW, 2)
    assert (second.observed_at, second.presence, second.items) == (at(5), None, 2)
    assert told(second) == (["A"], ["C"], [])
    assert second.added.newest == a.added_at


async def test_the_newest_likes_are_the_ones_that_are_named(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    liked = likes("A", "B", "C", "D", "E", "F")
    await see_likes(libraries, 0, liked[-1])
    await see_likes(libraries, 1, *liked)
    seen, _ = await history.changes(ADA)
    assert (seen.added.total, titles(seen.added)) == (5, ["A", "B", "C"])


async def test_changes_come_newest_first_and_in_pages(libraries: LibraryRepository, history: HistoryRepository) -> None:
    for minute in range(7):
        await see(libraries, minute, playlist("Road", *"ABCDEFG"[: minute + 1]))
        await see_likes(libraries, minute + 0.5, *likes(*"ABCDEFG"[minute::-1]))
    every = await history.changes(ADA, limit=100)
    moments = [seen.observed_at for seen in every]
    assert moments == sorted(moments, reverse=True)
    assert len(every) == 14
    pages = [await history.changes(ADA, offset=offset, limit=5) for offset in (0, 5, 10, 15)]
    assert tuple(seen for page in pages for seen in page) == every
    assert [len(page) for page in pages] == [5, 5, 4, 0]


async def test_changes_of_one_list_or_of_a_period_alone(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A"), playlist("Rain", "A"))
    await see(libraries, 10, playlist("Road", "B"))
    await see_likes(libraries, 20, like("A"))
    assert [seen.number for seen in await history.changes(ADA, which=ROAD)] == [2, 1]
    assert [seen.which for seen in await history.changes(ADA, which=SavedKind.TRACK)] == [SavedKind.TRACK]
    assert await history.changes(ADA, which=SavedKind.ALBUM) == ()
    assert {seen.observed_at for seen in await history.changes(ADA, since=at(10))} == {at(10), at(20)}
    assert {seen.observed_at for seen in await history.changes(ADA, until=at(10))} == {at(0)}


async def test_nobody_sees_the_history_of_somebody_else(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A"))
    await see_likes(libraries, 0, like("A"))
    assert await history.changes(BEN) == ()
    assert await history.changes(BEN, which=ROAD) == ()
    assert await history.summary(BEN, NOON) == ()
    assert await history.lists(BEN) == ()
    with pytest.raises(NotFound):
        await history.contents(BEN, ROAD, 1)
    with pytest.raises(NotFound):
        await history.playlist_at(BEN, ROAD, 1)
    assert await history.likes_at(BEN, at(1)) == ()


async def test_a_summary_tells_what_is_different_in_the_end(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await see(libraries, 0, playlist("Road", "A", "B", "C"), playlist("Rain", "A"))
    await see(libraries, 1, playlist("Road", "A", "B", "C", "D", "E"))
    await see(libraries, 2, playlist("Journey", "C", "A", "D", id=ROAD))
    await see(libraries, 3, playlist("Journey", "C", "A", "D", id=ROAD, description="far"), playlist("Snow", "X"))
    road, snow = await history.summary(ADA, at(1))
    assert told(road) == (["D"], ["B"], ["C"])
    assert (road.number, road.observed_at, road.items) == (4, at(3), 3)
    assert (road.name, road.renamed_from) == ("Journey", "Road")
    assert (snow.name, snow.presence, snow.items) == ("Snow", Presence.NEW, 1)


async def test_a_summary_of_likes_forgets_what_came_and_went(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    a, b, c, d = likes("A", "B", "C", "D")
    await see_likes(libraries, 0, c, d)
    await see_likes(libraries, 1, b, c, d)
    await see_likes(libraries, 2, a, c)
    (seen,) = await history.summary(ADA, at(1))
    assert told(seen) == (["A"], ["D"], [])
    assert (seen.presence, seen.items, seen.observed_at) == (None, 2, at(2))


KINDS: dict[SavedKind, tuple[Thing, Thing]] = {
    SavedKind.TRACK: (track("A"), track("B")),
    SavedKind.ALBUM: (Album("First Floor", "a1", (Artist("The Builders", "b"),)), Album("Second Floor", "a2")),
    SavedKind.SHOW: (Show("Talking", "s1", "Somebody"), Show("Walking", "s2")),
    SavedKind.EPISODE: (episode("One"), episode("Two")),
    SavedKind.ARTIST: (Artist("The Builders", "b"), Artist("The Painters", "p")),
}


@pytest.mark.parametrize("kind", SavedKind)
async def test_every_saved_list_has_a_history(
    kind: SavedKind, libraries: LibraryRepository, history: HistoryRepository
) -> None:
    old, new = KINDS[kind]
    await libraries.keep_things(KINDS[kind])
    await libraries.apply_saved(ADA, kind, [(old.uri, at(0)), (None, at(-1))], at(0))
    await libraries.apply_saved(ADA, kind, [(new.uri, at(1))], at(1))
    second, first = await history.changes(ADA, which=kind)
    assert (first.presence, first.items, second.items) == (Presence.NEW, 2, 1)
    assert told(second) == ([new.name], [old.name, ""], [])
    assert second.added.first[0].uri == new.uri
    page = await history.contents(ADA, kind, first.number)
    assert [(each.uri, each.title) for each in page.entries] == [(old.uri, old.name), (None, "")]
    assert [each.which for each in await history.lists(ADA)] == [kind]
    await libraries.erase(ADA)


async def test_who_made_a_thing_stands_beside_its_name(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    for kind, by in (
        (SavedKind.ALBUM, "The Builders"),
        (SavedKind.SHOW, "Somebody"),
        (SavedKind.EPISODE, "Talking"),
        (SavedKind.ARTIST, ""),
    ):
        thing = KINDS[kind][0]
        await libraries.keep_things([thing])
        await libraries.apply_saved(ADA, kind, [(thing.uri, None)], at(0))
        (seen,) = await history.changes(ADA, which=kind)
        assert seen.added.first[0].artists == by


async def test_going_and_coming_back_are_told_and_the_contents_stay(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    road = playlist("Road", "A", "B")
    await see(libraries, 0, road)
    await libraries.mark_removed(ADA, [ROAD], at(1))
    (lost,) = await history.summary(ADA, at(1))
    assert (lost.presence, lost.items, lost.number) == (Presence.GONE, 2, 2)
    assert (await history.playlist_at(ADA, ROAD, 2))[1] == replace(road, removed_at=None)
    await see(libraries, 2, playlist("Road", "A", "B", "C"))
    back, gone, _ = await history.changes(ADA)
    assert (gone.presence, gone.name, gone.items) == (Presence.GONE, "Road", 2)
    assert (back.presence, told(back)) == (Presence.BACK, (["C"], [], []))
    (both,) = await history.summary(ADA, at(1))
    assert both.presence is Presence.BACK


async def test_what_is_closed_is_told_as_closed(libraries: LibraryRepository, history: HistoryRepository) -> None:
    theirs = playlist("Radio", owner="stranger").details
    await libraries.keep_playlist(ADA, theirs, None, at(0), closed=True, listed_items=50)
    await libraries.keep_playlist(ADA, replace(theirs, name="Night Radio"), None, at(1), closed=True, listed_items=50)
    renamed, first = await history.changes(ADA)
    assert (first.presence, first.closed, first.items) == (Presence.NEW, True, 0)
    assert renamed.renamed_from == "Radio"
    page = await history.contents(ADA, theirs.spotify_id, 2)
    assert (page.closed, page.items) == (True, 0)


async def test_the_names_of_owners_are_known(libraries: LibraryRepository, history: HistoryRepository) -> None:
    theirs = replace(playlist("Radio", owner="ben_spotify").details, owner_name="Ben")
    await libraries.keep_playlist(ADA, theirs, (), at(0))
    assert await history.owners(ADA) == {"ben_spotify": "Ben"}
    assert await history.owners(BEN) == {}
