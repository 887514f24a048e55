"""Several Spotify apps: everybody goes where there is room, and one app's trouble is its own people's alone."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp
import pytest_asyncio

from tests.journeys.town import Town, a_town, begin_link, first_sync, link_spotify, vault_at_rest
from tests.sandbox.page import Page
from tests.sandbox.person import Person
from tests.sandbox.spotify.apps import CLIENT_ID, CLIENT_SECRET

SECOND = "c0ffee00000000000000000000000009"
APPS = (
    {"name": "ours", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "developer": "we", "people": 1},
    {"name": "the book club", "client_id": SECOND, "client_secret": "hush", "developer": "they", "people": 1},
)


def spotify(apps: Sequence[object]) -> dict[str, object]:
    return {"apps": list(apps), "requests_per_second": 1000, "daily_requests": 0}


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Two apps of two people who know each other, each with room for one."""
    async with a_town(tmp_path, spotify=spotify(APPS)) as town:
        await town.fate("spotify", "add_app", client_id=SECOND, secret="hush", name="Club", developer="they", places=5)
        uri = f"http://127.0.0.1:{town.port}/callback/spotify"
        await town.fate("spotify", "register_redirect", client_id=SECOND, uri=uri)
        await town.fate("spotify", "allow", user="ben", client_id=SECOND)
        yield town


async def app_of(town: Town, person: Person) -> object:
    whose = f"WHERE discord_id = {person.discord_id}"
    rows = await town.database(f"SELECT client_id FROM spotify_accounts {whose}")
    return rows[0][0] if rows else None  # type: ignore[index]


async def agree(person: Person) -> Page:
    consent = await (await begin_link(person)).press("Continue to Spotify")
    return await consent.press("Agree")


async def test_each_goes_where_there_is_room_and_the_third_is_told_whom_to_ask(town: Town) -> None:
    ada, ben, cleo = town.person("ada"), town.person("ben"), town.person("cleo")
    await first_sync(ada)
    await first_sync(ben)
    assert (await app_of(town, ada), await app_of(town, ben)) == (CLIENT_ID, SECOND)
    full = await (await cleo.types("/link spotify")).until("has no room for another Spotify account")
    assert "Ask whoever runs this bot to add another app" in full.text
    await link_spotify(ben)
    assert await app_of(town, ben) == SECOND, "linking again stays with the app that knows them"


async def test_who_is_on_no_allow_list_reads_which_app_s_it_has_to_be(town: Town) -> None:
    ada, cleo = town.person("ada"), town.person("cleo")
    await first_sync(ada)
    page = await agree(cleo)
    assert "Spotify does not know you here yet" in page.text
    assert "the allow-list of its Spotify app “the book club”" in page.text
    await town.fate("spotify", "allow", user="cleo", client_id=SECOND)
    await link_spotify(cleo)


async def test_two_racing_for_the_last_place_are_told_apart_by_spotify_s_list(town: Town) -> None:
    ada, ben, cleo = town.person("ada"), town.person("ben"), town.person("cleo")
    await first_sync(ada)
    consents = [await (await begin_link(person)).press("Continue to Spotify") for person in (ben, cleo)]
    assert "Spotify is linked" in (await consents[0].press("Agree")).text
    assert "Somebody else took the last place" in (await consents[1].press("Agree")).text
    assert await app_of(town, cleo) is None


async def health(town: Town) -> dict[str, object]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{town.port}/healthz") as answer:
        report: dict[str, object] = await answer.json()
        return report


async def test_an_app_without_premium_is_reported_and_stops_nobody_else(town: Town) -> None:
    ada, ben = town.person("ada"), town.person("ben")
    await first_sync(ada)
    await first_sync(ben)
    assert (await health(town))["spotify"] == {}
    await town.fate("spotify", "premium", active=False, client_id=CLIENT_ID)
    await (await ada.types("/vault sync")).until("the owner of its Spotify app needs an active Premium")
    await (await ben.types("/vault sync")).until("nothing changed")
    report = await health(town)
    assert report["spotify"] == {"ours": "owner_premium"}
    assert report["ok"] is all(report[part] for part in ("database", "discord", "schedule", "jobs"))
    await town.fate("spotify", "premium", active=True, client_id=CLIENT_ID)
    await (await ada.types("/vault sync")).until("nothing changed")
    assert (await health(town))["spotify"] == {}


async def test_an_app_taken_out_of_the_configuration_is_said_and_linking_again_goes_on(town: Town) -> None:
    ada, ben = town.person("ada"), town.person("ben")
    await first_sync(ada)
    await first_sync(ben)
    await town.stop()
    town.changes["spotify"] = spotify([APPS[0] | {"people": 5}])
    await town.start()
    ended = await ben.gets_dm("Your Spotify link has ended")
    assert "through a Spotify app that this bot no longer uses" in ended.text
    paused = await (await ben.types("/vault backup")).until("a Spotify app that this bot no longer uses")
    assert [button.label for button in paused.buttons] == ["Link Spotify"]
    await link_spotify(ben)
    assert await app_of(town, ben) == CLIENT_ID
    assert "25 likes" in (await vault_at_rest(ben)).text
    assert "25 likes" in (await ben.types("/vault backups")).text
