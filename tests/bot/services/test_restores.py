"""A plan belongs to whoever asked for it, whatever the id of a button says."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import NotYours
from bot.rooms import Repositories
from bot.services.accounts import Accounts, SpotifyDoor
from bot.services.backup import Backups
from bot.services.changes import Changes, TurnedDown
from bot.services.changes.steps import Save, journalled
from bot.services.progress import ignore
from bot.services.restore import Begun, PreviewTooOld, Restores
from bot.services.restore.source import Sources
from bot.services.restore.vault import VaultRestores
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from bot.services.sync import SyncEngine
from bot.spotify.gateway import SpotifyGateway
from bot.spotify.oauth import SpotifyOAuth
from bot.spotify.pacing import Pacing
from storage.database import Database
from storage.errors import NotFound
from storage.records import Change, ChangeState, StepState
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.bot.spotify.time import Time
from tests.builders import ADA, BEN

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
async def restores(
    database: Database, cipher: TokenCipher, time: Time, executor: ThreadPoolExecutor, tmp_path: Path
) -> Restores:
    """Nothing here may be sent: there is no Spotify."""
    rooms = Repositories.of(database, cipher)
    kept = rooms.accounts
    gateway = SpotifyGateway(NOWHERE, Pacing(1, time, time.sleep, random.Random(1)), executor)
    accounts = Accounts(kept, SpotifyDoor(gateway, SpotifyOAuth(NOWHERE, NOWHERE, time, executor), {}), time)
    library, journal = rooms.library, rooms.changes
    shelf = Shelf(rooms.archives, Stores(FolderStore(tmp_path), kept, None), tmp_path)
    steps = journalled([Save(("spotify:track:a",))])
    await journal.create(Change("hers", ADA, ChangeState.PREVIEWED, time(), {}, steps))
    changes = Changes(journal, time.sleep)
    engine = SyncEngine(accounts, rooms.vault, time)
    vault = VaultRestores(library, Backups(library, kept, shelf, time), engine, journal, time)
    return Restores(Sources(shelf, rooms.history), engine, library, changes, time, vault)


async def test_nobody_confirms_somebody_else_s_plan(restores: Restores) -> None:
    with pytest.raises(NotYours):
        await restores.apply(BEN, "hers", ignore)
    (step,) = (await restores.changes.journal.get("hers")).steps
    assert step.state is StepState.PLANNED


async def test_nobody_cancels_somebody_else_s_plan(restores: Restores) -> None:
    with pytest.raises(NotYours):
        await restores.cancel(BEN, "hers")
    assert (await restores.changes.journal.get("hers")).state is ChangeState.PREVIEWED


async def test_nobody_takes_back_somebody_else_s_restore(restores: Restores) -> None:
    await restores.changes.journal.mark("hers", ChangeState.DONE, {})
    with pytest.raises(NotYours):
        await restores.preview_undo(BEN, "hers")


async def test_a_cancelled_plan_is_never_applied(restores: Restores) -> None:
    await restores.cancel(ADA, "hers")
    with pytest.raises(TurnedDown):
        await restores.apply(ADA, "hers", ignore)


async def test_what_was_not_restored_cannot_be_taken_back(restores: Restores) -> None:
    with pytest.raises(NotFound):
        await restores.preview_undo(ADA, "hers")


async def test_an_old_preview_is_not_applied(restores: Restores, time: Time) -> None:
    await time.sleep(3601)
    with pytest.raises(PreviewTooOld):
        await restores.apply(ADA, "hers", ignore)


async def test_what_was_begun_is_not_called_off(restores: Restores) -> None:
    """Cancelled now, it would stand half made, and no run would end it."""
    await restores.changes.journal.mark("hers", ChangeState.APPLYING)
    with pytest.raises(Begun):
        await restores.cancel(ADA, "hers")
    assert (await restores.changes.journal.get("hers")).state is ChangeState.APPLYING
