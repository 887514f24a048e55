"""Backups, as a member lives them: made, proven, not made twice, and what is said where they cannot be made."""

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

from storage import archive
from tests.journeys.town import Town, begin_link, first_sync, link_drive, link_spotify, vault_at_rest, work_done
from tests.sandbox.person import Person
from tests.sandbox.reply import Reply


async def back_up(person: Person, words: str = "Backed up") -> Reply:
    return await (await person.types("/vault backup")).until(words)


async def in_drive(person: Person) -> list[dict[str, Any]]:
    """The archives that lie in somebody's Drive, those in the trash apart."""
    return [file for file in await person.drive.files() if not file["folder"] and not file["trashed"]]


def in_folder(town: Town) -> list[Path]:
    return sorted(path for path in (town.folder / "archives").rglob("*.zip") if ".drafts" not in path.parts)


def drafts(town: Town) -> list[Path]:
    return [path for path in (town.folder / "archives" / ".drafts").glob("*") if path.is_file()]


async def test_a_first_backup_is_made_as_soon_as_spotify_is_linked(town: Town) -> None:
    ben = town.person("ben")
    dm = await link_spotify(ben)
    assert "being read now and backed up right after that" in dm.text
    status = await vault_at_rest(ben)
    assert "Last backup:** <t:" in status.text
    (file,) = in_folder(town)
    assert "25 likes, 3 playlists" in (await ben.types("/vault backups")).text
    await ben.spotify.delete_playlist(name="Sunday Spins")
    preview = await (await ben.types("/vault restore")).until("Restore into Spotify?")
    assert "Sunday Spins" in preview.text
    assert in_folder(town) == [file]


async def test_a_backup_goes_to_the_operator_s_folder_and_says_so(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await ben.spotify.unlike_newest(n=1)
    reply = await back_up(ben)
    (file,) = [path for path in in_folder(town) if path.name in reply.text]
    assert "this bot's own storage" in reply.text
    assert "24 likes, 3 playlists, 31 items" in reply.text
    assert str(ben.discord_id) in file.parts
    assert drafts(town) == []


async def test_a_backup_goes_to_the_person_s_own_drive_as_soon_as_it_is_linked(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    before = in_folder(town)
    assert "A backup of now is on its way there" in (await link_drive(ada)).text
    (file,) = await in_drive(ada)
    assert file["path"] == f"MusiVault/{ada.discord_id}/{file['name']}"
    assert "in your Google Drive" in (await ada.types("/vault status")).text
    assert in_folder(town) == before, "what lies elsewhere stays there"


async def test_a_drive_linked_before_spotify_gets_its_first_backup_with_spotify(town: Town) -> None:
    ben = town.person("ben")
    dm = await link_drive(ben)
    assert "follows once your Spotify is linked" in dm.text
    assert "stopped" not in (await ben.types("/vault status")).text
    await first_sync(ben)
    assert len(await in_drive(ben)) == 1
    assert in_folder(town) == []


async def test_a_drive_linked_while_the_first_backup_still_runs_has_one_too(town: Town) -> None:
    ben = town.person("ben")
    page = await (await begin_link(ben, "drive")).press("Continue to Google")
    await town.fate("spotify", "stall_next", times=1, seconds=2, path_contains="/me/tracks")
    await link_spotify(ben)
    await page.press("Continue")
    await work_done(ben)
    assert len(await in_drive(ben)) == 1


async def test_a_first_backup_that_the_quota_stops_goes_on_by_itself(town: Town) -> None:
    ben = town.person("ben")
    await town.fate("spotify", "rate_limit_next", times=1, retry_after=7 * 3600, path_contains="/me/playlists")
    await link_spotify(ben)
    for _ in range(200):
        status = await ben.types("/vault status")
        if "Backup waits" in status.text:
            break
        await asyncio.sleep(0.03)
    assert "It goes on by itself" in status.text
    await town.fate("clock", "advance", seconds=8 * 3600)
    await work_done(ben)
    assert "25 likes, 3 playlists" in (await ben.types("/vault backups")).text


async def test_what_lies_in_drive_is_byte_for_byte_what_was_written(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    (file,) = await in_drive(ben)
    content = base64.b64decode(await ben.drive.read_file(file_id=file["id"]))
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    path = town.folder / "fetched.zip"
    path.write_bytes(content)
    library = archive.read(path).library
    before = await ben.spotify.library()
    assert [like.track.uri for like in library.likes if like.track] == [like["uri"] for like in before["likes"]]


async def test_an_unchanged_vault_is_not_uploaded_again(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    before = await in_drive(ben)
    reply = await back_up(ben, "Already backed up")
    assert "your Google Drive" in reply.text
    assert await in_drive(ben) == before


async def test_a_changed_vault_is_a_second_file_and_both_are_listed(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await ben.spotify.unlike_newest(n=2)
    await back_up(ben)
    assert len(in_folder(town)) == 2
    listed = (await ben.types("/vault backups")).text
    assert "25 likes" in listed
    assert "23 likes" in listed


async def test_a_file_that_the_person_threw_away_is_uploaded_again(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    (file,) = await in_drive(ben)
    await ben.drive.trash(file_id=file["id"])
    await back_up(ben)
    assert len(await in_drive(ben)) == 1


async def test_a_full_drive_is_said_and_a_later_backup_works(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    await ben.spotify.unlike_newest(n=1)
    await ben.drive.fill_up()
    reply = await back_up(ben, "has no room")
    assert "Free some space" in reply.text
    assert "24 likes" not in (await ben.types("/vault backups")).text
    assert drafts(town) == []
    await ben.drive.make_room()
    await back_up(ben)
    assert len(await in_drive(ben)) == 2


async def test_a_revoked_drive_is_said_with_the_way_back_and_nothing_goes_elsewhere(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    before = in_folder(town)
    await ben.spotify.unlike_newest(n=1)
    await ben.drive.revoke()
    await town.fate("google", "expire_access")
    reply = await back_up(ben, "no longer lets MusiVault in")
    assert "Link Google Drive" in [button.label for button in reply.buttons]
    assert in_folder(town) == before
    assert drafts(town) == []
    assert "no longer lets MusiVault in" in (await ben.types("/link status")).text
    await link_drive(ben)
    assert len(await in_drive(ben)) == 2


async def test_a_drive_that_is_down_makes_the_backup_wait_and_then_go_on(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    await ben.spotify.unlike_newest(n=1)
    await town.fate("google", "fail_next", times=1000, status=503, path_contains="/drive/v3/")
    reply = await back_up(ben, "Backup: waiting")
    assert "Google Drive is not answering" in reply.text
    await town.fate("google", "calm")
    await town.fate("clock", "advance", seconds=600)
    await work_done(ben)
    assert len(await in_drive(ben)) == 2
    assert drafts(town) == []


async def test_what_arrives_only_at_the_second_attempt_is_not_said_to_have_been_there_already(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    known = {file["id"] for file in await in_drive(ben)}
    await (await ben.types("/vault settings", dms="on", nightly="off")).until("**DMs:** on")
    await ben.spotify.unlike_newest(n=1)
    await town.fate("google", "fail_next", times=1000, status=503, path_contains="upload")
    await back_up(ben, "Backup: waiting")
    await town.fate("google", "calm")
    await town.fate("clock", "advance", seconds=600)
    told = await ben.gets_dm("Backed up")
    (file,) = [each for each in await in_drive(ben) if each["id"] not in known]
    assert f"`{file['name']}` is in your Google Drive; written, read back and compared" in told.text
    await back_up(ben, "Already backed up")


async def test_an_unlinked_drive_does_not_keep_later_backups_from_the_folder(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    before = in_folder(town)
    await ben.spotify.unlike_newest(n=1)
    await town.fate("google", "fail_next", times=1000, status=503, path_contains="upload")
    await back_up(ben, "Backup: waiting")
    await town.fate("google", "calm")
    question = await ben.types("/link remove", account="Google Drive")
    await (await question.press("Unlink")).until("unlinked")
    await town.fate("clock", "advance", seconds=600)
    status = await work_done(ben)
    assert "this bot's own storage" in status.text
    assert len(in_folder(town)) == len(before) + 1
    assert drafts(town) == []


async def test_whoever_has_no_spotify_is_told_how_to_link_one(town: Town) -> None:
    reply = await back_up(town.person("cleo"), "no Spotify account linked")
    assert "Link Spotify" in [button.label for button in reply.buttons]


async def test_whoever_has_no_backup_yet_is_told_how_to_make_one(town: Town) -> None:
    reply = await town.person("cleo").types("/vault restore")
    assert reply.text == "### No backups yet\nYou have no backups yet; `/vault backup` makes one."
