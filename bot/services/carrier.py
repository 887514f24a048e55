"""The nightly copy of the database on its way into the operator's own Drive, so that it outlives this machine."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from bot.errors import DriveChanged
from bot.services.operator_drive import OperatorRoom
from bot.services.rounds import Rounds
from bot.time import Clock
from storage.copies import Copies, Copy
from storage.copy_uploads import CopyUpload, CopyUploadRepository
from storage.errors import MusiVaultError, StoreDown, StoreFull, StoreRefused
from storage.operator_drive import OperatorDrive
from storage.stores.drive import DriveCopies
from storage.stores.drive.errors import DriveBarred, DriveGarbled, DriveRejected, DriveUnexpected, DriveUnlisted
from storage.stores.fingerprint import Fingerprint

log = logging.getLogger(__name__)


AGAIN = timedelta(hours=1)
"""How soon an upload that failed is tried again."""
LOOK = timedelta(minutes=1)
"""How often it is looked whether there is a new copy."""


@dataclass(frozen=True, slots=True)
class CopyCarrier:
    """Carries the newest local copy once; what it remembers lets the next run go on with the same upload."""

    copies: Copies
    room: OperatorRoom
    uploads: CopyUploadRepository
    open: Callable[[OperatorDrive], DriveCopies]
    clock: Clock
    _rounds: Rounds = field(default_factory=lambda: Rounds("carry"), repr=False)

    async def carry_due(self) -> None:
        """Begin the upload of a copy that does not lie there yet; neither a tick nor the next copy waits for it."""
        now = self.clock()
        self._rounds.begin(now, partial(self._look, now))

    async def finished(self) -> None:
        """Once the look that is under way has ended."""
        await self._rounds.finished()

    async def stop(self, grace: float = 10.0) -> None:
        """An upload that takes longer goes on after the next start."""
        await self._rounds.finished(grace)

    async def _look(self, now: datetime) -> datetime:
        """When to look again; why a copy does not lie there is said in the log, and stops nothing else."""
        try:
            # One that a wrong clock dated into the future would stand for the newest for as long.
            past = (copy for copy in await asyncio.to_thread(self.copies.listed) if copy.taken_at <= now)
            newest = next(past, None)
            done = newest is None or await self._carry(newest, now)
        except MusiVaultError as error:
            log.warning("copy.not_uploaded: %s; tried again in an hour", for_operator(error))
            return now + AGAIN
        except Exception:
            log.exception("copy.not_uploaded: tried again in an hour")
            return now + AGAIN
        return now + (LOOK if done else AGAIN)

    async def _carry(self, copy: Copy, now: datetime) -> bool:
        """Whether nothing is left to do for it."""
        link = await self.room.link()
        drive = self.open(link)
        try:
            upload = await self._begun(drive, link, copy)
            if not upload.proven:
                upload = await drive.put(upload, copy.path, self._remember)
                await self.room.check_same(link.linked_at)
        except MusiVaultError as error:
            await self._keep_trouble(link, error)
            raise
        if not upload.proven:
            upload = replace(upload, proven=True, last=copy.path.name, trouble="")
            await self.uploads.save(upload)
            log.info("copy.uploaded name=%s", copy.path.name)
        return upload.thinned or await self._thin(drive, upload, now)

    async def _begun(self, drive: DriveCopies, link: OperatorDrive, copy: Copy) -> CopyUpload:
        """What was remembered of this copy and this link, else a new upload of a copy that was proven to open."""
        upload = await self.uploads.get()
        if upload is not None and upload.name == copy.path.name:
            return upload if upload.linked_at == link.linked_at else await self._linked_anew(drive, link, upload)
        await asyncio.to_thread(self.copies.open, copy)
        sha256 = (await asyncio.to_thread(Fingerprint.of, copy.path)).sha256
        same = upload is not None and upload.linked_at == link.linked_at
        begun = CopyUpload(link.linked_at, copy.path.name, sha256, last=upload.last if upload and same else "")
        await self.uploads.save(begun)
        return begun

    async def _linked_anew(self, drive: DriveCopies, link: OperatorDrive, upload: CopyUpload) -> CopyUpload:
        """It may lie there already, if the account is the same; in another's it begins under an id of that one."""
        there = upload.remote_id is not None and await drive.knows(upload.remote_id)
        anew = CopyUpload(link.linked_at, upload.name, upload.sha256, upload.remote_id if there else None)
        await self.uploads.save(anew)
        return anew

    async def _remember(self, upload: CopyUpload) -> None:
        """How far it is, for as long as it goes to where copies belong."""
        await self.room.check_same(upload.linked_at)
        await self.uploads.save(upload)

    async def _keep_trouble(self, link: OperatorDrive, error: MusiVaultError) -> None:
        """For the health page and `check`, beside whatever was remembered of the upload by then."""
        if isinstance(error, StoreRefused):
            await self.room.refused(link.linked_at)
        upload = await self.uploads.get()
        if upload is not None:
            await self.uploads.save(replace(upload, trouble=for_operator(error)))

    async def _thin(self, drive: DriveCopies, upload: CopyUpload, now: datetime) -> bool:
        """Old ones go once the new one is proven; in doubt all of them stay."""
        try:
            gone = await drive.thin(upload, now)
        except MusiVaultError as error:
            log.warning("copy.none_removed: %s; old copies there stay, looked at again in an hour", for_operator(error))
            return False
        await self.uploads.save(replace(upload, thinned=True))
        log.info("copy.thinned_in_drive count=%d", gone)
        return True


def for_operator(error: MusiVaultError) -> str:
    """What a Drive said, to whom it belongs and who can do something about it."""
    match error:
        case StoreRefused():
            return "no link to your Google Drive is accepted: run `python -m bot drive link`"
        case StoreFull():
            return f"your Google Drive has no room for {error.fields['size']}: make some"
        case DriveRejected():
            return "Google does not accept the client under [drive]: look at `python -m bot check`"
        case DriveBarred() | DriveUnexpected():
            return f"Google does not allow this in your Drive ({error.fields['detail']})"
        case DriveChanged():
            return "your Google Drive was linked anew or unlinked meanwhile"
        case DriveGarbled():
            return "Google Drive did not keep the file as it was sent, twice in a row"
        case DriveUnlisted():
            return "Google Drive did not list all that lies in it"
        case StoreDown():
            return "Google Drive is not answering"
        case _:
            return error.sentence
