"""The way back from a restore: only what it added goes again, also of one that stopped half way."""

from tests.journeys.test_restore import LONG, ada, ben, by_name, likes_of, own_playlists, preview, restore, seen
from tests.journeys.town import Town
from tests.sandbox.person import Person
from tests.sandbox.reply import NeverSaw, Reply
from tests.sandbox.waiting import PATIENCE, Deadline

__all__ = ["ada", "ben"]


async def test_undo_takes_back_only_what_was_added(town: Town, ada: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    await ada.spotify.unlike_newest(n=5)
    await ada.spotify.delete_playlist(name="Morning Coffee")
    await ada.spotify.remove_from_playlist(name="Rainy Sunday", position=7)
    before = await ada.spotify.library()
    done = await restore(ada)
    liked_since = (await ada.spotify.new_songs(count=1))[0]
    await ada.spotify.like(uri=liked_since)
    asked = await (await done.press("Undo…")).until("Take this restore back?")
    await (await asked.press("Take it back")).until("Taken back")
    after = await ada.spotify.library()
    assert [like["uri"] for like in after["likes"]] == [liked_since, *(like["uri"] for like in before["likes"])]
    assert [seen(playlist) for playlist in after["playlists"]] == [seen(playlist) for playlist in before["playlists"]]


async def stopped(town: Town, person: Person) -> Reply:
    """The status once the bot has given up on a restore: after some ten minutes, and a few attempts."""
    deadline = Deadline(PATIENCE)
    while not deadline.is_over:
        status = await person.types("/vault status")
        if "**Restore stopped**" in status.text:
            return status
        await town.fate("clock", "advance", seconds=120)
    raise NeverSaw(status.text)


async def test_a_restore_that_stopped_half_way_is_finished_and_taken_back_as_one(town: Town, ben: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    await ben.spotify.unlike_newest(n=3)
    await ben.spotify.delete_playlist(name="Sunday Spins")
    before = await ben.spotify.library()
    shown = await preview(ben)
    await town.fate("spotify", "fail_next", times=10_000, status=503, path_contains="/me/playlists")
    await (await shown.press("Restore")).until("Restore: waiting", within=LONG)
    status = await stopped(town, ben)
    await town.fate("spotify", "fair_weather")
    assert len(await likes_of(ben)) == len(before["likes"]) + 3
    done = await (await status.press("Go on with the restore")).until("Restored into Spotify", within=LONG)
    assert "3 likes" in done.text
    asked = await (await done.press("Undo…")).until("Take this restore back?")
    await (await asked.press("Take it back")).until("Taken back")
    after = await ben.spotify.library()
    assert after["likes"] == before["likes"]
    assert [seen(playlist) for playlist in after["playlists"]] == [seen(playlist) for playlist in before["playlists"]]


async def test_a_restore_taken_back_cannot_be_taken_back_again(ben: Person) -> None:
    await ben.spotify.unlike_newest(n=2)
    done = await restore(ben)
    asked = await (await done.press("Undo…")).until("Take this restore back?")
    await (await asked.press("Take it back")).until("Taken back")
    await (await done.press("Undo…")).until("That restore is not")


async def test_a_restore_taken_back_can_be_made_again(ben: Person) -> None:
    before = await own_playlists(ben)
    await ben.spotify.delete_playlist(name="Sunday Spins")
    done = await restore(ben)
    asked = await (await done.press("Undo…")).until("Take this restore back?")
    await (await asked.press("Take it back")).until("Taken back")
    await restore(ben)
    assert by_name(await own_playlists(ben)) == by_name(before)
