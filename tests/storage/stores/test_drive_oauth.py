import os
from collections.abc import Callable
from dataclasses import replace

import pytest
from yarl import URL

from storage.errors import LinkExpired, NextStep
from storage.stores.drive import DriveOAuth
from storage.stores.drive.errors import DriveRejected
from storage.stores.drive.oauth import SCOPE, DriveNotGranted, DriveNotLasting, DriveSilent
from tests.sandbox.browser import Browser
from tests.sandbox.google.hands import GoogleHands
from tests.sandbox.google.pages import SCOPES

GOOGLE = (
    "https://accounts.google.com/o/oauth2/auth",
    "https://oauth2.googleapis.com/token",
    "https://oauth2.googleapis.com/revoke",
)


async def consent(browser: Browser, url: str) -> str:
    """The code that comes back after Continue."""
    page = await (await browser.open(url)).press("Continue")
    return URL(page.url, encoded=True).query["code"]


async def test_linking_gives_a_lasting_grant_and_says_whose_drive_it_is(oauth: DriveOAuth, ada: Browser) -> None:
    url, verifier = oauth.begin("a-state")
    grant = await oauth.finish(await consent(ada, url), "a-state", verifier)
    assert grant.refresh_token
    assert grant.email == "ada@example.org"
    assert grant.refresh_token not in repr(grant)


async def test_the_consent_page_gets_the_state_and_a_challenge_but_no_verifier(oauth: DriveOAuth) -> None:
    url, verifier = oauth.begin("a-state")
    query = URL(url, encoded=True).query
    assert query["state"] == "a-state"
    assert (query["access_type"], query["prompt"], query["code_challenge_method"]) == ("offline", "consent", "S256")
    assert verifier not in url
    assert oauth.begin("a-state")[1] != verifier


async def test_linking_a_second_time_gives_a_lasting_grant_again(oauth: DriveOAuth, ada: Browser) -> None:
    tokens = set()
    for _ in range(2):
        url, verifier = oauth.begin("a-state")
        tokens.add((await oauth.finish(await consent(ada, url), "a-state", verifier)).refresh_token)
    assert len(tokens) == 2


async def test_an_unticked_box_is_explained(oauth: DriveOAuth, ada: Browser) -> None:
    url, verifier = oauth.begin("a-state")
    page = await (await ada.open(url)).tick(SCOPES[SCOPE], on=False).press("Continue")
    with pytest.raises(DriveNotGranted, match="leave it ticked") as told:
        await oauth.finish(URL(page.url, encoded=True).query["code"], "a-state", verifier)
    assert told.value.next_step is NextStep.LINK_DRIVE


async def test_access_for_an_hour_is_not_enough(oauth: DriveOAuth, ada: Browser) -> None:
    url, verifier = oauth.begin("a-state")
    online = URL(url, encoded=True).update_query(access_type="online")
    with pytest.raises(DriveNotLasting):
        await oauth.finish(await consent(ada, str(online)), "a-state", verifier)


async def test_a_code_works_once(oauth: DriveOAuth, ada: Browser) -> None:
    url, verifier = oauth.begin("a-state")
    code = await consent(ada, url)
    await oauth.finish(code, "a-state", verifier)
    with pytest.raises(LinkExpired):
        await oauth.finish(code, "a-state", verifier)


async def test_a_stolen_code_is_worth_nothing_without_its_verifier(oauth: DriveOAuth, ada: Browser) -> None:
    url, _ = oauth.begin("a-state")
    _, another = oauth.begin("a-state")
    with pytest.raises(LinkExpired):
        await oauth.finish(await consent(ada, url), "a-state", another)


async def test_a_wrong_client_secret_is_the_operators_affair(oauth: DriveOAuth, ada: Browser) -> None:
    url, verifier = oauth.begin("a-state")
    with pytest.raises(DriveRejected):
        await replace(oauth, client_secret="old").finish(await consent(ada, url), "a-state", verifier)


async def test_a_google_in_trouble_links_nothing(oauth: DriveOAuth, ada: Browser, hands: GoogleHands) -> None:
    url, verifier = oauth.begin("a-state")
    code = await consent(ada, url)
    await hands.fail_next(1, 503, path_contains="/token")
    with pytest.raises(DriveSilent, match="Nothing was linked"):
        await oauth.finish(code, "a-state", verifier)


async def test_a_google_that_is_not_there_links_nothing(oauth: DriveOAuth, unused_tcp_port: int) -> None:
    nowhere = replace(oauth, token_uri=f"http://127.0.0.1:{unused_tcp_port}/token")
    with pytest.raises(DriveSilent):
        await nowhere.finish("code", "a-state", "verifier")


async def test_an_unknown_email_is_no_reason_to_fail(oauth: DriveOAuth, ada: Browser, hands: GoogleHands) -> None:
    url, verifier = oauth.begin("a-state")
    code = await consent(ada, url)
    await hands.fail_next(9, 403, "accessNotConfigured", path_contains="/about")
    assert (await oauth.finish(code, "a-state", verifier)).email is None


async def test_without_an_address_for_drive_nobody_is_asked_for_the_email(oauth: DriveOAuth, ada: Browser) -> None:
    oauth = replace(oauth, drive_root=None)
    url, verifier = oauth.begin("a-state")
    assert (await oauth.finish(await consent(ada, url), "a-state", verifier)).email is None


async def test_unlinking_takes_the_access_back_at_google(oauth: DriveOAuth, ada: Browser, hands: GoogleHands) -> None:
    url, verifier = oauth.begin("a-state")
    grant = await oauth.finish(await consent(ada, url), "a-state", verifier)
    assert len(await hands.connected("ada")) == 1
    assert await oauth.revoke(grant.refresh_token)
    assert await hands.connected("ada") == []
    assert not await oauth.revoke(grant.refresh_token)


async def test_unlinking_works_while_google_is_away(oauth: DriveOAuth, unused_tcp_port: int) -> None:
    assert not await replace(oauth, revoke_uri=f"http://127.0.0.1:{unused_tcp_port}/revoke").revoke("token")


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda given: ("http://accounts.example.org/auth", *given[1:]),
        lambda given: (given[0], "http://10.0.0.1/token", given[2]),
        lambda given: (*given[:2], "ftp://127.0.0.1/revoke"),
    ],
)
def test_secrets_never_travel_in_the_open(
    spoiled: Callable[[tuple[str, ...]], tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT", raising=False)
    with pytest.raises(ValueError, match="must begin with https"):
        DriveOAuth("id", "secret", "https://vault.example.org/callback/drive", *spoiled(GOOGLE))


def test_an_installation_at_googles_own_addresses_keeps_oauthlib_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT", raising=False)
    DriveOAuth("id", "secret", "https://vault.example.org/callback/drive", *GOOGLE).begin("a-state")
    assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ
