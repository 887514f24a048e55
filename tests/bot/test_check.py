import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.check import Finding, examine
from bot.config import Config
from bot.drive_link import desk_of
from storage.copies import NAME, Copies
from storage.copy_uploads import CopyUpload
from storage.database import migrate
from storage.operator_drive import OperatorDrive
from storage.sealing import Seal
from tests.sandbox.serving import serving

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
IDENTITY = Seal.generate_identity()
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


class Services:
    """Discord, Spotify and Google, as far as signing in goes."""

    def __init__(self) -> None:
        self.status: dict[str, int] = {}
        self.app = web.Application()
        self.app.router.add_get("/discord/users/@me", self.discord)
        self.app.router.add_post("/spotify/api/token", self.spotify)
        self.app.router.add_post("/google/token", self.google)

    async def discord(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bot right":
            return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        return web.json_response({"id": "1", "username": "MusiVault"}, status=self.status.get("discord", 200))

    async def spotify(self, request: web.Request) -> web.Response:
        form = await request.post()
        right = "Basic " + base64.b64encode(b"app:right").decode()
        if form["grant_type"] != "client_credentials" or request.headers.get("Authorization") != right:
            return web.json_response({"error": "invalid_client", "error_description": "Invalid client"}, status=400)
        if "spotify" in self.status:
            return web.Response(text="upstream sad", status=self.status["spotify"])
        return web.json_response({"access_token": "x", "token_type": "Bearer", "expires_in": 3600})

    async def google(self, request: web.Request) -> web.Response:
        form = await request.post()
        if (form["client_id"], form["client_secret"]) != ("id", "right"):
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"error": "invalid_grant", "error_description": "Bad Request"}, status=400)


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
async def base(services: Services) -> AsyncIterator[str]:
    async with serving(services.app) as url:
        yield url


def config(base: str, folder: Path, **changed: dict[str, object]) -> Config:
    values: dict[str, dict[str, object]] = {
        "discord": {"token": "right"},
        "spotify": {"apps": [{"client_id": "app", "client_secret": "right"}]},
        "storage": {"encryption_keys": [KEY], "database_url": f"sqlite+aiosqlite:///{folder}/data/vault.db"},
        "backup": {"folder": str(folder / "archives")},
        "drive": {"client_id": "id", "client_secret": "right"},
        "endpoints": {
            "discord_api": f"{base}/discord",
            "spotify_accounts": f"{base}/spotify",
            "google_token": f"{base}/google/token",
        },
    }
    for section, fields in changed.items():
        values[section] = {**values.get(section, {}), **fields}
    return Config.model_validate(values)


def content(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def found(configuration: Config) -> dict[str, Finding]:
    return {finding.subject: finding async for finding in examine(configuration, NOW)}


async def test_a_right_set_up_has_no_problem(base: str, tmp_path: Path) -> None:
    findings = await found(config(base, tmp_path))
    assert all(finding.ok for finding in findings.values()), findings
    assert findings["discord"].sentence == "the token belongs to the bot MusiVault"
    assert "http://127.0.0.1:8321/callback/spotify" in findings["redirect address"].sentence
    assert "http://127.0.0.1:8321/callback/drive" in findings["google drive"].sentence


async def test_checking_makes_nothing(base: str, tmp_path: Path) -> None:
    await found(config(base, tmp_path))
    assert content(tmp_path) == []


async def test_everything_wrong_is_told_with_what_to_do(base: str, tmp_path: Path) -> None:
    (tmp_path / "archives").write_text("a file in the way", encoding="utf-8")
    findings = await found(
        config(
            base,
            tmp_path,
            discord={"token": "wrong"},
            spotify={"apps": [{"name": "mine", "client_id": "app", "client_secret": "wrong"}]},
            drive={"client_secret": "wrong"},
            storage={"database_url": f"sqlite+aiosqlite:///{tmp_path}/archives/vault.db"},
        )
    )
    wrong = {subject for subject, finding in findings.items() if not finding.ok}
    assert wrong == {"database", "backups", "discord", "spotify app mine", "google drive"}
    assert "compare both with the Spotify dashboard" in findings["spotify app mine"].sentence


async def test_no_secret_stands_in_a_finding(base: str, tmp_path: Path) -> None:
    findings = await found(config(base, tmp_path, discord={"token": "h1dden"}, drive={"client_secret": "h1dden"}))
    assert not any("h1dden" in finding.sentence for finding in findings.values())


async def test_an_app_without_a_secret_cannot_be_checked_without_a_person(base: str, tmp_path: Path) -> None:
    findings = await found(config(base, tmp_path, spotify={"apps": [{"client_id": "app"}]}))
    assert findings["spotify app main"].ok
    assert "PKCE" in findings["spotify app main"].sentence


async def test_where_archives_go_is_told_as_it_is(base: str, tmp_path: Path) -> None:
    mine = await found(config(base, tmp_path))
    assert "not encrypted there until backup.identities has a key" in mine["backups"].sentence
    sealed = await found(config(base, tmp_path, backup={"identities": [IDENTITY]}))
    assert f"archives go to {tmp_path}" in sealed["backups"].sentence
    assert ", encrypted, or to" in sealed["backups"].sentence
    theirs = await found(config(base, tmp_path, backup={"store": "drive", "identities": [IDENTITY]}))
    assert "go to Google Drive from there" in theirs["backups"].sentence


async def test_drive_is_optional(base: str, tmp_path: Path) -> None:
    findings = await found(config(base, tmp_path, drive={"client_id": "", "client_secret": ""}))
    assert findings["google drive"].sentence.startswith("is not offered")


async def test_without_an_identity_it_is_said_how_to_get_copies_of_the_database(base: str, tmp_path: Path) -> None:
    finding = (await found(config(base, tmp_path)))["database copy"]
    assert finding.ok
    assert "put an identity that `python -m bot keygen` makes into backup.identities" in finding.sentence


async def test_with_an_identity_its_public_half_is_named_and_its_secret_is_not(base: str, tmp_path: Path) -> None:
    finding = (await found(config(base, tmp_path, backup={"identities": [IDENTITY]})))["database copy"]
    assert finding.ok
    assert Seal([IDENTITY]).public_keys[0] in finding.sentence
    assert IDENTITY not in finding.sentence


async def test_copies_that_stopped_coming_are_a_problem(base: str, tmp_path: Path) -> None:
    configuration = config(base, tmp_path, backup={"identities": [IDENTITY]})
    await migrate(configuration.storage.database_url)
    copies = Copies(tmp_path / "data" / "vault.db", configuration.backup.folder, Seal([IDENTITY]))
    copies.make(NOW - timedelta(days=3))
    finding = (await found(configuration))["database copy"]
    assert not finding.ok
    assert "the newest is of 2026-11-17: look for copy.failed in the log" in finding.sentence


async def test_a_service_in_trouble_is_not_taken_for_a_wrong_secret(
    services: Services, base: str, tmp_path: Path
) -> None:
    services.status.update(spotify=502, discord=503)
    findings = await found(config(base, tmp_path))
    assert "answered with status 502: try later" in findings["spotify app main"].sentence
    assert "answered with status 503: try later" in findings["discord"].sentence


async def test_a_service_that_cannot_be_reached_names_its_setting(tmp_path: Path) -> None:
    async with serving(Services().app) as gone:
        pass
    findings = await found(config(gone, tmp_path))
    assert "endpoints.discord_api" in findings["discord"].sentence
    assert not findings["google drive"].ok


async def test_a_migrated_database_is_current(base: str, tmp_path: Path) -> None:
    configuration = config(base, tmp_path)
    await migrate(configuration.storage.database_url)
    assert "its schema is current" in (await found(configuration))["database"].sentence


async def test_an_empty_database_is_updated_at_the_next_start(base: str, tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    path.touch()
    finding = (await found(config(base, tmp_path, storage={"database_url": f"sqlite:///{path}"})))["database"]
    assert finding.ok
    assert "at the next start" in finding.sentence


async def test_a_file_that_is_no_database_is_a_problem(base: str, tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    path.write_bytes(b"not a database at all" * 100)
    finding = (await found(config(base, tmp_path, storage={"database_url": f"sqlite:///{path}"})))["database"]
    assert not finding.ok
    assert "storage.database_url" in finding.sentence


async def test_an_operator_s_drive_is_asked_for_only_where_archives_go_there(base: str, tmp_path: Path) -> None:
    assert "operator's drive" not in await found(config(base, tmp_path))
    drive = config(base, tmp_path, backup={"store": "drive", "identities": [IDENTITY]})
    before = (await found(drive))["operator's drive"]
    assert (before.ok, "python -m bot drive link" in before.sentence) == (False, True)
    await migrate(drive.storage.database_url)
    assert (await found(drive))["operator's drive"].sentence == "is not linked: run `python -m bot drive link`"
    async with desk_of(drive) as desk:
        await desk.links.save(OperatorDrive("ended", NOW, "ops@example.org"))
    ended = (await found(drive))["operator's drive"]
    assert (ended.ok, ended.sentence.startswith("ops@example.org does not work")) == (False, True)


async def test_it_is_said_whether_the_newest_copy_of_the_database_lies_there(base: str, tmp_path: Path) -> None:
    subject = "database copy in drive"
    drive = config(base, tmp_path, backup={"store": "drive", "identities": [IDENTITY]})
    assert subject not in await found(drive)
    await migrate(drive.storage.database_url)
    assert (await found(drive))[subject] == Finding(
        subject, True, "none is there yet: the newest goes there once the bot runs"
    )

    async def told(upload: CopyUpload) -> tuple[bool, str]:
        async with desk_of(drive) as desk:
            await desk.copy_uploads.save(upload)
        finding = (await found(drive))[subject]
        return finding.ok, finding.sentence

    last = NOW.strftime(NAME)
    upload = CopyUpload(NOW, last, last=last, proven=True)
    assert await told(upload) == (True, "the newest is of 2026-11-20 18:00, size and checksum were compared")
    ok, said = await told(replace(upload, trouble="your Google Drive has no room for 1.2 MB: make some"))
    assert (ok, said) == (
        False,
        "the newest is not there: your Google Drive has no room for 1.2 MB: make some; it is tried again every hour",
    )
    ok, said = await told(replace(upload, last=(NOW - timedelta(days=3)).strftime(NAME)))
    assert (ok, said.startswith("the newest is of 2026-11-17: look for copy.not_uploaded")) == (False, True)
