"""Restores into the vault: after the database was lost, and where the vault knows less than a backup."""

from dataclasses import replace

import pytest

from storage.database import Database
from storage.library import LibraryRepository
from storage.records import Library
from tests.journeys.test_backup import back_up, drafts
from tests.journeys.test_restore import LONG, preview
from tests.journeys.town import Town, first_sync, work_done
from tests.sandbox.person import Person


@pytest.fixture
async def ada(town: Town) -> Person:
    ada = town.person("ada")
    await first_sync(ada)
    await back_up(ada)
    return ada


async def kept_of(town: Town, person: Person, *, erase: bool = False) -> Library:
    """What the vault holds, straight from the database; erased afterwards where a test begins with a loss."""
    database = Database(f"sqlite+aiosqlite:///{town.folder}/musivault.db")
    try:
        library = LibraryRepository(database)
        kept = await library.load(person.discord_id)
        if erase:
            await library.erase(person.discord_id)
        return kept
    finally:
        await database.close()


async def into_vault(person: Person) -> str:
    shown = await preview(person, "Restore into your vault?", into="the vault")
    done = await (await shown.press("Restore into the vault")).until("Restored into your vault", within=LONG)
    return done.text


async def test_an_emptied_vault_holds_everything_again_dates_and_all(town: Town, ada: Person) -> None:
    before = await kept_of(town, ada, erase=True)
    assert "0 likes and 0 playlists" in (await ada.types("/vault status")).text
    text = await into_vault(ada)
    assert "320 likes" in text
    assert "1 followed playlist" in text
    assert "of your lists, for `/vault changes`" in text
    assert "Undo…" not in text
    after = await kept_of(town, ada)
    assert after.likes == before.likes
    assert [each.items for each in after.playlists] == [each.items for each in before.playlists]
    without_addresses = [replace(each.details, image_url=None) for each in before.playlists]
    assert [each.details for each in after.playlists] == without_addresses


async def test_a_vault_restore_asks_nothing_of_spotify(town: Town, ada: Person) -> None:
    await kept_of(town, ada, erase=True)
    await town.fate("spotify", "reset_requests")
    await into_vault(ada)
    assert await town.fate("spotify", "requests") == []


async def test_a_vault_that_has_everything_is_told_so(ada: Person) -> None:
    await preview(ada, "Nothing to restore", into="the vault")


async def test_a_restored_vault_is_as_good_as_before_for_the_next_sync(town: Town, ada: Person) -> None:
    await kept_of(town, ada, erase=True)
    await into_vault(ada)
    synced = await (await ada.types("/vault sync")).until("Synced")
    assert "nothing changed" in synced.text


async def test_a_lost_vault_and_a_lost_account_both_come_back(town: Town, ada: Person) -> None:
    """The worst day: the vault first, then Spotify; the sync in between marks as gone what the backup still has."""
    before = await kept_of(town, ada, erase=True)
    await ada.spotify.empty_account()
    await into_vault(ada)
    shown = await preview(ada)
    await (await shown.press("Restore")).until("Restored into Spotify", within=LONG)
    likes = [like["uri"] for like in (await ada.spotify.library())["likes"]]
    assert likes == [like.track.uri for like in before.likes if like.track]


async def test_a_damaged_backup_is_refused_with_what_to_do(town: Town, ada: Person) -> None:
    (file,) = (town.folder / "archives" / str(ada.discord_id)).glob("*.zip")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    await ada.spotify.unlike_newest(n=1)
    reply = await (await ada.types("/vault restore")).until("This backup is damaged")
    assert "Choose an older one" in reply.text
    assert drafts(town) == []


async def test_what_a_crash_left_in_the_work_folder_is_gone_after_the_next_start(town: Town, ada: Person) -> None:
    await town.stop()
    left = town.folder / "archives" / ".drafts" / "0123456789abcdef.zip"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half a draft")
    await town.start()
    assert drafts(town) == []
    await work_done(ada)


async def test_a_vault_that_was_synced_anew_gets_its_past_back(town: Town, ada: Person) -> None:
    before = await kept_of(town, ada, erase=True)
    gone = await ada.spotify.unlike_newest(n=2)
    await (await ada.types("/vault sync")).until("Synced")
    shown = await preview(ada, "Restore into your vault?", into="the vault")
    assert "2 likes" in shown.text
    assert "earlier moments of your lists" in shown.text
    await (await shown.press("Restore into the vault")).until("Restored into your vault", within=LONG)
    after = await kept_of(town, ada)
    assert after.likes == before.likes
    assert [each.items for each in after.playlists] == [each.items for each in before.playlists]
    await preview(ada, "Nothing to restore", into="the vault")
    synced = await (await ada.types("/vault sync")).until("Synced")
    assert f"{len(gone)} removed" in synced.text


async def test_a_vault_is_replaced_and_brought_back(town: Town, ada: Person) -> None:
    then = await kept_of(town, ada)
    await ada.spotify.unlike_newest(n=3)
    await ada.spotify.delete_playlist(name=then.playlists[0].details.name)
    await (await ada.types("/vault sync")).until("Synced")
    now = await kept_of(town, ada)
    shown = await preview(ada, "Replace your vault?", into="the vault, replacing what is there")
    assert "**Now:** 317 likes" in shown.text
    done = await (await shown.press("Replace my vault")).until("Your vault was replaced", within=LONG)
    assert "320 likes" in done.text
    replaced = await kept_of(town, ada)
    assert replaced.likes == then.likes
    assert [each.items for each in replaced.playlists] == [each.items for each in then.playlists]
    synced = await (await ada.types("/vault sync")).until("Synced")
    assert "3 removed" in synced.text
    assert (await kept_of(town, ada)).likes == now.likes
    asked = await (await done.press("Bring it back…")).until("Replace your vault?")
    await (await asked.press("Replace my vault")).until("Your vault was replaced", within=LONG)
    again = await kept_of(town, ada)
    assert again.likes == now.likes
    assert [each.removed_at for each in again.playlists] == [each.removed_at for each in now.playlists]
    await (await ada.types("/vault sync")).until("nothing changed")
