import asyncio
import io
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import archive
from storage.archive import ArchiveSummary
from storage.archive.layout import Name
from storage.database import Database
from storage.errors import ArchiveDamaged, ArchiveTooNew
from storage.library import LibraryRepository
from storage.records import Library
from tests.builders import ADA, NOON, at, episode, everything, item, library, likes, local_file, playlist
from tests.storage.seeing import keep
from tests.storage.strategies import some_libraries

ALL = library(
    playlist("Road", "A", "A", None, episode("Talk"), local_file("Demo")),
    playlist("Old", item("B", minutes=None, by=None), removed_at=at(-60)),
    likes=likes("A", "C"),
)
Members = dict[str, bytes]
LIKE = b'{"track":%s,"added_at":null,"seen_at":"2026-11-20T12:00:00.000000Z","removed_at":null}\n'
GOLDEN = Path(__file__).parent / "golden"


Write = Callable[..., ArchiveSummary]


@pytest.fixture
def write(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Writes a library into a vault of its own, and that into an archive."""
    folder = tmp_path_factory.mktemp("vaults")
    numbers = count()

    def written(
        path: Path, stored: Library = ALL, *, minutes: float = 0, spotify_id: str = "ada_spotify"
    ) -> ArchiveSummary:
        vault = folder / f"{next(numbers)}.db"
        shutil.copy(migrated, vault)
        return asyncio.run(_written(f"sqlite:///{vault}", path, stored, spotify_id, at(minutes)))

    return written


async def _written(url: str, path: Path, stored: Library, spotify_id: str, created_at: datetime) -> ArchiveSummary:
    database = Database(url)
    libraries = LibraryRepository(database)
    try:
        await keep(libraries, ADA, everything(stored), NOON)
        return await libraries.write_archive(ADA, path, spotify_id=spotify_id, created_at=created_at)
    finally:
        await database.close()


@pytest.fixture
def path(tmp_path: Path, write: Write) -> Path:
    written = tmp_path / "ada.zip"
    write(written)
    return written


def _without_addresses(stored: Library) -> Library:
    """The addresses of pictures end within a day, and are no part of an archive."""
    return replace(
        stored,
        playlists=tuple(replace(one, details=replace(one.details, image_url=None)) for one in stored.playlists),
    )


def _members(path: Path) -> Members:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rewrite(path: Path, members: Members) -> None:
    """Packs and seals other members, as somebody would who knows the format."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.comment = b"0" * 64
        for name, content in members.items():
            made.writestr(name, content)
    content = packed.getvalue()[:-64]
    path.write_bytes(content + sha256(content).hexdigest().encode())


def _change(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Changes the manifest."""
    members = _members(path)
    manifest = orjson.loads(members["manifest.json"])
    change(manifest)
    rewrite(path, members | {"manifest.json": orjson.dumps(manifest)})


def _replace_member(path: Path, name: str, content: bytes) -> None:
    """Changes a member, and the manifest so that it agrees."""
    members = _members(path) | {name: content}
    manifest = orjson.loads(members["manifest.json"])
    manifest["members"][name] = {
        "bytes": len(content),
        "rows": content.count(b"\n"),
        "sha256": sha256(content).hexdigest(),
    }
    rewrite(path, members | {"manifest.json": orjson.dumps(manifest)})


@given(stored=some_libraries())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_gives_back_what_was_put_in(stored: Library, tmp_path: Path, write: Write) -> None:
    summary = write(tmp_path / "any.zip", stored)
    manifest, read, *_ = archive.read(tmp_path / "any.zip")
    assert read == _without_addresses(stored)
    assert manifest.counts == stored.counts
    assert write(tmp_path / "again.zip", stored) == summary


@pytest.mark.parametrize("version", [1, 2])
def test_archives_of_every_format_are_read(version: int) -> None:
    manifest, read, *_ = archive.read(GOLDEN / f"format-{version}.zip")
    assert (manifest.format, manifest.discord_id, manifest.counts) == (version, ADA, ALL.counts)
    assert read == ALL


def test_the_manifest_says_whose_it_is_and_from_when(path: Path) -> None:
    manifest = archive.read(path).manifest
    assert (manifest.format, manifest.discord_id, manifest.spotify_id) == (2, ADA, "ada_spotify")
    assert manifest.created_at == NOON
    assert manifest.members["tracks.jsonl"].rows == 5


def test_the_summary_describes_the_file(path: Path, write: Write) -> None:
    summary = write(path)
    assert (summary.size, summary.counts) == (path.stat().st_size, ALL.counts)
    assert summary.sha256 == sha256(path.read_bytes()).hexdigest()
    assert archive.read(path).manifest.content_hash == summary.content_hash


def test_the_same_content_has_the_same_hash_whenever_it_is_written(tmp_path: Path, write: Write) -> None:
    first = write(tmp_path / "1.zip")
    later = write(tmp_path / "2.zip", minutes=90)
    assert first.content_hash == later.content_hash
    assert first.sha256 != later.sha256
    assert write(tmp_path / "3.zip") == first


@pytest.mark.parametrize(
    "other",
    [
        replace(ALL, likes=tuple(reversed(ALL.likes))),
        replace(ALL, playlists=(replace(ALL.playlists[0], items=ALL.playlists[0].items[::-1]), ALL.playlists[1])),
        replace(ALL, likes=(replace(ALL.likes[0], added_at=NOON + timedelta(microseconds=1)), *ALL.likes[1:])),
        replace(ALL, playlists=(ALL.playlists[0], replace(ALL.playlists[1], removed_at=None))),
        Library(),
    ],
)
def test_other_content_has_another_hash(path: Path, tmp_path: Path, other: Library, write: Write) -> None:
    assert write(tmp_path / "other.zip", other).content_hash != write(path).content_hash


def test_any_zip_tool_opens_it(path: Path) -> None:
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        rows = opened.read("likes.jsonl").splitlines()
    assert orjson.loads(rows[0]) == {
        "track": 2,
        "added_at": "2026-11-20T12:00:00.000000Z",
        "seen_at": "2026-11-20T12:00:00.000000Z",
        "removed_at": None,
    }


def test_nothing_half_written_stands_at_the_path(tmp_path: Path, write: Write) -> None:
    with pytest.raises(TypeError):
        write(tmp_path / "bad.zip", spotify_id="\ud800")
    assert list(tmp_path.iterdir()) == []


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flipped_bit_is_seen(data: st.DataObject, path: Path) -> None:
    content = bytearray(path.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= 1 << data.draw(st.integers(0, 7))
    damaged = path.with_name("flipped.zip")
    damaged.write_bytes(content)
    with pytest.raises(ArchiveDamaged):
        archive.read(damaged)


@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cut_is_seen(share: float, path: Path) -> None:
    content = path.read_bytes()
    cut = path.with_name("cut.zip")
    cut.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArchiveDamaged):
        archive.read(cut)


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x05\x06" + b"\0" * 18, b"\0" * 5000])
def test_what_is_no_archive_is_damaged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ArchiveDamaged):
        archive.read(path)


def test_something_appended_or_put_before_is_seen(path: Path) -> None:
    content = path.read_bytes()
    for changed in (content + b"\0", b"\0" + content, content + content):
        path.write_bytes(changed)
        with pytest.raises(ArchiveDamaged):
            archive.read(path)


@pytest.mark.parametrize("name", ["manifest.json", *(name.value for name in Name)])
def test_a_missing_part_is_seen(path: Path, name: str, write: Write) -> None:
    members = _members(path)
    del members[name]
    rewrite(path, members)
    with pytest.raises(ArchiveDamaged, match=r"missing|manifest"):
        archive.read(path)


def test_a_part_that_does_not_belong_there_is_seen(path: Path, write: Write) -> None:
    rewrite(path, _members(path) | {"../evil.py": b""})
    with pytest.raises(ArchiveDamaged, match="does not belong"):
        archive.read(path)


@given(pair=st.permutations([name.value for name in Name]).map(lambda names: names[:2]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_parts_in_each_other_s_place_are_seen(pair: list[str], path: Path) -> None:
    one, other = pair
    members = _members(path)
    swapped = path.with_name("swapped.zip")
    rewrite(swapped, members | {one: members[other], other: members[one]})
    if members[one] == members[other]:
        assert archive.read(swapped) == archive.read(path)
        return
    with pytest.raises(ArchiveDamaged, match=f"{one}|{other}"):
        archive.read(swapped)


@pytest.mark.parametrize(
    "change", [{"discord_id": 99}, {"spotify_id": "ben_spotify"}, {"created_at": "2020-01-01T00:00:00Z"}]
)
def test_another_person_or_moment_in_it_is_seen(path: Path, change: dict[str, object]) -> None:
    seal = path.read_bytes()[-64:]
    _change(path, lambda manifest: manifest.update(change))
    path.write_bytes(path.read_bytes()[:-64] + seal)
    with pytest.raises(ArchiveDamaged, match="changed after it was written"):
        archive.read(path)


def test_a_changed_part_is_named(path: Path, write: Write) -> None:
    members = _members(path)
    rewrite(path, members | {"likes.jsonl": members["likes.jsonl"].replace(b'"track":2', b'"track":1')})
    with pytest.raises(ArchiveDamaged, match=r"likes\.jsonl differs from its checksum"):
        archive.read(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("likes.jsonl", LIKE % b"99"),
        ("likes.jsonl", LIKE % b"-1"),
        ("likes.jsonl", b'{"track":0}\n'),
        ("likes.jsonl", b"[" * 5000 + b"\n"),
        ("likes.jsonl", b"\xff\n"),
        ("playlist_items.jsonl", b'{"playlist":9,"track":0,"added_at":null,"added_by":null}\n'),
        ("playlist_items.jsonl", b'{"playlist":-1,"track":0,"added_at":null,"added_by":null}\n'),
        ("tracks.jsonl", b'{"uri":1}\n'),
        ("playlists.jsonl", b""),
    ],
)
def test_lines_that_make_no_sense_are_damage_even_when_the_manifest_agrees(
    path: Path, name: str, content: bytes
) -> None:
    _replace_member(path, name, content)
    with pytest.raises(ArchiveDamaged):
        archive.read(path)


def test_fewer_lines_than_promised_are_seen(path: Path) -> None:
    _change(path, lambda manifest: manifest["members"]["likes.jsonl"].update(rows=3))  # type: ignore[index]
    with pytest.raises(ArchiveDamaged, match="2 of 3 lines"):
        archive.read(path)


def test_other_counts_than_promised_are_seen(path: Path) -> None:
    _change(path, lambda manifest: manifest["counts"].update(likes=3))  # type: ignore[attr-defined]
    with pytest.raises(ArchiveDamaged, match="counts"):
        archive.read(path)


def test_another_content_hash_than_the_content_s_is_seen(path: Path) -> None:
    _change(path, lambda manifest: manifest.update(content_hash="0" * 64))
    with pytest.raises(ArchiveDamaged, match="content hash"):
        archive.read(path)


@pytest.mark.parametrize("change", [{"format": 3}, {"format": 3, "members": "elsewhere"}])
def test_a_later_format_is_too_new_and_not_damaged(path: Path, change: dict[str, object]) -> None:
    _change(path, lambda manifest: manifest.update(change))
    with pytest.raises(ArchiveTooNew, match="format 3"):
        archive.read(path)


def _claim_size(path: Path, real: int, claimed: int) -> None:
    """Makes the directory and the manifest agree on a size of the likes that is not theirs."""
    _change(path, lambda manifest: manifest["members"]["likes.jsonl"].update(bytes=claimed))  # type: ignore[index]
    path.write_bytes(path.read_bytes().replace(real.to_bytes(4, "little"), claimed.to_bytes(4, "little")))


def test_a_part_larger_than_it_says_is_never_unpacked(path: Path) -> None:
    _replace_member(path, "likes.jsonl", b" " * 20_000_000)
    _claim_size(path, 20_000_000, 10)
    tracemalloc.start()
    with pytest.raises(ArchiveDamaged, match="likes"):
        archive.read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_an_absurd_size_is_refused_before_anything_is_unpacked(path: Path) -> None:
    _replace_member(path, "likes.jsonl", b"\n" * 123_457)
    _claim_size(path, 123_457, 2**30)
    with pytest.raises(ArchiveDamaged, match="larger than any library"):
        archive.read(path)


def test_an_archive_that_is_not_there_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        archive.read(tmp_path / "none.zip")
