"""Backups that are checked, as members live it: by their own hand, by the week's check, and by the night's look."""

from datetime import timedelta
from pathlib import Path

from tests.journeys.test_backup import back_up, in_drive
from tests.journeys.test_night import MORNING, linked, sleep_until
from tests.journeys.town import Town, a_town, link_drive, work_done
from tests.sandbox.person import Person
from tests.sandbox.reply import Reply

QUIET = {"nightly": False}


def of(town: Town, person: Person, where: str = "") -> list[Path]:
    return sorted((town.folder / "archives" / str(person.discord_id)).glob(f"{where}*.zip"))


def tear(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


async def two_backups(town: Town, person: Person) -> None:
    """The one that follows a link, and another an hour later."""
    await town.fate("clock", "advance", seconds=3600)
    await person.spotify.unlike_newest(n=1)
    await back_up(person)
    await town.fate("clock", "advance", seconds=3600)


async def look_at(person: Person, number: int) -> Reply:
    """The card of a backup, the newest being 0."""
    shown = await person.types("/vault backups")
    (menu,) = shown.menus
    return await (await shown.choose(menu.placeholder, menu.values[number])).until("One of your backups")


async def test_a_member_verifies_a_backup_deletes_it_and_takes_it_back(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup=QUIET) as town:
        ben = await linked(town, "ben")
        await two_backups(town, ben)
        older, _ = of(town, ben)

        card = await look_at(ben, 1)
        assert "**Last read in full:** when it was made" in card.text
        checked = await (await card.press("Verify")).until("all hashes right")
        assert "members," in checked.text
        card = await look_at(ben, 1)
        assert "**Last read in full:** <t:" in card.text

        question = await (await card.press("Delete…")).until("Delete this backup?")
        assert "25 likes, 3 playlists" in question.text
        assert older in of(town, ben)
        deleted = await (await question.press("Delete it")).until("is in the trash")
        assert of(town, ben, ".trash/") == [older.parent / ".trash" / older.name]
        assert (await ben.types("/vault backups")).text.count("this bot's own storage") == 1

        last = await look_at(ben, 0)
        await (await last.press("Delete…")).until("your last good backup")

        back = await (await deleted.press("Take it back")).until("kept for good from now on")
        assert of(town, ben, ".trash/") == []
        assert "No longer" in [button.label for button in back.buttons]
        assert (await ben.types("/vault backups")).text.count("this bot's own storage") == 2


async def test_what_lies_in_the_trash_is_found_from_the_list_too(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup=QUIET) as town:
        ben = await linked(town, "ben")
        await two_backups(town, ben)
        question = await (await (await look_at(ben, 0)).press("Delete…")).until("Delete this backup?")
        await (await question.press("Delete it")).until("is in the trash")
        trash = await (await (await ben.types("/vault backups")).press("Trash (1)…")).until("In the trash")
        (menu,) = trash.menus
        card = await (await trash.choose(menu.placeholder, menu.values[0])).until("One of your backups")
        await (await card.press("Take it back")).until("Taken back")
        assert len(of(town, ben)) == 2


async def test_the_week_s_check_finds_a_damaged_backup_and_the_next_one_is_made_anew(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup=QUIET) as town:
        ben = await linked(town, "ben")
        await two_backups(town, ben)
        tear(of(town, ben)[1])
        await sleep_until(town, MORNING + timedelta(days=8))
        dm = await ben.gets_dm("A backup is not what it should be")
        assert "is damaged" in dm.text
        assert "`/vault backup` makes sure now that you have a good one" in dm.text
        assert "1 damaged; `/vault backups` shows which" in (await work_done(ben)).text
        shown = await (await dm.press("Show my backups")).until("**Damaged**")
        card = await (await shown.choose(shown.menus[0].placeholder, shown.menus[0].values[0])).until("**Damaged:**")
        assert [button.label for button in card.buttons] == ["Verify", "Delete…"]
        offered = await ben.completes("/vault restore", "backup")
        assert len(offered) == 1
        await back_up(ben)
        assert len(of(town, ben)) == 3
        assert len([each for each in await ben.dms() if "not what it should be" in each.text]) == 1


async def test_a_check_that_was_cut_off_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup=QUIET) as town:
        ben = await linked(town, "ben")
        await link_drive(ben)
        await two_backups(town, ben)
        newest = max(await in_drive(ben), key=lambda file: str(file["name"]))
        await ben.drive.damage(file_id=newest["id"])
        await town.fate("google", "fail_next", times=1000, status=503, path_contains="/drive/v3/")
        await sleep_until(town, MORNING + timedelta(days=8))
        for _ in range(200):
            if "**Weekly check waits:**" in (await ben.types("/vault status")).text:
                break
        await town.stop()
        await town.fate("google", "calm")
        await town.fate("clock", "advance", seconds=600)
        await town.start()
        await ben.gets_dm("A backup is not what it should be")


async def test_a_backup_that_was_deleted_by_hand_is_found_at_night_and_holds_nothing_back(tmp_path: Path) -> None:
    keep = {"keep_last": 2, "keep_daily": 0, "keep_weekly": 0, "keep_monthly": 0, "keep_yearly": 0}
    async with a_town(tmp_path, backup=keep) as town:
        ada = await linked(town, "ada")
        await link_drive(ada)
        await two_backups(town, ada)
        gone = min(await in_drive(ada), key=lambda file: str(file["name"]))
        await ada.drive.trash(file_id=gone["id"])
        await night(town, ada, 0)
        assert "1 not found where it was put" in (await work_done(ada)).text
        await night(town, ada, 1)
        dm = await ada.gets_dm("A backup is not what it should be")
        assert "take it out within 30 days" in dm.text
        await night(town, ada, 2)
        trashed = [file for file in await ada.drive.files() if file["trashed"] and not file["folder"]]
        assert len(await in_drive(ada)) == 2
        assert len(trashed) == 1 + 2, "the one she threw away, and those the policy let go since"
        await ada.drive.untrash(file_id=gone["id"])
        await night(town, ada, 3)
        assert "Not as it should be" not in (await work_done(ada)).text


async def night(town: Town, person: Person, number: int) -> None:
    """Something changed, and the night is spent."""
    await person.spotify.unlike_newest(n=1)
    before = len(await person.drive.files())
    await sleep_until(town, MORNING + timedelta(days=number))
    for _ in range(400):
        if len(await person.drive.files()) > before:
            break
    await work_done(person)


async def test_a_member_keeps_fewer_backups_after_reading_what_goes(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup=QUIET) as town:
        ben = await linked(town, "ben")
        await two_backups(town, ben)
        assert "as this bot does for all" in (await ben.types("/vault settings")).text
        await (await ben.types("/vault settings", keep="for ever and ever")).until("I don't understand")
        offered = await ben.completes("/vault settings", "keep", "last 1")
        assert offered[0].value == "last 1"
        question = await (await ben.types("/vault settings", keep="last 1")).until("Keep fewer backups?")
        assert "Of your 2 backups, 1 would go to the trash after the next backup" in question.text
        assert "as this bot does for all" in (await ben.types("/vault settings")).text
        await (await question.press("Keep fewer")).until("**Backups kept:** last 1")
        await ben.spotify.unlike_newest(n=1)
        assert "2 older backups went to the trash" in (await back_up(ben)).text
        assert len(of(town, ben)) == 1
        await (await ben.types("/vault settings", keep="everything")).until("everything, for ever")
