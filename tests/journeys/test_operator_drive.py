"""The operator's own Drive: linked by the operator, used by members who have none, and what is said when it ends."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.check import Finding
from bot.config import Config
from bot.drive_link import SUBJECT, Desk, desk_of, link, status, unlink
from bot.services.linking import NotAnAddress
from storage.errors import LinkRejected, MusiVaultError
from storage.sealing import Seal
from tests.journeys.test_backup import back_up, drafts, in_drive, in_folder
from tests.journeys.test_restore import preview
from tests.journeys.town import Town, a_town, first_sync, link_drive
from tests.sandbox.browser import Browser
from tests.sandbox.operator import configuration, write_toml
from tests.sandbox.processes import ROOT

SEALED = {"store": "drive", "identities": [Seal.generate_identity()], "nightly": False}
OPERATOR = "gus"


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose archives go to the operator's Drive; Gus runs the bot."""
    async with a_town(tmp_path, backup=SEALED) as town:
        yield town


@asynccontextmanager
async def desk(town: Town) -> AsyncIterator[Desk]:
    """What the commands work on."""
    values = configuration(town.folder, town.sandbox.endpoints, town.port, **town.changes)
    async with desk_of(Config.model_validate(values)) as opened:
        yield opened


async def agreed(url: str) -> str:
    async with Browser(OPERATOR) as browser:
        return (await (await browser.open(url)).press("Continue")).url


async def linked(town: Town) -> list[Finding]:
    async with desk(town) as at:
        return await link(at, town.clock.now(), agreed)


async def looked_at(town: Town) -> Finding:
    async with desk(town) as at:
        return await status(at)


async def health(town: Town) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{town.port}/healthz") as answer:
        return str((await answer.json())["drive"])


async def test_members_without_a_drive_have_their_backups_in_the_operator_s(town: Town) -> None:
    assert await linked(town) == [Finding(SUBJECT, True, "gus@example.org is linked")]
    ada, ben = town.person("ada"), town.person("ben")
    await first_sync(ada)
    await first_sync(ben)
    await link_drive(ada)
    assert "your Google Drive" in (await back_up(ada)).text
    assert "the operator's Google Drive" in (await back_up(ben)).text
    # Ada's first backup was made before she had a Drive of her own.
    mine, file = sorted(await in_drive(town.person(OPERATOR)), key=lambda each: str(each["path"]))
    assert mine["path"] == f"MusiVault/Ada ({ada.discord_id})/{mine['name']}"
    assert file["path"] == f"MusiVault/Ben ({ben.discord_id})/{file['name']}"
    assert file["name"].endswith(".zip.age")
    assert len(await in_drive(ada)) == 1
    assert in_folder(town) == []
    assert "Already backed up" in (await back_up(ben, "Already backed up")).text


async def test_a_backup_comes_back_from_there(town: Town) -> None:
    await linked(town)
    ben = town.person("ben")
    await first_sync(ben)
    await back_up(ben)
    await ben.spotify.empty_account()
    assert "25 likes" in (await preview(ben)).text


async def test_before_it_is_linked_a_backup_fails_and_says_whose_affair_that_is(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    reply = await back_up(ben, "tell whoever runs this bot")
    assert [button.label for button in reply.buttons if "Drive" in button.label] == []
    assert in_folder(town) == []
    assert drafts(town) == []
    assert await health(town) == "not linked"
    assert await looked_at(town) == Finding(SUBJECT, False, "is not linked: run `python -m bot drive link`")


async def test_a_link_that_google_ended_is_said_everywhere_and_made_again(town: Town) -> None:
    ben = town.person("ben")
    await linked(town)
    await first_sync(ben)
    assert await health(town) == ""
    await town.fate("google", "revoke", user=OPERATOR)
    assert "tell whoever runs this bot" in (await back_up(ben, "nothing for you to link")).text
    assert await health(town) == "refused"
    assert "is no longer accepted" in (await looked_at(town)).sentence
    await linked(town)
    assert await health(town) == ""
    await back_up(ben)
    assert len(await in_drive(town.person(OPERATOR))) == 1
    assert "gus@example.org is linked since" in (await looked_at(town)).sentence


async def test_a_google_that_does_not_answer_is_no_reason_to_link_again(town: Town) -> None:
    await linked(town)
    await town.fate("google", "fail_next", times=100, status=503)
    said = await looked_at(town)
    assert not said.ok
    assert "try again later" in said.sentence
    assert "drive link" not in said.sentence


async def test_an_app_in_testing_is_said_to_end_the_link_in_a_week(town: Town) -> None:
    await town.fate("google", "leave_in_testing")
    *_, said = await linked(town)
    assert not said.ok
    assert "Google ends this permission in 7 days" in said.sentence


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("https://example.org/", NotAnAddress),
        ("http://127.0.0.1/callback/drive?state=another&code=4/0abc", LinkRejected),
    ],
)
async def test_an_address_of_something_else_links_nothing(
    town: Town, address: str, meant: type[MusiVaultError]
) -> None:
    async def other(_: str) -> str:
        return address

    async with desk(town) as at:
        with pytest.raises(meant):
            await link(at, town.clock.now(), other)
        assert await at.links.get() is None


async def test_an_unlinked_drive_is_given_back_and_forgotten(town: Town) -> None:
    await linked(town)
    async with desk(town) as at:
        assert "is unlinked" in (await unlink(at)).sentence
        assert await town.fate("google", "connected", user=OPERATOR) == []
        assert (await unlink(at)).sentence == "was not linked"


async def test_what_an_operator_types_links_it(town: Town) -> None:
    """On the command line, with the bot running."""
    sections = configuration(town.folder, town.sandbox.endpoints, town.port, **town.changes)
    write_toml(town.folder / "config.toml", {name: each for name, each in sections.items() if name != "spotify"})
    with (town.folder / "config.toml").open("a") as file:
        file.write('[[spotify.apps]]\nclient_id = "any"\n')
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "bot", "--config", str(town.folder / "config.toml"), "drive", "link")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    await process.stdout.readline()
    page = await agreed((await process.stdout.readline()).decode().strip())
    out, _ = await process.communicate(f"{page}\n".encode())
    assert (process.returncode, "gus@example.org is linked" in out.decode()) == (0, True)
    assert (await looked_at(town)).ok
