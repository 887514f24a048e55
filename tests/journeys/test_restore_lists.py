"""Albums, artists, shows and episodes come back too; all of a backup, or only a part of it."""

import pytest

from tests.journeys.test_restore import LONG, back_up, likes_of, own_playlists, preview, restore
from tests.journeys.town import Town, first_sync
from tests.sandbox.person import Person

LISTS = ("album", "artist", "show", "episode")
NUMBERS = {"album": 45, "artist": 43, "show": 3, "episode": 6}


@pytest.fixture
async def ben(town: Town) -> Person:
    """Synced and backed up, with things on all of his shelves."""
    ben = town.person("ben")
    for kind, number in NUMBERS.items():
        for uri in await some(ben, kind, number):
            await ben.spotify.save(uri=uri)
    await first_sync(ben)
    await back_up(ben)
    return ben


async def some(person: Person, kind: str, count: int) -> list[str]:
    found = await person.control.spotify("some", kind=kind, count=count)
    assert len(found) == count
    return list(found)


async def shelves(person: Person) -> dict[str, list[str]]:
    """The URIs of each list; followed artists have no order."""
    library = await person.spotify.library()
    lists = {kind: [one["uri"] for one in library[f"{kind}s"]] for kind in LISTS if kind != "artist"}
    return lists | {"artist": [uri for uri in library["follows"] if ":artist:" in uri]}


async def clear(person: Person) -> None:
    for uris in (await shelves(person)).values():
        for uri in uris:
            await person.spotify.unsave(uri=uri)


@pytest.mark.parametrize("order", ["kept", "reversed", "shuffled"])
async def test_every_list_comes_back_in_its_order(town: Town, ben: Person, order: str) -> None:
    before = await shelves(ben)
    await town.fate("spotify", "library_order", mode=order)
    await clear(ben)
    shown = await preview(ben)
    assert "45 albums, 3 shows, 6 episodes and 43 artists come back" in shown.text
    reply = await (await shown.press("Restore")).until("everything that can be there is there", within=LONG)
    assert "45 albums, 3 shows, 6 episodes and 43 artists back" in reply.text
    assert await shelves(ben) == before


async def test_what_was_removed_before_the_backup_stays_removed(ben: Person) -> None:
    gone = (await shelves(ben))["album"][3]
    await ben.spotify.unsave(uri=gone)
    await back_up(ben)
    before = await shelves(ben)
    await clear(ben)
    await restore(ben)
    assert await shelves(ben) == before


async def test_undo_takes_only_those_away_that_came_back(ben: Person) -> None:
    lists = await shelves(ben)
    for kind in LISTS:
        await ben.spotify.unsave(uri=lists[kind][1])
    before = await shelves(ben)
    done = await restore(ben)
    assert await shelves(ben) != before
    asked = await (await done.press("Undo…")).until("1 album, 1 show, 1 episode and 1 artist go")
    await (await asked.press("Take it back")).until("Taken back")
    assert await shelves(ben) == before


@pytest.mark.parametrize("loudly", [False, True], ids=["left out quietly", "refused"])
async def test_an_album_that_left_spotify_keeps_no_other_out(town: Town, ben: Person, loudly: bool) -> None:
    before = await shelves(ben)
    await clear(ben)
    await town.fate("spotify", "unknown_is_refused", on=loudly)
    await town.fate("spotify", "withdraw", uri=before["album"][2])
    await town.fate("spotify", "withdraw", uri=before["artist"][2])
    reply = await restore(ben)
    assert "2 items Spotify no longer takes" in reply.text
    assert "something is still missing" not in reply.text
    after = await shelves(ben)
    assert after["album"] == [uri for uri in before["album"] if uri != before["album"][2]]
    assert after["artist"] == [uri for uri in before["artist"] if uri != before["artist"][2]]


async def test_a_list_that_spotify_did_not_show_is_left_alone(town: Town) -> None:
    ben = town.person("ben")
    for uri in await some(ben, "album", 3):
        await ben.spotify.save(uri=uri)
    await town.fate("spotify", "fail_next", times=100, status=403, path_contains="/me/albums")
    await first_sync(ben)
    await back_up(ben)
    before = await shelves(ben)
    await ben.spotify.unlike_newest(n=1)
    shown = await preview(ben)
    assert "This backup does not know your saved albums, so they stay as they are." in shown.text
    await (await shown.press("Restore")).until("Restored into Spotify")
    assert await shelves(ben) == before


async def test_one_list_alone_comes_back_by_the_menu(ben: Person) -> None:
    before = await shelves(ben)
    await clear(ben)
    await ben.spotify.unlike_newest(n=3)
    likes = await likes_of(ben)
    shown = await preview(ben)
    (menu,) = shown.menus
    assert menu.options == ("Liked songs", "Saved albums", "Saved shows", "Saved episodes", "Followed artists")
    albums = menu.values[1]
    part = await (await shown.choose("Only a part of it…", albums)).until("Your saved albums as they were on")
    assert part.menus == []
    await (await part.press("Restore")).until("45 albums back", within=LONG)
    assert (await shelves(ben))["album"] == before["album"]
    assert (await shelves(ben))["artist"] == []
    assert await likes_of(ben) == likes


async def test_one_playlist_alone_comes_back_by_its_typed_name(ben: Person) -> None:
    before = await own_playlists(ben)
    await ben.spotify.unlike_newest(n=3)
    likes = await likes_of(ben)
    await ben.spotify.remove_from_playlist(name="Sunday Spins", position=2)
    await ben.spotify.delete_playlist(name="To Sell")
    shown = await preview(ben, part="sunday")
    assert "“Sunday Spins” as it was on" in shown.text
    await (await shown.press("Restore")).until("1 playlist complete again")
    assert [each["name"] for each in await own_playlists(ben)] == [
        each["name"] for each in before if each["name"] != "To Sell"
    ]
    assert await likes_of(ben) == likes
    assert "1 deleted playlist comes back as you left it: “To Sell”" in (await preview(ben, part="To Sell")).text


async def test_a_list_comes_back_as_the_time_machine_has_it(ben: Person) -> None:
    before = await shelves(ben)
    for uri in before["album"][:2]:
        await ben.spotify.unsave(uri=uri)
    await (await ben.types("/vault sync")).until("### Synced")
    shown = await (await ben.types("/vault changes", list="album")).settled()
    (menu,) = shown.menus
    now = await (await shown.choose(menu.placeholder, menu.values[0])).until("43 albums")
    earlier = await (await now.press("As it was before")).until("45 albums")
    asked = await (await earlier.press("Bring this back…")).until("Your saved albums as they were on")
    await (await asked.press("Restore")).until("2 albums back", within=LONG)
    assert (await shelves(ben))["album"] == before["album"]


async def test_parts_are_offered_while_typing_and_a_wrong_name_is_explained(ben: Person) -> None:
    assert "Sunday Spins" in [each.name for each in await ben.completes("/vault restore", "part", "sun")]
    await (await ben.types("/vault restore", part="No such list")).until("That backup has no playlist of that name")
    await (await ben.types("/vault restore", part="track", into="vault")).until("Only a whole backup goes back")


async def test_a_deleted_playlist_comes_back_with_its_dates_and_local_files(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await back_up(ada)
    before = await ada.spotify.playlist(name="Old Mixtape")
    await ada.spotify.remove_from_playlist(name="Old Mixtape", position=0)
    await ada.spotify.delete_playlist(name="Old Mixtape")
    lists = [each["id"] for each in (await ada.spotify.library())["playlists"]]
    done = await restore(ada)
    assert "1 deleted playlist back: “Old Mixtape”" in done.text
    assert "1 playlist complete again" in done.text
    after = await ada.spotify.playlist(name="Old Mixtape")
    assert after["id"] == before["id"]
    assert [each["uri"] for each in after["items"]] == [each["uri"] for each in before["items"]]
    assert [each["added_at"] for each in after["items"][1:]] == [each["added_at"] for each in before["items"][1:]]
    asked = await (await done.press("Undo…")).until("Take this restore back?")
    await (await asked.press("Take it back")).until("Taken back")
    assert [each["id"] for each in (await ada.spotify.library())["playlists"]] == lists


async def test_other_people_s_playlists_come_back_although_nobody_sees_what_is_in_them(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await back_up(ada)
    lists = (await ada.spotify.library())["playlists"]
    name = next(each["name"] for each in lists if each["listed"] and not each["owned"] and not each["readable"])
    await ada.spotify.delete_playlist(name=name)
    shown = await preview(ada)
    assert f"1 playlist of other people comes back into your list: “{name}”" in shown.text
    await (await shown.press("Restore")).until("everything that can be there is there")
    assert name in [each["name"] for each in (await ada.spotify.library())["playlists"]]


async def test_a_backup_that_is_gone_by_then_is_missed_before_anything_is_written(town: Town, ben: Person) -> None:
    await ben.spotify.unlike_newest(n=3)
    likes, shown = await likes_of(ben), await preview(ben)
    for path in (town.folder / "archives").rglob("*.zip"):
        path.unlink()
    await (await shown.press("Restore")).until("Restore stopped", within=LONG)
    assert await likes_of(ben) == likes
