"""Encrypts what must not lie readable in the database: tokens, verifiers, upload addresses."""

import logging
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

log = logging.getLogger(__name__)


class TokenCipher:
    """Encrypts with the first key, decrypts with any: a new key goes in front, the old ones stay behind it."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            message = "There is no encryption key. Make one with `python -m bot keygen`."
            raise ValueError(message)
        self._fernet = MultiFernet([_fernet(key, number) for number, key in enumerate(keys, 1)])
        self._warned = False

    @staticmethod
    def generate_key() -> str:
        """A new random key, in the form the configuration takes."""
        return Fernet.generate_key().decode()

    def encrypt(self, secret: str) -> bytes:
        """The secret as it may be stored."""
        return self._fernet.encrypt(secret.encode())

    def decrypt(self, stored: bytes) -> str | None:
        """The secret again; None where no key fits any more: a lost key costs links, never what is in a vault."""
        try:
            return self._fernet.decrypt(stored).decode()
        except InvalidToken:
            if not self._warned:
                self._warned = True
                log.warning(
                    "key.missing: no encryption key fits what is stored; put the old key back behind the new one"
                )
            return None


def _fernet(key: str, number: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        # The cause would carry the key into a traceback.
        message = f"Encryption key {number} is not a key: make one with `python -m bot keygen`."
        raise ValueError(message) from None
