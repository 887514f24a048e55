"""Exports: checked at once, made again after a crash without leaving two, and with nothing left where they fail."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.services.exports import Exports, Format, OneLock, Wish
from bot.services.exports.ready import Ready
from bot.services.exports.request import (
    AlwaysEverything,
    ExportRequest,
    NotAPublicKey,
    NothingToExport,
    NotTheSecretKey,
    PassphraseTooShort,
)
from bot.services.exports.source import ExportSource
from bot.services.progress import ignore
from bot.services.shelf import Shelf
from bot.services.stores import Stores
from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.downloads import DownloadRepository
from storage.errors import DownloadOver, MusiVaultError, NotFound
from storage.export import NotInBackup
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.records import SavedKind
from storage.sealing import Seal
from storage.stores.folder import FolderStore
from storage.tokens import TokenCipher
from tests.bot.spotify.time import Time
from tests.builders import ADA, BEN, NOON, everything, library, likes, playlist
from tests.storage.seeing import keep

PASSPHRASE = "correct horse battery staple"
IDENTITY = Seal.generate_identity()
(PUBLIC,) = Seal([IDENTITY]).public_keys
ROAD = playlist("Road", "A", None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports"


@pytest.fixture
async def exports(database: Database, cipher: TokenCipher, time: Time, tmp_path: Path, folder: Path) -> Exports:
    """Ada has a vault, Ben has none."""
    vault, accounts = LibraryRepository(database), AccountRepository(database, cipher)
    await keep(vault, ADA, everything(library(ROAD, likes=likes("A", "B"))), NOON)
    stores = Stores(FolderStore(tmp_path / "archives"), accounts, None)
    shelf = Shelf(ArchiveRepository(database, cipher), stores, tmp_path / "drafts")
    ready = Ready(DownloadRepository(database), folder, timedelta(hours=1), None, time)
    return Exports(ExportSource(vault, accounts, shelf, time), HistoryRepository(database), ready, cipher)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(folder: Path) -> int:
    return folder.stat().st_mode


async def make(exports: Exports, wish: Wish) -> str:
    """The id of what lies ready then."""
    request = ExportRequest.from_json(await exports.request(ADA, wish))
    return (await exports.make(ADA, request, ignore)).download_id


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (Wish(Format.JSON, which="track"), AlwaysEverything),
        (Wish(Format.CSV, recipient=IDENTITY), NotTheSecretKey),
        (Wish(Format.CSV, recipient=f"# public key: {PUBLIC} {IDENTITY}"), NotTheSecretKey),
        (Wish(Format.CSV, recipient="ssh-ed25519 AAAA"), NotAPublicKey),
        (Wish(Format.CSV, recipient=PUBLIC, passphrase=PASSPHRASE), OneLock),
        (Wish(Format.CSV, passphrase="elevenchars"), PassphraseTooShort),
        (Wish(Format.CSV, backup="f" * 32), NotFound),
        (Wish(Format.CSV, which="Nowhere"), NotFound),
        (Wish(Format.CSV, which=SavedKind.ALBUM), NotFound),
    ],
    ids=[
        "list-as-json",
        "secret-half",
        "key-file",
        "no-key",
        "two-locks",
        "short",
        "no-backup",
        "no-list",
        "other-list",
    ],
)
async def test_what_cannot_be_is_said_before_anything_is_made(
    exports: Exports, wish: Wish, error: type[MusiVaultError]
) -> None:
    with pytest.raises(error) as caught:
        await exports.request(ADA, wish)
    assert IDENTITY not in caught.value.sentence


async def test_an_empty_vault_has_nothing_to_export(exports: Exports) -> None:
    with pytest.raises(NothingToExport):
        await exports.request(BEN, Wish(Format.CSV))


async def test_a_passphrase_stands_nowhere_as_it_was_typed(exports: Exports) -> None:
    wish = Wish(Format.CSV, passphrase=PASSPHRASE)
    payload = await exports.request(ADA, wish)
    assert PASSPHRASE not in str(payload)
    assert PASSPHRASE not in repr(wish)
    assert exports.cipher.decrypt(str(payload["secret"]).encode()) == PASSPHRASE


async def test_a_passphrase_that_can_no_longer_be_read_exports_nothing(
    exports: Exports, other_key: TokenCipher, folder: Path
) -> None:
    payload = await exports.request(ADA, Wish(Format.CSV, passphrase=PASSPHRASE))
    lost = Exports(exports.source, exports.history, exports.ready, other_key)
    with pytest.raises(MusiVaultError, match="can no longer read the passphrase"):
        await lost.make(ADA, ExportRequest.from_json(payload), ignore)
    assert files(folder) == []


@pytest.fixture
def other_key() -> TokenCipher:
    return TokenCipher([TokenCipher.generate_key()])


@pytest.mark.parametrize("which", ["playlist-Road", "road", SavedKind.TRACK])
async def test_a_list_is_found_by_id_or_name(exports: Exports, which: str) -> None:
    request = ExportRequest.from_json(await exports.request(ADA, Wish(Format.M3U8, which)))
    report = await exports.make(ADA, request, ignore)
    assert report.likes + report.items == 2
    assert not report.whole


async def test_a_recipient_s_spaces_are_nobody_s_concern(exports: Exports) -> None:
    assert (await exports.request(ADA, Wish(Format.CSV, recipient=f" {PUBLIC} ")))["recipient"] == PUBLIC


async def test_an_export_that_is_made_again_is_one_file(exports: Exports, folder: Path) -> None:
    request = ExportRequest.from_json(await exports.request(ADA, Wish(Format.CSV)))
    before = await exports.make(ADA, request, ignore)
    after = await exports.make(ADA, request, ignore)
    assert files(folder) == [after.download_id]
    with pytest.raises(DownloadOver):
        await exports.ready.hand_over(ADA, before.download_id, 10**9)


async def test_an_export_that_fails_leaves_nothing(exports: Exports, folder: Path) -> None:
    with pytest.raises(NotInBackup):
        await exports.make(ADA, ExportRequest(Format.CSV, "gone since"), ignore)
    assert files(folder) == []


async def test_nobody_is_handed_somebody_else_s_file(exports: Exports) -> None:
    download_id = await make(exports, Wish(Format.CSV))
    with pytest.raises(DownloadOver):
        await exports.ready.hand_over(BEN, download_id, 10**9)


async def test_a_file_that_somebody_took_away_is_over(exports: Exports, folder: Path) -> None:
    download_id = await make(exports, Wish(Format.CSV))
    (folder / download_id).unlink()
    with pytest.raises(DownloadOver):
        await exports.ready.hand_over(ADA, download_id, 10**9)


async def test_what_expired_is_cleared_on_the_next_tick_and_what_is_in_the_making_is_not(
    exports: Exports, folder: Path, time: Time
) -> None:
    await make(exports, Wish(Format.CSV))
    async with exports.ready.workspace() as space:
        time.now += timedelta(hours=1)
        await exports.ready.tidy()
        assert files(folder) == [space.name]
    assert files(folder) == []


class Meanwhile(DownloadRepository):
    """Something else happens right after the first look at what lies ready."""

    deed: Callable[[], Awaitable[object]] | None = None

    async def all_ready(self, now: datetime) -> frozenset[str]:
        ready = await super().all_ready(now)
        if self.deed is not None:
            deed, self.deed = self.deed, None
            self.done = asyncio.ensure_future(deed())
            await asyncio.wait([self.done], timeout=0.5)
        return ready


async def test_an_export_that_is_ready_while_another_is_cleared_away_stays(
    exports: Exports, database: Database, folder: Path
) -> None:
    exports.ready.downloads = downloads = Meanwhile(database)
    downloads.deed = lambda: make(exports, Wish(Format.CSV))
    await exports.ready.tidy()
    made = await downloads.done
    assert files(folder) == [made]


async def test_only_the_bot_s_own_user_looks_into_the_folder(exports: Exports, folder: Path) -> None:
    await make(exports, Wish(Format.CSV))
    assert mode(folder) & 0o077 == 0


async def test_a_size_at_the_limit_is_attached_and_one_above_is_not(exports: Exports) -> None:
    download_id = await make(exports, Wish(Format.CSV))
    size = (await exports.ready.hand_over(ADA, download_id, 10**9)).download.size
    assert (await exports.ready.hand_over(ADA, download_id, size)).path is not None
    assert (await exports.ready.hand_over(ADA, download_id, size - 1)).path is None
