"""Signing in at Spotify, over the wire."""

import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import MusiVaultError, Refusal, SpotifyBusy, SpotifyDown, SpotifyRefused, SpotifyRevoked
from bot.spotify.oauth import SCOPES, SpotifyApp, SpotifyOAuth
from storage.errors import LinkExpired
from storage.records import SpotifyToken
from tests.bot.spotify.time import NOW, Time
from tests.bot.spotify.wire import Answer, Wire, says

SECRET = SpotifyApp("Ours", "client", "hush")
PUBLIC = SpotifyApp("Ours", "client")
REDIRECT = "https://vault.example.org/callback/spotify"
OLD = SpotifyToken("old-access", "old-refresh", NOW)
TOKEN = {"access_token": "new-access", "token_type": "Bearer", "expires_in": 3600, "scope": "user-library-read"}


def no(error: str, description: str = "", status: int = 400) -> Answer:
    return says(status, {"error": error, "error_description": description})


@pytest.fixture
def oauth(wire: Wire, time: Time, executor: ThreadPoolExecutor) -> SpotifyOAuth:
    return SpotifyOAuth(wire.url, REDIRECT, time, executor)


@pytest.fixture
def nothing_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []


def asked_for(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_the_consent_page_is_asked_for_everything_once_and_nothing_more(oauth: SpotifyOAuth, wire: Wire) -> None:
    url, verifier = oauth.begin(SECRET, "the-state")
    query = asked_for(url)
    assert url.startswith(f"{wire.url}/authorize?")
    assert (query["client_id"], query["redirect_uri"], query["state"]) == ("client", REDIRECT, "the-state")
    assert query["scope"].split() == list(SCOPES)
    assert "email" not in query["scope"]
    assert (query["response_type"], query["show_dialog"]) == ("code", "true")
    assert verifier is None


def test_without_a_secret_the_challenge_is_the_hash_of_the_kept_verifier(oauth: SpotifyOAuth) -> None:
    url, verifier = oauth.begin(PUBLIC, "s")
    assert verifier is not None
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert (asked_for(url)["code_challenge"], asked_for(url)["code_challenge_method"]) == (digest, "S256")


async def test_a_code_becomes_the_token_it_was_given_for(oauth: SpotifyOAuth, wire: Wire) -> None:
    wire.will(says(200, TOKEN | {"refresh_token": "new-refresh"}))
    token = await oauth.finish(SECRET, "the-code", None)
    assert token == SpotifyToken("new-access", "new-refresh", NOW + timedelta(hours=1), "user-library-read")
    assert wire.asked[0].path == "/api/token"
    assert wire.asked[0].form["code"] == "the-code"
    assert wire.asked[0].form["redirect_uri"] == REDIRECT
    assert wire.asked[0].headers["Authorization"] == "Basic " + base64.b64encode(b"client:hush").decode()


async def test_without_a_secret_the_kept_verifier_is_sent(oauth: SpotifyOAuth, wire: Wire) -> None:
    wire.will(says(200, TOKEN | {"refresh_token": "new-refresh"}))
    token = await oauth.finish(PUBLIC, "the-code", "the-verifier")
    assert token.refresh_token == "new-refresh"
    assert wire.asked[0].form["code_verifier"] == "the-verifier"
    assert "Authorization" not in wire.asked[0].headers


async def test_two_people_never_get_each_others_token(oauth: SpotifyOAuth, wire: Wire, nothing_written: None) -> None:
    wire.will(
        says(200, TOKEN | {"refresh_token": "ada"}), says(200, TOKEN | {"access_token": "bens", "refresh_token": "ben"})
    )
    await oauth.finish(SECRET, "adas-code", None)
    assert (await oauth.finish(SECRET, "bens-code", None)).access_token == "bens"


@pytest.mark.parametrize("app", [SECRET, PUBLIC])
async def test_the_old_refresh_token_stays_where_spotify_sends_no_new_one(
    oauth: SpotifyOAuth, wire: Wire, app: SpotifyApp
) -> None:
    wire.will(says(200, TOKEN))
    token = await oauth.refresh(app, OLD)
    assert (token.access_token, token.refresh_token) == ("new-access", "old-refresh")


@pytest.mark.parametrize("app", [SECRET, PUBLIC])
async def test_a_rotated_refresh_token_replaces_the_old_one(oauth: SpotifyOAuth, wire: Wire, app: SpotifyApp) -> None:
    wire.will(says(200, TOKEN | {"refresh_token": "rotated"}))
    assert (await oauth.refresh(app, OLD)).refresh_token == "rotated"
    assert wire.asked[0].form["refresh_token"] == "old-refresh"


async def test_a_dead_refresh_token_asks_the_person_to_link_again(oauth: SpotifyOAuth, wire: Wire) -> None:
    wire.will(no("invalid_grant", "Refresh token revoked"))
    with pytest.raises(SpotifyRevoked):
        await oauth.refresh(SECRET, OLD)
    assert len(wire.asked) == 1


async def test_a_used_code_is_an_expired_link(oauth: SpotifyOAuth, wire: Wire) -> None:
    wire.will(no("invalid_grant", "Invalid authorization code"))
    with pytest.raises(LinkExpired):
        await oauth.finish(SECRET, "used", None)


@pytest.mark.parametrize(
    "answer",
    [
        no("invalid_client", "Invalid client secret"),
        no("invalid_client", "Invalid client", status=401),
        no("invalid_grant", "Invalid redirect URI"),
        no("unauthorized_client"),
    ],
)
async def test_a_wrong_app_is_the_operators_matter(oauth: SpotifyOAuth, wire: Wire, answer: Answer) -> None:
    wire.will(answer)
    with pytest.raises(SpotifyRefused) as refused:
        await oauth.refresh(SECRET, OLD)
    assert refused.value.reason is Refusal.APP_REJECTED


@pytest.mark.parametrize(
    "answer",
    [
        no("server_error", status=500),
        no("invalid_grant", "an outage that looks like a refusal", status=503),
        Answer(502, b"<html>Bad Gateway</html>", "text/html"),
        Answer(200, b"<html>hotel wifi</html>", "text/html"),
        says(200, {}),
        says(200, []),
        says(200, {"access_token": "a", "expires_in": None}),
        says(400, ["?"]),
        Answer(broken=True),
    ],
)
@pytest.mark.parametrize("app", [SECRET, PUBLIC])
async def test_an_outage_never_looks_like_a_revoked_link(
    oauth: SpotifyOAuth, wire: Wire, app: SpotifyApp, answer: Answer
) -> None:
    wire.will(answer)
    with pytest.raises(SpotifyDown):
        await oauth.refresh(app, OLD)


async def test_a_busy_token_endpoint_says_when_to_come_back(oauth: SpotifyOAuth, wire: Wire) -> None:
    wire.will(Answer(429, headers={"Retry-After": "120"}))
    with pytest.raises(SpotifyBusy) as busy:
        await oauth.refresh(SECRET, OLD)
    assert busy.value.retry_at == NOW + timedelta(minutes=2)


async def test_a_first_token_that_cannot_be_renewed_is_not_taken(oauth: SpotifyOAuth, wire: Wire) -> None:
    wire.will(says(200, TOKEN))
    with pytest.raises(MusiVaultError):
        await oauth.finish(SECRET, "code", None)


def test_neither_secret_nor_tokens_show_in_a_repr() -> None:
    assert "hush" not in repr(SECRET)
    assert "old-refresh" not in repr(OLD)
