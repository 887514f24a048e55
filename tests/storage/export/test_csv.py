"""CSV: every list read back is the list that was there, and no cell calculates."""

from datetime import UTC

import pytest
from hypothesis import given, settings

from storage.export import Format, Holdings
from storage.export.cells import shown
from storage.export.sheets import TRACK
from storage.records import Album, Artist, Library, Play, Saved, SavedKind, Show, Track
from tests.builders import NOON, episode, item, library, like, local_file, playlist, track
from tests.storage.export.reading import csv_rows, exported
from tests.storage.strategies import some_libraries


@given(stored=some_libraries())
@settings(max_examples=60, deadline=None)
def test_whatever_is_in_a_playlist_comes_back_in_its_place(stored: Library) -> None:
    files = exported(stored, Format.CSV)
    playlists = [content for name, content in files.items() if "/" in name]
    assert len(playlists) == len(stored.playlists)
    for content, kept in zip(playlists, stored.playlists, strict=True):
        rows = csv_rows(content)
        assert [row["Track URI"] for row in rows] == [each.track.uri if each.track else "" for each in kept.items]
        assert [row["Track Name"] for row in rows] == [each.track.name if each.track else "" for each in kept.items]
        assert [row["Added By"] for row in rows] == [each.added_by or "" for each in kept.items]
        assert [row["Added At"] for row in rows] == [_moment(each.added_at) for each in kept.items]
        assert [row["Position"] for row in rows] == [str(number) for number in range(1, len(kept.items) + 1)]
        for row, each in zip(rows, kept.items, strict=True):
            assert row["Type"] == (each.track.kind if each.track else "lost")
            assert row["ISRC"] == ((each.track.isrc if each.track else "") or "")
            assert row["Album Name"] == (each.track.album.name if each.track and each.track.album else "")


@given(stored=some_libraries())
@settings(max_examples=40, deadline=None)
def test_likes_come_back_newest_first(stored: Library) -> None:
    files = exported(stored, Format.CSV)
    rows = csv_rows(files["Liked songs.csv"]) if stored.likes else []
    assert [(row["Track URI"], row["Added At"]) for row in rows] == [
        (each.track.uri if each.track else "", _moment(each.added_at)) for each in stored.likes
    ]


def _moment(moment: object) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tcmd", "\rcmd", '=HYPERLINK("http://x";"y")'])
def test_a_name_that_is_a_formula_is_only_a_name(name: str) -> None:
    (cell,) = [row for row in exported(library(playlist("P", track(name))), Format.CSV).items() if "/" in row[0]]
    assert f"'{name}" in cell[1].decode().replace('""', '"')
    assert shown(name) == f"'{name}"
    assert csv_rows(cell[1])[0]["Track Name"] == name


@pytest.mark.parametrize("name", ["'Til I Die", "", "a=b", "3", "—"])
def test_a_name_that_is_none_stays_as_it_is(name: str) -> None:
    assert shown(name) == name


def test_rows_end_as_the_standard_says_and_quotes_are_doubled() -> None:
    content = exported(library(likes=(like('say "hi", twice'),)), Format.CSV)["Liked songs.csv"].decode()
    assert content.count("\r\n") == 2
    assert '"say ""hi"", twice"' in content


def test_columns_are_called_as_exportify_calls_them() -> None:
    (row,) = csv_rows(exported(library(playlist("P", track("A", artist="Tyler, The"))), Format.CSV)["Playlists/P.csv"])
    known = {"Track URI", "Track Name", "Album Name", "Artist Name(s)", "Release Date", "Duration (ms)", "Added At"}
    assert known <= row.keys()
    assert set(TRACK) <= row.keys()
    assert row["Artist Name(s)"] == "Tyler\\, The"
    assert (row["Release Date"], row["Duration (ms)"]) == ("2001-02-03", "180000")
    assert row["Added At"] == "2026-11-20T12:00:00Z"


def test_every_list_has_a_table_of_its_own() -> None:
    by = Artist("The Builders", "b1")
    saved = {
        SavedKind.ALBUM: [Saved(Album("First", "a1", (by,), "album", "2001", "year", 12), NOON), Saved(None, NOON)],
        SavedKind.ARTIST: [Saved(by), Saved(None)],
        SavedKind.SHOW: [Saved(Show("Talking", "s1", "Somebody"), NOON), Saved(None, NOON)],
        SavedKind.EPISODE: [Saved(episode("Talk"), NOON), Saved(None, NOON)],
    }
    of = Holdings(NOON, library(likes=(like("A"),)), saved, [Play(track("A"), NOON, "spotify:album:x")])
    files = exported(of, Format.CSV)
    assert list(files) == [
        "README.txt",
        "Liked songs.csv",
        "Albums.csv",
        "Artists.csv",
        "Shows.csv",
        "Episodes.csv",
        "Plays.csv",
    ]
    rows = {name: csv_rows(content) for name, content in files.items() if name.endswith(".csv")}
    assert [row["Album Name"] for row in rows["Albums.csv"]] == ["First", "lost"]
    assert rows["Albums.csv"][0]["Artist URI(s)"] == "spotify:artist:b1"
    assert [row["Artist Name"] for row in rows["Artists.csv"]] == ["The Builders", "lost"]
    assert [row["Publisher"] for row in rows["Shows.csv"]] == ["Somebody", ""]
    assert [row["Show Name"] for row in rows["Episodes.csv"]] == ["Talking", ""]
    assert (rows["Plays.csv"][0]["Played At"], rows["Plays.csv"][0]["Context URI"]) == (
        "2026-11-20T12:00:00Z",
        "spotify:album:x",
    )


def test_the_overview_names_every_playlist_also_those_that_cannot_be_read() -> None:
    theirs = playlist("Theirs", owner="ben_spotify").details
    of = Holdings(NOON, library(playlist("Road", "A", None), playlist("Old", removed_at=NOON)), closed=[theirs])
    rows = csv_rows(exported(of, Format.CSV)["Playlists.csv"])
    assert [(row["Playlist Name"], row["Tracks"], row["Gone Since"]) for row in rows] == [
        ("Road", "2", ""),
        ("Old", "0", "2026-11-20T12:00:00Z"),
        ("Theirs", "", ""),
    ]


def test_local_files_and_lost_entries_are_told_apart() -> None:
    stored = library(playlist("P", local_file("Demo"), item(None), episode("Talk")))
    rows = csv_rows(exported(stored, Format.CSV)["Playlists/P.csv"])
    assert [row["Type"] for row in rows] == ["local", "lost", "episode"]
    assert rows[0]["Artist Name(s)"] == "My Band"
    assert isinstance(stored.playlists[0].items[0].track, Track)
