from datetime import timedelta
from pathlib import Path

import pytest

from bot.check import Finding
from bot.config import Config
from bot.copies import CopyNote, copies_of, note
from bot.drill import drill
from storage.copies import Copies, Copy
from storage.database import Database
from storage.installation import Installation
from storage.people import PeopleRepository
from storage.sealing import Seal
from tests.bot.spotify.time import NOW
from tests.storage.conftest import database, url

__all__ = ["database", "url"]
IDENTITY = Seal.generate_identity()
MORNING = NOW + timedelta(hours=7)


def configuration(folder: Path, *identities: str, database_url: str = "") -> Config:
    return Config.model_validate(
        {
            "discord": {"token": "x"},
            "spotify": {"apps": [{"client_id": "app"}]},
            "storage": {
                "encryption_keys": ["a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="],
                "database_url": database_url or f"sqlite:///{folder}/musivault.db",
            },
            "backup": {"folder": str(folder / "archives"), "identities": list(identities)},
        }
    )


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return configuration(tmp_path, IDENTITY)


@pytest.fixture
def copies(config: Config) -> Copies:
    copies = copies_of(config)
    assert copies is not None
    return copies


@pytest.fixture
async def copy(copies: Copies, database: Database) -> Copy:
    """Of two people, and noted."""
    people = PeopleRepository(database)
    await people.remember(1, "ada")
    await people.remember(2, "ben")
    copy, contents = copies.make(NOW)
    await note(Installation(database), CopyNote(copy.path.name, contents))
    return copy


async def found(config: Config) -> dict[str, Finding]:
    return {finding.subject: finding for finding in await drill(config, MORNING)}


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def wrong(findings: dict[str, Finding]) -> list[str]:
    return [subject for subject, finding in findings.items() if not finding.ok]


async def test_a_good_copy_holds_everybody_who_was_there_then(config: Config, copy: Copy, database: Database) -> None:
    await PeopleRepository(database).remember(3, "cem")
    findings = await found(config)
    assert wrong(findings) == []
    assert f"{copy.path.name} (" in findings["copy"].sentence
    assert findings["copy"].sentence.endswith("was made 7 hours ago")
    assert findings["people"].sentence == "2, all that the live database had then"


async def test_the_drill_leaves_nothing_readable(config: Config, copy: Copy, tmp_path: Path) -> None:
    await found(config)
    assert files(tmp_path) - {"musivault.db-wal", "musivault.db-shm"} == {"musivault.db", copy.path.name}


async def test_a_damaged_copy_is_told_with_what_to_do(config: Config, copy: Copy) -> None:
    content = bytearray(copy.path.read_bytes())
    content[-1000] ^= 1
    copy.path.write_bytes(content)
    findings = await found(config)
    assert wrong(findings) == ["contents"]
    assert "Use an older one" in findings["contents"].sentence


async def test_a_lost_identity_is_told_with_the_setting(copy: Copy, tmp_path: Path) -> None:
    findings = await found(configuration(tmp_path, Seal.generate_identity()))
    assert wrong(findings) == ["contents"]
    assert "`backup.identities`" in findings["contents"].sentence


async def test_an_identity_that_was_replaced_still_opens_the_old_copies(copy: Copy, tmp_path: Path) -> None:
    assert wrong(await found(configuration(tmp_path, Seal.generate_identity(), IDENTITY))) == []


async def test_a_copy_of_other_people_is_noticed(
    config: Config, copies: Copies, copy: Copy, database: Database
) -> None:
    await PeopleRepository(database).remember(3, "cem")
    copy.path.unlink()
    copies.make(NOW)
    findings = await found(config)
    assert wrong(findings) == ["people"]
    assert findings["people"].sentence.startswith("3, but not the 2 that the live database had then")


async def test_on_a_new_machine_the_copy_is_opened_without_a_database(copy: Copy, tmp_path: Path) -> None:
    elsewhere = configuration(tmp_path, IDENTITY, database_url=f"sqlite:///{tmp_path}/new/musivault.db")
    findings = await found(elsewhere)
    assert wrong(findings) == []
    assert findings["people"].sentence.startswith("2; no live database here")


async def test_a_broken_live_database_is_no_reason_against_its_copy(config: Config, copy: Copy, tmp_path: Path) -> None:
    (tmp_path / "musivault.db").write_bytes(b"not a database at all" * 1000)
    assert wrong(await found(config)) == []


async def test_an_old_copy_is_a_problem(config: Config, copy: Copy) -> None:
    findings = await drill(config, NOW + timedelta(days=5))
    assert not findings[0].ok
    assert "5 days ago: look for copy.failed in the log" in findings[0].sentence


async def test_a_copy_of_a_newer_release_is_noticed(config: Config, copies: Copies, database: Database) -> None:
    async with database.write() as session:
        await (await session.connection()).exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    copies.make(NOW)
    findings = await found(config)
    assert wrong(findings) == ["schema"]
    assert "update the bot before restoring" in findings["schema"].sentence


@pytest.mark.parametrize(
    ("identities", "database_url", "told"),
    [
        ([], "", "put an identity that `python -m bot keygen` makes into backup.identities"),
        ([IDENTITY], "postgresql://u:h1dden@db/vault", "pg_dump"),
        ([IDENTITY], "", "the bot makes one after its start"),
    ],
)
async def test_where_there_is_no_copy_it_is_said_why(
    tmp_path: Path, identities: list[str], database_url: str, told: str
) -> None:
    (finding,) = await drill(configuration(tmp_path, *identities, database_url=database_url), MORNING)
    assert not finding.ok
    assert told in finding.sentence
    assert "h1dden" not in finding.sentence
