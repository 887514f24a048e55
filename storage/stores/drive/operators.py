"""The operator's own Drive as a store: a folder for each person, and errors that are not the person's to mend."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.errors import NextStep, StoreDown, StoreError, StoreFull, StoreRefused
from storage.records import Archive, ListedFile, StoreKind
from storage.stores import Remember
from storage.stores.drive.errors import DriveRejected
from storage.stores.drive.store import DriveStore

STORE = "The operator's Google Drive"


class OperatorDriveRefused(StoreRefused):
    """Nobody but the operator can link it again."""

    template = (
        "The operator's Google Drive, where this bot keeps backups, does not let it in. Nothing was lost, and there is "
        "nothing for you to link: tell whoever runs this bot to run `python -m bot drive link`. The next night tries "
        "again."
    )
    next_step = NextStep.NONE


class OperatorDriveFull(StoreFull):
    """Nobody but the operator can make room there."""

    template = (
        "The operator's Google Drive, where this bot keeps backups, has no room for one of {size}. Nothing was lost: "
        "tell whoever runs this bot. The next night tries again."
    )


class OperatorDriveTrouble(StoreError):
    """Anything else that asking again does not mend."""

    template = (
        "Google does not let this bot use its operator's Google Drive as it needs to. Nothing was lost: tell whoever "
        "runs this bot to look at `python -m bot check`. The next night tries again."
    )


@dataclass(frozen=True, slots=True)
class OperatorDriveStore:
    """One person's folder in the operator's Drive; `linked_at` says through which link it was opened."""

    inner: DriveStore
    linked_at: datetime

    @property
    def kind(self) -> StoreKind:
        """The operator's Google Drive."""
        return StoreKind.OPERATOR_DRIVE

    async def put(self, archive: Archive, path: Path, remember: Remember) -> Archive:
        """As in anybody's Drive."""
        with _for_members():
            return await self.inner.put(archive, path, remember)

    async def fetch(self, archive: Archive, path: Path) -> None:
        """As from anybody's Drive."""
        with _for_members():
            await self.inner.fetch(archive, path)

    async def exists(self, archive: Archive) -> bool:
        """As in anybody's Drive."""
        with _for_members():
            return await self.inner.exists(archive)

    async def listed(self, discord_id: int, /) -> tuple[ListedFile, ...]:
        """One person's alone: everybody's lie in this Drive."""
        with _for_members():
            return await self.inner.listed(discord_id)

    async def trash(self, archive: Archive) -> None:
        """As in anybody's Drive."""
        with _for_members():
            await self.inner.trash(archive)

    async def untrash(self, archive: Archive) -> None:
        """As in anybody's Drive."""
        with _for_members():
            await self.inner.untrash(archive)

    async def purge(self, archive: Archive) -> None:
        """As in anybody's Drive."""
        with _for_members():
            await self.inner.purge(archive)


@contextmanager
def _for_members() -> Iterator[None]:
    """What a Drive says to whom it belongs, said to those it does not belong to."""
    try:
        yield
    except StoreRefused as error:
        raise OperatorDriveRefused from error
    except StoreFull as error:
        raise OperatorDriveFull(**error.fields) from error
    except (StoreDown, DriveRejected):
        raise
    except StoreError as error:
        raise OperatorDriveTrouble from error
