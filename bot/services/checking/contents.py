"""Reads all of a backup: fetched, decrypted, opened, and held against what was written down when it was made."""

from dataclasses import dataclass

from bot.services.shelf import Shelf
from storage.archive import Manifest
from storage.errors import ArchiveDamaged
from storage.records import Archive


@dataclass(frozen=True, slots=True)
class Proof:
    """How much was read, with every hash right."""

    members: int
    lines: int


async def read_all(shelf: Shelf, archive: Archive) -> Proof:
    """Raises `ArchiveDamaged` with the place, or `NotFound` where the store has it no more."""
    try:
        opened = await shelf.open(archive)
    except ArchiveDamaged:
        # Opened whatever its bytes are, it may say which part is damaged; if nothing is, they were only read wrongly.
        await shelf.open(archive, whatever_its_bytes=True)
        opened = await shelf.open(archive)
    compare(opened.manifest, archive)
    return Proof(len(opened.manifest.members), sum(member.rows for member in opened.manifest.members.values()))


def compare(manifest: Manifest, archive: Archive) -> None:
    """Whether it is the backup that it is taken for; the hashes and lines of its members are right by then."""
    counts, known = manifest.counts, archive.counts
    if manifest.content_hash != archive.content_hash:
        raise ArchiveDamaged(where="it holds another library than the one that was backed up")
    if (counts.likes, counts.playlists, counts.items) != (known.likes, known.playlists, known.items):
        raise ArchiveDamaged(where="its counts are not those that were noted")
