"""What somebody wants to have exported: checked at once, and kept in the job."""

from dataclasses import dataclass as plain_dataclass
from dataclasses import field

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from storage.errors import MusiVaultError, NextStep
from storage.export import Format
from storage.sealing import read_recipient

SHORTEST = 12
"""Characters of a passphrase: age slows guessing down, but a short one is guessed all the same."""
OTHER_HALF = "AGE-SECRET-KEY-"


class NothingToExport(MusiVaultError):
    """A vault that has never held anything."""

    template = "There is nothing in your vault yet. Link Spotify with `/link spotify`; the first sync fills it."
    next_step = NextStep.LINK_SPOTIFY


class AlwaysEverything(MusiVaultError):
    """One list was asked for in the format that has no lists."""

    template = (
        "JSON is the whole archive, with its history. For one list leave `list:` as it is and choose CSV, M3U8, XSPF "
        "or JSPF; JSPF is JSON too."
    )


class NotAPublicKey(MusiVaultError):
    """A recipient that age does not know."""

    template = (
        "`recipient:` takes a public age key, which begins with `age1`. `age-keygen` makes a pair and shows the public "
        "half. Nothing was exported."
    )


class NotTheSecretKey(MusiVaultError):
    """The wrong half, which has been seen by Discord now."""

    template = (
        "That was your secret key. Nothing was exported, and MusiVault kept nothing of it, but it went through "
        "Discord: make a new pair with `age-keygen`, and give only the public half, which begins with `age1`."
    )


class OneLock(MusiVaultError):
    """Both ways to encrypt at once, which age does not do."""

    template = "Choose one of `recipient:` and `passphrase:`; age cannot encrypt for both."


class PassphraseTooShort(MusiVaultError):
    """Too easily guessed."""

    template = (
        "A passphrase needs at least {shortest} characters; five or six random words are good. Nothing was exported."
    )


class PassphrasesDiffer(MusiVaultError):
    """A typing mistake, found while the person still knows what was meant."""

    template = "The two passphrases differ, so nothing was exported. Run `/vault export` again."


@plain_dataclass(frozen=True, slots=True)
class Wish:
    """An export as it was asked for. `which` and `backup` are as typed; without `backup` it is of now."""

    form: Format
    which: str | None = None
    backup: str | None = None
    recipient: str | None = None
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ExportRequest(Kept):
    """The same, checked, as it stands in a job; `secret` is the passphrase, encrypted, until the job ends."""

    form: Format
    which: str | None = None
    backup: str | None = None
    recipient: str | None = None
    secret: str | None = field(default=None, repr=False)

    @property
    def encrypted(self) -> bool:
        """Whether the file is for whoever has the key alone."""
        return self.recipient is not None or self.secret is not None


def check_lock(wish: Wish) -> None:
    """Refuses what cannot be encrypted with."""
    if wish.recipient is not None and wish.passphrase is not None:
        raise OneLock
    if wish.recipient is not None:
        check_recipient(wish.recipient)
    if wish.passphrase is not None and len(wish.passphrase) < SHORTEST:
        raise PassphraseTooShort(shortest=SHORTEST)


def check_recipient(recipient: str) -> None:
    """Refuses what is no public key."""
    if OTHER_HALF in recipient.upper():
        raise NotTheSecretKey
    try:
        read_recipient(recipient.strip(), 1)
    except ValueError:
        raise NotAPublicKey from None
