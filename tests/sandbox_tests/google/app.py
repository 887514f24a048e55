"""An app that talks to the stand-in for Google over the wire, for its tests."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from tests.sandbox.browser import Browser
from tests.sandbox.clock import Clock
from tests.sandbox.google.door import CLIENT_ID, CLIENT_SECRET, GoogleDoor

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
