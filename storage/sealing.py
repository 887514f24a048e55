"""Seals files with age (https://age-encryption.org), so that they may lie anywhere: only who holds a key opens them."""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import pyrage

from storage.disk import sync_folder
from storage.errors import ArchiveDamaged, NoIdentityFits

NO_MATCH = "No matching keys found"
"""What pyrage 1.4 says where none of the identities is meant; it has one error for everything else too."""


class Seal:
    """Seals for the first identity and all further recipients, opens with any identity.

    A new identity goes in front and the old ones stay behind it, as with the keys of tokens.
    """

    def __init__(self, identities: Sequence[str], recipients: Sequence[str] = ()) -> None:
        if not identities:
            message = "There is no identity to seal with. Make one with `python -m bot keygen`."
            raise ValueError(message)
        self._identities = [read_identity(text, number) for number, text in enumerate(identities, 1)]
        further = [read_recipient(text, number) for number, text in enumerate(recipients, 1)]
        self._recipients = [self._identities[0].to_public(), *further]

    @staticmethod
    def generate_identity() -> str:
        """A new random identity, in the form the configuration takes."""
        return str(pyrage.x25519.Identity.generate())

    @property
    def public_keys(self) -> tuple[str, ...]:
        """Whom new files are sealed for; nothing secret."""
        return tuple(str(recipient) for recipient in self._recipients)

    @property
    def mark(self) -> str:
        """A few letters that tell whose seal it is, for names: the end of the public half of the first identity."""
        return self.public_keys[0][-8:]

    def seal(self, source: Path, target: Path) -> None:
        """Encrypts a file, block by block. `target` appears once it is on the disk, was read back and proven the same.

        Raises `ArchiveDamaged` where what was read back differs, and `OSError` where the disk refuses.
        """
        before = _digest(source)

        def prove(part: Path) -> None:
            if self.digest(part) != before:
                raise ArchiveDamaged(where="it was not kept as it was written")

        _appear(target, lambda file: _encrypt(source, file, self._recipients), prove)

    def unseal(self, source: Path, target: Path) -> None:
        """Decrypts a file; `target` appears only once all of it was opened and is on the disk.

        Raises `NoIdentityFits`, or `ArchiveDamaged` where a byte is not the one that was written.
        """
        _appear(target, lambda file: self._decrypt(source, file))

    def digest(self, source: Path) -> str:
        """The SHA-256 of what is inside, which is written nowhere; raises what `unseal` does."""
        sink = _Digest()
        self._decrypt(source, sink)
        return sink.sha256.hexdigest()

    def _decrypt(self, source: Path, sink: "BinaryIO | _Digest") -> None:
        with source.open("rb") as sealed:
            try:
                pyrage.decrypt_io(sealed, sink, self._identities)
            except pyrage.DecryptError as error:
                if str(error) == NO_MATCH:
                    raise NoIdentityFits(name=source.name) from error
                raise ArchiveDamaged(where="the head of the file is not the one that was written") from error
            except OSError as error:
                if error.errno is not None:
                    raise  # the disk's trouble; what age itself finds wrong has no number
                raise ArchiveDamaged(where="its bytes are not the ones that were written") from error


def seal_for(source: Path, target: Path, recipient: str) -> None:
    """Encrypts a file for one public key of somebody else's: nobody here can open it again, nor prove it."""
    _appear(target, lambda file: _encrypt(source, file, [read_recipient(recipient, 1)]))


def seal_with(source: Path, target: Path, passphrase: str) -> None:
    """Encrypts a file with a passphrase, and opens it again to prove it.

    pyrage does so all at once: for seconds no other thread gets its turn, and half a gigabyte of memory is taken, as
    age's scrypt asks for. `storage.locking` gives it a process of its own.
    """
    plain = source.read_bytes()
    locked = pyrage.passphrase.encrypt(plain, passphrase)
    if pyrage.passphrase.decrypt(locked, passphrase) != plain:
        raise ArchiveDamaged(where="it was not kept as it was written")
    _appear(target, lambda file: _put(file, locked))


def _put(file: BinaryIO, content: bytes) -> None:
    file.write(content)


def _encrypt(source: Path, file: BinaryIO, recipients: Sequence["pyrage.x25519.Recipient"]) -> None:
    # Not `encrypt_file`: that holds up every other thread until the whole file is done.
    with source.open("rb") as plain:
        try:
            pyrage.encrypt_io(plain, file, recipients)
        except pyrage.EncryptError as error:
            raise OSError(f"{source.name} could not be encrypted: {error}") from error


class _Digest:
    """Takes what is decrypted and keeps its hash alone."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, block: bytes) -> int:
        self.sha256.update(block)
        return len(block)

    def flush(self) -> None:
        """Nothing waits."""


def _appear(target: Path, write: Callable[[BinaryIO], None], prove: Callable[[Path], None] | None = None) -> None:
    """The file gets its name once it is whole, on the disk and proven; otherwise nothing is left of it."""
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if prove is not None:
            prove(part)
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_identity(text: str, number: int) -> "pyrage.x25519.Identity":
    """The secret key as age has it; ValueError with its number in the list, and never with the key."""
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        # The cause could carry a piece of the key into a traceback.
        message = f"identity {number} is not an age identity (`python -m bot keygen` makes one: AGE-SECRET-KEY-1...)"
        raise ValueError(message) from None


def read_recipient(text: str, number: int) -> "pyrage.x25519.Recipient":
    """The public key as age has it; ValueError with its number in the list."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        # Nor here: somebody may have put the secret half in.
        message = f"recipient {number} is not a public age key (age1..., as `python -m bot keygen` shows it)"
        raise ValueError(message) from None
