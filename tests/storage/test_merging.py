"""An archive into a vault that has something: what is told of the past, and of what the vault never heard of."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from storage import archive
from storage.archive.lines import SECTIONS
from storage.covers import CoverRepository
from storage.database import Database
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.listening import ListeningRepository
from storage.records import (
    Album,
    Artist,
    Image,
    Observed,
    Play,
    Presence,
    SavedKind,
    SectionState,
    Top,
    TopKind,
    TopTerm,
)
from storage.sync_states import SyncStateRepository
from tests.builders import ADA, BEN, VaultPlan, at, everything, item, library, like, likes, playlist, track
from tests.storage.seeing import ROAD, keep, see, see_likes
from tests.storage.vaults import Vaults, merge, replace_by, written

THEIRS = replace(playlist("Radio").details, owner_id="somebody")
DAY = 24 * 60
Into = Callable[[Database, Path], Awaitable[None]]


async def archived(vaults: Vaults, database: Database) -> Path:
    path, _ = await written(vaults, database)
    return path


async def told(database: Database, which: str | SavedKind) -> Sequence[Observed]:
    """The history of a list, oldest first."""
    return (await HistoryRepository(database).changes(ADA, which=which, limit=50))[::-1]


async def test_a_vault_that_began_anew_has_its_past_again(vaults: Vaults) -> None:
    lost, anew = vaults.open(), vaults.open()
    before, after = LibraryRepository(lost), LibraryRepository(anew)
    await see(before, 0, playlist("Road", "A"))
    await see(before, 1, playlist("Road", "A", "B"))
    await see_likes(before, 0, *likes("A", "B"))
    await see_likes(before, 1, *likes("A"))
    await see(after, DAY, playlist("Road", "A", "B"))
    await see_likes(after, DAY, *likes("A"))
    await merge(anew, await archived(vaults, lost), minute=DAY + 1)
    assert [(one.observed_at, one.added.total, one.presence) for one in await told(anew, ROAD)] == [
        (at(0), 1, Presence.NEW),
        (at(1), 1, None),
    ], "the vault's own first sight of it says nothing new any more"
    assert [one.observed_at for one in await told(anew, SavedKind.TRACK)] == [at(0), at(1)]
    assert (await after.load(ADA)).likes == likes("A")


async def test_what_the_vault_never_heard_of_is_there_from_the_restore_on(vaults: Vaults) -> None:
    """The vault saw a list without it, and that stays as it was seen."""
    lost, anew = vaults.open(), vaults.open()
    await see_likes(LibraryRepository(lost), 0, *likes("A", "Old"))
    await see_likes(LibraryRepository(anew), DAY, *likes("New", "A"))
    await merge(anew, await archived(vaults, lost), minute=DAY + 1)
    assert [
        (one.observed_at, [entry.title for entry in one.added.first], [entry.title for entry in one.removed.first])
        for one in await told(anew, SavedKind.TRACK)
    ] == [
        (at(0), ["A", "Old"], []),
        (at(DAY), ["New", "A"], ["A", "Old"]),
        (at(DAY + 1), ["Old"], []),
    ]


async def test_what_the_vault_knows_as_removed_stays_removed(vaults: Vaults) -> None:
    lost, other = vaults.open(), vaults.open()
    await see_likes(LibraryRepository(lost), 5, *likes("A", "B"))
    libraries = LibraryRepository(other)
    await see_likes(libraries, 0, *likes("A", "B"))
    await see_likes(libraries, 9, *likes("A"))
    await merge(other, await archived(vaults, lost))
    assert (await libraries.load(ADA)).likes == likes("A")


async def test_a_song_that_spotify_lost_meanwhile_is_not_doubled(vaults: Vaults) -> None:
    lost, other = vaults.open(), vaults.open()
    await see_likes(LibraryRepository(lost), 0, like("A"), like("B", minutes=-1))
    await see_likes(LibraryRepository(other), 9, like(None), like("B", minutes=-1))
    await merge(other, await archived(vaults, lost))
    assert (await LibraryRepository(other).load(ADA)).likes == (like(None), like("B", minutes=-1))


async def test_a_newer_archive_than_the_vault_adds_to_its_past_and_changes_nothing_now(vaults: Vaults) -> None:
    newer, older = vaults.open(), vaults.open()
    await see(LibraryRepository(newer), 0, playlist("Road", "A"))
    await see(LibraryRepository(newer), 5, playlist("Road", "A", "B"))
    await see(LibraryRepository(older), 0, playlist("Road", "A"))
    await merge(older, await archived(vaults, newer), minute=9)
    assert [(one.observed_at, one.added.total, one.removed.total) for one in await told(older, ROAD)] == [
        (at(0), 1, 0),
        (at(5), 1, 0),
        (at(9), 0, 1),
    ]
    assert (await LibraryRepository(older).load(ADA)).playlists[0].items == (item("A"),)


async def test_contents_that_the_vault_was_never_shown_come_in(vaults: Vaults) -> None:
    """Somebody else's playlist, from a time when Spotify still showed what is in it."""
    lost, other = vaults.open(), vaults.open()
    open_ones = replace(playlist("Radio", "A", "B"), details=THEIRS)
    await see(LibraryRepository(lost), 0, open_ones)
    libraries = LibraryRepository(other)
    await libraries.keep_playlist(ADA, THEIRS, None, at(5), closed=True, listed_items=70)
    await merge(other, await archived(vaults, lost))
    (head,) = await libraries.playlist_heads(ADA)
    assert (head.closed, head.listed_items, head.items) == (True, 70, 2)
    await libraries.keep_playlist(ADA, THEIRS, [("spotify:track:A", at(0), "ada_spotify")], at(200))
    assert (await libraries.load(ADA)).playlists[0].items == (item("A"),)


async def test_contents_that_an_archive_was_never_shown_are_not_none(vaults: Vaults) -> None:
    lost, other = vaults.open(), vaults.open()
    renamed = replace(THEIRS, name="Radio One")
    await LibraryRepository(lost).keep_playlist(ADA, THEIRS, None, at(0), closed=True)
    await LibraryRepository(lost).keep_playlist(ADA, renamed, None, at(9), closed=True)
    libraries = LibraryRepository(other)
    await see(libraries, 5, replace(playlist("Radio", "A"), details=THEIRS))
    await merge(other, await archived(vaults, lost))
    history = HistoryRepository(other)
    states = [(await history.playlist_at(ADA, THEIRS.spotify_id, number))[1] for number in (1, 2, 3, 4)]
    assert [(one.details.name, len(one.items)) for one in states] == [
        ("Radio", 0),
        ("Radio", 1),
        ("Radio One", 1),
        ("Radio", 1),
    ]


async def test_plays_favourites_and_covers_come_in_beside_those_there(vaults: Vaults) -> None:
    lost, other = vaults.open(), vaults.open()
    week = 7 * DAY
    for database, minute, name, best in ((lost, 0, "Old", "X"), (other, week, "New", "Y")):
        await see(LibraryRepository(database), minute, playlist("Road", "A"))
        listening = ListeningRepository(database)
        await listening.keep_plays(ADA, [Play(track("Same"), at(-1)), Play(track(name), at(minute))])
        await listening.keep_top(ADA, Top(TopKind.ARTISTS, TopTerm.LONG, (Artist(best, best),)), at(minute))
    await ListeningRepository(lost).keep_top(ADA, Top(TopKind.ARTISTS, TopTerm.LONG, (Artist("Z", "Z"),)), at(week))
    picture = Image("image/png", b"road")
    await CoverRepository(lost).keep_covers(ADA, {ROAD: picture}, at(0))
    path = await archived(vaults, lost)
    compared = await LibraryRepository(other).compared(ADA, archive.read(path), at(week + 1))
    assert (compared.gain.counts.plays, compared.gain.tops, compared.gain.covers) == (1, 1, 1)
    await merge(other, path)
    plays = await ListeningRepository(other).plays(ADA)
    assert [play.track.name for play in plays] == ["New", "Old", "Same"]
    (top,) = await ListeningRepository(other).tops(ADA)
    assert [thing.name for thing in top.things] == ["Y"], "of one week, the vault's own stays"
    assert await CoverRepository(other).cover(ADA, ROAD) == picture


async def test_what_the_vault_calls_a_thing_stays(vaults: Vaults) -> None:
    lost, other = vaults.open(), vaults.open()
    await see_likes(LibraryRepository(lost), 0, like("A"), like(replace(track("B", artist="X"), name="B")))
    renamed = replace(track("A"), artists=(Artist("New Name", "artist-X"),))
    await see_likes(LibraryRepository(other), 9, like(renamed))
    await merge(other, await archived(vaults, lost))
    first, second = (await LibraryRepository(other).load(ADA)).likes
    assert first.track == renamed
    assert second.track
    assert [artist.name for artist in second.track.artists] == ["New Name"]


async def test_a_vault_that_changed_since_it_was_compared_is_left_alone(vaults: Vaults) -> None:
    lost, other = vaults.open(), vaults.open()
    await see_likes(LibraryRepository(lost), 0, *likes("A"))
    libraries, opened = LibraryRepository(other), archive.read(await archived(vaults, lost))
    compared = await libraries.compared(ADA, opened, at(50))
    await see_likes(libraries, 51, *likes("Since"))
    assert not await libraries.bring(ADA, opened, compared, at(52))
    assert (await libraries.load(ADA)).likes == likes("Since")


async def test_others_have_what_they_had(vaults: Vaults) -> None:
    lost, other = vaults.open(), vaults.open()
    await see_likes(LibraryRepository(lost), 0, *likes("A"))
    libraries = LibraryRepository(other)
    await keep(libraries, BEN, everything(library(playlist("Ben", "B"), likes=likes("A", "B"))), at(0))
    await see_likes(libraries, 0, *likes("C"))
    before = await libraries.load(BEN)
    await replace_by(other, await archived(vaults, lost))
    assert await libraries.load(BEN) == before


@pytest.mark.parametrize("changed", [True, False], ids=["new ones came in", "nothing came in"])
async def test_a_list_that_got_something_is_read_in_full_again(vaults: Vaults, changed: bool) -> None:
    lost, other = vaults.open(), vaults.open()
    for database in (lost, other):
        await see_likes(LibraryRepository(database), 0, *likes("A"))
    if changed:
        await see_likes(LibraryRepository(lost), 1, *likes("A", "B"))
    for section in SECTIONS:
        await SyncStateRepository(lost).mark_section(ADA, section, at(2), full_at=at(2), total=1)
    states = SyncStateRepository(other)
    await states.mark_section(ADA, "track", at(9), full_at=at(9), total=1)
    path = await archived(vaults, lost)
    made = archive.read(path).manifest.created_at
    await merge(other, path)
    marks = await states.sections(ADA)
    assert marks["track"] == (SectionState(at(9)) if changed else SectionState(at(9), at(9), 1))
    assert {marks[section] for section in SECTIONS if section != "track"} == {SectionState(made)}


async def test_an_archive_of_the_first_format_is_merged_too(vaults: Vaults) -> None:
    opened = archive.read(Path(__file__).parent / "golden" / "format-1.zip")
    other = vaults.open()
    libraries = LibraryRepository(other)
    assert await libraries.bring(ADA, opened, await libraries.compared(ADA, opened, at(0)), at(0))
    assert await libraries.load(ADA) == opened.library
    assert opened.known == {"track", "playlists"}
    await keep(libraries, ADA, VaultPlan(likes=opened.library.likes, playlists=opened.library.playlists), at(1))
    assert (await libraries.compared(ADA, opened, at(2))).changed == frozenset()


async def test_a_vault_that_is_what_an_archive_of_the_first_format_holds_is_not_replaced_by_it(vaults: Vaults) -> None:
    """Its things stand in another order than a vault's."""
    path, other = Path(__file__).parent / "golden" / "format-1.zip", vaults.open()
    await replace_by(other, path)
    compared = await LibraryRepository(other).compared(ADA, archive.read(path), at(2), replacing=True)
    assert compared.changed == frozenset()


@pytest.mark.parametrize("into", [merge, replace_by])
async def test_an_old_archive_renames_nothing_that_somebody_else_has(vaults: Vaults, into: Into) -> None:
    """The catalogue is everybody's: what it says by now is newer than what an archive says."""
    old = replace(track("Song"), name="Sogn", isrc=None)
    lost, shared = vaults.open(), vaults.open()
    await see_likes(LibraryRepository(lost), 0, like(old), *likes("Mine"))
    libraries = LibraryRepository(shared)
    await keep(libraries, BEN, everything(library(likes=likes("Song"))), at(1))
    await see_likes(libraries, 1, *likes("Other"))
    before = await libraries.load(BEN)
    await into(shared, await archived(vaults, lost))
    assert await libraries.load(BEN) == before
    assert "Mine" in [each.track.name for each in (await libraries.load(ADA)).likes if each.track]


async def test_an_archive_fills_what_the_catalogue_does_not_say(vaults: Vaults) -> None:
    told, brief = Album("Pond", "pond", upc="0001", image_url="p.jpg"), Album("Ponds", "pond")
    lost, shared = vaults.open(), vaults.open()
    for database, album in ((lost, told), (shared, brief)):
        await LibraryRepository(database).keep_things([album])
    await LibraryRepository(lost).apply_saved(ADA, SavedKind.ALBUM, [("spotify:album:pond", at(0))], at(0))
    await merge(shared, await archived(vaults, lost))
    (entry,) = await HistoryRepository(shared).saved_at(ADA, SavedKind.ALBUM, at(99))
    assert entry.thing == replace(told, name="Ponds")
