"""Where archives go: one protocol, an embedded folder and Google Drive behind it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from storage.records import Archive, ListedFile, StoreKind

Remember = Callable[[Archive], Awaitable[None]]


class ArchiveStore(Protocol):
    """One person's place for archives. Raises `StoreFull`, `StoreRefused`, `StoreDown` or `ArchiveDamaged`."""

    @property
    def kind(self) -> StoreKind:
        """What an archive kept here says of where it lies."""

    async def put(self, archive: Archive, path: Path, remember: Remember) -> Archive:
        """Store the file and come back only once size and checksum were compared; `remote_id` is set then.

        Can be called again with what was remembered: it goes on, and never makes a second copy. `remember` is awaited
        whenever `remote_id` or `session` becomes known, before any byte is sent under it.
        """

    async def fetch(self, archive: Archive, path: Path) -> None:
        """Write the archive's bytes to `path`, compared with its hash where it has one; `NotFound` where it is gone."""

    async def exists(self, archive: Archive) -> bool:
        """Whether the archive is still there with the same size and, where the store tells, the same hash."""

    async def listed(self, discord_id: int, /) -> tuple[ListedFile, ...]:
        """All files of this person that are in place, whole or not at all: raises where the store told only a part."""

    async def trash(self, archive: Archive) -> None:
        """Into the trash, from where it can still be taken back; one that is gone or there already needs nothing."""

    async def untrash(self, archive: Archive) -> None:
        """Out of the trash and where it was; one that is no longer there cannot, which `exists` then tells."""

    async def purge(self, archive: Archive) -> None:
        """What was put into the trash is erased for good; one that is gone already needs nothing."""
