"""The bot killed in the middle of things, as by a power cut: started again it ends what it began, once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.test_backup import in_drive
from tests.journeys.test_restore import LONG, by_name, likes_of, own_playlists, preview, restorable
from tests.journeys.test_restore_lists import clear, shelves
from tests.journeys.town import first_sync, link_drive, link_spotify, work_done
from tests.sandbox.person import Person
from tests.sandbox.processes import World, processes
from tests.sandbox.waiting import Deadline

Json = dict[str, Any]
soak = pytest.mark.soak


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with processes(tmp_path) as world:
        yield world


async def until(enough: Callable[[], Awaitable[bool]]) -> None:
    """Look at the stand-ins, as fast as they answer, until they have seen enough."""
    deadline = Deadline(LONG)
    while not await enough():
        assert not deadline.is_over, "what was waited for never came"


async def killed_and_started_again(world: World, enough: Callable[[], Awaitable[bool]]) -> None:
    await until(enough)
    world.kill_bot()
    for door in ("spotify", "google"):
        await world.fate(door, "latency", seconds=0)
    await world.start_bot()


def reads(world: World, count: int) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return len(await world.fate("spotify", "requests")) >= count

    return enough


def writes(world: World, count: int) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return len(await world.fate("spotify", "writes")) >= count

    return enough


def searches(world: World, count: int) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        asked = [path for _, path, *_ in await world.fate("spotify", "requests") if path.endswith("/search")]
        return len(asked) >= count

    return enough


def lost_answer(world: World) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return any(status == 0 for _, _, status, _ in await world.fate("spotify", "writes"))

    return enough


async def drive_requests(world: World) -> int:
    """How many were for a file, the sign-in apart."""
    return sum("/drive/v3/" in each["path"] for each in await world.fate("google", "requests"))


def asked_of_drive(world: World, count: int) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return await drive_requests(world) >= count

    return enough


async def backed_up(world: World, key: str) -> Person:
    person = world.person(key)
    await first_sync(person)
    await (await person.types("/vault backup")).until("Backed up", within=LONG)
    return person


@pytest.mark.parametrize("count", [3, *(pytest.param(each, marks=soak) for each in (1, 2, 6, 9, 12, 15, 18))])
async def test_a_sync_cut_short_is_made_again_whole(world: World, count: int) -> None:
    ada = world.person("ada")
    await world.fate("spotify", "latency", seconds=0.05)
    await link_spotify(ada)
    await world.fate("spotify", "reset_requests")
    await killed_and_started_again(world, reads(world, count))
    status = await work_done(ada)
    assert "320 likes and 8 playlists" in status.text
    await (await ada.types("/vault sync")).until("nothing changed")


@pytest.mark.parametrize("count", [2, *(pytest.param(each, marks=soak) for each in (1, 3, 4))])
async def test_an_upload_cut_short_is_one_file_in_the_end(world: World, count: int) -> None:
    ada = world.person("ada")
    await first_sync(ada)
    await link_drive(ada)
    (first,) = await in_drive(ada)
    await ada.spotify.unlike_newest(n=1)
    await world.fate("google", "latency", seconds=0.1)
    before = await drive_requests(world)
    await ada.types("/vault backup")
    await killed_and_started_again(world, asked_of_drive(world, before + count))
    status = await work_done(ada)
    assert "your Google Drive" in status.text
    files = await in_drive(ada)
    assert len(files) == 2
    assert first in files
    assert not [path for path in (world.folder / "archives" / ".drafts").glob("*") if path.is_file()]
    await (await ada.types("/vault backup")).until("Already backed up")
    assert await in_drive(ada) == files


@pytest.mark.parametrize("count", [4, *(pytest.param(each, marks=soak) for each in range(1, 22) if each != 4)])
async def test_a_restore_cut_short_ends_as_if_nothing_had_happened(world: World, count: int) -> None:
    ada = await backed_up(world, "ada")
    likes, playlists = await likes_of(ada), await own_playlists(ada)
    await ada.spotify.empty_account()
    shown = await preview(ada)
    await world.fate("spotify", "reset_requests")
    await world.fate("spotify", "latency", seconds=0.03)
    await shown.press("Restore")
    await killed_and_started_again(world, writes(world, count))
    status = await work_done(ada)
    assert "Last restore:** " in status.text
    assert "restored into spotify (320 likes, 7 playlists," in status.text
    assert await likes_of(ada) == likes
    assert await own_playlists(ada) == restorable(playlists)


@pytest.mark.parametrize("count", [3, *(pytest.param(each, marks=soak) for each in (1, 2, 4, 5, 6, 7))])
async def test_saved_lists_cut_short_are_whole_and_in_their_order(world: World, count: int) -> None:
    ben = world.person("ben")
    for kind, number in (("album", 85), ("show", 3), ("episode", 6), ("artist", 43)):
        for uri in await world.control.spotify("some", kind=kind, count=number):
            await ben.spotify.save(uri=uri)
    await backed_up(world, "ben")
    before = await shelves(ben)
    await clear(ben)
    shown = await preview(ben)
    await world.fate("spotify", "reset_requests")
    await world.fate("spotify", "latency", seconds=0.03)
    await shown.press("Restore")
    await killed_and_started_again(world, writes(world, count))
    status = await work_done(ben)
    assert "restored into spotify (85 albums, 3 shows, 6 episodes and 43 artists)" in status.text
    assert await shelves(ben) == before


@soak
async def test_a_deleted_playlist_that_came_back_as_the_bot_died_is_there_once_and_whole(world: World) -> None:
    ada = await backed_up(world, "ada")
    before = await own_playlists(ada)
    await ada.spotify.remove_from_playlist(name="Old Mixtape", position=0)
    await ada.spotify.delete_playlist(name="Old Mixtape")
    shown = await preview(ada)
    await world.fate("spotify", "reset_requests")
    await world.control.spotify("drop_connection_next", times=1, method="PUT", path_contains="/me/library")
    await shown.press("Restore")
    await killed_and_started_again(world, lost_answer(world))
    await work_done(ada)
    assert by_name(await own_playlists(ada)) == by_name(before)


@soak
async def test_searches_made_before_the_bot_died_are_not_made_again(world: World) -> None:
    ben = await backed_up(world, "ben")
    likes = await likes_of(ben)
    await ben.spotify.unlike_newest(n=6)
    for uri in likes[:5]:
        await world.fate("spotify", "withdraw", uri=uri)
        await world.fate("spotify", "release_again", uri=uri)
    shown = await preview(ben)
    await world.fate("spotify", "reset_requests")
    await world.fate("spotify", "latency", seconds=0.05)
    await shown.press("Restore")
    await killed_and_started_again(world, searches(world, 3))
    status = await work_done(ben)
    assert "Last restore" in status.text
    # The third answer may have died with the bot.
    asked = [path for _, path, *_ in await world.fate("spotify", "requests") if path.endswith("/search")]
    assert len(asked) in (5, 6)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/me/playlists"), ("POST", "/items"), ("PUT", "/me/library")],
    ids=["a playlist was made", "items were added", "likes were saved"],
)
async def test_a_write_whose_answer_died_with_the_bot_is_not_made_twice(world: World, method: str, path: str) -> None:
    ben = await backed_up(world, "ben")
    likes, playlists = await likes_of(ben), await own_playlists(ben)
    await ben.spotify.empty_account()
    shown = await preview(ben)
    await world.fate("spotify", "reset_requests")
    await world.fate("spotify", "latency", seconds=0.03)
    await world.control.spotify("drop_connection_next", times=1, method=method, path_contains=path)
    await shown.press("Restore")
    await killed_and_started_again(world, lost_answer(world))
    await work_done(ben)
    assert await likes_of(ben) == likes
    assert by_name(await own_playlists(ben)) == by_name(playlists)


async def test_items_put_back_when_the_bot_died_are_there_once(world: World) -> None:
    ben = await backed_up(world, "ben")
    playlists = await own_playlists(ben)
    for position in (6, 5, 2):
        await ben.spotify.remove_from_playlist(name="Sunday Spins", position=position)
    shown = await preview(ben)
    await world.fate("spotify", "reset_requests")
    await world.control.spotify("drop_connection_next", times=1, method="POST", path_contains="/items")
    await shown.press("Restore")
    await killed_and_started_again(world, lost_answer(world))
    await work_done(ben)
    assert await own_playlists(ben) == playlists


async def test_a_restore_that_outlived_the_bot_can_still_be_taken_back(world: World) -> None:
    ben = await backed_up(world, "ben")
    await ben.spotify.empty_account()
    before = await ben.spotify.library()
    shown = await preview(ben)
    await world.fate("spotify", "reset_requests")
    await world.fate("spotify", "latency", seconds=0.03)
    await shown.press("Restore")
    await killed_and_started_again(world, writes(world, 2))
    status = await work_done(ben)
    asked = await (await status.press("Undo…")).until("Take this restore back?")
    await (await asked.press("Take it back")).until("Taken back")
    after = await ben.spotify.library()
    assert [after["likes"], by_name(after["playlists"])] == [before["likes"], by_name(before["playlists"])]


async def test_whoever_wants_dms_hears_how_it_ended(world: World) -> None:
    ben = world.person("ben")
    linked = await link_spotify(ben)
    await (await linked.press("Yes, tell me")).until("You will hear from me")
    await work_done(ben)
    await (await ben.types("/vault backup")).until("Backed up")
    await ben.spotify.unlike_newest(n=3)
    shown = await preview(ben)
    await world.fate("spotify", "reset_requests")
    await world.fate("spotify", "latency", seconds=0.05)
    await shown.press("Restore")
    await killed_and_started_again(world, writes(world, 1))
    assert "3 likes back" in (await ben.gets_dm("Restored into Spotify")).text


async def test_an_export_cut_short_is_made_again_and_can_be_fetched(world: World) -> None:
    ada = world.person("ada")
    await first_sync(ada)
    await world.fate("discord", "next_status", route="PATCH /webhooks", status=500, times=1000)
    await ada.types("/vault export", format="CSV: tables for a spreadsheet")

    async def begun() -> bool:
        """The job is there: the reply would say how far it is."""
        traffic = await world.fate("discord", "traffic")
        return any(call["method"] == "PATCH" and call["status"] == 500 for call in traffic)

    await until(begun)
    world.kill_bot()
    await world.start_bot()
    await world.fate("discord", "all_well")
    status = await work_done(ada)
    assert "can be fetched" in status.text
    reply = await (await status.press("Get the file")).until("Your export", within=LONG)
    (file,) = reply.files
    assert (await reply.download(file.name)).startswith(b"PK")
    assert not list((world.folder / "archives" / ".exports").glob("work-*"))
