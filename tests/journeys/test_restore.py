"""Restores into Spotify, as a member lives them: everything back, item by item, and nothing twice."""

from typing import Any

import pytest

from tests.journeys.town import Town, first_sync, link_spotify, work_done
from tests.sandbox.person import Person
from tests.sandbox.reply import Reply

Json = dict[str, Any]
LONG = 20.0


async def back_up(person: Person) -> Reply:
    return await (await person.types("/vault backup")).until("Backed up")


async def preview(person: Person, words: str = "Restore into Spotify?", in_: str = "dm", **options: object) -> Reply:
    return await (await person.types("/vault restore", in_, **options)).until(words)


async def restore(person: Person, words: str = "Restored into Spotify") -> Reply:
    """Preview and confirm; the answer that says what came of it."""
    shown = await preview(person)
    return await (await shown.press("Restore")).until(words, within=LONG)


async def likes_of(person: Person) -> list[str]:
    return [like["uri"] for like in (await person.spotify.library())["likes"]]


async def own_playlists(person: Person) -> list[Json]:
    """What the person sees of their own playlists, less what no restore can bring back: dates and ids."""
    library = await person.spotify.library()
    return [seen(playlist) for playlist in library["playlists"] if playlist["owned"]]


def seen(playlist: Json) -> Json:
    described = {key: playlist[key] for key in ("name", "description", "public", "collaborative")}
    return described | {"items": [item["uri"] for item in playlist["items"]]}


def restorable(playlists: list[Json]) -> list[Json]:
    """Less what Spotify's API takes from nobody: local files and entries that it lost."""
    return [
        playlist | {"items": [uri for uri in playlist["items"] if uri and not uri.startswith("spotify:local:")]}
        for playlist in playlists
    ]


def by_name(playlists: list[Json]) -> list[Json]:
    """A playlist that is made again stands on top of the list, and no app can move it."""
    return sorted(playlists, key=lambda playlist: (playlist["name"], playlist["items"]))


@pytest.fixture
async def ada(town: Town) -> Person:
    """Synced and backed up."""
    ada = town.person("ada")
    await first_sync(ada)
    await back_up(ada)
    return ada


@pytest.fixture
async def ben(town: Town) -> Person:
    """Synced and backed up."""
    ben = town.person("ben")
    await first_sync(ben)
    await back_up(ben)
    return ben


async def test_an_emptied_account_is_whole_again_item_by_item(ada: Person) -> None:
    likes, playlists = await likes_of(ada), await own_playlists(ada)
    await ada.spotify.empty_account()
    shown = await preview(ada)
    assert "320 likes come back" in shown.text
    assert "7 playlists are made again" in shown.text
    reply = await (await shown.press("Restore")).until("Restored into Spotify", within=LONG)
    assert "everything that can be there is there" in reply.text
    assert await likes_of(ada) == likes
    assert await own_playlists(ada) == restorable(playlists)


async def test_what_cannot_come_back_is_said_before_and_after(town: Town, ada: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    await ada.spotify.delete_playlist(name="Old Mixtape")
    shown = await preview(ada)
    done = await (await shown.press("Restore")).until("Restored into Spotify")
    for text in (shown.text, done.text):
        assert "takes no local files (3)" in text
        assert "number 5 of “Old Mixtape”" in text
        assert "1 entry of “Old Mixtape” had been lost by Spotify by then" in text
        assert "dates whatever comes back as added today" in text


@pytest.mark.parametrize("order", ["kept", "reversed", "shuffled"])
async def test_likes_come_back_in_order_however_spotify_files_a_call(town: Town, ada: Person, order: str) -> None:
    await town.fate("spotify", "library_order", mode=order)
    likes = await likes_of(ada)
    await ada.spotify.unlike_newest(n=45)
    reply = await restore(ada)
    assert "45 likes back" in reply.text
    assert await likes_of(ada) == likes


async def test_a_deleted_playlist_alone_comes_back(town: Town, ada: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    before = await own_playlists(ada)
    await ada.spotify.delete_playlist(name="Morning Coffee")
    reply = await restore(ada)
    assert "1 playlist back: “Morning Coffee”" in reply.text
    assert "22 playlist items back" in reply.text
    assert await own_playlists(ada) == before


async def test_lost_likes_alone_come_back_and_playlists_are_left_alone(town: Town, ben: Person) -> None:
    before = await ben.spotify.library()
    await ben.spotify.unlike_newest(n=3)
    await town.fate("spotify", "reset_requests")
    await restore(ben)
    after = await ben.spotify.library()
    assert [like["uri"] for like in after["likes"]] == [like["uri"] for like in before["likes"]]
    assert after["playlists"] == before["playlists"]
    writes = await town.fate("spotify", "writes")
    assert isinstance(writes, list)
    assert len(writes) == 1


async def test_removed_items_go_back_between_their_neighbours(ada: Person) -> None:
    """Duplicates among them: the second "Morning Coffee" favourite is one of three copies."""
    before = await own_playlists(ada)
    for position in (21, 17, 10, 9, 2, 0):
        await ada.spotify.remove_from_playlist(name="Morning Coffee", position=position)
    await ada.spotify.remove_from_playlist(name="Old Mixtape", position=5)
    shown = await preview(ada)
    assert "2 playlists get their missing items back" in shown.text
    await (await shown.press("Restore")).until("everything that can be there is there")
    assert await own_playlists(ada) == before


async def test_nothing_missing_is_nothing_to_restore(town: Town, ben: Person) -> None:
    await town.fate("spotify", "reset_requests")
    reply = await preview(ben, "Nothing to restore")
    assert reply.buttons == []
    assert await town.fate("spotify", "writes") == []


async def test_a_cancelled_preview_changes_nothing_and_cannot_be_confirmed_any_more(town: Town, ben: Person) -> None:
    await ben.spotify.unlike_newest(n=3)
    shown = await preview(ben)
    confirm = next(button for button in shown.buttons if button.label == "Restore")
    await town.fate("spotify", "reset_requests")
    await (await shown.press("Cancel")).until("Nothing was changed")
    assert confirm.custom_id not in [button.custom_id for button in (await shown.look()).buttons]
    assert await town.fate("spotify", "writes") == []


async def test_an_older_preview_is_no_longer_valid(town: Town, ben: Person) -> None:
    await ben.spotify.unlike_newest(n=3)
    older = await preview(ben)
    await preview(ben)
    await town.fate("spotify", "reset_requests")
    await (await older.press("Restore")).until("a newer one took its place, so nothing was changed")
    assert await town.fate("spotify", "writes") == []


async def test_a_playlist_edited_after_the_preview_is_left_alone(ada: Person) -> None:
    """As many items as before, but others: its length alone would not show it."""
    await ada.spotify.remove_from_playlist(name="Kitchen Disco", position=20)
    shown = await preview(ada)
    await ada.spotify.reorder(name="Kitchen Disco", start=0, to=30)
    edited = await ada.spotify.playlist(name="Kitchen Disco")
    reply = await (await shown.press("Restore")).until("Restored into Spotify, but not all of it")
    assert "“Kitchen Disco” was edited after the preview" in reply.text
    assert await ada.spotify.playlist(name="Kitchen Disco") == edited
    await restore(ada)
    assert len((await ada.spotify.playlist(name="Kitchen Disco"))["items"]) == 55


async def test_restoring_twice_makes_nothing_twice(ada: Person) -> None:
    await ada.spotify.empty_account()
    await restore(ada)
    after = await ada.spotify.library()
    await preview(ada, "Nothing to restore")
    assert await ada.spotify.library() == after


async def test_confirming_twice_restores_once(town: Town, ben: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    await ben.spotify.delete_playlist(name="Sunday Spins")
    shown = await preview(ben)
    first = await shown.press("Restore")
    await first.until("Restored into Spotify")
    names = [playlist["name"] for playlist in await own_playlists(ben)]
    assert names.count("Sunday Spins") == 1
    assert "Restore" not in [button.label for button in (await shown.look()).buttons]


async def test_a_playlist_spotify_no_longer_shows_its_owner_is_made_anew(town: Town, ben: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    before = await own_playlists(ben)
    await ben.spotify.delete_playlist(name="Sunday Spins")
    await restore(ben)
    assert by_name(await own_playlists(ben)) == by_name(before)


async def test_a_private_playlist_that_spotify_makes_public_is_named(town: Town, ben: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    await town.fate("spotify", "public_is_ignored", on=True)
    await ben.spotify.delete_playlist(name="To Sell")
    reply = await restore(ben)
    assert "Spotify made it public: “To Sell”" in reply.text


async def test_tracks_that_left_spotify_keep_nothing_else_out(town: Town, ben: Person) -> None:
    """One of the likes and one of a playlist; said once, and not tried again as if it could work."""
    await town.fate("spotify", "deleted_is_gone", on=True)
    likes = await likes_of(ben)
    spins = next(playlist for playlist in await own_playlists(ben) if playlist["name"] == "Sunday Spins")
    await ben.spotify.unlike_newest(n=4)
    await ben.spotify.delete_playlist(name="Sunday Spins")
    await town.fate("spotify", "withdraw", uri=likes[2])
    await town.fate("spotify", "withdraw", uri=spins["items"][3])
    reply = await restore(ben)
    assert "2 songs are no longer on Spotify; your vault keeps them." in reply.text
    assert "something is still missing" not in reply.text
    assert await likes_of(ben) == [uri for uri in likes if uri != likes[2]]
    made = next(playlist for playlist in await own_playlists(ben) if playlist["name"] == "Sunday Spins")
    assert made["items"] == [uri for uri in spins["items"] if uri != spins["items"][3]]


async def test_restoring_again_what_spotify_refused_makes_no_second_playlist(town: Town, ben: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    spins = next(playlist for playlist in await own_playlists(ben) if playlist["name"] == "Sunday Spins")
    await ben.spotify.delete_playlist(name="Sunday Spins")
    await town.fate("spotify", "withdraw", uri=spins["items"][3])
    await restore(ben)
    await restore(ben)
    assert [playlist["name"] for playlist in await own_playlists(ben)].count("Sunday Spins") == 1


async def test_odd_names_come_back_as_they_were(town: Town) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    ben = town.person("ben")
    names = ["@everyone", "||spoiler||", " leading and trailing ", "أغاني الصباح", "Same Name", "Same Name", "N" * 100]
    songs = await ben.spotify.new_songs(count=len(names))
    for name, song in zip(names, songs, strict=True):
        await ben.spotify.create_playlist(name=name, uris=[song])
        await ben.spotify.describe_playlist(name=name, description='a < b & c > "d"')
    await first_sync(ben)
    await back_up(ben)
    before = await own_playlists(ben)
    for name in names:
        await ben.spotify.delete_playlist(name=name)
    await restore(ben)
    assert await own_playlists(ben) == before


async def test_somebody_else_cannot_press_a_preview(town: Town, ben: Person) -> None:
    """Discord shows it to nobody else; that the bot would refuse is tried where the restore is."""
    await ben.spotify.unlike_newest(n=2)
    shown = await preview(ben, in_="server")
    assert shown.ephemeral
    assert shown.id not in [message.id for message in await town.person("ada").sees("server")]


async def test_backups_are_offered_while_typing(town: Town, ben: Person) -> None:
    await ben.spotify.unlike_newest(n=5)
    await back_up(ben)
    both = await ben.completes("/vault restore", "backup")
    assert ["20 likes" in choice.name for choice in both] == [True, False]
    (older,) = await ben.completes("/vault restore", "backup", "25 likes")
    shown = await preview(ben, backup=older.value)
    assert "5 likes come back" in shown.text
    assert await town.person("ada").completes("/vault restore", "backup") == []


async def test_a_backup_that_is_not_one_s_own_is_not_there(ada: Person, ben: Person) -> None:
    (his,) = await ben.completes("/vault restore", "backup")
    reply = await (await ada.types("/vault restore", backup=his.value)).until("not in your vault")
    assert "Restore" not in [button.label for button in reply.buttons]


async def test_a_restore_that_spotify_interrupts_goes_on_by_itself(town: Town, ben: Person) -> None:
    await town.fate("spotify", "deleted_is_gone", on=True)
    before = await own_playlists(ben)
    await ben.spotify.delete_playlist(name="Sunday Spins")
    await ben.spotify.delete_playlist(name="To Sell")
    shown = await preview(ben)
    await town.fate("spotify", "rate_limit_next", times=1, retry_after=7200, path_contains="/items")
    await (await shown.press("Restore")).until("Restore: waiting")
    await town.fate("clock", "advance", seconds=7300)
    status = await work_done(ben)
    assert "Last restore" in status.text
    assert by_name(await own_playlists(ben)) == by_name(before)


async def test_a_restore_that_lost_its_link_goes_on_once_linked_again(town: Town, ben: Person) -> None:
    likes, playlists = await likes_of(ben), await own_playlists(ben)
    await ben.spotify.empty_account()
    shown = await preview(ben)
    await town.fate("spotify", "revoke", user="ben")
    old = {"door_method": "expire_access_tokens", "user": "ben"}
    await town.fate("spotify", "meanwhile", after=1, path_contains="/items", **old)
    await (await shown.press("Restore")).until("Restore: waiting")
    await link_spotify(ben)
    await work_done(ben)
    assert await likes_of(ben) == likes
    assert by_name(await own_playlists(ben)) == by_name(playlists)
