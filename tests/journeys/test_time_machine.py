"""The time machine, as a member lives it: what changed, how things were, and any of it back again."""

import pytest

from tests.journeys.test_restore import LONG, likes_of, own_playlists
from tests.journeys.town import Town, first_sync
from tests.sandbox.person import Person
from tests.sandbox.reply import Reply

MENU = "Look at a list as it was…"
PLAYLIST = "Morning Coffee"
SHARED = "Vinyl Club Picks"


@pytest.fixture
async def ada(town: Town) -> Person:
    ada = town.person("ada")
    await first_sync(ada)
    return ada


async def sync(person: Person) -> None:
    await (await person.types("/vault sync")).until("### Synced")


async def changes(person: Person, **options: object) -> Reply:
    return await (await person.types("/vault changes", "dm", **options)).settled()


async def code(person: Person, typed: str) -> str:
    """What is offered first for what was typed into `list`."""
    return str((await person.completes("/vault changes", "list", typed))[0].value)


async def look(shown: Reply, number: int = 0) -> Reply:
    """The list of the observation with that number on the page, as it was."""
    (menu,) = shown.menus
    return await (await shown.choose(MENU, menu.values[number])).settled()


async def test_every_change_is_told_with_its_names_and_who_made_it(ada: Person) -> None:
    new = await ada.spotify.new_songs(count=3)
    gone = (await ada.spotify.unlike_newest(n=1))[0]
    title = (await ada.spotify.song(uri=gone))["title"]
    await ada.spotify.like(uri=new[0])
    await ada.spotify.rename_playlist(name="Rainy Sunday", new_name="Rainy Monday")
    await ada.spotify.add_to_playlist(name=PLAYLIST, uris=new[1:])
    await ada.spotify.reorder(name="Kitchen Disco", start=0, to=2)
    await sync(ada)
    text = (await changes(ada, period="1d")).text
    assert "1 added, <t:" in text
    assert f"1 removed: “{title}”" in text
    assert "“Rainy Monday”**, until then “Rainy Sunday”" in text
    assert "2 added by you, the last <t:" in text
    assert "**“Kitchen Disco”**: 1 moved: “" in text


async def test_one_list_and_one_period_are_looked_at_alone(town: Town, ada: Person) -> None:
    await town.fate("clock", "advance", seconds=40 * 86400)
    await ada.spotify.unlike_newest(n=1)
    await ada.spotify.remove_from_playlist(name=PLAYLIST, position=3)
    await sync(ada)
    recent = (await changes(ada, period="7d")).text
    assert "first seen" not in recent
    assert "**Liked songs**" in recent
    coffee = (await changes(ada, list=await code(ada, "coffee"))).text
    assert "Liked songs" not in coffee
    assert f"“{PLAYLIST}”, everything so far:" in coffee
    assert "first seen with 22 items" in coffee
    assert "1 removed" in coffee
    first_day = (await changes(ada, list="track", period="2026-11-20")).text
    assert "first seen with 320 songs" in first_day
    assert "removed" not in first_day
    assert "nothing was seen to change" in (await changes(ada, list="album", period="1d")).text
    assert "is no period" in (await changes(ada, period="when I was young")).text
    assert "not in your vault" in (await changes(ada, list="nobody's list")).text


async def test_pages_turn_after_a_restart_and_stay_what_they_were(town: Town, ada: Person) -> None:
    for _ in range(3):
        await ada.spotify.unlike_newest(n=1)
        await sync(ada)
    shown = await changes(ada)
    first = shown.text
    assert [button.label for button in shown.buttons] == ["Older"]
    await ada.spotify.unlike_newest(n=1)
    await sync(ada)
    await town.stop()
    await town.start()
    older = await (await shown.press("Older")).until("page 2")
    assert [button.label for button in older.buttons] == ["Newer"]
    back = await (await older.press("Newer")).until("everything so far:")
    assert back.text == first


async def test_likes_come_back_as_they_were_and_what_came_since_stays(ada: Person) -> None:
    likes = await likes_of(ada)
    await ada.spotify.unlike_newest(n=4)
    new = (await ada.spotify.new_songs(count=1))[0]
    await ada.spotify.like(uri=new)
    await sync(ada)
    shown = await changes(ada, list="track")
    assert "317 songs" in (await look(shown)).text
    before = await (await (await look(shown)).press("As it was before")).until("320 songs")
    assert "page 1 of 27" in before.text
    preview = await (await before.press("Bring this back…")).until("Restore into Spotify?")
    assert "Your liked songs as they were on" in preview.text
    assert "4 likes come back" in preview.text
    assert "Only what is missing now is added." in preview.text
    without = await likes_of(ada)
    done = await (await preview.press("Restore")).until("everything that can be there is there", within=LONG)
    assert await likes_of(ada) == [*likes[:4], new, *likes[4:]]
    asked = await (await done.press("Undo…")).until("Take this restore back?")
    await (await asked.press("Take it back")).until("Taken back")
    assert await likes_of(ada) == without


async def test_a_playlist_gets_back_what_a_version_had_each_in_its_place(ada: Person) -> None:
    before = await own_playlists(ada)
    for position in (20, 11, 3):
        await ada.spotify.remove_from_playlist(name=PLAYLIST, position=position)
    await sync(ada)
    shown = await changes(ada, list=await code(ada, "coffee"))
    first = await look(shown, 1)
    assert f"“{PLAYLIST}”" in first.text
    assert "22 items, page 1 of 2" in first.text
    second = await (await first.press("Next page")).until("page 2 of 2")
    preview = await (await second.press("Bring this back…")).until("Restore into Spotify?")
    assert f"“{PLAYLIST}” as it was on" in preview.text
    await (await preview.press("Restore")).until("everything that can be there is there", within=LONG)
    assert await own_playlists(ada) == before


async def test_a_removed_playlist_stays_to_be_looked_at_and_comes_back(town: Town, ada: Person) -> None:
    before = await own_playlists(ada)
    await ada.spotify.delete_playlist(name=PLAYLIST)
    await ada.spotify.unlike_newest(n=2)
    await sync(ada)
    (gone,) = await ada.completes("/vault changes", "list", "gone from")
    assert gone.name == f"{PLAYLIST} (gone from Spotify)"
    kept = await look(await changes(ada, list=gone.value))
    assert "Gone from Spotify since" in kept.text
    assert "22 items" in kept.text
    likes = await likes_of(ada)
    preview = await (await kept.press("Bring this back…")).until("1 deleted playlist comes back")
    await (await preview.press("Restore")).until("1 deleted playlist back", within=LONG)
    assert await own_playlists(ada) == before
    assert await likes_of(ada) == likes, "a playlist alone was brought back"


async def test_nothing_missing_is_nothing_to_bring_back(ada: Person) -> None:
    kept = await look(await changes(ada, list=await code(ada, "coffee")))
    reply = await (await kept.press("Bring this back…")).until("Nothing to restore")
    assert f"Everything “{PLAYLIST}” held on" in reply.text


async def test_nobody_sees_somebody_else_s_changes(town: Town, ada: Person) -> None:
    playlist = await code(ada, "coffee")
    ben = town.person("ben")
    assert await ben.completes("/vault changes", "list") == []
    assert "not in your vault" in (await changes(ben, list=playlist)).text
    assert "Your vault has seen nothing yet" in (await changes(ben)).text
    shown = await (await ada.types("/vault changes", in_="server")).settled()
    assert shown.ephemeral


async def test_who_added_what_to_a_shared_playlist_is_told(town: Town, ada: Person) -> None:
    ben = town.person("ben")
    await ben.spotify.add_to_playlist(name=SHARED, uris=await ben.spotify.new_songs(count=2))
    await sync(ada)
    text = (await changes(ada, list=await code(ada, SHARED))).text
    assert "2 added by Ben" in text
    await ada.spotify.add_to_playlist(name=SHARED, uris=await ada.spotify.new_songs(count=1))
    await sync(ada)
    assert "1 added by you" in (await changes(ada, list=await code(ada, SHARED))).text
