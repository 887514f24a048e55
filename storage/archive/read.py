"""Reads an archive again and believes nothing: every byte, count and reference is checked before a record comes out."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from zipfile import BadZipFile, ZipFile

import orjson
from pydantic import TypeAdapter

from storage.archive.layout import (
    CONTENT_LIMIT,
    FORMAT,
    ITEMS,
    LIKES,
    MANIFEST,
    MANIFEST_LIMIT,
    MEMBERS,
    PLAYLISTS,
    SEAL_LENGTH,
    TRACKS,
    ArchiveSummary,
    ItemLine,
    LikeLine,
    Manifest,
    PlaylistLine,
    content_hash,
)
from storage.errors import ArchiveDamaged, ArchiveTooNew
from storage.records import Library, Like, Playlist, PlaylistItem, Track

T = TypeVar("T")
BLOCK = 1024 * 1024
# RuntimeError also covers what zipfile raises for a compression it does not know.
UNREADABLE = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)

_MANIFEST = TypeAdapter(Manifest)
_TRACK = TypeAdapter(Track)
_LIKE = TypeAdapter(LikeLine)
_PLAYLIST = TypeAdapter(PlaylistLine)
_ITEM = TypeAdapter(ItemLine)


def verify(path: Path, expected: ArchiveSummary | None = None) -> Manifest:
    """Reads all of the archive and returns its manifest; ArchiveDamaged where it is not whole, or not the expected."""
    manifest, _ = read(path)
    if expected is not None:
        if _check_seal(path) != (expected.sha256, expected.size):
            raise ArchiveDamaged(where="the file is not the one that was written")
        if (manifest.content_hash, manifest.counts) != (expected.content_hash, expected.counts):
            raise ArchiveDamaged(where="it holds another library")
    return manifest


def read(path: Path) -> tuple[Manifest, Library]:
    """The archive's manifest and library; ArchiveDamaged or ArchiveTooNew, never half a library."""
    with path.open("rb") as file, _damage("the file cannot be opened as an archive"), ZipFile(file) as archive:
        manifest = _manifest(archive)
        _check_sizes(archive, manifest)
        library = _library(archive, manifest)
    if library.counts != manifest.counts:
        raise ArchiveDamaged(where="the counts differ")
    if content_hash(manifest.members) != manifest.content_hash:
        raise ArchiveDamaged(where="the content hash differs")
    _check_seal(path)
    return manifest, library


@contextmanager
def _damage(where: str) -> Iterator[None]:
    """Whatever the ZIP and JSON readers stumble over is damage; what is damage already keeps its place."""
    try:
        yield
    except UNREADABLE as error:
        raise ArchiveDamaged(where=where) from error


def _manifest(archive: ZipFile) -> Manifest:
    with _damage(MANIFEST):
        size = archive.getinfo(MANIFEST).file_size
        if size > MANIFEST_LIMIT:
            raise ArchiveDamaged(where=f"{MANIFEST} is too large")
        content = _unpack(archive, MANIFEST, size)
        version = orjson.loads(content)["format"]
        if isinstance(version, int) and version > FORMAT:
            raise ArchiveTooNew(version=version)
        return _MANIFEST.validate_json(content)


def _check_sizes(archive: ZipFile, manifest: Manifest) -> None:
    """Nothing is unpacked before it is known to be what the manifest says, and of a size to be unpacked."""
    if sorted(archive.namelist()) != sorted((MANIFEST, *MEMBERS)) or sorted(manifest.members) != sorted(MEMBERS):
        raise ArchiveDamaged(where="a part is missing or does not belong there")
    for name, member in manifest.members.items():
        if archive.getinfo(name).file_size != member.bytes:
            raise ArchiveDamaged(where=f"{name} has another size")
    if sum(member.bytes for member in manifest.members.values()) > CONTENT_LIMIT:
        raise ArchiveDamaged(where="it is larger than any library")


def _library(archive: ZipFile, manifest: Manifest) -> Library:
    tracks = _rows(archive, manifest, TRACKS, _TRACK)
    likes = _rows(archive, manifest, LIKES, _LIKE)
    playlists = _rows(archive, manifest, PLAYLISTS, _PLAYLIST)
    items: list[list[PlaylistItem]] = [[] for _ in playlists]
    with _damage(ITEMS):
        for row in _rows(archive, manifest, ITEMS, _ITEM):
            items[_within(row.playlist)].append(PlaylistItem(_at(tracks, row.track), row.added_at, row.added_by))
    with _damage(LIKES):
        liked = tuple(Like(_at(tracks, row.track), row.added_at) for row in likes)
    return Library(
        likes=liked,
        playlists=tuple(
            Playlist(row.details, tuple(items[number]), row.removed_at) for number, row in enumerate(playlists)
        ),
    )


def _rows(archive: ZipFile, manifest: Manifest, name: str, line: TypeAdapter[T]) -> list[T]:
    member = manifest.members[name]
    with _damage(name):
        content = _unpack(archive, name, member.bytes)
        if len(content) != member.bytes or sha256(content).hexdigest() != member.sha256:
            raise ArchiveDamaged(where=f"{name} differs from its checksum")
        rows = [line.validate_json(row) for row in content.splitlines()]
    if len(rows) != member.rows:
        raise ArchiveDamaged(where=f"{name} has {len(rows)} of {member.rows} lines")
    return rows


def _at(tracks: Sequence[Track], number: int | None) -> Track | None:
    return None if number is None else tracks[_within(number)]


def _within(number: int) -> int:
    """Counting from the end is Python's idea, not the format's."""
    if number < 0:
        message = f"{number} is no line"
        raise IndexError(message)
    return number


def _unpack(archive: ZipFile, name: str, size: int) -> bytes:
    """All of a member; asked for with its size, because one that lies about it would be unpacked whole otherwise."""
    with archive.open(name) as member:
        return member.read(size + 1)


def _check_seal(path: Path) -> tuple[str, int]:
    """Compares the comment at the end with the bytes before it; returns the file's SHA-256 and size."""
    size = path.stat().st_size
    digest = sha256()
    with path.open("rb") as file:
        rest = size - SEAL_LENGTH
        while rest > 0 and (block := file.read(min(BLOCK, rest))):
            digest.update(block)
            rest -= len(block)
        seal = file.read(SEAL_LENGTH)
    if seal != digest.hexdigest().encode():
        raise ArchiveDamaged(where="bytes were changed after it was written")
    digest.update(seal)
    return digest.hexdigest(), size
