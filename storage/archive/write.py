"""Writes a library into an archive."""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from storage.archive.layout import (
    FORMAT,
    ITEMS,
    LIKES,
    MANIFEST,
    PLAYLISTS,
    SEAL_LENGTH,
    TRACKS,
    WRITTEN_BY,
    ArchiveSummary,
    ItemLine,
    LikeLine,
    Manifest,
    Member,
    PlaylistLine,
    content_hash,
)
from storage.records import Library, Track

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say; a real one would make equal archives differ
READABLE = 0o100644 << 16
BLOCK = 1024 * 1024


def write(path: Path, library: Library, *, discord_id: int, spotify_id: str, created_at: datetime) -> ArchiveSummary:
    """Writes the archive at `path`, which appears there only once it is whole and on the disk."""
    contents = {name: (b"".join(lines), rows) for name, lines, rows in _members(library)}
    members = {
        name: Member(bytes=len(content), rows=rows, sha256=sha256(content).hexdigest())
        for name, (content, rows) in contents.items()
    }
    manifest = Manifest(
        format=FORMAT,
        written_by=WRITTEN_BY,
        discord_id=discord_id,
        spotify_id=spotify_id,
        created_at=created_at,
        counts=library.counts,
        content_hash=content_hash(members),
        members=members,
    )
    packed = {MANIFEST: orjson.dumps(manifest, option=orjson.OPT_INDENT_2)}
    packed |= {name: content for name, (content, _) in contents.items()}
    unfinished = path.with_name(f"{path.name}.part")
    try:
        digest, size = _pack(unfinished, packed)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return ArchiveSummary(manifest.content_hash, digest, size, manifest.counts)


def _members(library: Library) -> Iterator[tuple[str, Iterable[bytes], int]]:
    """Every member's name, lines and number of lines."""
    items = [(number, item) for number, playlist in enumerate(library.playlists) for item in playlist.items]
    entries = chain((like.track for like in library.likes), (item.track for _, item in items))
    lines: dict[Track | None, int | None] = {None: None}
    for track in entries:
        lines.setdefault(track, len(lines) - 1)
    likes = (LikeLine(lines[like.track], like.added_at) for like in library.likes)
    playlists = (PlaylistLine(playlist.details, playlist.removed_at) for playlist in library.playlists)
    rows = (ItemLine(number, lines[item.track], item.added_at, item.added_by) for number, item in items)
    yield TRACKS, (_line(track) for track in lines if track is not None), len(lines) - 1
    yield LIKES, map(_line, likes), len(library.likes)
    yield PLAYLISTS, map(_line, playlists), len(library.playlists)
    yield ITEMS, map(_line, rows), len(items)


def _line(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _pack(path: Path, contents: Mapping[str, bytes]) -> tuple[str, int]:
    """Packs and seals; returns the file's SHA-256 and size once its bytes are on the disk."""
    with path.open("w+b") as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            archive.comment = b"0" * SEAL_LENGTH
            for name, content in contents.items():
                archive.writestr(_info(name), content)
        sealed = _seal(file)
        os.fsync(file.fileno())
        return sealed


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, FIXED_TIME)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = READABLE
    info.create_system = 3  # where it was written must not show
    return info


def _seal(file: BinaryIO) -> tuple[str, int]:
    """Puts the hash of all bytes before it into the comment, which ends the file; returns the file's hash and size."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    digest = sha256()
    rest = size - SEAL_LENGTH
    while rest > 0:
        block = file.read(min(BLOCK, rest))
        digest.update(block)
        rest -= len(block)
    seal = digest.hexdigest().encode()
    file.seek(size - SEAL_LENGTH)
    file.write(seal)
    file.flush()
    digest.update(seal)
    return digest.hexdigest(), size
