"""What a restore starts from is one's own: a backup, or a state of one's own lists."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.restore.scene import Then
from bot.services.restore.source import NoSuchPart, Part, Source, Sources, part_of, state_source
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.errors import NotFound
from storage.history import HistoryRepository, number_of
from storage.library import LibraryRepository
from storage.records import Library, Playlist, PlaylistDetails, Saved, SavedKind
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN, VaultPlan, at, everything, library, likes, playlist
from tests.storage.seeing import keep

ROAD = playlist("Road", "A", "B")


@pytest.fixture
async def sources(database: Database, cipher: TokenCipher, tmp_path: Path) -> Sources:
    """Ada's vault: two likes and a playlist at noon, another like and an emptied playlist a minute later."""
    vault = LibraryRepository(database)
    await keep(vault, ADA, everything(library(ROAD, likes=likes("A", "B"))), at(0))
    await keep(vault, ADA, VaultPlan(likes=likes("New", "A", "B")), at(1))
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


HERE = playlist("Road", "A")
THEN = Then(
    library(HERE, playlist("Road works", "B"), playlist("Gone", "C", removed_at=at(-9)), likes=likes("A")),
    {SavedKind.ALBUM: (Saved(None),)},
    closed=(playlist("Club", owner="ben_spotify").details,),
    unknown=(SavedKind.SHOW,),
)
WHOLE = Source("backup", Part.BACKUP, at(0), THEN, "ada_spotify")


@pytest.mark.parametrize(
    ("which", "part", "name", "alone"),
    [
        ("track", Part.LIKES, "", Then(library(likes=likes("A")))),
        ("album", Part.ALBUMS, "", Then(library(), {SavedKind.ALBUM: (Saved(None),)})),
        ("show", Part.SHOWS, "", Then(library(), unknown=(SavedKind.SHOW,))),
        ("playlist-Road", Part.PLAYLIST, "Road", Then(library(HERE))),
        ("road", Part.PLAYLIST, "Road", Then(library(HERE))),
        ("works", Part.PLAYLIST, "Road works", Then(library(playlist("Road works", "B")))),
        ("gone", Part.PLAYLIST, "Gone", Then(library(playlist("Gone", "C")))),
        ("club", Part.PLAYLIST, "Club", Then(library(), closed=list(THEN.closed))),
    ],
)
def test_a_part_of_a_backup_is_that_list_alone(which: str, part: Part, name: str, alone: Then) -> None:
    source = part_of(WHOLE, "of", which)
    assert (source.part, source.name, source.then) == (part, name, alone)
    assert (source.owner, source.backup) == ("ada_spotify", None)


@pytest.mark.parametrize("which", ["nothing like it", "roa", ""])
def test_a_name_that_fits_nothing_or_several_is_no_part(which: str) -> None:
    with pytest.raises(NoSuchPart):
        part_of(WHOLE, "of", which)


def test_a_part_is_found_without_holding_playlists_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten thousand that would take minutes."""

    def compared(*_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(Playlist, "__eq__", compared)
    monkeypatch.setattr(PlaylistDetails, "__eq__", compared)
    assert part_of(WHOLE, "of", ROAD.details.spotify_id).name == "Road"
