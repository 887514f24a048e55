"""What a disk or a fault of our own could do to an archive while it is written; the proof has to see it."""

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from storage.archive.proof import check_directory, read_back
from storage.errors import ArchiveDamaged

LINES = b'{"name":"One"}\n{"name":"Two"}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made.zip"


def test_what_was_written_is_read_back(path: Path) -> None:
    with ZipFile(path, "w") as made:
        made.writestr("likes.jsonl", LINES)
        read_back(made, "likes.jsonl", LINES)
        made.writestr("plays.jsonl", b"")
        read_back(made, "plays.jsonl", b"")
    check_directory(path, made.infolist())


@pytest.mark.parametrize("found", [LINES[:-1], LINES + b"\n", LINES.replace(b"Two", b"Tvo"), b""])
def test_a_part_that_comes_back_otherwise_is_seen(path: Path, found: bytes) -> None:
    with ZipFile(path, "w") as made:
        made.writestr("likes.jsonl", found)
        with pytest.raises(ArchiveDamaged, match=r"likes\.jsonl"):
            read_back(made, "likes.jsonl", LINES)


def test_bytes_that_change_on_their_way_to_the_disk_are_seen(path: Path) -> None:
    with path.open("w+b") as file, ZipFile(file, "w", ZIP_STORED) as made:
        made.writestr("likes.jsonl", LINES)
        end = file.tell()
        file.seek(end - 4)
        file.write(b"X")
        file.seek(end)
        with pytest.raises(ArchiveDamaged, match=r"likes\.jsonl"):
            read_back(made, "likes.jsonl", LINES)


def test_a_directory_that_leads_elsewhere_is_seen(path: Path, tmp_path: Path) -> None:
    with ZipFile(path, "w") as made:
        made.writestr("likes.jsonl", LINES)
        made.writestr("plays.jsonl", b"")
    with ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("plays.jsonl", b"")
        other.writestr("likes.jsonl", LINES)
    with pytest.raises(ArchiveDamaged, match="list of its parts"):
        check_directory(path, other.infolist())
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ArchiveDamaged, match="opened as an archive"):
        check_directory(path, made.infolist())
