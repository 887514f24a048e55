"""Links that go wrong: turned down, too late, used twice, somebody else's, ended at Spotify."""

import asyncio
from datetime import timedelta

import pytest

from tests.journeys.town import Town, begin_link, first_sync, link_drive, link_spotify, vault_at_rest
from tests.sandbox.page import Page
from tests.sandbox.person import Person
from tests.sandbox.reply import NeverSaw, Reply


async def consent_of(person: Person) -> Page:
    """On the way, right before the last button."""
    return await (await begin_link(person)).press("Continue to Spotify")


async def nothing_linked(person: Person) -> bool:
    return "**Spotify:** not linked" in (await person.types("/link status")).text


async def test_who_cancels_at_spotify_is_not_linked_and_told_how_to_begin_again(town: Town) -> None:
    ada = town.person("ada")
    page = await (await consent_of(ada)).press("Cancel")
    assert page.status == 200
    assert "Nothing was linked" in page.text
    assert "Run /link spotify again" in page.text
    assert await nothing_linked(ada)
    await link_spotify(ada)


async def test_a_link_expires_after_ten_minutes_at_every_step(town: Town) -> None:
    ada = town.person("ada")
    landing = await begin_link(ada)
    consent = await consent_of(ada)
    town.clock.advance(timedelta(minutes=11))
    for late in (await landing.press("Continue to Spotify"), await consent.press("Agree")):
        assert late.status == 410
        assert "This link has expired" in late.text
        assert "Ask for a new one with /link spotify" in late.text
    assert (await ada.opens(landing.url)).status == 410
    assert await nothing_linked(ada)
    await link_spotify(ada)


async def test_a_link_works_once(town: Town) -> None:
    ada = town.person("ada")
    landing = await begin_link(ada)
    done = await (await landing.press("Continue to Spotify")).press("Agree")
    assert "Spotify is linked" in done.text
    assert "Already linked" in (await ada.opens(done.url)).text, "pressing reload is no mistake"
    stranger = town.sandbox.browser("ada")
    assert "Nothing was linked" in (await stranger.open(done.url)).text
    replayed = await ada.opens(landing.url)
    assert replayed.status == 410
    assert "works once" in replayed.text
    assert len([dm for dm in await ada.dms() if "Spotify linked" in dm.text]) == 1


async def test_a_landing_page_says_whose_it_is_and_another_browser_cannot_finish_it(town: Town) -> None:
    ada, ben = town.person("ada"), town.person("ben")
    landing = await begin_link(ada)
    seen_by_ben = await ben.opens(landing.url)
    assert "Ada" in seen_by_ben.text
    assert str(ada.discord_id) in seen_by_ben.text
    assert "would be linked to somebody else’s Discord" in seen_by_ben.text

    consent = await landing.press("Continue to Spotify")
    elsewhere = await (await ben.opens(consent.url)).press("Agree")
    assert elsewhere.status == 403
    assert "This did not begin in this browser" in elsewhere.text
    assert await nothing_linked(ada)
    assert await nothing_linked(ben)
    assert "Spotify is linked" in (await consent.press("Agree")).text, "the owner's link still works"
    assert "**Ada L.**" in (await ada.types("/link status")).text


async def test_who_is_not_on_the_allow_list_is_told_whom_to_ask(town: Town) -> None:
    dan = town.person("dan")
    page = await (await consent_of(dan)).press("Agree")
    assert page.status == 403
    assert "Spotify does not know you here yet" in page.text
    assert "Ask whoever runs this bot to add your Spotify e-mail address" in page.text
    assert await nothing_linked(dan)
    assert [dm.text for dm in await dan.dms() if "linked" in dm.text.split("\n")[0]] == []
    await dan.spotify.allow()
    await link_spotify(dan)
    assert "12 likes and 1 playlist" in (await vault_at_rest(dan)).text


async def test_one_spotify_account_belongs_to_one_discord_account(town: Town) -> None:
    ada, ben = town.person("ada"), town.person("ben")
    await link_spotify(ada)
    await ben.types("/link spotify")
    offer = await ben.gets_dm("Link Spotify")
    signed_in_as_ada = town.sandbox.browser("ada")
    landing = await signed_in_as_ada.open(offer.links["Link Spotify"])
    page = await (await landing.press("Continue to Spotify")).press("Agree")
    assert page.status == 400
    assert "already linked to another Discord account" in page.text
    assert "If you no longer have that Discord account, ask whoever runs this bot" in page.text
    assert await nothing_linked(ben)
    assert "**Ada L.**" in (await ada.types("/link status")).text


async def test_spotify_down_at_the_last_step_is_said_and_a_new_link_works(town: Town) -> None:
    ada = town.person("ada")
    consent = await consent_of(ada)
    await town.fate("spotify", "fail_next", times=1, status=503, path_contains="/api/token")
    page = await consent.press("Agree")
    assert page.status == 503
    assert "Spotify is not answering" in page.text
    assert "ask for a new one on Discord" in page.text
    assert await nothing_linked(ada)
    await link_spotify(ada)


async def told_of_the_end(person: Person) -> Reply:
    """The DM that the link has ended."""
    return await person.gets_dm("Your Spotify link has ended")


async def paused(person: Person) -> Reply:
    """The status of the vault once something waits for the person to link again."""
    for _ in range(200):
        status = await person.types("/vault status")
        if "as soon as you have" in status.text:
            return status
        await asyncio.sleep(0.03)
    raise NeverSaw(f"nothing of {person.key}'s waits for a link: {status.text}")


async def test_access_taken_back_pauses_what_runs_and_linking_again_goes_on_with_it(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await ada.spotify.revoke()
    doubted = await (await ada.types("/vault backup")).until("asks once more")
    assert "Backup: waiting" in doubted.text
    assert "linked <t:" in (await ada.types("/link status")).text, "one refusal is no proof"
    asked = await token_requests(town)
    await town.stop()
    await town.start()
    assert await token_requests(town) == asked, "an hour's peace, restarted or not"

    town.clock.advance(timedelta(hours=1))
    status = await paused(ada)
    assert "Backup waits:** Spotify no longer lets MusiVault into your account" in status.text
    assert "320 likes and 8 playlists" in status.text
    assert [button.label for button in status.buttons] == ["Link Spotify"]
    assert "**Ada L.**, but Spotify no longer lets MusiVault in" in (await ada.types("/link status")).text
    again = await (await ada.types("/vault backup")).until("as soon as you have")
    assert [button.label for button in again.buttons] == ["Link Spotify"]
    assert await token_requests(town) == asked + 1, "what is over is not asked for"
    town.clock.advance(timedelta(hours=1))
    ended = await told_of_the_end(ada)
    assert "access was taken back there" in ended.text
    assert [button.label for button in ended.buttons] == ["Link Spotify", "No more DMs"]

    await ada.spotify.unlike_newest(n=1)
    await (await ended.press("Link Spotify")).until("your DMs")
    fresh = await ada.gets_dm("This link is for you alone")
    page = await (await fresh.open("Link Spotify")).press("Continue to Spotify")
    assert "Spotify is linked" in (await page.press("Agree")).text
    status = await vault_at_rest(ada)
    assert "319 likes" in status.text
    assert "stopped" not in status.text
    assert status.buttons == []
    assert "319 likes" in (await ada.types("/vault backups")).text, "the backup that waited was made"


async def token_requests(town: Town) -> int:
    """How often Spotify was asked to renew a token, or for a first one."""
    traffic = await town.fate("spotify", "requests")
    assert isinstance(traffic, list)
    return sum("/api/token" in each[1] for each in traffic)


async def test_an_outage_that_looks_like_the_end_of_a_link_ends_nothing(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await town.fate("spotify", "expire_access_tokens", user="ada")
    await town.fate("spotify", "fail_next", times=1, status=400, path_contains="/api/token")
    await (await ada.types("/vault sync")).until("asks once more")
    town.clock.advance(timedelta(hours=1))
    status = await vault_at_rest(ada)
    assert status.buttons == []
    assert "Your Spotify link has ended" not in "".join(dm.text for dm in await ada.dms())


async def test_after_six_months_the_link_ends_and_the_reason_is_said(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await (await ada.types("/vault settings", nightly="off")).until("**Nightly backup:** off")
    assert "**Spotify link:** ends <t:" in (await ada.types("/vault status")).text
    town.clock.advance(timedelta(days=140))
    await (await ada.types("/vault sync")).until("nothing changed")
    town.clock.advance(timedelta(days=12))
    ending = await ada.gets_dm("Your Spotify link ends soon")
    assert [button.label for button in ending.buttons] == ["Link Spotify", "No more DMs"]
    town.clock.advance(timedelta(days=40))
    assert "six months old" in (await told_of_the_end(ada)).text
    reply = await (await ada.types("/vault sync")).until("six months old")
    assert [button.label for button in reply.buttons] == ["Link Spotify"]
    assert "320 likes" in (await ada.types("/vault status")).text
    assert len([dm for dm in await ada.dms() if "Your Spotify link" in dm.text]) == 2, "who was late heard the newest"
    await link_spotify(ada)
    assert "320 likes" in (await vault_at_rest(ada)).text


async def consent_to(town: Town, account: str, person: Person) -> Page:
    """A Discord account on its way to another Spotify account, right before the last button."""
    await person.types("/link spotify")
    offer = await person.gets_dm("Link Spotify")
    landing = await town.sandbox.browser(account).open(offer.links["Link Spotify"])
    return await landing.press("Continue to Spotify")


async def test_linking_another_spotify_account_says_what_is_gone_and_keeps_it(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    assert "another Spotify account" not in (await link_spotify(ada)).text, "the same one again"
    await vault_at_rest(ada)
    await (await consent_to(town, "ben", ada)).press("Agree")
    linked = await ada.gets_dm("Spotify linked")
    assert "another Spotify account than before" in linked.text
    assert "stays in your vault, marked as gone from Spotify" in linked.text
    assert "25 likes and 3 playlists" in (await vault_at_rest(ada)).text


@pytest.mark.parametrize("filled", [False, True], ids=["first sync", "later sync"])
async def test_another_account_linked_while_a_sync_runs_is_synced_itself(town: Town, *, filled: bool) -> None:
    ada = town.person("ada")
    await link_spotify(ada)
    if filled:
        await vault_at_rest(ada)
    consent = await consent_to(town, "ben", ada)
    await town.fate("spotify", "stall_next", times=1, seconds=4, path_contains="/me/tracks")
    sync = await ada.types("/vault sync")
    await consent.press("Agree")
    assert "**Sync:**" in (await ada.types("/vault status")).text
    status = await vault_at_rest(ada)
    assert "25 likes and 3 playlists" in status.text
    assert "stopped" not in status.text
    if filled:
        assert "25 likes" in (await sync.until("Synced")).text, "who watches the sync sees how it ends"


async def test_a_backup_begins_anew_when_another_account_is_linked_meanwhile(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await ada.spotify.create_playlist(name="Read last", uris=await ada.spotify.new_songs(count=3))
    consent = await consent_to(town, "ben", ada)
    await town.fate("spotify", "stall_next", times=1, seconds=4, path_contains="/me/tracks")
    backup = await ada.types("/vault backup")
    await consent.press("Agree")
    assert "25 likes, 3 playlists" in (await backup.until("Backed up")).text
    assert "25 likes and 3 playlists" in (await vault_at_rest(ada)).text
    listed = (await ada.types("/vault backups")).text
    assert [line.count("likes") for line in listed.splitlines() if "likes" in line] == [1, 1], listed
    assert "320 likes, 8 playlists" in listed, "the one from before, and none that mixes the two"


async def test_another_account_linked_ends_what_waited_for_the_one_before(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await ada.spotify.revoke()
    await (await ada.types("/vault backup")).until("asks once more")
    town.clock.advance(timedelta(hours=1))
    await paused(ada)
    await (await consent_to(town, "ben", ada)).press("Agree")
    status = await vault_at_rest(ada)
    assert "25 likes and 3 playlists" in status.text
    listed = (await ada.types("/vault backups")).text
    assert listed.count("likes") == 2, "that of each link, and none of what waited"


async def test_unlinking_a_drive_is_acknowledged_before_google_answers(town: Town) -> None:
    ada = town.person("ada")
    await link_drive(ada)
    question = await ada.types("/link remove", account="drive")
    await town.fate("google", "latency", seconds=0.5)
    pressed = await question.press("Unlink")
    assert await town.fate("google", "connected", user="ada"), "Google still thinks about it"
    done = await pressed.until("Google Drive unlinked")
    assert done.buttons == []
    assert await town.fate("google", "connected", user="ada") == []
