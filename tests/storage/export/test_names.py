"""Names of files: every system takes them, none leads elsewhere, and no playlist is lost to another of its name."""

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.export.names import Names, cleaned, plain

ODD = st.text() | st.sampled_from(
    ["", ".", "..", "...", "CON", "con.txt", "LPT¹", "a/../../etc/passwd", "x" * 500, "夜" * 300]
)


@given(name=ODD)
def test_any_name_is_a_file_in_its_own_folder(name: str) -> None:
    made = f"{cleaned(name)}.csv"
    assert PurePosixPath(made).parts == (made,)
    assert PureWindowsPath(made).parts == (made,)
    assert PureWindowsPath(made).drive == ""
    assert len(made.encode()) <= 140
    assert made == made.strip()
    assert not made.startswith(".")
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in made)
    assert not set(made) & set('<>:"/\\|?*')


@pytest.mark.parametrize("name", ["CON", "con", "Nul", "aux.mix", "COM1", "lpt9", "COM³", "PRN.", "nul .x"])
def test_a_device_of_windows_is_no_name(name: str) -> None:
    assert cleaned(name).startswith("_")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Road trip", "Road trip"),
        ("AC/DC: best?", "AC_DC_ best_"),
        ("", "Playlist"),
        ("///", "___"),
        ("\u200b\u202e", "Playlist"),
        ("..hidden..", "hidden"),
        ("two\r\nlines", "two lines"),
        ("Röyksopp 🎧", "Röyksopp 🎧"),
        ("console", "console"),
    ],
)
def test_what_becomes_of_a_name(name: str, made: str) -> None:
    assert cleaned(name) == made


@given(names=st.lists(ODD | st.sampled_from(["Road", "ROAD", "road ", "Road (2)"]), max_size=12))
def test_no_two_files_are_the_same_where_capitals_do_not_count(names: list[str]) -> None:
    given_names = Names(["README.txt"])
    made = [given_names.of(name, ".csv") for name in names]
    assert len({unicodedata.normalize("NFD", name).casefold() for name in made}) == len(names)


def test_two_of_one_name_are_numbered() -> None:
    names = Names()
    assert [names.of(name, ".m3u8") for name in ("Mix", "mix", "Mix (2)", "Mix")] == [
        "Mix.m3u8",
        "mix (2).m3u8",
        "Mix (2) (2).m3u8",
        "Mix (3).m3u8",
    ]


@given(name=st.text())
def test_an_attachment_s_name_is_letters_digits_and_dashes(name: str) -> None:
    made = plain(name, "playlist")
    assert made
    assert made.isascii()
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(made) <= 60
