"""The embedded store: a folder of the operator's, one sub-folder for each person."""

import asyncio
import errno
import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

from storage.errors import ArchiveDamaged, NotFound, StoreDown, StoreFull
from storage.records import Archive, StoreKind
from storage.stores import Remember

NAME = "This bot's own storage"
BLOCK = 1 << 20


class FolderStore:
    """Files appear complete or not at all; each is read back before it counts."""

    kind = StoreKind.FOLDER

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, archive: Archive, path: Path, remember: Remember) -> Archive:
        """Copy under a temporary name, make it durable, rename, read back."""
        named = replace(archive, remote_id=f"{archive.discord_id}/{archive.name}")
        await remember(named)
        await asyncio.to_thread(self._copy, named, path)
        return named

    async def fetch(self, archive: Archive, path: Path) -> None:
        """Copy back, and compare."""
        await asyncio.to_thread(self._fetch, archive, path)

    async def exists(self, archive: Archive) -> bool:
        """Whether the file is there with the bytes that were written."""
        return await asyncio.to_thread(self._holds, archive)

    def _place(self, archive: Archive) -> Path:
        return self._folder / str(archive.discord_id) / archive.name

    def _copy(self, archive: Archive, path: Path) -> None:
        place = self._place(archive)
        draft = place.with_suffix(f".{archive.id}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as source, draft.open("wb") as copy:
                shutil.copyfileobj(source, copy, BLOCK)
                copy.flush()
                os.fsync(copy.fileno())
            draft.replace(place)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise _translated(error, archive) from error
        if not self._holds(archive):
            raise StoreDown(store=NAME)

    def _fetch(self, archive: Archive, path: Path) -> None:
        try:
            shutil.copyfile(self._place(archive), path)
        except FileNotFoundError as error:
            raise NotFound(what="That backup") from error
        if _digest(path) != archive.sha256:
            raise ArchiveDamaged(where="its checksum is not the one it was stored with")

    def _holds(self, archive: Archive) -> bool:
        place = self._place(archive)
        return place.is_file() and _digest(place) == archive.sha256


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _translated(error: OSError, archive: Archive) -> StoreFull | StoreDown:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(store=NAME, size=f"{archive.size:,} bytes")
    return StoreDown(store=NAME)
