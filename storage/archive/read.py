"""Reads an archive again and believes nothing: every byte, count and reference is checked before a record comes out."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile

import orjson
from pydantic import TypeAdapter

from storage.archive import first
from storage.archive.contents import Contents, contents_of
from storage.archive.damage import damage
from storage.archive.layout import (
    CONTENT_LIMIT,
    CONTENT_TYPES,
    FORMAT,
    MANIFEST,
    MANIFEST_LIMIT,
    UNKNOWN_TYPE,
    Manifest,
    Name,
    content_hash,
)
from storage.archive.seal import check_seal
from storage.errors import ArchiveDamaged, ArchiveTooNew
from storage.records import Image, Library

_MANIFEST = TypeAdapter(Manifest)
_COVER = re.compile(r"covers/([0-9a-f]{64})(\.[a-z]+)")


class Opened(NamedTuple):
    """An archive that was read: what it says of itself, and the library inside.

    `contents` is all it holds, history too, and `covers` are its pictures by their hash.
    """

    manifest: Manifest
    library: Library
    contents: Contents
    covers: Mapping[str, Image]

    @property
    def known(self) -> frozenset[str]:
        """The parts of the library that it holds whole; of the others it does not know what is not in it."""
        return frozenset(first.KNOWN if self.manifest.format == 1 else self.manifest.complete)


def read(path: Path) -> Opened:
    """All of an archive; ArchiveDamaged or ArchiveTooNew, never half a library."""
    manifest, members = _open(path)
    if manifest.format == 1:
        library = first.library_of(members)
        opened = Opened(manifest, library, first.contents_of(library, manifest.created_at), {})
        counts = library.counts
    else:
        contents = contents_of(members)
        opened, counts = Opened(manifest, contents.library, contents, dict(_covers(members))), contents.counts
    if counts != manifest.counts:
        raise ArchiveDamaged(where="the counts differ")
    return opened


def _covers(members: Mapping[str, bytes]) -> Iterator[tuple[str, Image]]:
    for cover in filter(None, map(_COVER.fullmatch, members)):
        yield cover[1], Image(CONTENT_TYPES.get(cover[2], UNKNOWN_TYPE), members[cover[0]])


def _open(path: Path) -> tuple[Manifest, Mapping[str, bytes]]:
    """The members, each of them what the manifest says."""
    with path.open("rb") as file, damage("the file cannot be opened as an archive"), ZipFile(file) as archive:
        manifest = _manifest(archive)
        _check_names(archive, manifest, path.stat().st_size)
        members = {name: _member(archive, manifest, name) for name in manifest.members}
    if content_hash(manifest.format, manifest.members) != manifest.content_hash:
        raise ArchiveDamaged(where="the content hash differs")
    check_seal(path)
    return manifest, members


def _manifest(archive: ZipFile) -> Manifest:
    with damage(MANIFEST):
        size = archive.getinfo(MANIFEST).file_size
        if size > MANIFEST_LIMIT:
            raise ArchiveDamaged(where=f"{MANIFEST} is too large")
        content = _unpack(archive, MANIFEST, size)
        version = orjson.loads(content)["format"]
        if isinstance(version, int) and version > FORMAT:
            raise ArchiveTooNew(version=version)
        return _MANIFEST.validate_json(content)


def _check_names(archive: ZipFile, manifest: Manifest, file_size: int) -> None:
    """Nothing is unpacked before it is known to be what the manifest says, and of a size to be unpacked."""
    names = set(manifest.members)
    lines = {name for name in names if _COVER.fullmatch(name) is None}
    wanted = first.MEMBERS if manifest.format == 1 else frozenset(name.value for name in Name)
    if sorted(archive.namelist()) != sorted((MANIFEST, *names)) or lines != wanted:
        raise ArchiveDamaged(where="a part is missing or does not belong there")
    for name, member in manifest.members.items():
        if archive.getinfo(name).file_size != member.bytes:
            raise ArchiveDamaged(where=f"{name} has another size")
    # Any number of pictures is fine: stored as they are, they are no larger than the file, unless they overlap in it.
    if sum(info.file_size for info in archive.infolist() if info.compress_type == ZIP_STORED) > file_size:
        raise ArchiveDamaged(where="its parts are larger than the whole")
    if sum(info.file_size for info in archive.infolist() if info.compress_type != ZIP_STORED) > CONTENT_LIMIT:
        raise ArchiveDamaged(where="it is larger than any library")


def _member(archive: ZipFile, manifest: Manifest, name: str) -> bytes:
    member = manifest.members[name]
    with damage(name):
        content = _unpack(archive, name, member.bytes)
    digest = sha256(content).hexdigest()
    if len(content) != member.bytes or digest != member.sha256:
        raise ArchiveDamaged(where=f"{name} differs from its checksum")
    if (cover := _COVER.fullmatch(name)) is not None:
        if cover[1] != digest:
            raise ArchiveDamaged(where=f"{name} is another picture")
        return content
    rows = content.count(b"\n")
    if rows != member.rows or (content and not content.endswith(b"\n")):
        raise ArchiveDamaged(where=f"{name} has {rows} of {member.rows} lines")
    return content


def _unpack(archive: ZipFile, name: str, size: int) -> bytes:
    """All of a member; asked for with its size, because one that lies about it would be unpacked whole otherwise."""
    with archive.open(name) as member:
        return member.read(size + 1)
