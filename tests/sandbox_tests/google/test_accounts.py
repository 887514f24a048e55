import base64
from datetime import timedelta

import pytest
from yarl import URL

from tests.sandbox.browser import Browser
from tests.sandbox.google.door import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.google.pages import SCOPES
from tests.sandbox_tests.google.app import DRIVE_FILE, EMAIL, REDIRECT, VERIFIER, Google


async def test_the_consent_page_names_the_person_and_the_permission(google: Google) -> None:
    async with Browser("ada") as browser:
        page = await browser.open(google.consent_url())
        assert "Signed in as Ada (ada@example.org)" in page.text
        assert SCOPES[DRIVE_FILE] in page.text
        assert page.buttons == ["Continue", "Cancel"]


async def test_a_browser_that_is_nobodys_is_asked_to_sign_in(google: Google) -> None:
    async with Browser("a stranger") as browser:
        page = await browser.open(google.consent_url())
        assert "Couldn't find" in (await page.type("Email", "nobody@example.org").press("Next")).text
        page = await page.type("Email", "ben@example.org").press("Next")
        assert "Signed in as Ben" in page.text


async def test_cancel_brings_the_state_back_and_no_code(google: Google) -> None:
    async with Browser("ada") as browser:
        page = await (await browser.open(google.consent_url())).press("Cancel")
    assert dict(URL(page.url, encoded=True).query) == {"error": "access_denied", "state": "a state"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "another"}, "invalid_client"),
        ({"redirect_uri": REDIRECT + "/"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_a_wrong_request_stays_at_google(google: Google, changed: dict[str, str], error: str) -> None:
    async with Browser("ada") as browser:
        page = await browser.open(google.consent_url(**changed))
    assert page.status == 400
    assert error in page.text


async def test_an_unticked_permission_is_missing_from_the_token(google: Google) -> None:
    async with Browser("ada") as browser:
        page = await browser.open(google.consent_url(scope=f"{DRIVE_FILE} {EMAIL}"))
        page = await page.tick(SCOPES[DRIVE_FILE], on=False).press("Continue")
    answer = (await google.exchange(URL(page.url, encoded=True).query["code"])).json
    assert answer["scope"] == EMAIL
    google.token = answer["access_token"]
    assert (await google.ask("GET", "/drive/v3/files")).reason == "insufficientPermissions"


async def test_a_code_is_good_once_and_for_ten_minutes(google: Google) -> None:
    code = await google.code()
    assert (await google.exchange(code)).status == 200
    assert (await google.exchange(code)).json["error"] == "invalid_grant"
    late = await google.code()
    google.clock.advance(timedelta(minutes=11))
    assert (await google.exchange(late)).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code_verifier": "w" * 64}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, 400, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_exchange_is_refused(google: Google, changed: dict[str, str], status: int, error: str) -> None:
    answer = await google.exchange(await google.code(), **changed)
    assert (answer.status, answer.json["error"]) == (status, error)


async def test_the_client_may_name_itself_in_a_header(google: Google) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": await google.code(),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    named = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    answer = await google.ask("POST", "/token", data=form, headers={"Authorization": f"Basic {named}"})
    assert answer.status == 200


async def test_a_returning_person_gives_a_refresh_token_only_when_asked_again(google: Google) -> None:
    assert "refresh_token" in (await google.exchange(await google.code(prompt=""))).json
    assert "refresh_token" not in (await google.exchange(await google.code(prompt=""))).json
    assert "refresh_token" in (await google.exchange(await google.code())).json
    assert "refresh_token" not in (await google.exchange(await google.code(access_type="online"))).json


async def test_access_ends_after_an_hour_and_is_renewed(google: Google) -> None:
    tokens = (await google.exchange(await google.code())).json
    google.token = tokens["access_token"]
    google.clock.advance(timedelta(minutes=61))
    assert (await google.ask("GET", "/drive/v3/files")).status == 401
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **google.credentials}
    google.token = (await google.ask("POST", "/token", data=form)).json["access_token"]
    assert (await google.ask("GET", "/drive/v3/files")).status == 200


@pytest.mark.parametrize("by_person", [True, False])
async def test_revoked_access_ends_at_once(google: Google, by_person: bool) -> None:
    tokens = (await google.exchange(await google.code())).json
    google.token = tokens["access_token"]
    if by_person:
        assert await google.door.hands.revoke("ada") == 1
    else:
        assert (await google.ask("POST", "/revoke", data={"token": tokens["refresh_token"]})).status == 200
    assert (await google.ask("GET", "/drive/v3/files")).reason == "authError"
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **google.credentials}
    assert (await google.ask("POST", "/token", data=form)).json["error"] == "invalid_grant"


async def test_hands_refuse_strangers(google: Google) -> None:
    with pytest.raises(LookupError, match="zoe"):
        await google.door.hands.files("zoe")
    with pytest.raises(LookupError, match="no folder"):
        await google.door.hands.trash_folder("ada")
