"""Writes a person's vault into an archive, and proves it by reading it back."""

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import orjson
from sqlalchemy import Connection

from storage.archive.layout import (
    BLOCK,
    FORMAT,
    MANIFEST,
    SEAL_LENGTH,
    WRITTEN_BY,
    ArchiveSummary,
    Manifest,
    Member,
    content_hash,
)
from storage.archive.lines import Lines, complete_sections, vault_covers, vault_lines
from storage.archive.proof import check_directory, read_back
from storage.records import LibraryCounts

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say; a real one would make equal archives differ
READABLE = 0o100644 << 16
LEVEL = 1
"""Higher ones make a tenth less of it and take two to three times as long."""


def write(
    connection: Connection,
    path: Path,
    counts: LibraryCounts,
    *,
    discord_id: int,
    spotify_id: str,
    created_at: datetime,
) -> ArchiveSummary:
    """Writes the archive at `path`, which appears there only once it is whole, proven and on the disk."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("w+b") as file:
            with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                archive.comment = b"0" * SEAL_LENGTH
                members = _pack(archive, connection, discord_id)
                manifest = Manifest(
                    format=FORMAT,
                    written_by=WRITTEN_BY,
                    discord_id=discord_id,
                    spotify_id=spotify_id,
                    created_at=created_at,
                    counts=counts,
                    content_hash=content_hash(FORMAT, members),
                    members=members,
                    complete=complete_sections(connection, discord_id),
                )
                _add(archive, Lines(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2), 0), ZIP_DEFLATED)
            digest, size = _seal(file)
            os.fsync(file.fileno())
        check_directory(unfinished, archive.infolist())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return ArchiveSummary(manifest.content_hash, digest, size, counts)


def _pack(archive: ZipFile, connection: Connection, discord_id: int) -> dict[str, Member]:
    """Lines are packed, pictures are so already; on a thread of its own, while the database makes the next member.

    Pictures come first: there is time for them while the database puts the things in order.
    """
    with ThreadPoolExecutor(1, "archive-packer") as packer:

        def pack(contents: Iterable[Lines], how: int) -> list[Future[tuple[str, Member]]]:
            return [packer.submit(_add, archive, member, how) for member in contents]

        packed = [
            *pack(vault_covers(connection, discord_id), ZIP_STORED),
            *pack(vault_lines(connection, discord_id), ZIP_DEFLATED),
        ]
        return dict(member.result() for member in packed)


def _add(archive: ZipFile, lines: Lines, how: int) -> tuple[str, Member]:
    name, content, rows = lines
    archive.writestr(_info(name, how), content, compresslevel=LEVEL)
    read_back(archive, name, content)
    return name, Member(bytes=len(content), rows=rows, sha256=sha256(content).hexdigest())


def _info(name: str, how: int) -> ZipInfo:
    info = ZipInfo(name, FIXED_TIME)
    info.compress_type = how
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
