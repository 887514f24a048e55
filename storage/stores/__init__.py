"""Where archives go: one protocol, two stores behind it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from storage.records import Archive, StoreKind

Remember = Callable[[Archive], Awaitable[None]]


class ArchiveStore(Protocol):
    """A place for archives that proves what it holds."""

    @property
    def kind(self) -> StoreKind:
        """Which place this is."""
        ...

    async def put(self, archive: Archive, path: Path, remember: Remember) -> Archive:
        """Bring the file there and prove it by size and checksum; called again for the same archive it never doubles.

        `remember` is awaited with whatever has to survive a crash (the remote id, the upload session) before any byte
        is sent. Raises `StoreFull`, `StoreRefused` or `StoreDown`.
        """
        ...

    async def fetch(self, archive: Archive, path: Path) -> None:
        """Bring the file back and compare its checksum. Raises `ArchiveDamaged`, or `NotFound` where it is gone."""
        ...

    async def exists(self, archive: Archive) -> bool:
        """Whether the file is still there, with the same size and checksum."""
        ...
