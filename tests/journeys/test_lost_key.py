"""The operator lost the encryption key: everybody has to link again, and that is all."""

from datetime import timedelta

from storage.tokens import TokenCipher
from tests.journeys.test_night import MORNING, linked, nights, sleep_until, until_nights
from tests.journeys.town import Town, begin_link, first_sync, link_drive, link_spotify, vault_at_rest, work_done


async def restarted_with_another_key(town: Town) -> None:
    await town.stop()
    town.changes["storage"] = {"encryption_keys": [TokenCipher.generate_key()]}
    await town.start()


async def test_everybody_is_told_to_link_again_and_that_is_all_it_takes(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    on_its_way = await begin_link(ada)
    await restarted_with_another_key(town)

    assert "This link has expired" in (await ada.opens(on_its_way.url)).text
    ended = await ada.gets_dm("Your Spotify link has ended")
    assert "its key changed or was lost" in ended.text
    status = await ada.types("/link status")
    assert "this bot can no longer read the access it kept" in status.text
    assert "Spotify no longer lets" not in status.text
    assert "`/link spotify` links it again" in status.text
    assert "Link Spotify" in [button.label for button in status.buttons]
    refused = await (await ada.types("/vault sync")).until("its encryption key was changed or lost")
    assert [button.label for button in refused.buttons] == ["Link Spotify"]
    assert "320 likes and 8 playlists" in (await ada.types("/vault status")).text
    assert "320 likes" in (await ada.types("/vault backups")).text

    assert "another Spotify account" not in (await link_spotify(ada)).text
    assert "320 likes and 8 playlists" in (await vault_at_rest(ada)).text
    await ada.spotify.unlike_newest(n=2)
    preview = await (await ada.types("/vault restore")).until("Restore into Spotify")
    await (await preview.press("Restore")).until("Restored into")
    assert len((await ada.spotify.library())["likes"]) == 320


async def test_a_drive_is_linked_again_and_an_upload_that_was_cut_off_is_made_anew(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await link_drive(ben)
    await ben.spotify.unlike_newest(n=1)
    await town.fate("google", "cut_next", after_bytes=1000, times=50)
    await (await ben.types("/vault backup")).until("goes on by itself")
    await town.fate("google", "calm")
    await restarted_with_another_key(town)
    assert "`/link drive` links it again" in (await ben.types("/link status")).text
    await (await (await ben.types("/link remove", account="drive")).press("Unlink")).until("unlinked")
    await (await (await begin_link(ben, "drive")).press("Continue to Google")).press("Continue")
    await ben.gets_dm("Google Drive linked")
    await link_spotify(ben)
    town.clock.advance(timedelta(minutes=10))  # the backup that waited goes on
    assert "Last backup:** <t:" in (await work_done(ben)).text
    assert "24 likes" in (await ben.types("/vault backups")).text


async def test_one_person_s_dead_link_keeps_nobody_s_night_away(town: Town) -> None:
    ada, ben = await linked(town, "ada"), await linked(town, "ben")
    await restarted_with_another_key(town)
    await link_spotify(ben)
    await vault_at_rest(ben)
    await sleep_until(town, MORNING)
    await until_nights(town, ben, 1)
    assert await nights(town, ada) == 0
    assert "320 likes" in (await ada.types("/vault status")).text
