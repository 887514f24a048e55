"""Exports that lie ready in the bot's folder until they are fetched, once, or expire."""

import asyncio
import logging
import secrets
import shutil
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.time import Clock
from storage.disk import private_folder
from storage.downloads import DownloadRepository
from storage.errors import DownloadOver
from storage.records import Download

log = logging.getLogger(__name__)

WORK = "work-"
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Delivery:
    """How somebody gets an export: the file at `path`, or a link; neither where both are out of reach."""

    download: Download
    path: Path | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One go at fetching a file: it counts once `end` was called, and until then the link stays good."""

    download: Download
    path: Path
    wanted: Callable[[], bool]
    end: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Ready:
    """The folder and what is known of it. `address` makes a link of a token; None where browsers do not get here."""

    downloads: DownloadRepository
    folder: Path
    lifetime: timedelta
    address: Callable[[str], str] | None
    clock: Clock
    _attempts: dict[str, object] = field(default_factory=dict)
    _settled: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def workspace(self) -> AsyncIterator[Path]:
        """A folder to make an export in; whatever is left there goes."""
        space = self.folder / f"{WORK}{uuid.uuid4().hex}"
        await asyncio.to_thread(_make, self.folder, space)
        try:
            yield space
        finally:
            await asyncio.to_thread(shutil.rmtree, space, ignore_errors=True)

    async def keep(self, discord_id: int, path: Path, name: str) -> Download:
        """A finished file lies ready from now on; the person's one before goes."""
        now, size = self.clock(), (await asyncio.to_thread(path.stat)).st_size
        download = Download(uuid.uuid4().hex, discord_id, name, size, now, now + self.lifetime)
        # The note and its file come together as far as clearing away goes: that knows only what it has read.
        async with self._settled:
            await self.downloads.add(download)
            await self.downloads.forget(now)
            await asyncio.to_thread(path.replace, self._path(download))
        await self.tidy()
        return download

    async def of(self, discord_id: int) -> Download | None:
        """What lies ready for a person."""
        return await self.downloads.ready(discord_id, self.clock())

    async def hand_over(self, discord_id: int, download_id: str, limit: int) -> Delivery:
        """The file itself up to `limit` bytes, else a new link; `DownloadOver` where it is gone or somebody else's."""
        download = await self.of(discord_id)
        if download is None or download.id != download_id or not await self._there(download):
            raise DownloadOver
        if download.size <= limit:
            return Delivery(download, path=self._path(download))
        if self.address is None:
            return Delivery(download)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self.downloads.give_link(download, token)
        return Delivery(download, url=self.address(token))

    async def done(self, download: Download) -> None:
        """Its owner has it: the file goes."""
        await self.downloads.use(download, self.clock())
        await asyncio.to_thread(self._path(download).unlink, missing_ok=True)
        log.info("export.fetched person=%d", download.discord_id)

    async def look(self, token: str) -> Download:
        """What a link leads to, not used up by looking; `DownloadUnknown` or `DownloadOver`."""
        download = await self.downloads.behind(token, self.clock())
        if not await self._there(download):
            raise DownloadOver
        return download

    async def begin(self, token: str) -> Attempt:
        """Somebody fetches it; whoever began before and is not done is broken off, so that only one can end."""
        download = await self.look(token)
        mark = object()
        self._attempts[download.id] = mark

        async def end() -> None:
            self._attempts.pop(download.id, None)
            await self.done(download)

        return Attempt(download, self._path(download), lambda: self._attempts.get(download.id) is mark, end)

    async def tidy(self, *, starting: bool = False) -> None:
        """Removes files that are over or that a crash left; while others may be at work, not what is in the making."""
        async with self._settled:
            ready = await self.downloads.all_ready(self.clock())
            await asyncio.to_thread(self._remove_all_but, ready, starting)

    def _remove_all_but(self, ready: frozenset[str], starting: bool) -> None:
        for path in self.folder.glob("*"):
            if path.is_dir():
                if starting:
                    shutil.rmtree(path, ignore_errors=True)
            elif path.name not in ready:
                path.unlink(missing_ok=True)

    async def _there(self, download: Download) -> bool:
        return await asyncio.to_thread(self._path(download).exists)

    def _path(self, download: Download) -> Path:
        return self.folder / download.id


def _make(folder: Path, space: Path) -> None:
    private_folder(folder)
    private_folder(space)
