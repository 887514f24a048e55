"""Encrypts what must not lie readable in the database: tokens, verifiers, upload addresses."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class KeyMissing(ValueError):
    """Something was encrypted with a key that is not among the configured ones."""

    def __init__(self) -> None:
        super().__init__(
            "A stored secret cannot be decrypted: none of the encryption keys fits. "
            "Put the key it was written with back behind the newest one."
        )


class TokenCipher:
    """Encrypts with the first key, decrypts with any: a new key goes in front, the old ones stay behind it."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            message = "There is no encryption key. Make one with `python -m bot keygen`."
            raise ValueError(message)
        self._fernet = MultiFernet([_fernet(key, number) for number, key in enumerate(keys, 1)])

    @staticmethod
    def generate_key() -> str:
        """A new random key, in the form the configuration takes."""
        return Fernet.generate_key().decode()

    def encrypt(self, secret: str) -> bytes:
        """The secret as it may be stored."""
        return self._fernet.encrypt(secret.encode())

    def decrypt(self, stored: bytes) -> str:
        """The secret again; KeyMissing where no key fits."""
        try:
            return self._fernet.decrypt(stored).decode()
        except InvalidToken:
            raise KeyMissing from None


def _fernet(key: str, number: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        # The cause would carry the key into a traceback.
        message = f"Encryption key {number} is not a key: make one with `python -m bot keygen`."
        raise ValueError(message) from None
