"""Playlists for players: read back, each entry is in its place, as far as the format can say it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.export import Format
from storage.export.tracklist import Entry, TrackList, entry_of
from storage.export.xspf import FORBIDDEN, xspf
from storage.records import Library
from tests.builders import episode, library, local_file, playlist
from tests.storage.export.reading import exported, jspf_playlist, m3u8_entries, xspf_tracks
from tests.storage.strategies import some_libraries

PLAYERS = (Format.M3U8, Format.XSPF, Format.JSPF)
MIXED = library(playlist("Road", "A", "A", None, episode("Talk"), local_file("#1 Demo")))


def lists_of(stored: Library) -> list[list[Entry | None]]:
    likes = [[entry_of(like.track) for like in stored.likes]] if stored.likes else []
    return likes + [[entry_of(item.track) for item in each.items] for each in stored.playlists]


def files_of(stored: Library, form: Format) -> list[bytes]:
    return [content for name, content in exported(stored, form).items() if name != "README.txt"]


def xml(text: str) -> str:
    return FORBIDDEN.sub("", text)


@given(stored=some_libraries())
@settings(max_examples=60, deadline=None)
def test_xspf_gives_back_every_entry(stored: Library) -> None:
    for content, entries in zip(files_of(stored, Format.XSPF), lists_of(stored), strict=True):
        for track_, entry in zip(xspf_tracks(content), entries, strict=True):
            if entry is None:
                assert track_ == {"annotation": "Spotify has lost this entry"}
                continue
            assert track_.get("title", "") == xml(entry.title)
            assert track_.get("creator", "") == xml(entry.creator)
            assert track_.get("album", "") == xml(entry.album)
            assert track_.get("identifier") == entry.identifier
            assert track_.get("location") == entry.location
            assert int(track_.get("duration", 0)) == entry.duration_ms
            assert track_.get("meta", "") == (entry.isrc or "")


@given(stored=some_libraries())
@settings(max_examples=60, deadline=None)
def test_jspf_gives_back_every_entry(stored: Library) -> None:
    for content, entries in zip(files_of(stored, Format.JSPF), lists_of(stored), strict=True):
        for track_, entry in zip(jspf_playlist(content)["track"], entries, strict=True):
            if entry is None:
                assert track_ == {"annotation": "Spotify has lost this entry"}
                continue
            assert track_.get("title", "") == entry.title
            assert track_.get("creator", "") == entry.creator
            assert track_.get("location", [None]) == [entry.location]
            assert track_["identifier"] == [entry.identifier]
            assert track_.get("trackNum", 0) == (entry.number or 0)


@given(stored=some_libraries())
@settings(max_examples=60, deadline=None)
def test_m3u8_gives_back_every_entry_in_a_line_of_its_own(stored: Library) -> None:
    for content, entries in zip(files_of(stored, Format.M3U8), lists_of(stored), strict=True):
        assert content.startswith(b"#EXTM3U\n#PLAYLIST:")
        for read, entry in zip(m3u8_entries(content), entries, strict=True):
            assert (read is None) == (entry is None)
            if read and entry:
                seconds, _, name = read[0].partition(",")
                assert int(seconds) == (round(entry.duration_ms / 1000) or int(seconds))
                assert name == entry.name
                assert read[1] == entry.location or entry.location is None
                assert read[1]
                assert not read[1].startswith("#")


def test_what_the_formats_say_of_a_mixed_playlist() -> None:
    (m3u8,) = files_of(MIXED, Format.M3U8)
    assert m3u8.decode() == (
        "#EXTM3U\n#PLAYLIST:Road\n"
        "#EXTINF:180,The Builders - A\nhttps://open.spotify.com/track/A\n"
        "#EXTINF:180,The Builders - A\nhttps://open.spotify.com/track/A\n"
        "# 3: Spotify has lost this entry\n"
        "#EXTINF:1800,Talking - Talk\nhttps://open.spotify.com/episode/Talk\n"
        "#EXTINF:200,My Band - #1 Demo\nMy Band - #1 Demo\n"
    )
    (jspf,) = files_of(MIXED, Format.JSPF)
    head = jspf_playlist(jspf)
    assert (head["title"], head["identifier"]) == ("Road", "spotify:playlist:playlist-Road")
    assert head["location"] == "https://open.spotify.com/playlist/playlist-Road"


def test_a_local_file_whose_name_would_be_a_comment_is_none() -> None:
    (content,) = files_of(library(playlist("P", local_file("# One", artist=""))), Format.M3U8)
    assert content.decode().splitlines()[-1] == "./# One"


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=200, deadline=None)
def test_any_text_is_well_formed_xml(text: str) -> None:
    document = "".join(xspf(TrackList(text, [Entry(text, creator=text)]))).encode()
    (read,) = xspf_tracks(document)
    assert read.get("title", "") == xml(text)


@pytest.mark.parametrize("form", PLAYERS)
def test_one_list_alone_is_one_file(form: Format) -> None:
    ((name, content),) = exported(MIXED, form, "playlist-Road").items()
    assert name == f"road.{form}"
    assert content == files_of(MIXED, form)[0]


@pytest.mark.parametrize("form", PLAYERS)
def test_an_empty_playlist_is_a_file_too(form: Format) -> None:
    (content,) = files_of(library(playlist("Empty")), form)
    assert re.search(rb"Empty", content)
