"""The seal of an archive: the hash of every byte before it, in the comment that ends the file."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from storage.errors import ArchiveDamaged

SEAL_LENGTH = 64  # SHA-256 in hexadecimal digits
NO_SEAL_YET = b"0" * SEAL_LENGTH
_BLOCK = 1024 * 1024


def put_seal(file: BinaryIO) -> tuple[str, int]:
    """Writes it where `NO_SEAL_YET` stands; returns the SHA-256 and the size of the whole file."""
    size = file.seek(0, os.SEEK_END)
    digest = _hash_to_seal(file, size)
    seal = digest.hexdigest().encode()
    file.seek(size - SEAL_LENGTH)
    file.write(seal)
    file.flush()
    digest.update(seal)
    return digest.hexdigest(), size


def check_seal(path: Path) -> None:
    """Raises `ArchiveDamaged` where a byte is not the one that was sealed."""
    with path.open("rb") as file:
        digest = _hash_to_seal(file, path.stat().st_size)
        seal = file.read(SEAL_LENGTH)
    if seal != digest.hexdigest().encode():
        raise ArchiveDamaged(where="bytes were changed after it was written")


def _hash_to_seal(file: BinaryIO, size: int) -> "hashlib._Hash":
    """Of the bytes before the seal; the file stands there afterwards."""
    file.seek(0)
    digest, rest = hashlib.sha256(), size - SEAL_LENGTH
    while rest > 0 and (block := file.read(min(_BLOCK, rest))):
        digest.update(block)
        rest -= len(block)
    return digest
