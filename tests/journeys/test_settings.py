"""What members choose: whether DMs are welcome, whether the night backs up, and when."""

import asyncio
import sqlite3
from contextlib import closing

from tests.journeys.town import Town, first_sync, link_spotify, vault_at_rest


async def test_the_question_about_dms_is_asked_once_and_either_answer_stands(town: Town) -> None:
    ada = town.person("ada")
    dm = await link_spotify(ada)
    await vault_at_rest(ada)
    yes = await (await dm.press("Yes, tell me")).until("You will hear from me")
    assert yes.buttons == [], "an answered question cannot be answered twice"
    assert "**DMs:** on" in (await ada.types("/vault settings")).text
    again = await link_spotify(ada)
    assert [button.label for button in again.buttons] == ["Not you? Unlink"]

    ben = town.person("ben")
    dm = await link_spotify(ben)
    await (await dm.press("No DMs")).until("I stay quiet")
    assert "**DMs:** off" in (await ben.types("/vault settings")).text


async def test_settings_are_shown_changed_by_options_and_switched_by_buttons(town: Town) -> None:
    ada = town.person("ada")
    shown = await ada.types("/vault settings", in_="server")
    assert shown.ephemeral
    assert "**DMs:** off" in shown.text
    assert "**Nightly backup:** on, after 03:00 UTC" in shown.text
    assert [button.label for button in shown.buttons] == [
        "Turn on DMs",
        "Turn off nightly backup",
        "Turn on keeping plays",
    ]

    shown = await (await shown.press("Turn on DMs")).until("**DMs:** on")
    shown = await (await shown.press("Turn off nightly backup")).until("**Nightly backup:** off")
    assert "**DMs:** on" in shown.text
    assert [button.label for button in shown.buttons] == [
        "Turn off DMs",
        "Turn on nightly backup",
        "Turn on keeping plays",
    ]
    shown = await (await ada.types("/vault settings", nightly="on", hour=22)).until("Settings")
    assert "**DMs:** on" in shown.text, "what was not named stays"
    assert "**Nightly backup:** on, after 22:00 UTC" in shown.text
    await (await (await ada.types("/vault settings")).press("Turn off DMs")).until("**DMs:** off")
    await (await (await ada.types("/vault settings")).press("Turn on keeping plays")).until("on, all day long")
    await (await ada.types("/vault settings", plays="off")).until("only the last fifty")


async def test_the_status_says_what_the_settings_mean(town: Town) -> None:
    ada = town.person("ada")
    status = await first_sync(ada)
    assert "after 03:00 UTC" in status.text
    await (await ada.types("/vault settings", hour=22)).until("after 22:00 UTC")
    assert "after 22:00 UTC" in (await ada.types("/vault status")).text
    await (await ada.types("/vault settings", nightly="off")).until("**Nightly backup:** off")
    assert "no nightly backup; `/vault settings` turns it on" in (await ada.types("/vault status")).text


async def test_settings_survive_a_restart_and_unlinking(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await (await ada.types("/vault settings", dms="on", nightly="off", hour=5)).until("**Nightly backup:** off")
    await (await (await ada.types("/link remove", account="spotify")).press("Unlink")).until("unlinked")
    await town.stop()
    await town.start()
    shown = await ada.types("/vault settings")
    assert "**DMs:** on" in shown.text
    assert "**Nightly backup:** off" in shown.text
    await (await shown.press("Turn on nightly backup")).until("05:00")


async def test_dms_that_open_again_are_used_again(town: Town) -> None:
    finn = town.person("finn")
    await (await finn.types("/link spotify")).until("could not reach you by DM")
    await finn.closes_dms(False)
    await (await finn.types("/link spotify")).until("your DMs")
    await finn.gets_dm("Link Spotify")
    assert "closed" not in (await finn.types("/vault settings")).text


async def test_a_press_and_a_choice_are_acknowledged_while_the_database_is_busy_with_somebody_else(town: Town) -> None:
    ada = town.person("ada")
    shown = await ada.types("/vault settings")
    path = town.folder / "musivault.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as elsewhere:
        await asyncio.to_thread(elsewhere.execute, "BEGIN IMMEDIATE")
        pressed = await shown.press("Turn on DMs")
        chosen = await ada.types("/vault settings", hour=22)
        assert not pressed.failed
        assert not chosen.failed
        elsewhere.execute("ROLLBACK")
    await pressed.until("**DMs:** on")
    await chosen.until("after 22:00 UTC")


async def test_of_settings_that_are_half_understood_nothing_is_kept(town: Town) -> None:
    ada = town.person("ada")
    before = (await ada.types("/vault settings")).text
    await (await ada.types("/vault settings", keep="last 2", zone="Atlantis")).until("no time zone")
    await (await ada.types("/vault settings", keep="for ever", zone="Rome", hour=5)).until("I don't understand")
    assert (await ada.types("/vault settings")).text == before
    after = await (await ada.types("/vault settings", keep="last 2", zone="Rome", hour=5)).until("Europe/Rome")
    assert "last 2" in after.text
