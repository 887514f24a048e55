from dataclasses import replace
from pathlib import Path

import pytest

from bot.check import Finding
from bot.config import Config
from bot.drill_archives import drill_archive
from bot.services.backup import Backups
from bot.services.progress import ignore
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from storage import archive as archive_file
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.library import LibraryRepository
from storage.records import Archive, ArchiveState, LibraryCounts, StoreKind
from storage.sealing import Seal
from storage.stores.fingerprint import Fingerprint
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.bot.services.checking.conftest import tear
from tests.bot.test_drill import IDENTITY, configuration
from tests.builders import ADA, BEN, NOON, everything, item, library, likes, local_file, playlist
from tests.storage.conftest import cipher, database, url
from tests.storage.seeing import keep

__all__ = ["cipher", "database", "url"]
GOLDEN = Path(__file__).parents[1] / "storage" / "golden"
SECRET = "A very private title"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return configuration(tmp_path, IDENTITY)


@pytest.fixture
def shelf(config: Config, database: Database, cipher: TokenCipher) -> Shelf:
    stores = Stores(FolderStore(config.backup.folder), AccountRepository(database, cipher), None)
    drafts = config.backup.folder / ".drafts"
    return Shelf(ArchiveRepository(database, cipher), stores, drafts, Seal([IDENTITY]))


async def backup(shelf: Shelf, database: Database, discord_id: int = ADA) -> Archive:
    libraries = LibraryRepository(database)
    gone = playlist("Old", item("B", minutes=None, by=None), removed_at=NOON)
    stored = library(playlist(SECRET, "A", None, local_file("Demo")), gone, likes=likes("C", str(discord_id)))
    await keep(libraries, discord_id, everything(stored), NOON)
    backups = Backups(libraries, shelf.stores.accounts, shelf, lambda: NOON)
    report = await backups.backup(discord_id, ignore, NOON)
    return await shelf.archives.get(discord_id, report.archive_id)


async def found(config: Config, archive_id: str | None = None, seed: int = 1) -> dict[str, Finding]:
    return {finding.subject: finding for finding in await drill_archive(config, archive_id, seed)}


def wrong(findings: dict[str, Finding]) -> list[str]:
    return [subject for subject, finding in findings.items() if not finding.ok]


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and "-" not in path.suffix
    }


async def test_an_archive_goes_into_an_empty_vault_and_out_again_as_it_was(
    config: Config, shelf: Shelf, database: Database, tmp_path: Path
) -> None:
    archive = await backup(shelf, database)
    before = files(tmp_path)
    findings = await found(config)
    assert wrong(findings) == []
    assert findings["archive"].sentence.startswith(f"{archive.id} of 2026-11-20 (")
    assert "15 members" in findings["archive"].sentence
    assert "every line and picture is the same" in findings["restore"].sentence
    assert files(tmp_path) == before, "nothing readable is left"
    assert SECRET not in str(findings)
    assert await shelf.archives.of(ADA) == (archive,)


async def test_a_seed_chooses_the_same_again_and_an_id_that_very_one(
    config: Config, shelf: Shelf, database: Database
) -> None:
    made = {(await backup(shelf, database, owner)).id for owner in (ADA, BEN)}
    drilled = [(await found(config, seed=seed))["archive"].sentence for seed in (1, 1, 2, 3, 4, 5)]
    assert drilled[0] == drilled[1]
    assert {sentence.split()[0] for sentence in drilled} == made
    for archive_id in made:
        assert (await found(config, archive_id))["archive"].sentence.startswith(archive_id)


async def test_a_torn_archive_is_told(config: Config, shelf: Shelf, database: Database) -> None:
    archive = await backup(shelf, database)
    tear(config.backup.folder / str(archive.remote_id))
    findings = await found(config)
    assert wrong(findings) == ["archive"]
    assert "is damaged" in findings["archive"].sentence


async def test_a_lost_key_is_told_with_the_setting(shelf: Shelf, database: Database, tmp_path: Path) -> None:
    await backup(shelf, database)
    findings = await found(configuration(tmp_path, Seal.generate_identity()))
    assert wrong(findings) == ["archive"]
    assert "`backup.identities`" in findings["archive"].sentence


@pytest.mark.parametrize("known", [{"content_hash": "another"}, {"counts": LibraryCounts(99, 9, 9)}])
async def test_an_archive_that_is_not_what_the_database_says_is_told(
    config: Config, shelf: Shelf, database: Database, known: dict[str, object]
) -> None:
    archive = await backup(shelf, database)
    await shelf.archives.replace(replace(archive, **known))  # type: ignore[arg-type]
    assert wrong(await found(config)) == ["archive"]


async def test_an_archive_of_the_first_format_is_counted(config: Config, shelf: Shelf) -> None:
    await put_golden(config, shelf)
    findings = await found(config)
    assert wrong(findings) == []
    assert "of format 1, so only counted" in findings["restore"].sentence


async def put_golden(config: Config, shelf: Shelf) -> None:

    path = GOLDEN / "format-1.zip"
    manifest = archive_file.read(path).manifest
    name = f"{manifest.discord_id}/old.zip"
    (config.backup.folder / name).parent.mkdir(parents=True)
    (config.backup.folder / name).write_bytes(path.read_bytes())
    stored = Fingerprint.of(path)
    old = Archive(
        "f" * 32,
        manifest.discord_id,
        StoreKind.FOLDER,
        ArchiveState.VERIFIED,
        manifest.created_at,
        "old.zip",
        manifest.content_hash,
        stored.sha256,
        stored.size,
        manifest.counts,
        name,
    )
    await shelf.archives.add(old)


async def test_what_is_not_in_reach_is_not_chosen(config: Config, shelf: Shelf, database: Database) -> None:
    archive = await backup(shelf, database)
    await shelf.archives.add(replace(archive, id="d" * 32, store=StoreKind.DRIVE))
    for seed in range(5):
        assert wrong(await found(config, seed=seed)) == []
    assert wrong(await found(config, "d" * 32)) == ["archive"]


async def test_where_there_is_none_it_is_said(config: Config, database: Database, tmp_path: Path) -> None:
    assert "none yet" in (await found(config))["archive"].sentence
    unknown = await found(config, "x")
    assert wrong(unknown) == ["archive"]
    assert "has the id x" in unknown["archive"].sentence
    elsewhere = configuration(tmp_path, IDENTITY, database_url=f"sqlite:///{tmp_path}/new/musivault.db")
    assert "no live database" in (await found(elsewhere))["archive"].sentence
    assert not (tmp_path / "new").exists()


async def test_an_old_schema_is_told_with_what_to_do(config: Config, database: Database) -> None:
    async with database.write() as session:
        await (await session.connection()).exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")
    assert "run `migrate`" in (await found(config))["archive"].sentence
