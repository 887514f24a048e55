"""The nights, as members live them: each at their hour, once, caught up, and quiet unless something is to be said."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.journeys.test_backup import in_folder
from tests.journeys.town import Town, a_town, link_drive, link_spotify, work_done
from tests.sandbox.person import Person

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
    for _ in range(300):
        if await nights(town, person) >= count:
            break
        await asyncio.sleep(0.03)
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


async def night_after(town: Town, nights: int, witness: Person) -> None:
    """One night later; over once the witness's own has passed."""
    await witness.spotify.unlike_newest(n=1)
    await sleep_until(town, MORNING + timedelta(days=nights))
    await until_nights(town, witness, nights + 1)


async def test_a_cause_is_told_once_however_many_nights_it_lasts(town: Town) -> None:
    ben, ada = await linked(town, "ben", dms=True), await linked(town, "ada")
    await town.fate("spotify", "allow", user="ben", allowed=False)
    await night_after(town, 0, ada)
    await ben.gets_dm("Tonight's backup did not work")
    dms = len(await ben.dms())
    await night_after(town, 1, ada)
    await work_done(ben)
    assert len(await ben.dms()) == dms
    assert "Nightly backup stopped" in (await ben.types("/vault status")).text


async def test_a_cause_that_came_back_is_told_again(town: Town) -> None:
    ben, ada = await linked(town, "ben", dms=True), await linked(town, "ada")
    await town.fate("spotify", "allow", user="ben", allowed=False)
    await night_after(town, 0, ada)
    await ben.gets_dm("Tonight's backup did not work")
    await town.fate("spotify", "allow", user="ben", allowed=True)
    await night_after(town, 1, ada)
    await until_nights(town, ben, 1)
    await town.fate("spotify", "allow", user="ben", allowed=False)
    await night_after(town, 2, ada)
    await ben.gets_dm("Tonight's backup did not work")


async def test_causes_that_take_turns_are_told_once_each_over_a_restart_too(town: Town) -> None:
    ben, ada = await linked(town, "ben", dms=True), await linked(town, "ada")
    await link_drive(ben)
    await ben.drive.fill_up()

    async def told_by(number: int, *, allowed: bool) -> int:
        """A night in which Spotify turns Ben away or his Drive is full; how many DMs he had of such nights by then."""
        await town.fate("spotify", "allow", user="ben", allowed=allowed)
        await ben.spotify.unlike_newest(n=1)
        await night_after(town, number, ada)
        await work_done(ben)
        return len([dm for dm in await ben.dms() if "did not work" in dm.text])

    assert await told_by(0, allowed=False) == 1
    assert await told_by(1, allowed=True) == 2
    assert "Nightly backup stopped" in (await ben.types("/vault status")).text
    await town.stop()
    await town.start()
    assert await told_by(2, allowed=False) == 2
    assert await told_by(3, allowed=True) == 2
    await until_nights_failed(town, 4)
    await ben.drive.make_room()
    assert await told_by(4, allowed=True) == 2
    await until_nights(town, ben, 1)
    assert await told_by(5, allowed=False) == 3


async def test_one_person_s_trouble_is_nobody_else_s(town: Town) -> None:
    ben, ada = await linked(town, "ben"), await linked(town, "ada")
    await town.fate("spotify", "revoke", user="ben")
    await town.fate("spotify", "expire_access_tokens", user="ben")
    await sleep_until(town, MORNING)
    await until_nights(town, ada, 1)
    assert "Nightly backup waits:** Spotify did not accept your link" in (await ben.types("/vault status")).text
    await sleep_until(town, MORNING + timedelta(hours=2))
    for _ in range(200):
        status = await ben.types("/vault status")
        if "as soon as you have" in status.text:
            break
        await asyncio.sleep(0.03)
    assert "Nightly backup waits:** Spotify no longer lets MusiVault into your account" in status.text
    await sleep_until(town, MORNING + timedelta(hours=3))
    await ben.gets_dm("Your Spotify link has ended")


async def test_a_fault_of_ours_at_night_is_told_once_with_its_reference(town: Town) -> None:
    ben = await linked(town, "ben", dms=True)
    await town.database("ALTER TABLE archives RENAME TO aside")
    await sleep_until(town, MORNING)
    dm = await ben.gets_dm("Tonight's backup did not work")
    assert "the reference" in dm.text
    dms = len(await ben.dms())
    await sleep_until(town, MORNING + timedelta(days=1))
    await until_nights_failed(town, 2)
    await town.database("ALTER TABLE aside RENAME TO archives")
    assert len(await ben.dms()) == dms
    assert "reference" in (await work_done(ben)).text


async def until_nights_failed(town: Town, count: int) -> None:
    for _ in range(200):
        if await town.database("SELECT count(*) FROM runs WHERE kind = 'night' AND state = 'failed'") == [(count,)]:
            return
        await asyncio.sleep(0.03)
    raise AssertionError("the nights never failed")


async def test_trouble_with_one_person_s_record_keeps_nobody_else_from_their_night(town: Town) -> None:
    ben, ada = await linked(town, "ben"), await linked(town, "ada")
    for nights, spoilt, other in ((1, ben, ada), (2, ada, ben)):
        whose = f"WHERE discord_id = {spoilt.discord_id}"
        await town.stop()
        rows: list[Any] = await town.database(f"SELECT authorized_at FROM spotify_accounts {whose}")
        before = rows[0][0]
        await town.database(f"UPDATE spotify_accounts SET authorized_at = 'never' {whose}")
        await town.start()
        for person in (spoilt, other):
            await person.spotify.unlike_newest(n=1)
        await sleep_until(town, MORNING + timedelta(days=nights))
        await until_nights(town, other, nights)
        await town.database(f"UPDATE spotify_accounts SET authorized_at = '{before}' {whose}")
        await until_nights(town, spoilt, nights)


async def test_what_is_gone_is_told_even_where_the_backup_has_to_wait(town: Town) -> None:
    ben = await linked(town, "ben", dms=True)
    await ben.spotify.delete_playlist(name="Sunday Spins")
    folder = town.folder / "archives" / str(ben.discord_id)
    aside = folder.rename(folder.with_name("aside"))
    folder.write_text("in the way")
    await sleep_until(town, MORNING)
    dm = await ben.gets_dm("Something is gone from your library")
    folder.unlink()
    aside.rename(folder)
    await sleep_until(town, MORNING + timedelta(hours=1))
    await until_nights(town, ben, 1)
    assert len(in_folder(town)) == 2
    await (await dm.press("Bring it back…")).until("Restore into Spotify?")


async def test_a_night_whose_dm_could_not_be_sent_is_still_a_night(town: Town) -> None:
    ben = await linked(town, "ben", dms=True)
    await ben.spotify.unlike_newest(n=1)
    await town.fate("discord", "next_status", route="POST /channels/{channel_id}/messages", status=400, times=1)
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    assert "stopped" not in (await ben.types("/vault status")).text
    assert "Something is gone" not in (await ben.dms())[-1].text
