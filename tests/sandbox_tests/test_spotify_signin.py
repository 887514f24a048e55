"""Signing in at the stand-in as an app and its users meet it: consent, codes, tokens, and the ways all of it ends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from bs4 import BeautifulSoup
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOAuth, SpotifyOauthError, SpotifyPKCE

from tests.sandbox.clock import Clock
from tests.sandbox.people import COOKIE, PEOPLE
from tests.sandbox.sandbox import Sandbox
from tests.sandbox.spotify.apps import CLIENT_ID, CLIENT_SECRET, PKCE_CLIENT_ID
from tests.sandbox.spotify.door import SpotifyDoor
from tests.sandbox_tests.spotify_visit import CHALLENGE, REDIRECT, SCOPE, VERIFIER, Visit, open_door


@pytest.fixture
async def spotify() -> AsyncIterator[Visit]:
    async with open_door() as visit:
        yield visit


def exchange_form(code: str, **more: str) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **more}


async def page(spotify: Visit, person: str | None, **query: str) -> tuple[int, str]:
    asked = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": REDIRECT, **query}
    cookies = {COOKIE: person} if person else {}
    async with spotify.http.get(f"{spotify.base}/authorize", params=asked, cookies=cookies) as answer:
        return answer.status, await answer.text()


async def test_consent_page_names_the_visitor_the_scopes_and_both_buttons(spotify: Visit) -> None:
    _, text = await page(spotify, "ada", scope="user-library-read")
    shown = BeautifulSoup(text, "html.parser")
    assert "Logged in as Ada L." in shown.get_text()
    assert "user-library-read" in shown.get_text()
    assert [button.get_text() for button in shown.find_all("button")] == ["Agree", "Cancel"]


async def test_visitor_without_a_cookie_logs_in_first(spotify: Visit) -> None:
    _, text = await page(spotify, None, scope="user-library-read")
    form = BeautifulSoup(text, "html.parser").find("form")
    assert form is not None
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
        browser.post(spotify.base + str(form["action"]), data={"username": "ben"}) as answer,
    ):
        assert "Logged in as Ben" in await answer.text()


async def test_names_on_the_consent_page_are_escaped(spotify: Visit) -> None:
    _, text = await page(spotify, "ada", state="'><script>alert(1)</script>")
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"client_id": "nobody"}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": REDIRECT + "/"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://localhost:8321/callback/spotify"}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"redirect_uri": "http://vault.example.org/callback"}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"scope": "user-library-read everything"}, "INVALID_SCOPE: Invalid scope"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "code_challenge_method must be S256"),
    ],
)
async def test_an_app_that_asks_wrongly_is_shown_why(spotify: Visit, query: dict[str, str], words: str) -> None:
    assert await page(spotify, "ada", **query) == (400, words)


async def test_the_dashboard_refuses_insecure_redirect_addresses(spotify: Visit) -> None:
    for uri in ("http://localhost:8321/cb", "http://vault.example.org/cb", "https:///cb"):
        with pytest.raises(ValueError, match="not secure"):
            await spotify.door.hands.register_redirect(CLIENT_ID, uri)


async def test_loopback_registered_without_a_port_stands_for_every_port(spotify: Visit) -> None:
    await spotify.door.hands.register_redirect(CLIENT_ID, "http://127.0.0.1/cb")
    status, _ = await page(spotify, "ada", redirect_uri="http://127.0.0.1:5555/cb")
    assert status == 200


async def test_cancel_brings_back_access_denied_and_the_state(spotify: Visit) -> None:
    assert await spotify.consents("ada", "cancel", state="s1") == {"error": "access_denied", "state": "s1"}


async def test_code_is_exchanged_once(spotify: Visit) -> None:
    back = await spotify.consents("ada", state="s/1 &")
    assert back["state"] == "s/1 &"
    status, answer = await spotify.token_answer(exchange_form(back["code"]))
    assert status == 200
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, SCOPE)
    again = await spotify.token_answer(exchange_form(back["code"]))
    assert again == (400, {"error": "invalid_grant", "error_description": "Invalid authorization code"})


async def test_code_is_old_after_ten_minutes(spotify: Visit) -> None:
    code = (await spotify.consents("ada"))["code"]
    spotify.clock.advance(timedelta(minutes=10, seconds=1))
    assert (await spotify.token_answer(exchange_form(code)))[1]["error"] == "invalid_grant"


async def test_exchange_with_another_redirect_address_is_refused(spotify: Visit) -> None:
    code = (await spotify.consents("ada"))["code"]
    form = exchange_form(code, redirect_uri="https://elsewhere.example.org/")
    assert (await spotify.token_answer(form))[1]["error_description"] == "Invalid redirect URI"


async def test_wrong_secret_is_an_invalid_client(spotify: Visit) -> None:
    code = (await spotify.consents("ada"))["code"]
    status, answer = await spotify.token_answer(exchange_form(code), secret="wrong")
    assert (status, answer["error"]) == (400, "invalid_client")


async def test_no_secret_and_no_challenge_is_an_invalid_client(spotify: Visit) -> None:
    code = (await spotify.consents("ada"))["code"]
    _, answer = await spotify.token_answer(exchange_form(code, client_id=CLIENT_ID), secret=None)
    assert answer["error"] == "invalid_client"


async def test_refresh_with_a_secret_keeps_the_refresh_token(spotify: Visit) -> None:
    linked = await spotify.links("ada")
    form = {"grant_type": "refresh_token", "refresh_token": linked["refresh_token"]}
    for _ in range(2):
        status, answer = await spotify.token_answer(form)
        assert status == 200
        assert "refresh_token" not in answer
    assert (await spotify.call(answer["access_token"], "GET", "/me"))[0] == 200


async def pkce_link(spotify: Visit) -> dict[str, Any]:
    query = {"client_id": PKCE_CLIENT_ID, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = (await spotify.consents("ada", **query))["code"]
    form = exchange_form(code, client_id=PKCE_CLIENT_ID, code_verifier=VERIFIER)
    status, answer = await spotify.token_answer(form, secret=None)
    assert status == 200, answer
    linked: dict[str, Any] = answer
    return linked


async def test_pkce_refresh_tokens_work_once(spotify: Visit) -> None:
    first = (await pkce_link(spotify))["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": PKCE_CLIENT_ID, "refresh_token": first}
    status, answer = await spotify.token_answer(form, secret=None)
    assert status == 200
    assert answer["refresh_token"] != first
    assert (await spotify.token_answer(form, secret=None))[1]["error_description"] == "Refresh token revoked"
    form["refresh_token"] = answer["refresh_token"]
    assert (await spotify.token_answer(form, secret=None))[0] == 200


@pytest.mark.parametrize("verifier", ["", "w" * 64])
async def test_pkce_without_the_right_verifier_is_refused(spotify: Visit, verifier: str) -> None:
    query = {"client_id": PKCE_CLIENT_ID, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = (await spotify.consents("ada", **query))["code"]
    form = exchange_form(code, client_id=PKCE_CLIENT_ID, code_verifier=verifier)
    assert (await spotify.token_answer(form, secret=None))[0] == 400


async def test_refresh_token_dies_six_months_after_consent_however_often_it_was_used(spotify: Visit) -> None:
    linked = await spotify.links("ada")
    form = {"grant_type": "refresh_token", "refresh_token": linked["refresh_token"]}
    spotify.clock.advance(timedelta(days=175))
    assert (await spotify.token_answer(form))[0] == 200
    spotify.clock.advance(timedelta(days=10))
    assert (await spotify.token_answer(form))[1] == {
        "error": "invalid_grant",
        "error_description": "Refresh token expired",
    }


@pytest.mark.parametrize(("status", "error"), [(400, "invalid_grant"), (503, "server_error")])
async def test_token_endpoint_has_bad_days_too(spotify: Visit, status: int, error: str) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": (await spotify.links("ada"))["refresh_token"]}
    await spotify.door.hands.fail_next(1, status, path_contains="/api/token")
    failed, answer = await spotify.token_answer(form)
    assert (failed, answer["error"]) == (status, error)
    assert (await spotify.token_answer(form))[0] == 200


async def test_access_token_expires_after_an_hour_or_when_told_to(spotify: Visit) -> None:
    token = await spotify.token("ada")
    spotify.clock.advance(timedelta(seconds=3601))
    assert await spotify.call(token, "GET", "/me") == (
        401,
        {"error": {"status": 401, "message": "The access token expired"}},
    )
    fresh = await spotify.token("ada")
    await spotify.door.hands.expire_access_tokens("ada")
    assert (await spotify.call(fresh, "GET", "/me"))[0] == 401


async def test_revoking_ends_both_tokens(spotify: Visit) -> None:
    linked = await spotify.links("ada")
    assert await spotify.door.hands.revoke("ada") == 1
    assert (await spotify.call(linked["access_token"], "GET", "/me"))[0] == 401
    form = {"grant_type": "refresh_token", "refresh_token": linked["refresh_token"]}
    assert (await spotify.token_answer(form))[1]["error"] == "invalid_grant"
    assert (await spotify.call(await spotify.token("ada"), "GET", "/me"))[0] == 200


async def test_missing_and_made_up_tokens_are_401(spotify: Visit) -> None:
    assert (await spotify.call("made-up", "GET", "/me"))[1]["error"]["message"] == "Invalid access token"
    async with spotify.http.get(f"{spotify.base}/v1/me") as answer:
        assert (await answer.json())["error"] == {"status": 401, "message": "Access token missing"}


async def test_somebody_not_on_the_allow_list_links_but_cannot_call(spotify: Visit) -> None:
    token = await spotify.token("dan")
    status, text = await spotify.call(token, "GET", "/me")
    assert (status, isinstance(text, str)) == (403, True)
    assert "the user may not be registered" in text
    await spotify.door.hands.allow("dan")
    assert (await spotify.call(token, "GET", "/me"))[0] == 200


async def test_without_the_owners_premium_every_call_is_refused(spotify: Visit) -> None:
    token = await spotify.token("ada")
    await spotify.door.hands.premium(False)
    status, text = await spotify.call(token, "GET", "/me")
    assert status == 403
    assert text.startswith("Active premium subscription required")


def oauth(spotify: Visit, secret: str = CLIENT_SECRET) -> SpotifyOAuth:
    flow = SpotifyOAuth(
        CLIENT_ID, secret, REDIRECT, scope=SCOPE, cache_handler=MemoryCacheHandler(), requests_timeout=5
    )
    flow._session.trust_env = False
    flow.OAUTH_TOKEN_URL = f"{spotify.base}/api/token"
    return flow


async def test_spotipys_own_flow_works_and_names_its_errors(spotify: Visit) -> None:
    code = (await spotify.consents("ada"))["code"]
    flow = oauth(spotify)
    token = await asyncio.to_thread(flow.get_access_token, code, as_dict=False, check_cache=False)
    assert (await spotify.call(token, "GET", "/me"))[1]["id"] == "ada_spotify"
    with pytest.raises(SpotifyOauthError) as refused:
        await asyncio.to_thread(flow.get_access_token, code, as_dict=False, check_cache=False)
    assert refused.value.error == "invalid_grant"
    code = (await spotify.consents("ada"))["code"]
    with pytest.raises(SpotifyOauthError) as refused:
        await asyncio.to_thread(oauth(spotify, "wrong").get_access_token, code, as_dict=False, check_cache=False)
    assert refused.value.error == "invalid_client"


async def test_spotipys_pkce_flow_works(spotify: Visit) -> None:
    cache = MemoryCacheHandler()
    flow = SpotifyPKCE(PKCE_CLIENT_ID, REDIRECT, scope=SCOPE, cache_handler=cache, requests_timeout=5)
    flow._session.trust_env = False
    flow.OAUTH_TOKEN_URL = f"{spotify.base}/api/token"
    flow.code_verifier, flow.code_challenge = VERIFIER, CHALLENGE
    query = {"client_id": PKCE_CLIENT_ID, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = (await spotify.consents("ada", **query))["code"]
    token = await asyncio.to_thread(flow.get_access_token, code, check_cache=False)
    assert (await spotify.call(token, "GET", "/me"))[0] == 200
    cached = cache.get_cached_token()
    assert cached is not None
    await asyncio.to_thread(flow.refresh_access_token, cached["refresh_token"])
    renewed = cache.get_cached_token()
    assert renewed is not None
    assert renewed["refresh_token"] != cached["refresh_token"]


async def test_a_person_links_with_a_browser_and_acts_through_the_control_door() -> None:
    clock = Clock()
    async with Sandbox({"spotify": SpotifyDoor(clock, PEOPLE)}, clock) as sandbox:
        await sandbox.control.spotify("register_redirect", client_id=CLIENT_ID, uri=REDIRECT)
        asked = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": REDIRECT, "state": "s&1"}
        page = f"{sandbox.endpoints['spotify_accounts']}/authorize?{urlencode(asked)}"
        consent = await sandbox.browser("eve").open(page)
        landed = await consent.press("Cancel")
        assert landed.url == f"{REDIRECT}?error=access_denied&state=s%261"
        log_in = await consent.press("Not you?")
        ada = sandbox.person("ada")
        assert "Logged in as Ada L." in (await log_in.type("Username", "ada").press("Log in")).text
        await ada.spotify.delete_playlist(name="Ideas")
        assert "Ideas" not in [one["name"] for one in (await ada.spotify.library())["playlists"]]
