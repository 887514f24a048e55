"""What a restore starts from is one's own: a backup, or a state of one's own lists."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.restore.source import Part, Sources, state_source
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.errors import NotFound
from storage.history import HistoryRepository, number_of
from storage.library import LibraryRepository
from storage.records import Library, SavedKind, VaultPlan
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN, at, everything, library, likes, playlist

ROAD = playlist("Road", "A", "B")


@pytest.fixture
async def sources(database: Database, cipher: TokenCipher, tmp_path: Path) -> Sources:
    """Ada's vault: two likes and a playlist at noon, another like and an emptied playlist a minute later."""
    vault = LibraryRepository(database)
    await vault.apply(ADA, everything(library(ROAD, likes=likes("A", "B"))), at(0))
    await vault.apply(ADA, VaultPlan(likes=likes("New", "A", "B")), at(1))
    stores = Stores(FolderStore(tmp_path), AccountRepository(database, cipher), None)
    return Sources(Shelf(ArchiveRepository(database, cipher), stores, tmp_path), HistoryRepository(database))


async def test_a_version_of_a_playlist_is_that_playlist_alone(sources: Sources) -> None:
    source = await sources.open(ADA, state_source(ROAD.details.spotify_id, 1))
    assert (source.part, source.name, source.at) == (Part.PLAYLIST, "Road", at(0))
    assert source.library == Library(playlists=(ROAD,))


async def test_likes_as_they_were_are_likes_alone(sources: Sources) -> None:
    source = await sources.open(ADA, state_source(SavedKind.TRACK, number_of(at(0.5))))
    assert (source.part, source.at) == (Part.LIKES, at(0.5))
    assert source.library == Library(likes=likes("A", "B"))


@pytest.mark.parametrize(
    "of",
    [
        state_source(ROAD.details.spotify_id, 2),
        state_source("nobody's", 1),
        state_source(SavedKind.TRACK, number_of(at(0) - timedelta(days=1))),
        state_source(SavedKind.ALBUM, number_of(at(0))),
        "no backup",
    ],
)
async def test_what_was_never_kept_is_not_found(of: str, sources: Sources) -> None:
    with pytest.raises(NotFound):
        await sources.open(ADA, of)


@pytest.mark.parametrize(
    "of", [state_source(ROAD.details.spotify_id, 1), state_source(SavedKind.TRACK, number_of(at(5)))]
)
async def test_nobody_opens_a_state_of_somebody_else_s_vault(of: str, sources: Sources) -> None:
    await sources.open(ADA, of)
    with pytest.raises(NotFound):
        await sources.open(BEN, of)
