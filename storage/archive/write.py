"""Writes a person's vault into an archive, and proves it by reading it back."""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import orjson
from sqlalchemy import Connection

from storage.archive.layout import (
    FORMAT,
    MANIFEST,
    WRITTEN_BY,
    ArchiveSummary,
    Manifest,
    Member,
    content_hash,
)
from storage.archive.lines import Lines, complete_sections, vault_covers, vault_lines
from storage.archive.proof import check_directory, read_back
from storage.archive.seal import NO_SEAL_YET, put_seal
from storage.archive.zipped import DEFLATED, STORED, ZipWriter
from storage.records import LibraryCounts

AHEAD = 32
"""How many members may wait for the packer: thousands of pictures do not fit into memory."""


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
            archive = ZipWriter(file)
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
            _add(archive, Lines(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2), 0), DEFLATED)
            archive.finish(NO_SEAL_YET)
            digest, size = put_seal(file)
            os.fsync(file.fileno())
        check_directory(unfinished, archive.entries)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return ArchiveSummary(manifest.content_hash, digest, size, counts)


def _pack(archive: ZipWriter, connection: Connection, discord_id: int) -> dict[str, Member]:
    """On a thread of its own, while the database makes the next member."""
    packed: list[Future[tuple[str, Member]]] = []
    with ThreadPoolExecutor(1, "archive-packer") as packer:
        for lines, how in _contents(connection, discord_id):
            packed.append(packer.submit(_add, archive, lines, how))
            for waited_for in packed[-AHEAD - 1 : -AHEAD]:
                waited_for.result()
        return dict(member.result() for member in packed)


def _contents(connection: Connection, discord_id: int) -> Iterator[tuple[Lines, int]]:
    """Lines are packed, pictures are so already; these come first, since lines keep the database busy for longer."""
    for cover in vault_covers(connection, discord_id):
        yield cover, STORED
    for lines in vault_lines(connection, discord_id):
        yield lines, DEFLATED


def _add(archive: ZipWriter, lines: Lines, how: int) -> tuple[str, Member]:
    name, content, rows = lines
    read_back(archive.file, archive.add(name, content, how), content)
    return name, Member(bytes=len(content), rows=rows, sha256=sha256(content).hexdigest())
