"""How long backups are kept, as a member lives it: old ones go to the trash, what is taken out of it stays."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.journeys.test_backup import back_up, in_drive
from tests.journeys.test_night import MORNING, linked, sleep_until, until_nights
from tests.journeys.town import Town, a_town, link_drive
from tests.sandbox.person import Person

SHORT = {"keep_last": 2, "keep_daily": 0, "keep_weekly": 0, "keep_monthly": 0, "keep_yearly": 0, "nightly": False}


@pytest_asyncio.fixture
async def forgetful(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose operator keeps the last two backups, and no others."""
    async with a_town(tmp_path, backup=SHORT) as town:
        yield town


async def one_too_many(town: Town, person: Person, more: int = 2) -> None:
    """Backups after the first, which was made when the person linked; the last puts an older one into the trash."""
    for _ in range(more):
        await person.spotify.unlike_newest(n=1)
        reply = await back_up(person)
        await town.fate("clock", "advance", seconds=3600)
    assert "1 older backup went to the trash" in reply.text


def of(town: Town, person: Person, where: str) -> list[Path]:
    return sorted((town.folder / "archives" / str(person.discord_id)).glob(f"{where}*.zip"))


async def test_an_old_backup_goes_to_the_trash_and_is_erased_a_month_later(forgetful: Town) -> None:
    ben = await linked(forgetful, "ben")
    await one_too_many(forgetful, ben)
    (old,) = of(forgetful, ben, ".trash/")
    assert len(of(forgetful, ben, "")) == 2
    assert (await ben.types("/vault backups")).text.count("this bot's own storage") == 2
    await forgetful.fate("clock", "advance", seconds=31 * 86_400)
    await back_up(ben)
    (next_one,) = of(forgetful, ben, ".trash/")
    assert old != next_one
    assert len(of(forgetful, ben, "")) == 2


async def test_a_member_takes_a_backup_out_of_their_drive_s_trash(forgetful: Town) -> None:
    ada = await linked(forgetful, "ada")
    await link_drive(ada)
    await one_too_many(forgetful, ada)
    (gone,) = [file for file in await ada.drive.files() if file["trashed"] and not file["folder"]]
    await ada.drive.untrash(file_id=gone["id"])
    await ada.spotify.unlike_newest(n=1)
    assert "1 backup taken out of the trash" in (await back_up(ada)).text
    assert gone["id"] in [file["id"] for file in await in_drive(ada)]
    assert len(await in_drive(ada)) == 3


async def test_a_backup_that_was_pinned_outlives_the_others(forgetful: Town) -> None:
    ben = await linked(forgetful, "ben")
    (first,) = of(forgetful, ben, "")
    shown = await ben.types("/vault backups")
    (menu,) = shown.menus
    card = await (await shown.choose(menu.placeholder, menu.values[0])).until("One of your backups")
    await (await card.press("Keep for good")).until("Kept for good:")
    await one_too_many(forgetful, ben, 3)
    assert first in of(forgetful, ben, "")
    assert len(of(forgetful, ben, "")) == 3


async def test_a_night_clears_away_too(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup=SHORT | {"nightly": True}) as town:
        ben = await linked(town, "ben")
        await ben.spotify.unlike_newest(n=1)
        await back_up(ben)
        await ben.spotify.unlike_newest(n=1)
        await sleep_until(town, MORNING)
        await until_nights(town, ben, 1)
        assert (len(of(town, ben, "")), len(of(town, ben, ".trash/"))) == (2, 1)


async def test_trouble_with_old_backups_is_not_the_new_one_s(forgetful: Town) -> None:
    ben = await linked(forgetful, "ben")
    await one_too_many(forgetful, ben)
    of(forgetful, ben, "")[0].unlink()
    await ben.spotify.unlike_newest(n=1)
    reply = await back_up(ben)
    assert "Old backups were not cleared away: 1 of your 3 backups" in reply.text
    assert len(of(forgetful, ben, ".trash/")) == 1
