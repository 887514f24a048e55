"""What a disk or a fault of our own could do to an archive while it is written; the proof has to see it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from storage.archive.proof import check_directory, read_back
from storage.archive.zipped import DEFLATED, STORED, Entry, ZipWriter
from storage.errors import ArchiveDamaged

LINES = b'{"name":"One"}\n{"name":"Two"}\n'
MEMBERS = [
    ("covers/a.jpg", b"\xff\xd8picture", STORED),
    ("likes.jsonl", LINES, DEFLATED),
    ("plays.jsonl", b"", DEFLATED),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made.zip"


def made(path: Path) -> list[Entry]:
    with path.open("w+b") as file:
        archive = ZipWriter(file)
        for name, content, how in MEMBERS:
            read_back(file, archive.add(name, content, how), content)
        archive.finish(b"the end")
        return archive.entries


def test_what_was_written_is_read_back_and_opens_with_any_tool(path: Path) -> None:
    check_directory(path, made(path))
    with ZipFile(path) as opened:
        assert opened.testzip() is None
        assert [(info.filename, opened.read(info), info.compress_type) for info in opened.infolist()] == MEMBERS
        assert opened.comment == b"the end"
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in opened.infolist()} == {0o100644}


@pytest.mark.parametrize("how", [STORED, DEFLATED])
@pytest.mark.parametrize("found", [LINES[:-1], LINES + b"\n", LINES.replace(b"Two", b"Tvo"), b""])
def test_a_part_that_comes_back_otherwise_is_seen(path: Path, found: bytes, how: int) -> None:
    with path.open("w+b") as file, pytest.raises(ArchiveDamaged, match=r"likes\.jsonl"):
        read_back(file, ZipWriter(file).add("likes.jsonl", found, how), LINES)


@pytest.mark.parametrize("how", [STORED, DEFLATED])
def test_bytes_that_change_on_their_way_to_the_disk_are_seen(path: Path, how: int) -> None:
    with path.open("w+b") as file:
        entry = ZipWriter(file).add("likes.jsonl", LINES, how)
        file.seek(-4, 2)
        file.write(b"X")
        with pytest.raises(ArchiveDamaged, match=r"likes\.jsonl"):
            read_back(file, entry, LINES)


@pytest.mark.parametrize(
    "otherwise",
    [
        lambda entries: entries[::-1],
        lambda entries: entries[1:],
        lambda entries: [*entries[:-1], replace(entries[-1], crc=1)],
        lambda entries: [replace(entries[0], offset=7), *entries[1:]],
        lambda entries: [replace(entries[0], name="covers/b.jpg"), *entries[1:]],
    ],
    ids=["another order", "one too many", "another checksum", "elsewhere", "another name"],
)
def test_a_list_that_leads_elsewhere_is_seen(path: Path, otherwise: Callable[[list[Entry]], list[Entry]]) -> None:
    entries = made(path)
    with pytest.raises(ArchiveDamaged, match="list of its parts"):
        check_directory(path, otherwise(entries))


def test_a_list_that_is_cut_off_is_seen(path: Path) -> None:
    entries = made(path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ArchiveDamaged, match="opened as an archive"):
        check_directory(path, entries)


def test_what_stands_in_front_of_a_part_is_read_too(path: Path) -> None:
    entries = made(path)
    content = bytearray(path.read_bytes())
    content[entries[1].offset + 30] ^= 1  # the first letter of its name
    path.write_bytes(content)
    with pytest.raises(ArchiveDamaged, match="opened as an archive"):
        check_directory(path, entries)
