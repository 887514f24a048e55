"""Nights that go wrong: told once for each cause, and nobody else's trouble."""

import asyncio
from datetime import timedelta
from typing import Any

from tests.journeys.test_backup import in_folder
from tests.journeys.test_night import MORNING, linked, sleep_until, until_nights
from tests.journeys.town import BETWEEN_LOOKS, Town, link_drive, work_done
from tests.sandbox.person import Person
from tests.sandbox.waiting import PATIENCE, Deadline


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
    deadline = Deadline(PATIENCE)
    while not deadline.is_over:
        if await town.database("SELECT count(*) FROM runs WHERE kind = 'night' AND state = 'failed'") == [(count,)]:
            return
        await asyncio.sleep(BETWEEN_LOOKS)
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
