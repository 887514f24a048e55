"""Passphrases: age opens what was encrypted with one, and nobody else waits while it is done."""

import asyncio
import subprocess
from pathlib import Path

import pyrage
import pytest

from storage.locking import NotLocked, lock

PASSPHRASE = "correct horse Bättery 夜"


async def test_what_is_locked_opens_with_the_passphrase_alone_and_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"a vault" * 10_000)
    turns = 0
    locking = asyncio.create_task(asyncio.to_thread(lock, tmp_path / "plain", tmp_path / "locked.age", PASSPHRASE))
    while not locking.done():
        await asyncio.sleep(0.005)
        turns += 1
    await locking
    locked = (tmp_path / "locked.age").read_bytes()
    assert locked.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert turns > 20, "it held up everybody else while it worked"
    assert await asyncio.to_thread(pyrage.passphrase.decrypt, locked, PASSPHRASE) == b"a vault" * 10_000
    with pytest.raises(pyrage.DecryptError):
        await asyncio.to_thread(pyrage.passphrase.decrypt, locked, "another passphrase")


def test_a_process_that_fails_leaves_nothing_and_says_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotLocked, match="`recipient:`"):
        lock(tmp_path / "missing", tmp_path / "locked.age", PASSPHRASE)
    assert list(tmp_path.iterdir()) == []
    assert PASSPHRASE not in caplog.text


def test_the_passphrase_stands_in_no_list_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    def listen(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        told.append((command, options.get("env")))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", listen)
    lock(tmp_path / "plain", tmp_path / "locked.age", PASSPHRASE)
    assert PASSPHRASE not in str(told)
