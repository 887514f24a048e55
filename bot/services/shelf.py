"""Everybody's archives: what is known of them, where they lie, and how one comes back from there."""

import asyncio
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from bot.services.stores import Stores
from storage import archive as archive_file
from storage.archive import ArchiveSummary, Opened
from storage.archives import ArchiveRepository
from storage.disk import private_folder
from storage.errors import ArchiveDamaged, NoIdentityFits, NotFound
from storage.records import Archive, ArchiveState, StoreKind
from storage.sealing import Seal
from storage.stores.fingerprint import Fingerprint

SEALED = ".age"
"""How the name of an encrypted archive ends."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The archives of all, the stores, and the folder for drafts.

    With a `seal`, those that go to the operator's are encrypted; a person's own Drive gets what they can open.
    """

    archives: ArchiveRepository
    stores: Stores
    workdir: Path
    seal: Seal | None = None

    def draft(self, archive: Archive) -> Path:
        """The local file of an archive until its upload is proven."""
        return self.workdir / f"{archive.id}.zip"

    async def tidy(self) -> int:
        """Removes the files in the work folder that no unfinished archive needs."""
        needed = {self.draft(archive) for archive in await self.archives.all_unfinished()}

        def remove() -> int:
            left = [path for path in self.workdir.glob("*") if path.is_file() and path not in needed]
            for path in left:
                path.unlink()
            return len(left)

        return await asyncio.to_thread(remove)

    def seal_for(self, store: StoreKind) -> Seal | None:
        """What an archive that goes there is encrypted with."""
        return None if store is StoreKind.DRIVE else self.seal

    def ending(self, store: StoreKind) -> str:
        """How the names of new archives there end; a sealed one says for whom, so that a change of that is seen."""
        seal = self.seal_for(store)
        return ".zip" if seal is None else f"-{seal.mark}.zip{SEALED}"

    async def good(self, discord_id: int, archive_id: str) -> Archive:
        """A backup that can be relied on; `NotFound` where it is missing or somebody else's."""
        archive = await self.archives.get(discord_id, archive_id)
        if archive.state is not ArchiveState.VERIFIED:
            raise NotFound(what="That backup")
        return archive

    async def fetch(self, discord_id: int, archive_id: str) -> Opened:
        """All of an archive that can be relied on."""
        return await self.open(await self.good(discord_id, archive_id))

    async def open(self, archive: Archive, *, whatever_its_bytes: bool = False) -> Opened:
        """All of an archive in whatever state; its bytes are compared first, unless it is to be seen what they are."""
        private_folder(self.workdir)
        path = self.workdir / f"fetched-{uuid.uuid4().hex}.zip"
        try:
            return await self.fetch_to(path, replace(archive, sha256="") if whatever_its_bytes else archive)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def fetch_to(self, path: Path, archive: Archive) -> Opened:
        """The same, and its file as it was written, unsealed, lies at `path`."""
        await (await self.stores.of(archive)).fetch(archive, path)
        opened = await asyncio.to_thread(self._open, archive, path)
        if opened.manifest.discord_id != archive.discord_id:
            # Whatever the database says: one person's archive never comes back into another's vault.
            raise ArchiveDamaged(where="it is somebody else's")
        return opened

    def _open(self, archive: Archive, path: Path) -> Opened:
        if archive.name.endswith(SEALED):
            plain = path.with_suffix(".opened")
            self._unseal(archive, path, plain)
            plain.replace(path)
        return archive_file.read(path)

    def _unseal(self, archive: Archive, path: Path, plain: Path) -> None:
        """An error names the archive: what its file is called here nobody knows."""
        if self.seal is None:
            raise NoIdentityFits(name=archive.name)
        try:
            self.seal.unseal(path, plain)
        except NoIdentityFits as error:
            raise NoIdentityFits(name=archive.name) from error


def sealed(seal: Seal, path: Path, summary: ArchiveSummary) -> ArchiveSummary:
    """Encrypts a draft in its place; done again it would give other bytes, so this is the file that is stored."""
    closed = path.with_suffix(SEALED)
    seal.seal(path, closed)
    closed.replace(path)
    stored = Fingerprint.of(path)
    return replace(summary, sha256=stored.sha256, size=stored.size)
