"""Archives in a folder of this machine: the store that needs nobody else."""

import asyncio
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from storage.disk import sync_folder
from storage.errors import ArchiveDamaged, NextStep, NotFound, StoreDown, StoreFull, StoreRefused
from storage.records import Archive, ListedFile, StoreKind
from storage.stores import Remember
from storage.stores.fingerprint import Fingerprint

T = TypeVar("T")
STORE = "The backup folder"
TRASH = ".trash"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


class FolderRefused(StoreRefused):
    """The operating system does not let the bot write or read there; only the operator can change that."""

    template = (
        "MusiVault may not use its own backup folder. Nothing was lost; tell whoever runs this bot to give it read and "
        "write access to the folder under `[backup]` in its configuration, then run `/vault backup` again."
    )
    next_step = NextStep.NONE


@dataclass(frozen=True, slots=True)
class FolderStore:
    """One sub-folder for each person, one file for each archive; `remote_id` is the path below the folder.

    Each person's trash is a folder in theirs; a file moved back from there is in place again.
    """

    folder: Path

    @property
    def kind(self) -> StoreKind:
        """A folder."""
        return StoreKind.FOLDER

    async def put(self, archive: Archive, path: Path, remember: Remember) -> Archive:
        """Copied under a temporary name, forced to the disk, renamed, and read back before it counts."""
        named = replace(archive, remote_id=f"{archive.discord_id}/{Path(archive.name).name}")
        if named != archive:
            await remember(named)
        await self._on_disk(lambda: _put(path, self._place(named), archive), archive.size)
        return named

    async def fetch(self, archive: Archive, path: Path) -> None:
        """Copied out and compared."""
        await self._on_disk(lambda: _fetch(self._place(archive), path, archive), archive.size)

    async def exists(self, archive: Archive) -> bool:
        """There, and every byte of it is what it was."""
        if archive.remote_id is None:
            return False
        return await self._on_disk(lambda: _exists(self._place(archive), archive))

    async def listed(self, discord_id: int, /) -> tuple[ListedFile, ...]:
        """A folder that is not there, such as a disk that is not mounted, is trouble and not an empty list."""
        home = self.folder / str(discord_id)
        return await self._on_disk(lambda: tuple(_listed(home)))

    async def trash(self, archive: Archive) -> None:
        """Moved on the same disk, so that it is never in neither place."""
        await self._on_disk(lambda: _move(self._place(archive), _trash_of(self._place(archive))))

    async def untrash(self, archive: Archive) -> None:
        """Moved back, unless something has taken its name since."""
        await self._on_disk(lambda: _move_back(self._place(archive)))

    async def purge(self, archive: Archive) -> None:
        """Only what lies in the trash."""
        await self._on_disk(lambda: _trash_of(self._place(archive)).unlink(missing_ok=True))

    def _place(self, archive: Archive) -> Path:
        if archive.remote_id is None:
            raise NotFound(what="That backup")
        return self.folder / archive.remote_id

    async def _on_disk(self, work: Callable[[], T], size: int = 0) -> T:
        """The work on a thread, its trouble in words; `size` is what it needs room for."""
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise StoreFull(store=STORE, size=Fingerprint(size, "", "").spoken_size) from error
            raise (FolderRefused() if error.errno in NOT_ALLOWED else StoreDown(store=STORE)) from error


def _put(source: Path, target: Path, archive: Archive) -> None:
    sent = Fingerprint.of(source)
    if archive.sha256 and sent.sha256 != archive.sha256:
        raise ArchiveDamaged(where="its file changed before it was stored")
    if target.is_file() and Fingerprint.of(target) == sent:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        with source.open("rb") as reader, part.open("wb") as writer:
            shutil.copyfileobj(reader, writer)
            writer.flush()
            os.fsync(writer.fileno())
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    if Fingerprint.of(target) != sent:
        target.unlink()
        raise ArchiveDamaged(where="the backup folder did not keep it as it was written")


def _fetch(source: Path, path: Path, archive: Archive) -> None:
    if not source.is_file():
        raise NotFound(what="That backup")
    shutil.copyfile(source, path)
    if archive.sha256 and Fingerprint.of(path).sha256 != archive.sha256:
        path.unlink()
        raise ArchiveDamaged(where="its bytes are not the ones that were stored")


def _exists(place: Path, archive: Archive) -> bool:
    if not place.is_file():
        return False
    there = Fingerprint.of(place)
    return (there.size, there.sha256) == (archive.size, archive.sha256)


def _trash_of(place: Path) -> Path:
    return place.parent / TRASH / place.name


def _listed(home: Path) -> Iterator[ListedFile]:
    for path in sorted(home.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            yield ListedFile(f"{home.name}/{path.name}", path.name, path.stat().st_size)


def _move(place: Path, trash: Path) -> None:
    if not place.is_file():
        return
    trash.parent.mkdir(exist_ok=True)
    place.replace(trash)
    sync_folder(trash.parent)
    sync_folder(place.parent)


def _move_back(place: Path) -> None:
    trash = _trash_of(place)
    if trash.is_file() and not place.exists():
        trash.replace(place)
        sync_folder(place.parent)
        sync_folder(trash.parent)
