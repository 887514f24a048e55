"""Linking Spotify, as members live it: the way there, the way back, and what each page and message says."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.journeys.town import Town, a_town, begin_link, first_sync, link_spotify, vault_at_rest
from tests.sandbox.people import PEOPLE
from tests.sandbox.spotify.apps import PKCE_CLIENT_ID


async def test_a_member_links_by_a_one_time_link_and_the_vault_fills_by_itself(town: Town) -> None:
    ada = town.person("ada")
    before = await ada.types("/vault status")
    assert "Your vault is empty" in before.text
    assert [button.label for button in before.buttons] == ["Link Spotify"]

    reply = await (await ada.types("/link spotify", in_="server")).until("your DMs")
    assert reply.ephemeral
    assert reply.links == {}, "the link itself goes to the DM alone"
    offer = await ada.gets_dm("Link Spotify")
    assert "10 minutes" in offer.text

    landing = await offer.open("Link Spotify")
    assert "Link Spotify to the Discord account" in landing.text
    assert "Ada" in landing.text
    assert str(ada.discord_id) in landing.text
    consent = await landing.press("Continue to Spotify")
    assert "Logged in as Ada L." in consent.text
    result = await consent.press("Agree")
    assert result.status == 200
    assert "Spotify is linked" in result.text
    assert "Ada L." in result.text
    assert "has sent you a DM" in result.text

    dm = await ada.gets_dm("Spotify linked")
    assert "**Ada L.**" in dm.text
    assert [button.label for button in dm.buttons] == ["Yes, tell me", "No DMs", "Not you? Unlink"]
    status = await vault_at_rest(ada)
    assert status.ephemeral
    assert "320 likes and 8 playlists" in status.text
    assert "Last sync:** <t:" in status.text
    assert status.buttons == []
    links = await ada.types("/link status")
    assert links.ephemeral
    assert "**Ada L.**, linked <t:" in links.text


async def test_who_closed_their_dms_gets_the_link_where_they_asked_for_it(town: Town) -> None:
    finn = town.person("finn")
    reply = await (await finn.types("/link spotify", in_="server")).until("could not reach you by DM")
    assert reply.ephemeral
    result = await (await (await reply.open("Link Spotify")).press("Continue to Spotify")).press("Agree")
    assert "Spotify is linked" in result.text
    assert "could not send you a DM: /vault status on Discord shows how it goes on" in result.text
    assert "40 likes and 2 playlists" in (await vault_at_rest(finn)).text
    assert "Your DMs are closed to me" in (await finn.types("/vault settings")).text
    assert await finn.dms() == []


async def test_without_a_public_address_the_last_page_is_pasted(tmp_path: Path) -> None:
    async with a_town(tmp_path, started=False) as town:
        town.changes["web"] = {"public_url": ""}
        await town.start()
        ada, ben = town.person("ada"), town.person("ben")
        consent = await begin_link(ada)
        assert consent.title == "Authorize MusiVault - Spotify"
        last = await consent.press("Agree")
        assert "One step left" in last.text
        assert "/link paste" in last.text

        refused = await (await ben.types("/link paste", address=last.url)).until("did not work")
        assert "This link is not valid for you" in refused.text
        wrong = await (await ada.types("/link paste", address="https://open.spotify.com")).until("did not work")
        assert "not the address of the page" in wrong.text
        done = await (await ada.types("/link paste", in_="server", address=f" {last.url} ")).until("Spotify linked")
        assert done.ephemeral
        assert "320 likes" in (await vault_at_rest(ada)).text
        again = await (await ada.types("/link paste", address=last.url)).until("did not work")
        assert "works once" in again.text
        assert "not linked" in (await ben.types("/link status")).text


async def test_a_link_pasted_from_a_page_that_could_not_be_reached_finishes_too(tmp_path: Path) -> None:
    async with a_town(tmp_path, started=False) as town:
        town.changes["web"] = {"public_url": ""}
        await town.start()
        ada = town.person("ada")
        consent = await begin_link(ada)
        await town.stop()  # her browser is on another machine: nothing listens on its loopback
        last = await consent.press("Agree")
        assert last.status == 0
        await town.start()
        reply = await ada.types("/link paste", address=last.url)
        assert "Ada L." in (await reply.until("Spotify linked")).text


async def test_unlinking_asks_first_and_keeps_the_vault(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    question = await (await ada.types("/link status")).press("Unlink Spotify")
    assert "Unlink Spotify?" in question.text
    assert "Your vault and your backups stay" in question.text
    kept = await question.press("Keep it")
    assert "Nothing was changed" in kept.text
    assert kept.buttons == []
    assert "**Ada L.**" in (await ada.types("/link status")).text

    question = await ada.types("/link remove", account="spotify")
    assert question.ephemeral
    gone = await (await question.press("Unlink")).until("Spotify unlinked")
    assert "spotify.com/account/apps" in gone.text
    assert "not linked" in (await ada.types("/link status")).text
    status = await ada.types("/vault status")
    assert "320 likes" in status.text
    assert [button.label for button in status.buttons] == ["Link Spotify"]
    refused = await (await ada.types("/vault sync")).until("no Spotify account linked")
    assert [button.label for button in refused.buttons] == ["Link Spotify"]

    await (await refused.press("Link Spotify")).until("your DMs")
    offer = await ada.gets_dm("Link Spotify")
    page = await (await offer.open("Link Spotify")).press("Continue to Spotify")
    assert "Spotify is linked" in (await page.press("Agree")).text
    assert "stopped" not in (await vault_at_rest(ada)).text, "what failed before the new link is no news any more"


async def test_not_you_in_the_dm_takes_the_link_away(town: Town) -> None:
    ada = town.person("ada")
    dm = await link_spotify(ada)
    await vault_at_rest(ada)
    question = await dm.press("Not you? Unlink")
    assert "Unlink Spotify?" in question.text
    await (await question.press("Unlink")).until("Spotify unlinked")
    assert "not linked" in (await ada.types("/link status")).text


async def test_nobody_else_can_press_what_is_mine(town: Town) -> None:
    ada, ben = town.person("ada"), town.person("ben")
    dm = await link_spotify(ada)
    await vault_at_rest(ada)
    unlink = next(button for button in dm.buttons if button.label == "Not you? Unlink")
    assert str(ada.discord_id) in unlink.custom_id
    assert str(PEOPLE["ben"].discord_id) not in unlink.custom_id
    assert "not linked" in (await ben.types("/link status")).text


async def test_an_app_without_a_secret_links_and_goes_on_after_its_tokens_expired(tmp_path: Path) -> None:
    async with a_town(tmp_path, started=False, spotify={"apps": [{"client_id": PKCE_CLIENT_ID}]}) as town:
        uri = f"http://127.0.0.1:{town.port}/callback/spotify"
        await town.fate("spotify", "register_redirect", client_id=PKCE_CLIENT_ID, uri=uri)
        await town.start()
        ben = town.person("ben")
        assert "25 likes" in (await first_sync(ben)).text
        for _ in range(2):  # such an app's refresh tokens work once: the new one has to be kept
            town.clock.advance(timedelta(hours=2))
            await (await ben.types("/vault sync")).until("nothing changed")
        await ben.spotify.expire_access_tokens()
        await (await ben.types("/vault sync")).until("nothing changed")


async def channels_opened(town: Town) -> int:
    traffic = await town.sandbox.control.discord("traffic")
    return sum(call["route"] == "/users/@me/channels" for call in traffic)


@pytest.mark.parametrize(("status", "code", "opened"), [(404, 10003, 2), (503, 0, 1), (400, 0, 1)])
async def test_a_dm_that_discord_does_not_take_is_answered_where_it_was_asked_for(
    town: Town, status: int, code: int, opened: int
) -> None:
    ben = town.person("ben")
    await begin_link(ben)
    route = "POST /channels/{channel_id}/messages"
    await town.fate("discord", "next_status", route=route, status=status, code=code)
    reply = await (await ben.types("/link spotify")).until("so here it is")
    assert "Link Spotify" in reply.links
    await (await ben.types("/link spotify")).until("your DMs")
    assert len(await ben.dms()) == 2
    assert await channels_opened(town) == opened, "a channel that is no more is opened again, another is kept"
