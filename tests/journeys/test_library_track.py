"""One track looked up, as a member does it: what the vault knows of it, and how it sounds."""

import pytest

from tests.journeys.town import Town, first_sync
from tests.sandbox.person import Person
from tests.sandbox.reply import Reply
from tests.sandbox.spotify.apps import CLIENT_ID


@pytest.fixture
async def ada(town: Town) -> Person:
    ada = town.person("ada")
    await first_sync(ada)
    return ada


async def look(person: Person, pasted: str, in_: str = "dm") -> Reply:
    return await (await person.types("/library track", in_, track=pasted)).settled()


async def asked(town: Town) -> object:
    counts = await town.fate("spotify", "counts")
    assert isinstance(counts, dict)
    return counts["api"]


async def sync(person: Person) -> None:
    await (await person.types("/vault sync")).until("### Synced")


async def test_a_track_is_followed_through_the_vault_without_a_request(town: Town, ada: Person) -> None:
    uri = (await ada.spotify.new_songs(count=1))[0]
    title = (await ada.spotify.song(uri=uri))["title"]
    await ada.spotify.like(uri=uri)
    await ada.spotify.add_to_playlist(name="Morning Coffee", uris=[uri])
    await ada.spotify.add_to_playlist(name="Ideas", uris=[uri, uri])
    await ada.spotify.listen(uris=[uri])
    await sync(ada)
    before = await asked(town)
    link = f"https://open.spotify.com/track/{uri.rpartition(':')[2]}?si=0123456789abcdef"
    reply = await look(ada, link, "server")
    assert reply.ephemeral
    assert title in reply.text
    assert "**Liked:** since <t:" in reply.text
    assert "in 2: “" in reply.text
    assert "“Morning Coffee”" in reply.text
    assert "1 time, the last <t:" in reply.text
    assert await asked(town) == before
    await ada.spotify.unlike_newest(n=1)
    await ada.spotify.delete_playlist(name="Ideas")
    await sync(ada)
    later = (await look(ada, uri)).text
    assert "no longer; from <t:" in later
    assert "“Ideas” (gone from Spotify)" in later


async def test_what_the_vault_never_had_is_named_by_spotify_and_nothing_else_is_looked_up(
    town: Town, ada: Person
) -> None:
    uri = (await ada.spotify.new_songs(count=1))[0]
    title = (await ada.spotify.song(uri=uri))["title"]
    reply = await look(ada, uri.rpartition(":")[2])
    assert title in reply.text
    assert "Not in your vault" in reply.text
    assert "paste that" in (await look(ada, "https://open.spotify.com/album/3cEYpjA9oz9GiPac4AsH4n")).text
    assert "no Spotify account linked" in (await look(town.person("ben"), uri)).text


async def test_how_it_sounds_is_shown_where_the_app_still_may_even_after_a_restart(town: Town, ada: Person) -> None:
    await town.fate("spotify", "still_may", client_id=CLIENT_ID, what=["audio_features", "audio_analysis"])
    reply = await look(ada, (await ada.spotify.new_songs(count=1))[0])
    await town.stop()
    await town.start()
    sound = await (await reply.press("How it sounds")).until("beats a minute")
    assert sound.ephemeral
    assert "**Key:**" in sound.text
    assert "sections:**" in sound.text


async def test_where_it_is_closed_that_is_said_and_spotify_is_not_asked_again(town: Town, ada: Person) -> None:
    reply = await look(ada, (await ada.spotify.new_songs(count=1))[0])
    await (await reply.press("How it sounds")).until("no longer shows the measured sound of tracks to newer apps")
    before = await asked(town)
    await town.stop()
    await town.start()
    await (await reply.press("How it sounds")).until("no longer shows the measured sound of tracks to newer apps")
    assert await asked(town) == before
