"""The nights, as members live them: each at their hour, once, caught up, and quiet unless something is to be said."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.journeys.test_backup import in_folder
from tests.journeys.town import BETWEEN_LOOKS, Town, a_town, link_spotify, work_done
from tests.sandbox.person import Person
from tests.sandbox.waiting import PATIENCE, Deadline

MORNING = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
"""After everybody's turn: the nights begin between three and four."""


async def sleep_until(town: Town, moment: datetime) -> None:
    await town.fate("clock", "jump_to", moment=moment.isoformat())


async def linked(town: Town, key: str, *, dms: bool = False) -> Person:
    person = town.person(key)
    dm = await link_spotify(person)
    if dms:
        await (await dm.press("Yes, tell me")).until("You will hear from me")
    await work_done(person)
    return person


async def nights(town: Town, person: Person) -> int:
    """How many nights of theirs went well."""
    done = "SELECT count(*) FROM runs WHERE kind = 'night' AND state = 'done'"
    rows: list[Any] = await town.database(f"{done} AND discord_id = {person.discord_id}")
    return int(rows[0][0])


async def until_nights(town: Town, person: Person, count: int) -> None:
    """The night's job begins with a tick, so first it is waited for, then for whatever else is under way."""
    deadline = Deadline(PATIENCE)
    while not deadline.is_over:
        if await nights(town, person) >= count:
            break
        await asyncio.sleep(BETWEEN_LOOKS)
    assert await nights(town, person) == count
    await work_done(person)


async def requests_of(town: Town, person: Person) -> list[Any]:
    seen = await town.fate("spotify", "requests")
    assert isinstance(seen, list)
    return [each for each in seen if each[3] == person.key]


async def test_the_night_backs_up_without_being_asked(town: Town) -> None:
    ben = await linked(town, "ben")
    await ben.spotify.unlike_newest(n=1)
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    assert len(in_folder(town)) == 2, "the one of the link, and the night's"
    assert "Last backup:** <t:" in (await ben.types("/vault status")).text
    assert len(await ben.dms()) == 2  # the link, and that it worked


async def test_a_night_is_spent_once(town: Town) -> None:
    ben = await linked(town, "ben")
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    await ben.spotify.unlike_newest(n=1)
    await town.fate("spotify", "reset_requests")
    await town.stop()
    await town.start()
    await sleep_until(town, MORNING + timedelta(hours=12))
    await linked(town, "ada")
    assert await requests_of(town, ben) == []
    await sleep_until(town, MORNING + timedelta(days=1))
    await until_nights(town, ben, 2)


async def test_a_night_missed_while_the_bot_was_off_is_caught_up(town: Town) -> None:
    ben = await linked(town, "ben")
    await town.stop()
    await ben.spotify.unlike_newest(n=1)
    await sleep_until(town, MORNING + timedelta(days=2, hours=7))
    await town.start()
    await until_nights(town, ben, 1)


async def test_nobody_is_backed_up_before_their_first_night(town: Town) -> None:
    ben = await linked(town, "ben")
    await sleep_until(town, MORNING)
    ada = await linked(town, "ada")
    await until_nights(town, ben, 1)
    await work_done(ada)
    assert await nights(town, ada) == 0


async def test_each_night_begins_at_the_hour_its_person_chose(town: Town) -> None:
    ben, ada = await linked(town, "ben"), await linked(town, "ada")
    await (await ada.types("/vault settings", hour=5)).until("after 05:00 UTC")
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    assert await nights(town, ada) == 0
    await sleep_until(town, MORNING + timedelta(minutes=90))
    await until_nights(town, ada, 1)


async def test_a_later_hour_has_its_night_although_the_earlier_one_was_spent(town: Town) -> None:
    ben = await linked(town, "ben")
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    await ben.spotify.unlike_newest(n=1)
    await (await ben.types("/vault settings", hour=22)).until("after 22:00 UTC")
    await sleep_until(town, MORNING + timedelta(hours=1))
    ada = await linked(town, "ada")
    assert await nights(town, ben) == 1, "the night of that morning was spent: the new hour begins with its next turn"
    await sleep_until(town, MORNING.replace(hour=23, minute=30))
    await until_nights(town, ben, 2)
    await work_done(ada)


async def test_a_night_begins_by_the_clocks_of_its_person_s_zone(town: Town) -> None:
    ben, ada = await linked(town, "ben"), await linked(town, "ada")
    offered = await ada.completes("/vault settings", "zone", "new y")
    assert [(each.name.split(",")[0], each.value) for each in offered] == [("America/New_York", "America/New_York")]
    shown = await (await ada.types("/vault settings", zone="new york")).until("Settings")
    assert "after 03:00 in the zone America/New York" in shown.text
    assert "in the zone America/New York" in (await ada.types("/vault status")).text
    refused = await (await ada.types("/vault settings", zone="Atlantis")).until("no time zone")
    assert "choose from what is offered" in refused.text
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    assert await nights(town, ada) == 0, "it is half past eleven in the evening there"
    await sleep_until(town, MORNING + timedelta(hours=5))
    await until_nights(town, ada, 1)
    assert "in the zone America/New York" in (await ada.types("/vault settings")).text


async def test_who_turned_the_night_off_has_none(town: Town) -> None:
    ben, ada = await linked(town, "ben"), await linked(town, "ada")
    await (await ada.types("/vault settings", nightly="off")).until("**Nightly backup:** off")
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    await work_done(ada)
    assert await nights(town, ada) == 0


async def test_an_operator_without_nights_has_none(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup={"nightly": False}) as town:
        ben = await linked(town, "ben")
        await sleep_until(town, MORNING)
        assert "makes no nightly backups" in (await work_done(ben)).text
        assert await town.database("SELECT count(*) FROM runs WHERE kind = 'night'") == [(0,)]


async def test_what_waits_goes_on_where_there_are_no_nights(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup={"nightly": False}) as town:
        ben = await linked(town, "ben")
        await town.fate("spotify", "rate_limit_next", times=1, retry_after=300)
        await (await ben.types("/vault sync")).until("goes on by itself")
        await town.fate("clock", "advance", seconds=900)
        await work_done(ben)


async def test_a_night_that_lost_something_offers_the_way_back(town: Town) -> None:
    ben = await linked(town, "ben", dms=True)
    before = await ben.spotify.library()
    await ben.spotify.delete_playlist(name="Sunday Spins")
    await ben.spotify.unlike_newest(n=2)
    await sleep_until(town, MORNING)
    dm = await ben.gets_dm("Something is gone from your library")
    assert "Sunday Spins" in dm.text
    await work_done(ben)
    shown = await (await dm.press("Bring it back…")).until("Restore into Spotify?")
    await (await shown.press("Restore")).until("Restored into Spotify")
    after = await ben.spotify.library()
    assert [like["uri"] for like in after["likes"]] == [like["uri"] for like in before["likes"]]
    assert sorted(each["name"] for each in after["playlists"]) == sorted(each["name"] for each in before["playlists"])


async def test_a_night_that_only_found_more_offers_no_way_back(town: Town) -> None:
    ben = await linked(town, "ben", dms=True)
    await ben.spotify.create_playlist(name="Brand New")
    await sleep_until(town, MORNING)
    dm = await ben.gets_dm("Your library changed")
    assert [button.label for button in dm.buttons] == ["No more DMs"]


async def test_who_did_not_opt_in_hears_nothing_of_what_is_gone(town: Town) -> None:
    ben = await linked(town, "ben")
    dms = len(await ben.dms())
    await ben.spotify.delete_playlist(name="Sunday Spins")
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    assert len(await ben.dms()) == dms


async def test_a_night_without_changes_sends_nothing(town: Town) -> None:
    ben = await linked(town, "ben", dms=True)
    dms = len(await ben.dms())
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    assert len(await ben.dms()) == dms
    assert "it still held everything <t:" in (await ben.types("/vault status")).text


async def test_one_press_ends_the_dms(town: Town) -> None:
    ben = await linked(town, "ben", dms=True)
    await ben.spotify.unlike_newest(n=1)
    await sleep_until(town, MORNING)
    dm = await ben.gets_dm("Something is gone from your library")
    await (await dm.press("No more DMs")).until("I stay quiet")
    await work_done(ben)
    dms = len(await ben.dms())
    await ben.spotify.unlike_newest(n=1)
    await sleep_until(town, MORNING + timedelta(days=1))
    await until_nights(town, ben, 2)
    assert len(await ben.dms()) == dms
