"""Exports: a vault or a backup as a file for its owner, in whichever format, encrypted where they ask for it."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from bot.jobs import Report
from bot.services.exports.ready import Delivery, Ready
from bot.services.exports.report import ExportReport
from bot.services.exports.request import (
    SHORTEST,
    AlwaysEverything,
    ExportRequest,
    NothingToExport,
    OneLock,
    PassphrasesDiffer,
    Wish,
    check_lock,
)
from bot.services.exports.source import Archived, ExportSource
from bot.services.progress import OnProgress, Phase, Progress
from storage.errors import MusiVaultError, NotFound
from storage.export import Format, Written, holdings_of, write
from storage.export.notes import Tally
from storage.history import HistoryRepository
from storage.locking import lock
from storage.records import ListName, SavedKind, Which
from storage.sealing import seal_for
from storage.tokens import TokenCipher

__all__ = ["SHORTEST", "Delivery", "ExportReport", "Exports", "Format", "OneLock", "PassphrasesDiffer", "Wish"]


class PassphraseUnreadable(MusiVaultError):
    """The key it was kept with is gone from the configuration."""

    template = "The bot can no longer read the passphrase you gave, so nothing was exported. Run `/vault export` again."


@dataclass(frozen=True, slots=True)
class Exports:
    """Checks what is wished for, makes the file, and leaves it ready to be fetched."""

    source: ExportSource
    history: HistoryRepository
    ready: Ready
    cipher: TokenCipher
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """A passphrase takes half a gigabyte of memory while a file is encrypted with it."""

    async def request(self, discord_id: int, wish: Wish) -> Report:
        """The job's payload; raises what is wrong with a wish while the person looks on."""
        check_lock(wish)
        if wish.form.whole and wish.which is not None:
            raise AlwaysEverything
        if wish.backup is not None:
            await self.source.shelf.good(discord_id, wish.backup)
        elif await self.source.library.is_empty(discord_id):
            raise NothingToExport
        return ExportRequest(
            form=wish.form,
            which=await self._listed(discord_id, wish),
            backup=wish.backup,
            recipient=wish.recipient and wish.recipient.strip(),
            secret=None if wish.passphrase is None else self.cipher.encrypt(wish.passphrase).decode(),
        ).to_json()

    async def lists(self, discord_id: int) -> tuple[ListName, ...]:
        """What can be exported alone: the liked songs, and playlists."""
        known = await self.history.lists(discord_id)
        return tuple(each for each in known if each.which not in set(SavedKind) or each.which == SavedKind.TRACK)

    async def _listed(self, discord_id: int, wish: Wish) -> Which | None:
        """A list of a backup may be gone from here by now; it is looked for in there."""
        if wish.which is None or wish.backup is not None:
            return wish.which
        known = await self.lists(discord_id)
        exact = [each.which for each in known if each.which == wish.which]
        named = [each.which for each in known if each.name.casefold() == wish.which.casefold()]
        for which in (*exact, *named):
            return which
        raise NotFound(what="That list")

    async def make(self, discord_id: int, request: ExportRequest, on_progress: OnProgress) -> ExportReport:
        """The file, lying ready. Made again after a crash it is the only one: the one before goes."""
        async with self.ready.workspace() as space:
            on_progress(Progress(Phase.WRITING))
            archived = await self.source.archive(discord_id, request.backup, space / "archive")
            on_progress(Progress(Phase.PACKING))
            path, written = await asyncio.to_thread(_write, archived, request, space)
            if request.encrypted:
                on_progress(Progress(Phase.SEALING))
                path, written = await self._locked(path, written, request)
            download = await self.ready.keep(discord_id, path, written.name)
        tally = written.tally
        return ExportReport(
            download_id=download.id,
            form=request.form,
            at=archived.at,
            until=download.expires_at,
            name=download.name,
            size=download.size,
            whole=request.which is None,
            encrypted=request.encrypted,
            likes=tally.likes,
            playlists=tally.playlists,
            items=tally.items,
            local=tally.local,
            lost=tally.lost,
            closed=tally.closed,
        )

    async def _locked(self, path: Path, written: Written, request: ExportRequest) -> tuple[Path, Written]:
        target = path.with_name("locked")
        if request.recipient is not None:
            await asyncio.to_thread(seal_for, path, target, request.recipient)
        else:
            passphrase = self.cipher.decrypt((request.secret or "").encode())
            if passphrase is None:
                raise PassphraseUnreadable
            async with self._one_at_a_time:
                await asyncio.to_thread(lock, path, target, passphrase)
        return target, Written(f"{written.name}.age", written.tally)


def _write(archived: Archived, request: ExportRequest, space: Path) -> tuple[Path, Written]:
    """The archive itself, or what is made of it."""
    if request.form.whole:
        counts = archived.counts
        tally = Tally(likes=counts.likes, playlists=counts.playlists, items=counts.items)
        return archived.path, Written(archived.name, tally)
    path = space / "export"
    return path, write(holdings_of(archived.open()), request.form, request.which, path)
