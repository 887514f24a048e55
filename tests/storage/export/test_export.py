"""A whole export: out of an archive of any format, with what had to be left out said in it."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from storage import archive
from storage.database import Database
from storage.export import Format, Holdings, NotInBackup, holdings_of, write
from storage.library import LibraryRepository
from storage.listening import ListeningRepository
from storage.records import Album, Library, Play, SavedKind, Show
from tests.builders import ADA, NOON, at, episode, everything, item, library, likes, local_file, playlist, track
from tests.storage.export.reading import csv_rows, exported
from tests.storage.seeing import keep
from tests.storage.strategies import some_libraries

GOLDEN = Path(__file__).parents[1] / "golden"
ALL = library(
    playlist("Road", "A", "A", None, episode("Talk"), local_file("Demo")),
    playlist("Old", item("B", minutes=None, by=None), removed_at=at(-60)),
    likes=likes("A", "C"),
)
FILES = [form for form in Format if not form.whole]


async def written(database: Database, path: Path) -> Holdings:
    """Ada's vault, through an archive as every export goes."""
    await LibraryRepository(database).write_archive(ADA, path, spotify_id="ada_spotify", created_at=NOON)
    return holdings_of(archive.read(path))


async def test_all_lists_of_a_vault_come_out_of_its_archive(database: Database, tmp_path: Path) -> None:
    vault = LibraryRepository(database)
    await keep(vault, ADA, everything(ALL), at(0))
    album, show = Album("First", "a1"), Show("Talking", "s1", "Somebody")
    await vault.keep_things([album, show, episode("Talk")])
    for kind, uri in (
        (SavedKind.ALBUM, album.uri),
        (SavedKind.SHOW, show.uri),
        (SavedKind.EPISODE, "spotify:episode:Talk"),
    ):
        await vault.apply_saved(ADA, kind, [(uri, NOON)], NOON)
    await vault.apply_saved(ADA, SavedKind.ALBUM, [], at(5))
    await ListeningRepository(database).keep_plays(ADA, [Play(track("A"), NOON, None)])
    of = await written(database, tmp_path / "ada.zip")
    assert of.library == ALL
    assert {kind: [saved.thing for saved in entries] for kind, entries in of.saved.items()} == {
        SavedKind.ALBUM: [],
        SavedKind.SHOW: [show],
        SavedKind.EPISODE: [episode("Talk")],
        SavedKind.ARTIST: [],
    }
    assert [play.track for play in of.plays] == [track("A")]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("form", FILES)
def test_backups_of_every_age_can_be_exported(version: int, form: Format, tmp_path: Path) -> None:
    of = holdings_of(archive.read(GOLDEN / f"format-{version}.zip"))
    assert of.library == ALL
    assert len(exported(of, form)) >= 4


@pytest.mark.parametrize("form", FILES)
@given(stored=some_libraries())
@settings(max_examples=25, deadline=None)
def test_each_list_has_a_file_whatever_the_lists_are_called(form: Format, stored: Library) -> None:
    lists = bool(stored.likes) + len(stored.playlists)
    overview = form is Format.CSV and len(stored.playlists) > 1
    assert len(exported(stored, form)) == 1 + lists + overview


def test_the_readme_says_what_was_left_out() -> None:
    of = Holdings(NOON, ALL, closed=[playlist("Theirs").details])
    text = exported(of, Format.M3U8)["README.txt"].decode()
    assert "as MusiVault kept it on 2026-11-20 at 12:00 UTC, as M3U8." in text
    assert "Liked songs: 2. Playlists: 2, with items: 6." in text
    assert "Entries that Spotify itself has lost: 1. They are comments in their places." in text
    assert "Local files: 1." in text
    assert "to their owners alone: 1. They have no file here." in text
    assert "no place for albums" in text
    assert "no longer there: 1." in text
    assert "Local files" not in exported(library(likes=likes("A")), Format.CSV)["README.txt"].decode()


def test_playlists_that_are_gone_lie_apart() -> None:
    assert "Gone from Spotify/Old.xspf" in exported(ALL, Format.XSPF)
    assert "Gone from Spotify/Old.csv" in exported(ALL, Format.CSV)


@pytest.mark.parametrize("which", ["playlist-Road", "ROAD"])
def test_one_playlist_is_found_by_id_or_name(which: str) -> None:
    ((name, content),) = exported(ALL, Format.CSV, which).items()
    assert name == "road.csv"
    assert [row["Position"] for row in csv_rows(content)] == ["1", "2", "3", "4", "5"]


def test_liked_songs_alone_are_one_file() -> None:
    assert list(exported(ALL, Format.XSPF, SavedKind.TRACK)) == ["liked-songs.xspf"]


@pytest.mark.parametrize("which", ["nothing", SavedKind.TRACK])
def test_a_list_that_is_not_there_is_said(which: str, tmp_path: Path) -> None:
    with pytest.raises(NotInBackup, match="not in there"):
        write(Holdings(NOON, library()), Format.CSV, which, tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", [datetime(1970, 1, 1, tzinfo=NOON.tzinfo)])
def test_a_moment_that_no_zip_knows_spoils_nothing(moment: datetime) -> None:
    assert exported(Holdings(moment, ALL), Format.JSPF)
