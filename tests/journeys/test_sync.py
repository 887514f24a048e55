"""Sync, as a member lives it: what is told of changes, and what a bad day at Spotify does to it."""

import re
from datetime import timedelta

import pytest

from tests.journeys.town import Town, first_sync, link_spotify, vault_at_rest
from tests.sandbox.person import Person


async def syncs(person: Person, words: str) -> str:
    """What a sync that ends with these words says, as Discord draws it."""
    return await (await (await person.types("/vault sync")).until(words)).shown()


async def test_a_linked_library_is_synced_and_a_second_sync_changes_nothing(town: Town) -> None:
    ada = town.person("ada")
    assert "320 likes and 8 playlists with 265 items" in (await first_sync(ada)).text
    reply = await (await ada.types("/vault sync", in_="server")).until("nothing changed")
    assert reply.ephemeral
    assert "320 likes and 8 playlists with 265 items" in reply.text
    assert await town.fate("spotify", "writes") == [], "a sync only reads"


async def test_an_empty_library_is_no_trouble(town: Town) -> None:
    cleo = town.person("cleo")
    assert "0 likes and 0 playlists" in (await first_sync(cleo)).text
    assert "0 likes and 0 playlists" in await syncs(cleo, "nothing changed")


async def test_every_change_made_in_the_app_is_told_in_words_and_what_is_gone_is_kept(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    new = await ada.spotify.new_songs(count=4)
    await ada.spotify.unlike_newest(n=3)
    await ada.spotify.like(uri=new[0])
    await ada.spotify.rename_playlist(name="Rainy Sunday", new_name="Rainy Monday")
    await ada.spotify.describe_playlist(name="Morning Coffee", description="Fast starts only")
    await ada.spotify.add_to_playlist(name="Ideas", uris=new[1:3])
    await ada.spotify.remove_from_playlist(name="Kitchen Disco", position=2)
    await ada.spotify.delete_playlist(name="Road Trip 2019")
    await ada.spotify.create_playlist(name="Fresh", uris=new)
    told = await syncs(ada, "### Synced")
    assert re.search(r"Liked songs: 1 added \(“[^”]+”\), 3 removed \((“[^”]+”, ){2}“[^”]+”\)", told)
    assert "New: “Fresh”" in told
    assert "Gone from Spotify, kept in your vault: “Road Trip 2019”" in told
    assert "“Rainy Monday”, until now “Rainy Sunday”" in told
    assert "“Morning Coffee”: new description" in told
    assert re.search(r"“Ideas”: 2 added \(“[^”]+”, “[^”]+”\)", told)
    assert re.search(r"“Kitchen Disco”: 1 removed \(“[^”]+”\)", told)
    assert "318 likes and 8 playlists" in told
    assert "nothing changed" in await syncs(ada, "nothing changed")


async def test_reordering_is_told_as_what_it_is(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await ben.spotify.reorder(name="Sunday Spins", start=0, to=5)
    await ben.spotify.move_playlist(name="To Sell", to=0)
    told = await syncs(ben, "### Synced")
    assert "“Sunday Spins”: reordered" in told
    assert " added" not in told
    assert "removed" not in told
    await syncs(ben, "nothing changed")


async def test_a_playlist_that_comes_back_is_told_and_counted_again(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    spins = await ben.spotify.delete_playlist(name="Sunday Spins")
    assert "2 playlists" in await syncs(ben, "Gone from Spotify")
    await ben.spotify.follow(playlist_id=spins)
    told = await syncs(ben, "### Synced")
    assert "Back on Spotify: “Sunday Spins”" in told
    assert "3 playlists" in told


async def test_a_hiccup_of_spotify_is_not_noticed(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await ada.spotify.unlike_newest(n=1)
    await ada.spotify.rename_playlist(name="Road Trip 2019", new_name="Road Trip 2020")
    await town.fate("spotify", "fail_next", times=2, status=502, body="html")
    await town.fate("spotify", "rate_limit_next", times=2, retry_after=5)
    await town.fate("spotify", "drop_connection_next")
    told = await syncs(ada, "### Synced")
    assert "Liked songs: 1 removed" in told
    assert "“Road Trip 2020”, until now “Road Trip 2019”" in told
    assert "319 likes and 8 playlists" in told


async def test_a_long_wait_parks_the_sync_says_until_when_and_goes_on_by_itself(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await (await ada.types("/vault settings", nightly="off", dms="on")).until("**Nightly backup:** off")
    await ada.spotify.unlike_newest(n=2)
    await town.fate("spotify", "rate_limit_next", times=1, retry_after=7 * 3600)
    reply = await (await ada.types("/vault sync")).until("It goes on by itself")
    assert "Spotify asks MusiVault to wait" in reply.text
    assert "in 7 hours" in await reply.shown()
    assert "in 7 hours" in await (await ada.types("/vault status")).shown()
    refused = await (await ada.types("/vault sync")).until("already")
    assert [button.label for button in refused.buttons] == ["Show my vault"]
    assert "in 7 hours" in await (await refused.press("Show my vault")).shown()
    town.clock.advance(timedelta(hours=8))
    dm = await ada.gets_dm("Synced")
    assert "Liked songs: 2 removed" in dm.text
    assert "318 likes" in (await vault_at_rest(ada)).text


async def test_while_spotify_is_down_the_vault_stays_as_it_was_and_the_sync_is_tried_again(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await (await ada.types("/vault settings", nightly="off")).until("**Nightly backup:** off")
    await ada.spotify.unlike_newest(n=1)
    await town.fate("spotify", "fail_next", times=1000, status=503)
    reply = await (await ada.types("/vault sync")).until("not answering")
    assert "It goes on by itself" in reply.text
    assert "try again" not in reply.text
    status = await ada.types("/vault status")
    assert "320 likes and 8 playlists" in status.text
    assert "Sync waits" in status.text
    await town.fate("spotify", "fair_weather")
    town.clock.advance(timedelta(minutes=10))
    assert "319 likes" in (await vault_at_rest(ada)).text


async def test_a_reply_that_cannot_be_edited_any_more_becomes_a_dm_and_no_apology(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await (await ben.types("/vault settings", dms="on", nightly="off")).until("**DMs:** on")
    await ben.spotify.unlike_newest(n=1)
    await town.fate("discord", "next_status", route="PATCH /webhooks", status=404, code=10008)
    reply = await ben.types("/vault sync")
    assert "Liked songs: 1 removed" in (await ben.gets_dm("Synced")).text
    assert await reply.followups() == []


async def test_two_syncs_at_once_are_one(town: Town) -> None:
    ada = town.person("ada")
    await first_sync(ada)
    await ada.spotify.unlike_newest(n=1)
    await town.fate("spotify", "latency", seconds=0.1)
    first = await ada.types("/vault sync")
    second = await (await ada.types("/vault sync")).until("already")
    assert second.ephemeral
    assert "how far it is" in second.text
    assert "**Sync:**" in (await second.press("Show my vault")).text
    await town.fate("spotify", "fair_weather")
    assert "1 removed" in (await first.until("### Synced")).text
    assert "nothing changed" in await syncs(ada, "nothing changed")


async def test_odd_names_ping_nobody_and_break_nothing(town: Town) -> None:
    eve = town.person("eve")
    dm = await link_spotify(eve)
    assert "@here" not in dm.text
    status = await vault_at_rest(eve)
    assert "1,200 likes and 29 playlists" in status.text
    for name in ("@everyone", "||spoiler||", "<@300000000000000001> <#1> <@&2>", "[click](https://example.org)"):
        await eve.spotify.delete_playlist(name=name)
    await eve.spotify.rename_playlist(name="# Heading", new_name="**@here** `x`\n# y")
    reply = await (await eve.types("/vault sync")).until("### Synced")
    for trap in ("@everyone", "@here", r"(?<!\\)\|\|", r"(?<!\\)<[@#]", r"(?<!\\)\[", r"(?<!\\)\*\*@", r"(?<!\\)`x"):
        assert not re.search(trap, reply.text), trap
    assert "and 0 more" not in reply.text
    assert "\n# y" not in reply.text
    shown = (await reply.shown()).replace("\u200b", "")
    assert "“@everyone”" in shown
    assert "“||spoiler||”" in shown


async def test_a_restart_registers_nothing_anew_and_old_buttons_still_work(town: Town) -> None:
    ada = town.person("ada")
    dm = await link_spotify(ada)
    await vault_at_rest(ada)
    assert await town.fate("discord", "registrations") == 1
    await town.stop()
    await town.start()
    assert await town.fate("discord", "registrations") == 1
    await (await dm.press("Yes, tell me")).until("You will hear from me")
    assert "**DMs:** on" in (await ada.types("/vault settings")).text
    await syncs(ada, "nothing changed")


@pytest.mark.parametrize("where", ["dm", "server"])
async def test_personal_answers_are_for_the_asker_alone(town: Town, where: str) -> None:
    ada, ben = town.person("ada"), town.person("ben")
    await first_sync(ada)
    for command in ("/vault status", "/vault settings", "/vault backups", "/link status", "/vault sync"):
        reply = await ada.types(command, in_=where)
        assert reply.ephemeral, command
        assert (await reply.settled()).ephemeral, command
    assert (await ada.types("/link remove", in_=where, account="spotify")).ephemeral
    assert await ben.sees("server") == []
