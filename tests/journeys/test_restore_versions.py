"""Songs that left Spotify: another version of each is looked for, offered, and put in its place only when asked."""

from typing import Any

import pytest

from tests.journeys.test_restore import LONG, back_up, likes_of, own_playlists, restore
from tests.journeys.town import Town, first_sync, work_done
from tests.sandbox.person import Person

LIST = "Sunday Spins"


@pytest.fixture
async def ben(town: Town) -> Person:
    """Synced and backed up, and deleted playlists are gone for good."""
    ben = town.person("ben")
    await town.fate("spotify", "deleted_is_gone", on=True)
    await first_sync(ben)
    await back_up(ben)
    return ben


async def items(person: Person) -> list[str | None]:
    return next(each["items"] for each in await own_playlists(person) if each["name"] == LIST)


async def searches(town: Town) -> int:
    asked: Any = await town.fate("spotify", "requests")
    return sum(path.endswith("/search") for _, path, *_ in asked)


async def gone(town: Town, uri: str | None, **again: object) -> str:
    """A song leaves Spotify; its URI on another release."""
    await town.fate("spotify", "withdraw", uri=uri)
    return str(await town.fate("spotify", "release_again", uri=uri, **again))


async def test_other_versions_are_offered_used_in_place_and_taken_back(town: Town, ben: Person) -> None:
    likes, spins = await likes_of(ben), await items(ben)
    await ben.spotify.unlike_newest(n=4)
    await ben.spotify.delete_playlist(name=LIST)
    liked = await gone(town, likes[2])
    by_words = await gone(town, spins[3], isrc="QZOTHER00001")
    await gone(town, spins[5], isrc="QZOTHER00002", duration_ms=1)
    lost = (await town.fate("spotify", "release_again", uri=spins[5], title="Nothing like it", isrc="X"), spins[5])
    reply = await restore(ben)
    assert "3 songs are no longer on Spotify; I found another version of 2 of them." in reply.text
    assert "Still missing:" in reply.text
    assert liked not in await likes_of(ben), "nothing is used unasked"
    assert by_words not in await items(ben)
    shown = await (await reply.press("Show them…")).until("Other versions of 2 songs")
    for uri in (likes[2], liked, spins[3], by_words):
        assert f"open.spotify.com/track/{str(uri).rpartition(':')[2]}" in shown.text
    before = await ben.spotify.library()
    asked = await (await shown.press("Use these…")).until("Use the other versions?")
    assert "1 song is liked" in asked.text
    assert f"1 song goes into “{LIST}”" in asked.text
    assert await ben.spotify.library() == before
    done = await (await asked.press("Use them")).until("Other versions in place", within=LONG)
    assert await likes_of(ben) == [liked, *(uri for uri in likes if uri != likes[2])]
    wanted = [by_words if uri == spins[3] else uri for uri in spins if uri not in lost]
    assert await items(ben) == wanted
    back = await (await done.press("Undo…")).until("Take this restore back?")
    await (await back.press("Take it back")).until("Taken back")
    after = await ben.spotify.library()
    assert after["likes"] == before["likes"]
    assert await items(ben) == [uri for uri in wanted if uri != by_words]


async def test_using_them_twice_changes_nothing_more(town: Town, ben: Person) -> None:
    likes = await likes_of(ben)
    await ben.spotify.unlike_newest(n=2)
    await gone(town, likes[1])
    shown = await (await (await restore(ben)).press("Show them…")).until("Other versions of 1 song")
    asked = await (await shown.press("Use these…")).until("Use the other versions?")
    await (await asked.press("Use them")).until("Other versions in place")
    after = await ben.spotify.library()
    await (await shown.press("Use these…")).until("are all there already")
    assert await ben.spotify.library() == after


async def test_a_song_is_looked_for_once_and_its_answer_remembered(town: Town, ben: Person) -> None:
    likes = await likes_of(ben)
    await ben.spotify.unlike_newest(n=2)
    await gone(town, likes[1])
    await town.fate("spotify", "withdraw", uri=likes[0])
    await town.fate("spotify", "reset_requests")
    await restore(ben)
    assert await searches(town) == 3, "one by ISRC; the other by ISRC and by words"
    again = await restore(ben)
    assert "I found another version of 1 of them" in again.text
    assert await searches(town) == 3


async def test_nothing_gone_means_nothing_searched(town: Town, ben: Person) -> None:
    await ben.spotify.unlike_newest(n=2)
    await town.fate("spotify", "reset_requests")
    reply = await restore(ben)
    assert await searches(town) == 0
    assert [button.label for button in reply.buttons] == ["Undo…"]


async def test_an_app_that_may_not_search_says_so_and_asks_no_more(town: Town, ben: Person) -> None:
    likes = await likes_of(ben)
    await ben.spotify.unlike_newest(n=3)
    await gone(town, likes[1])
    await gone(town, likes[2])
    await town.fate("spotify", "fail_next", times=99, status=403, path_contains="/search")
    await town.fate("spotify", "reset_requests")
    reply = await restore(ben)
    assert "Spotify does not let this bot search" in reply.text
    asked = await searches(town)
    assert asked == 2, "asked, and once more in case that was noise"
    await restore(ben)
    assert await searches(town) == asked


async def test_a_search_that_spotify_puts_off_holds_up_no_restore(town: Town, ben: Person) -> None:
    likes = await likes_of(ben)
    await ben.spotify.unlike_newest(n=2)
    await gone(town, likes[1])
    await town.fate("spotify", "rate_limit_next", times=1, retry_after=50_000, path_contains="/search")
    reply = await restore(ben)
    assert "Spotify lets me search no further now, so 1 I have not looked for yet" in reply.text
    assert await likes_of(ben) == [uri for uri in likes if uri != likes[1]]
    await work_done(ben)
    await town.fate("clock", "advance", seconds=90_000)
    assert "I found another version of it" in (await restore(ben)).text


async def test_no_more_than_fifty_searches_are_made_for_one_restore(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await back_up(ada)
    likes = await likes_of(ada)
    await ada.spotify.unlike_newest(n=60)
    for uri in likes[:30]:
        await town.fate("spotify", "withdraw", uri=uri)
    await town.fate("spotify", "reset_requests")
    reply = await restore(ada)
    assert await searches(town) == 50
    assert "I search 50 times for a restore at most, so 5 I have not looked for yet" in reply.text
    again = await restore(ada)
    assert await searches(town) == 60
    assert "at most" not in again.text
