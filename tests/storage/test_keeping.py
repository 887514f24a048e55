import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.errors import Forgotten
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.records import (
    Album,
    Artist,
    ItemKey,
    PlaylistDetails,
    RunKind,
    SavedKind,
    Show,
    Thing,
    Track,
)
from storage.runs import RunRepository
from tests.builders import ADA, BEN, NOON, at, episode, everything, item, library, likes, local_file, playlist, track
from tests.storage.seeing import identity, keep, named, names
from tests.storage.strategies import catalogues, items

ROAD = PlaylistDetails("road", "Road", "ada_spotify", snapshot_id="s1", image_url="https://picture/1")
TRACKS = tuple(track(name) for name in "ABC")


def _keys(*names: str) -> tuple[ItemKey, ...]:
    return tuple(identity(item(name)) for name in names)


async def _road(libraries: LibraryRepository, *names: str, minutes: float = 0) -> None:
    await libraries.keep_things(track(name) for name in names)
    await libraries.keep_playlist(ADA, ROAD, _keys(*names), at(minutes))


FULL: list[Thing] = [
    Artist("Röyksopp", "x", "https://picture"),
    Album("Melody", "x", (Artist("Röyksopp", "y"),), image_url="https://picture", upc="0123"),
    Show("Talking", "x", "Somebody", "https://picture"),
]


@pytest.mark.parametrize("full", FULL)
async def test_a_mention_takes_nothing_away(full: Artist | Album | Show, libraries: LibraryRepository) -> None:
    poor: Artist | Album | Show
    if isinstance(full, Artist):
        poor = replace(full, name="New", image_url=None)
    elif isinstance(full, Album):
        poor = replace(full, name="New", image_url=None, upc=None)
    else:
        poor = replace(full, name="New", image_url=None, publisher=None)
    await libraries.keep_things([full])
    await libraries.keep_things([poor, poor])
    assert full.uri
    assert await names(libraries, [full.uri]) == {full.uri: replace(full, name="New")}
    for order in ([poor, replace(full, name="Newer")], [replace(full, name="Newest"), poor]):
        await libraries.keep_things(order)
        assert await names(libraries, [full.uri]) == {full.uri: replace(full, name=order[-1].name)}


async def test_an_album_gets_other_artists(libraries: LibraryRepository) -> None:
    one, two = Artist("One", "1"), Artist("Two", "2")
    for artists in ((one, two), (two, one), (one,), (two, two)):
        album = Album("Melody", "x", artists)
        await libraries.keep_things([album])
        assert await names(libraries, ["spotify:album:x"]) == {"spotify:album:x": album}


async def test_a_track_gets_other_artists(libraries: LibraryRepository) -> None:
    one, two = Artist("One", "1"), Artist("Two", "2")
    for artists in ((one, two), (two,), (), (two, one, two)):
        song = replace(track("A"), artists=artists)
        await libraries.keep_things([song])
        assert await named(libraries, song.uri) == song


async def test_a_name_may_hold_any_character(libraries: LibraryRepository) -> None:
    odd = replace(
        track("A"), name='nul \0, quote ", back\\slash, \\u0000', album=Album("\0", "x", (Artist("\0\0", "y"),))
    )
    await libraries.keep_things([odd, track("B")])
    assert await named(libraries, odd.uri) == odd
    await libraries.keep_playlist(ADA, replace(ROAD, name="\0", description="\\u0000"), (identity(item("B")),), NOON)
    head = (await libraries.playlist_heads(ADA))[0]
    assert (head.details.name, head.details.description, head.items) == ("\0", "\\u0000", 1)


async def test_playlists_that_come_together_are_all_written(libraries: LibraryRepository) -> None:
    await libraries.keep_things(TRACKS)
    several = [replace(ROAD, spotify_id=f"p{number}", name=f"List {number}") for number in range(12)]
    writes = [
        libraries.keep_playlist(BEN if n % 3 else ADA, one, _keys("A", "B"), NOON) for n, one in enumerate(several)
    ]
    lost = libraries.keep_playlist(ADA, replace(ROAD, spotify_id="lost"), _keys("Z"), NOON)
    twice = [libraries.keep_playlist(ADA, ROAD, _keys(*names), at(1)) for names in ("AB", "BA")]
    *_, outcome, _, _ = await asyncio.gather(*writes, lost, *twice, return_exceptions=True)
    assert isinstance(outcome, Forgotten)
    heads = [*await libraries.playlist_heads(ADA), *await libraries.playlist_heads(BEN)]
    assert {head.details.spotify_id for head in heads} == {*(one.spotify_id for one in several), "road"}
    assert all(head.items == 2 for head in heads)
    assert await libraries.playlist_keys(ADA, "road") == _keys("B", "A")


async def test_a_track_says_no_more_of_its_album_than_spotify_does(libraries: LibraryRepository) -> None:
    song = track("A")
    assert song.album
    await libraries.keep_things([song, replace(song.album, upc="1"), replace(song.artists[0], image_url="https://p")])
    assert await named(libraries, song.uri) == song


async def test_names_are_found_by_uri_and_others_left_out(libraries: LibraryRepository) -> None:
    things: list[Thing] = [track("A"), episode("Talk"), local_file("Demo"), Artist("X", "x"), Album("Y", "y")]
    await libraries.keep_things(things)
    uris = [thing.uri for thing in things if thing.uri]
    assert await names(libraries, [*uris, "spotify:album:none", "nonsense"]) == dict(zip(uris, things, strict=True))


async def test_many_pages_at_once_leave_one_catalogue(libraries: LibraryRepository) -> None:
    pages = [[track(f"{n % 7}", isrc=str(n)) for n in range(start, start + 5)] for start in range(0, 50, 5)]
    await asyncio.gather(*(libraries.keep_things(page) for page in pages))
    assert len(await names(libraries, [f"spotify:track:{n}" for n in range(7)])) == 7


@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_playlist_is_what_its_keys_say_and_every_state_comes_back(
    data: st.DataObject, libraries: LibraryRepository, history: HistoryRepository
) -> None:
    catalogue = data.draw(catalogues())
    await libraries.keep_things(catalogue)
    seen = data.draw(st.lists(items(catalogue), min_size=1, max_size=5))
    for minute, contents in enumerate(seen):
        keys = tuple(identity(entry) for entry in contents)
        for again in (0, 0.5):
            await libraries.keep_playlist(ADA, ROAD, keys, at(minute + again))
            assert await libraries.playlist_keys(ADA, "road") == keys
    states = [contents for number, contents in enumerate(seen) if number == 0 or contents != seen[number - 1]]
    versions = await history.changes(ADA, which="road")
    assert [version.number for version in reversed(versions)] == list(range(1, len(states) + 1))
    for number, contents in enumerate(states, 1):
        _, then = await history.playlist_at(ADA, "road", number)
        assert then.items == contents
    await libraries.erase(ADA)


async def test_heads_tell_everything_but_the_items(libraries: LibraryRepository) -> None:
    await _road(libraries, "A", "B")
    others = replace(ROAD, spotify_id="others", owner_id="spotify")
    await libraries.keep_playlist(ADA, others, None, at(1), closed=True, listed_items=70)
    await libraries.put_in_order(ADA, ["others", "road"])
    closed, road = await libraries.playlist_heads(ADA)
    assert (road.details, road.items, road.read_at, road.closed) == (ROAD, 2, at(0), False)
    assert (closed.details, closed.items, closed.read_at, closed.closed, closed.listed_items) == (
        others, 0, None, True, 70,
    )  # fmt: skip
    await libraries.mark_removed(ADA, ["others"], at(2))
    assert [head.removed_at for head in await libraries.playlist_heads(ADA)] == [None, at(2)]


async def test_a_closed_playlist_is_counted_apart_and_not_part_of_a_backup(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await libraries.keep_playlist(ADA, ROAD, None, NOON, closed=True, listed_items=70)
    counts = await libraries.counts(ADA)
    assert (counts.playlists, counts.followed, counts.items) == (0, 1, 0)
    assert (await libraries.load(ADA)).playlists == ()
    assert len(await history.changes(ADA, which="road")) == 1


async def test_details_alone_leave_the_items_and_when_they_were_read(
    libraries: LibraryRepository, history: HistoryRepository
) -> None:
    await _road(libraries, "A")
    await libraries.keep_playlist(ADA, replace(ROAD, name="Journey"), None, at(5))
    (head,) = await libraries.playlist_heads(ADA)
    assert (head.details.name, head.items, head.read_at) == ("Journey", 1, at(0))
    assert len(await history.changes(ADA, which="road")) == 2


async def test_what_says_nothing_new_is_no_version(libraries: LibraryRepository, history: HistoryRepository) -> None:
    await _road(libraries, "A")
    await libraries.keep_playlist(ADA, replace(ROAD, snapshot_id="s2", image_url="x"), _keys("A"), at(5))
    await libraries.keep_playlist(ADA, replace(ROAD, snapshot_id="s3"), None, at(6), closed=True)
    assert len(await history.changes(ADA, which="road")) == 1
    assert (await libraries.playlist_heads(ADA))[0].read_at == at(5)


async def test_a_playlist_with_a_track_nobody_kept_stays_as_it_was(libraries: LibraryRepository) -> None:
    await _road(libraries, "A")
    with pytest.raises(Forgotten):
        await libraries.keep_playlist(ADA, replace(ROAD, name="Journey"), _keys("A", "X"), at(5))
    assert await libraries.playlist_keys(ADA, "road") == _keys("A")
    assert (await libraries.playlist_heads(ADA))[0].details == ROAD


@pytest.mark.parametrize("kind", [kind for kind in SavedKind if kind is not SavedKind.TRACK])
async def test_what_somebody_saved_stays_when_another_is_erased(kind: SavedKind, libraries: LibraryRepository) -> None:
    things: dict[SavedKind, Track | Album | Show | Artist] = {
        SavedKind.ALBUM: Album("X", "x"),
        SavedKind.SHOW: Show("X", "x"),
        SavedKind.ARTIST: Artist("X", "x"),
        SavedKind.EPISODE: episode("X"),
    }
    uri = things[kind].uri
    assert uri
    await libraries.keep_things([things[kind]])
    for who in (ADA, BEN):
        await libraries.apply_saved(who, kind, [(uri, None)], NOON)
    await libraries.erase(ADA)
    assert await names(libraries, [uri]) == {uri: things[kind]}
    await libraries.erase(BEN)
    assert await names(libraries, [uri]) == {}


async def test_erasing_leaves_what_others_are_reading_but_none_of_the_person_s_files(
    libraries: LibraryRepository, database: Database
) -> None:
    """What Ben's sync has met so far is in the catalogue, and in no library yet."""
    await keep(libraries, ADA, everything(library(playlist("Road", local_file("Diary")), likes=likes("A"))), NOON)
    runs = RunRepository(database)
    await runs.enqueue(RunKind.SYNC, BEN, {}, NOON)
    await runs.claim(NOON, "worker")
    await libraries.keep_things([track("A"), track("B")])
    await libraries.erase(ADA)
    await libraries.forget_unused()
    await libraries.apply_saved(BEN, SavedKind.TRACK, [("spotify:track:A", NOON), ("spotify:track:B", NOON)], at(1))
    diary = local_file("Diary")
    assert await named(libraries, diary.uri) is None
    assert diary.album
    async with database.read() as session:
        connection = await session.connection()
        left = await connection.exec_driver_sql("SELECT name FROM albums UNION SELECT name FROM artists")
        assert {"Tape", "My Band"}.isdisjoint(row.name for row in left)
