"""A backup into the vault, cut short wherever it can be: the next run ends it, once, and the way back is there."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.rooms import Repositories
from bot.services.accounts import Accounts, SpotifyDoor
from bot.services.backup import Backups
from bot.services.changes import Changes
from bot.services.progress import ignore
from bot.services.restore import Preview, RestoreReport, Restores, Target
from bot.services.restore.source import Sources
from bot.services.restore.vault import VaultRestores
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from bot.services.sync import SyncEngine
from bot.spotify.gateway import SpotifyGateway
from bot.spotify.oauth import SpotifyOAuth
from bot.spotify.pacing import Pacing
from storage.archive.lines import SECTIONS
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.errors import NotFound
from storage.records import Archive, ArchiveState, ChangeState, Library, RunKind, SectionState, StagedPage
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.bot.spotify.time import Time
from tests.builders import ADA, VaultPlan, at, everything, library, likes, playlist
from tests.storage.seeing import keep

NOWHERE = "http://127.0.0.1:9"
OLD = library(playlist("Road", "A", "B"), playlist("Home", "C"), likes=likes("A", "B"))
NEW = library(playlist("Road", "B"), likes=likes("New", "B"))


class PowerCut(Exception):
    """The process is gone."""


@dataclass
class House:
    """A vault with a backup of what it once was, and no Spotify."""

    rooms: Repositories
    backups: Backups
    restores: Restores
    time: Time
    backup: str = ""

    async def held(self) -> Library:
        return await self.rooms.library.load(ADA)

    async def content(self) -> str:
        """The mark of all that the vault holds, told by a backup that is not kept."""
        made = await self.backups.backup(ADA, ignore, since=self.time())
        (archive,) = [each for each in await self.backups.list(ADA) if each.id == made.archive_id]
        return archive.content_hash

    async def archive(self, archive_id: str) -> Archive:
        return await self.rooms.archives.get(ADA, archive_id)

    async def preview(self, target: Target) -> Preview:
        return await self.restores.preview(ADA, self.backup, target, ignore)

    async def run(self, preview: Preview) -> RestoreReport:
        return await self.restores.apply(ADA, preview.change_id, ignore)


@pytest.fixture
async def house(
    database: Database, cipher: TokenCipher, time: Time, executor: ThreadPoolExecutor, tmp_path: Path
) -> House:
    rooms = Repositories.of(database, cipher)
    gateway = SpotifyGateway(NOWHERE, Pacing(1, time, time.sleep, random.Random(1)), executor)
    door = SpotifyDoor(gateway, SpotifyOAuth(NOWHERE, NOWHERE, time, executor), {})
    engine = SyncEngine(Accounts(rooms.accounts, door, time), rooms.vault, time)
    shelf = Shelf(rooms.archives, Stores(FolderStore(tmp_path / "archives"), rooms.accounts, None), tmp_path / "drafts")
    backups = Backups(rooms.library, rooms.accounts, shelf, time)
    vault = VaultRestores(rooms.library, backups, engine, rooms.changes, time)
    sources = Sources(shelf, rooms.history)
    restores = Restores(sources, engine, rooms.library, Changes(rooms.changes, time.sleep), time, vault)
    house = House(rooms, backups, restores, time)
    await keep(rooms.library, ADA, everything(OLD), at(0))
    for section in SECTIONS:
        await rooms.states.mark_section(ADA, section, at(0), full_at=at(0), total=3)
    house.backup = (await backups.backup(ADA, ignore, since=time())).archive_id
    await time.sleep(60)
    await keep(rooms.library, ADA, VaultPlan(likes=NEW.likes, playlists=NEW.playlists), at(1))
    await rooms.library.mark_removed(ADA, ["playlist-Home"], at(2))
    return house


async def test_a_merge_only_adds_what_the_vault_never_heard_of(house: House) -> None:
    before = await house.held()
    assert (await house.preview(Target.VAULT)).nothing_to_do, "the backup is of its own past"
    assert await house.held() == before


async def test_a_replaced_vault_is_what_the_backup_holds_and_what_it_was_is_in_another(house: House) -> None:
    wanted, before = (await house.archive(house.backup)).content_hash, await house.content()
    report = await house.run(await house.preview(Target.REPLACE))
    assert report.vault
    assert report.vault.kept
    assert await house.held() == OLD
    kept = await house.archive(report.vault.kept.archive_id)
    assert (kept.content_hash, kept.pinned) == (before, True)
    assert await house.content() == wanted
    house.backup = kept.id
    await house.run(await house.preview(Target.REPLACE))
    assert await house.content() == before


async def test_what_was_replaced_is_read_in_full_by_the_next_sync(house: House) -> None:
    await house.rooms.states.stage(ADA, "track", [StagedPage(0, "", 1, (("spotify:track:A", at(0), None),))], at(1))
    made = (await house.archive(house.backup)).created_at
    await house.rooms.states.mark_section(ADA, "told", at(3))
    await house.run(await house.preview(Target.REPLACE))
    marks = await house.rooms.states.sections(ADA)
    assert {marks[section] for section in SECTIONS} == {SectionState(made, None, None)}
    assert marks["told"] == SectionState(at(3))
    assert await house.rooms.states.staged_sections(ADA) == set()


@pytest.mark.parametrize("after", ["backup", "pin", "mark_step", "bring", "mark"])
async def test_a_replacement_cut_short_is_ended_by_the_next_run(
    house: House, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes right after each of its stages."""
    stages = {
        "backup": (Backups, "backup"),
        "pin": (ArchiveRepository, "pin"),
        "mark_step": (type(house.rooms.changes), "mark_step"),
        "bring": (type(house.rooms.library), "bring"),
        "mark": (type(house.rooms.changes), "mark"),
    }
    before, preview = await house.content(), await house.preview(Target.REPLACE)
    where, name = stages[after]
    stage = getattr(where, name)

    async def cut(*args: object, **kwargs: object) -> None:
        await stage(*args, **kwargs)
        raise PowerCut

    with monkeypatch.context() as broken:
        broken.setattr(where, name, cut)
        with pytest.raises(PowerCut):
            await house.run(preview)
    await house.time.sleep(7200)
    report = await house.run(preview)
    assert await house.held() == OLD
    assert report.vault
    assert report.vault.kept
    assert (await house.archive(report.vault.kept.archive_id)).content_hash == before
    assert (await house.rooms.changes.get(preview.change_id)).state is ChangeState.DONE
    assert await house.run(preview) == report


async def test_what_came_in_after_the_backup_is_backed_up_before_it_is_replaced(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot died between the backup and the replacement, and a sync was faster than the restore."""
    preview = await house.preview(Target.REPLACE)

    async def cut(*_: object, **__: object) -> None:
        raise PowerCut

    with monkeypatch.context() as broken:
        broken.setattr(type(house.rooms.library), "bring", cut)
        with pytest.raises(PowerCut):
            await house.run(preview)
    await keep(house.rooms.library, ADA, VaultPlan(likes=likes("Newest", "New")), at(5))
    before = await house.content()
    report = await house.run(preview)
    assert report.vault
    assert report.vault.kept
    assert (await house.archive(report.vault.kept.archive_id)).content_hash == before


async def test_a_replacement_cut_short_after_it_was_written_is_not_written_over_what_came_since(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await house.preview(Target.REPLACE)
    bring = type(house.rooms.library).bring

    async def cut(*args: object, **kwargs: object) -> None:
        await bring(*args, **kwargs)  # type: ignore[arg-type]
        raise PowerCut

    with monkeypatch.context() as broken:
        broken.setattr(type(house.rooms.library), "bring", cut)
        with pytest.raises(PowerCut):
            await house.run(preview)
    await keep(house.rooms.library, ADA, VaultPlan(likes=likes("Since")), at(9))
    await house.rooms.archives.replace(replace(await house.archive(house.backup), state=ArchiveState.MISSING))
    await house.run(preview)
    assert (await house.held()).likes == likes("Since"), "and the backup is not even looked at"


async def test_an_empty_vault_is_replaced_without_a_backup_of_nothing(house: House) -> None:
    await house.rooms.library.erase(ADA)
    report = await house.run(await house.preview(Target.REPLACE))
    assert report.vault
    assert report.vault.kept
    assert report.vault.kept.archive_id == ""
    assert await house.held() == OLD
    assert len(await house.backups.list(ADA)) == 1


async def test_a_restore_into_the_vault_is_not_taken_back_through_spotify(house: House) -> None:
    report = await house.run(await house.preview(Target.REPLACE))
    with pytest.raises(NotFound):
        await house.restores.preview_undo(ADA, report.change_id)


async def test_what_is_not_the_vault_is_left_alone(house: House) -> None:
    await house.rooms.people.remember(ADA, "Ada")
    await house.rooms.runs.enqueue(RunKind.SYNC, ADA, {"other": 1}, house.time())
    people = await house.rooms.people.get(ADA)
    await house.run(await house.preview(Target.REPLACE))
    assert await house.rooms.people.get(ADA) == people
    assert [run.payload for run in await house.rooms.runs.live(ADA)] == [{"other": 1}]
