import base64
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from tests.sandbox.browser import Browser
from tests.sandbox.clock import Clock
from tests.sandbox.google.door import CLIENT_ID, CLIENT_SECRET, GoogleDoor
from tests.sandbox.google.pages import SCOPES
from tests.sandbox.people import PEOPLE

REDIRECT = "http://127.0.0.1:9/callback/drive"
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
UNIT = 262_144


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON of any shape
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        return str(self.json["error"]["errors"][0]["reason"])


@dataclass
class Google:
    """The door, and an app that talks to it."""

    door: GoogleDoor
    clock: Clock
    session: aiohttp.ClientSession
    token: str = ""

    async def ask(self, method: str, path: str, **more: Any) -> Answer:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        url = path if path.startswith("http") else self.door.base_url + path
        async with self.session.request(method, url, headers=headers, **more) as answer:
            return Answer(answer.status, dict(answer.headers), await answer.read())

    def consent_url(self, **changed: str) -> str:
        query = {
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": DRIVE_FILE,
            "state": "a state",
            "access_type": "offline",
            "prompt": "consent",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changed
        return str(URL(self.door.endpoints()["google_oauth"]).with_query({k: v for k, v in query.items() if v}))

    async def code(self, person: str = "ada", **changed: str) -> str:
        async with Browser(person) as browser:
            page = await (await browser.open(self.consent_url(**changed))).press("Continue")
        return URL(page.url, encoded=True).query["code"]

    async def exchange(self, code: str, **changed: str) -> Answer:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
        return await self.ask("POST", "/token", data=form | self.credentials | changed)

    @property
    def credentials(self) -> dict[str, str]:
        return {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

    async def sign_in(self, person: str = "ada", **changed: str) -> "Google":
        token = (await self.exchange(await self.code(person, **changed))).json["access_token"]
        return Google(self.door, self.clock, self.session, token)

    async def new_id(self) -> str:
        return str((await self.ask("GET", "/drive/v3/files/generateIds?count=1")).json["ids"][0])

    async def make(self, **body: object) -> str:
        answer = await self.ask("POST", "/drive/v3/files", json=body)
        assert answer.status == 200, answer.body
        return str(answer.json["id"])

    async def names(self, q: str = "", **more: str) -> list[str]:
        answer = await self.ask("GET", "/drive/v3/files", params=({"q": q} if q else {}) | more)
        assert answer.status == 200, answer.body
        return [each["name"] for each in answer.json["files"]]

    async def begin(self, length: int, **body: object) -> str:
        answer = await self.ask(
            "POST",
            "/upload/drive/v3/files?uploadType=resumable",
            json=body,
            headers={"X-Upload-Content-Length": str(length), "X-Upload-Content-Type": "application/zip"},
        )
        assert answer.status == 200, answer.body
        return answer.headers["Location"]

    async def chunk(self, where: str, content: bytes, content_range: str) -> Answer:
        return await self.ask("PUT", where, data=content, headers={"Content-Range": content_range})


@pytest.fixture
async def google() -> AsyncIterator[Google]:
    clock = Clock()
    door = GoogleDoor(clock, PEOPLE)
    runner = web.AppRunner(door.app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.base_url = "http://{}:{}".format(*runner.addresses[0][:2])
    await door.hands.register_redirect(REDIRECT)
    async with aiohttp.ClientSession() as session:
        yield Google(door, clock, session)
    await runner.cleanup()


@pytest.fixture
async def ada(google: Google) -> Google:
    return await google.sign_in()


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


async def test_an_app_sees_only_what_it_made(ada: Google) -> None:
    foreign = await ada.door.hands.add_file("ada", "Diary.txt", "private")
    await ada.make(name="Ours")
    assert await ada.names() == ["Ours"]
    assert (await ada.ask("GET", f"/drive/v3/files/{foreign}")).reason == "notFound"


async def test_people_do_not_see_each_others_files(google: Google, ada: Google) -> None:
    file = await ada.make(name="Ada's")
    ben = await google.sign_in("ben")
    assert await ben.names() == []
    assert (await ben.ask("DELETE", f"/drive/v3/files/{file}")).status == 404


async def test_a_file_says_only_what_was_asked_for(ada: Google) -> None:
    file = await ada.make(name="One", appProperties={"k": "v"})
    path = f"/drive/v3/files/{file}"
    assert set((await ada.ask("GET", path)).json) == {"kind", "id", "name", "mimeType"}
    assert (await ada.ask("GET", f"{path}?fields=id,appProperties")).json == {"id": file, "appProperties": {"k": "v"}}
    assert (await ada.ask("GET", f"{path}?fields=owners/emailAddress")).json == {
        "owners": [{"emailAddress": "ada@example.org"}]
    }
    assert (await ada.ask("GET", f"{path}?fields=colour")).reason == "invalidParameter"
    assert (await ada.ask("GET", f"{path}?fields=owners(id")).status == 400


async def test_about_tells_whose_drive_it_is_and_how_full(ada: Google) -> None:
    answer = (await ada.ask("GET", "/drive/v3/about?fields=user(emailAddress),storageQuota")).json
    assert answer["user"] == {"emailAddress": "ada@example.org"}
    assert answer["storageQuota"]["usage"] == "0"
    assert (await ada.ask("GET", "/drive/v3/about")).status == 400


async def test_ids_are_googles_to_give_and_good_once(ada: Google) -> None:
    file = await ada.new_id()
    assert await ada.make(id=file, name="First") == file
    assert (await ada.ask("POST", "/drive/v3/files", json={"id": file, "name": "Second"})).status == 409
    assert (await ada.ask("POST", "/drive/v3/files", json={"id": "of-my-own"})).status == 400


async def test_searches_find_what_every_clause_is_true_of(ada: Google) -> None:
    folder = await ada.make(name="It's a folder", mimeType="application/vnd.google-apps.folder")
    await ada.make(name="inside", parents=[folder], appProperties={"mv": "1"})
    await ada.make(name="outside", appProperties={"mv": "2"})
    assert await ada.names("name = 'It\\'s a folder'") == ["It's a folder"]
    assert await ada.names("appProperties has { key='mv' and value='2' } and trashed = false") == ["outside"]
    assert await ada.names(f"'{folder}' in parents") == ["inside"]
    assert sorted(await ada.names("'root' in parents and trashed=false")) == ["It's a folder", "outside"]
    assert await ada.names("mimeType = 'application/vnd.google-apps.folder'") == ["It's a folder"]
    assert sorted(await ada.names("mimeType != 'application/vnd.google-apps.folder'")) == ["inside", "outside"]
    for wrong in ("name ~ 'x'", "name = 'x' or name = 'y'", "trashed = maybe"):
        assert (await ada.ask("GET", "/drive/v3/files", params={"q": wrong})).reason == "invalid"


async def test_lists_come_in_pages_newest_first(ada: Google) -> None:
    for number in range(5):
        await ada.make(name=f"{number}")
        ada.clock.advance(timedelta(minutes=1))
    first = (await ada.ask("GET", "/drive/v3/files?pageSize=3&orderBy=modifiedTime desc")).json
    assert [each["name"] for each in first["files"]] == ["4", "3", "2"]
    assert first["incompleteSearch"] is False
    assert await ada.names(pageSize="3", pageToken=first["nextPageToken"]) == ["1", "0"]
    assert (await ada.ask("GET", "/drive/v3/files?pageSize=0")).status == 400


async def test_the_trash_takes_a_folder_with_all_that_is_in_it(ada: Google) -> None:
    folder = await ada.make(name="MusiVault", mimeType="application/vnd.google-apps.folder")
    await ada.make(name="inside", parents=[folder])
    await ada.door.hands.trash_folder("ada")
    assert sorted(await ada.names()) == ["MusiVault", "inside"]
    assert await ada.names("trashed = false") == []
    assert (await ada.ask("PATCH", f"/drive/v3/files/{folder}", json={"trashed": False})).status == 200
    assert len(await ada.names("trashed = false")) == 2
    assert (await ada.ask("DELETE", f"/drive/v3/files/{folder}")).status == 204
    assert await ada.names() == []


async def test_properties_have_limits(ada: Google) -> None:
    assert (await ada.ask("POST", "/drive/v3/files", json={"appProperties": {"k": "ü" * 62}})).status == 400
    await ada.make(appProperties={"k": "v" * 123})
    many = {f"{number}": "" for number in range(31)}
    assert (await ada.ask("POST", "/drive/v3/files", json={"appProperties": many})).status == 403


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
async def test_multipart_bodies_are_bytes(ada: Google, newline: bytes) -> None:
    content = b"PK\x03\x04\r\n\n--not the boundary\n\x00\xff"
    parts = [
        b"--mark",
        b"Content-Type: application/json",
        b"",
        json.dumps({"name": "archive.zip"}).encode(),
        b"--mark",
        b"Content-Type: application/zip",
        b"",
        content,
        b"--mark--",
    ]
    answer = await ada.ask(
        "POST",
        "/upload/drive/v3/files?uploadType=multipart&fields=id,name,size,mimeType,md5Checksum,sha256Checksum",
        data=newline.join(parts),
        headers={"Content-Type": "multipart/related; boundary=mark"},
    )
    file = answer.json
    assert (file["name"], file["size"], file["mimeType"]) == ("archive.zip", str(len(content)), "application/zip")
    assert file["sha256Checksum"] == hashlib.sha256(content).hexdigest()
    assert file["md5Checksum"] == hashlib.md5(content).hexdigest()
    assert base64.b64decode(await ada.door.hands.read_file("ada", file["id"])) == content


async def test_a_resumable_upload_goes_chunk_by_chunk(ada: Google) -> None:
    content = bytes(range(256)) * 1024 + b"the rest"
    total = len(content)
    where = await ada.begin(total, name="archive.zip")
    empty = await ada.chunk(where, b"", f"bytes */{total}")
    assert (empty.status, "Range" in empty.headers) == (308, False)
    first = await ada.chunk(where, content[:UNIT], f"bytes 0-{UNIT - 1}/{total}")
    assert (first.status, first.headers["Range"]) == (308, f"bytes=0-{UNIT - 1}")
    assert await ada.names() == []
    last = await ada.chunk(where, content[UNIT:], f"bytes {UNIT}-{total - 1}/{total}")
    assert last.status == 200
    assert (await ada.chunk(where, b"", f"bytes */{total}")).json == last.json
    assert await ada.door.hands.open_sessions() == 0
    assert base64.b64decode(await ada.door.hands.read_file("ada", last.json["id"])) == content


async def test_the_address_of_a_session_is_all_it_takes(google: Google, ada: Google) -> None:
    where = await ada.begin(4, name="x")
    assert (await google.chunk(where, b"zip!", "bytes 0-3/4")).status == 200


@pytest.mark.parametrize(
    ("length", "content_range"),
    [
        (1000, f"bytes 0-999/{2 * UNIT}"),
        (UNIT + 1, f"bytes 0-{UNIT}/{2 * UNIT}"),
        (UNIT, f"bytes {UNIT}-{2 * UNIT - 1}/{2 * UNIT}"),
        (10, f"bytes 0-{UNIT - 1}/{2 * UNIT}"),
        (10, "bytes of mine"),
    ],
    ids=["too short", "no multiple", "a gap", "less than announced", "nonsense"],
)
async def test_a_chunk_against_the_rules_is_refused(ada: Google, length: int, content_range: str) -> None:
    where = await ada.begin(2 * UNIT)
    assert (await ada.chunk(where, b"x" * length, content_range)).status == 400
    assert "Range" not in (await ada.chunk(where, b"", f"bytes */{2 * UNIT}")).headers


async def test_of_a_chunk_that_breaks_off_whole_units_are_kept(ada: Google) -> None:
    total = 3 * UNIT
    where = await ada.begin(total)
    await ada.door.hands.cut_next(after_bytes=UNIT + 1000, times=2)  # aiohttp tries once more by itself
    with pytest.raises(aiohttp.ClientError):
        await ada.chunk(where, b"x" * total, f"bytes 0-{total - 1}/{total}")
    assert (await ada.chunk(where, b"", f"bytes */{total}")).headers["Range"] == f"bytes=0-{UNIT - 1}"


async def test_a_lost_session_is_not_found(ada: Google) -> None:
    where = await ada.begin(4)
    assert await ada.door.hands.lose_sessions() == 1
    assert (await ada.chunk(where, b"zip!", "bytes 0-3/4")).status == 404


async def test_a_full_drive_refuses_before_and_after_the_bytes(ada: Google) -> None:
    where = await ada.begin(4)
    await ada.door.hands.fill_up("ada")
    answer = await ada.chunk(where, b"zip!", "bytes 0-3/4")
    assert (answer.status, answer.reason) == (403, "storageQuotaExceeded")
    refused = await ada.ask(
        "POST", "/upload/drive/v3/files?uploadType=resumable", json={}, headers={"X-Upload-Content-Length": "4"}
    )
    assert refused.reason == "storageQuotaExceeded"
    await ada.door.hands.make_room("ada")
    assert (await ada.chunk(where, b"", "bytes */4")).status == 200


async def test_a_download_may_ask_for_a_part(ada: Google) -> None:
    where = await ada.begin(10)
    file = (await ada.chunk(where, b"0123456789", "bytes 0-9/10")).json["id"]
    path = f"/drive/v3/files/{file}?alt=media"
    assert (await ada.ask("GET", path)).body == b"0123456789"
    part = await ada.ask("GET", path, headers={"Range": "bytes=4-99"})
    assert (part.status, part.body, part.headers["Content-Range"]) == (206, b"456789", "bytes 4-9/10")
    assert (await ada.ask("GET", path, headers={"Range": "bytes=10-"})).status == 416


async def test_a_lost_answer_is_a_change_that_happened(ada: Google) -> None:
    await ada.door.hands.lose_answer_next()
    with pytest.raises(aiohttp.ClientError):
        await ada.ask("POST", "/drive/v3/files", json={"name": "made"})
    assert await ada.names() == ["made"]


async def test_a_failure_on_demand_has_googles_shape_and_ends(ada: Google) -> None:
    await ada.door.hands.fail_next(1, 403, "userRateLimitExceeded", method="GET", path_contains="/files", skip=1)
    assert (await ada.ask("GET", "/drive/v3/files")).status == 200
    answer = await ada.ask("GET", "/drive/v3/files")
    assert answer.json["error"]["code"] == 403
    assert answer.json["error"]["errors"][0]["domain"] == "usageLimits"
    assert answer.reason == "userRateLimitExceeded"
    assert (await ada.ask("GET", "/drive/v3/files")).status == 200


async def test_the_journal_holds_no_secrets(ada: Google) -> None:
    where = await ada.begin(4)
    await ada.chunk(where, b"zip!", "bytes 0-3/4")
    seen = json.dumps(await ada.door.hands.requests())
    assert "upload_id" not in seen
    assert "code=" not in seen
    assert ada.token not in seen


async def test_hands_refuse_strangers(google: Google) -> None:
    with pytest.raises(LookupError, match="zoe"):
        await google.door.hands.files("zoe")
    with pytest.raises(LookupError, match="no folder"):
        await google.door.hands.trash_folder("ada")
