"""The error tree's root and what storage raises. Each says what happened and what to do next; shown as written.

MusiVaultError
+- NotFound                 what was asked for is not kept here (any more)
+- LinkExpired              the one-time link is older than ten minutes or was used
+- LinkRejected             the link is unknown, or belongs to somebody else
+- DownloadOver             an export that was fetched, or not within its time
+- DownloadUnknown          the link to an export is unknown
+- StoreFull                no room where archives go
+- StoreRefused             the store no longer lets us in: link again
+- StoreDown                the store does not answer now: later
+- ArchiveDamaged           what was read back is not what was written
+- ArchiveTooNew            written by a later MusiVault
+- NoIdentityFits           sealed for a key that is not in the configuration
+- Forgotten                what was read was erased by its last other owner meanwhile: again
+- AlreadyRunning(since)    one at a time for each person
"""

from datetime import datetime
from enum import StrEnum


class NextStep(StrEnum):
    """What the person can do about it; the cogs turn it into a button where one helps."""

    LINK_SPOTIFY = "link_spotify"
    LINK_DRIVE = "link_drive"
    STATUS = "status"
    LATER = "later"
    ANEW = "anew"
    NONE = "none"


class MusiVaultError(Exception):
    """Root of what is ours: `template` is the English sentence and message id, `fields` fill it."""

    template = "Something went wrong."
    passing = ""
    next_step: NextStep = NextStep.NONE

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """What happened and what to do next, filled in."""
        return self.template.format(**self.fields)

    @property
    def cause(self) -> str:
        """What happened alone, for work that waits and goes on by itself: `passing`, filled in."""
        return (self.passing or self.template).format(**self.fields)


class NotFound(MusiVaultError):
    """What was asked for is not kept here."""

    template = "{what} is not in your vault any more. Look at `/vault status` for what is."
    next_step = NextStep.STATUS


class LinkExpired(MusiVaultError):
    """A one-time link older than ten minutes, or used before."""

    template = "This link has expired: it works once and for ten minutes. Ask for a new one with `/link {kind}`."


class LinkRejected(MusiVaultError):
    """A link that is unknown or is not this person's."""

    template = "This link is not valid for you. Ask for one of your own with `/link spotify` or `/link drive`."


class DownloadOver(MusiVaultError):
    """An export that was fetched already, that nobody fetched in time, or that a newer one replaced."""

    template = "This export is no longer here: it can be fetched once, and not for long. Run `/vault export` again."


class DownloadUnknown(MusiVaultError):
    """A link to an export that never was, or that a newer link replaced."""

    template = (
        "This link is not valid: it may have been cut off, or a newer one may have replaced it. Press “Get the file” "
        "under `/vault status` for a new link, or run `/vault export` again."
    )


class StoreError(MusiVaultError):
    """Any trouble with the place archives go to."""


class StoreFull(StoreError):
    """The store has no room; nothing was deleted."""

    template = "{store} has no room for a backup of {size}. Free some space there, then run `/vault backup` again."


class StoreRefused(StoreError):
    """The store no longer accepts our authorisation."""

    template = "{store} no longer lets MusiVault in. Your backups there are untouched; link again with `/link drive`."
    next_step = NextStep.LINK_DRIVE


class StoreDown(StoreError):
    """The store does not answer or answers with errors; trying later is right."""

    template = "{store} is not answering right now. Nothing was lost; try again in a few minutes."
    passing = "{store} is not answering right now. Nothing was lost."
    next_step = NextStep.LATER


class ArchiveDamaged(MusiVaultError):
    """An archive whose bytes, counts or hashes are not what its manifest says."""

    template = "This backup is damaged ({where}). Choose an older one from `/vault backups`."


class ArchiveTooNew(MusiVaultError):
    """An archive written by a later version of MusiVault."""

    template = "This backup was written by a newer MusiVault (format {version}). Update the bot to restore it."


class NoIdentityFits(MusiVaultError):
    """A sealed file that none of the installation's identities opens."""

    template = (
        "None of this bot's keys opens {name}. Nothing was changed. Whoever runs the bot has to put the key it was "
        "made with back into `backup.identities`, behind the newest; if it is there, the first bytes of the file are "
        "damaged."
    )


class Forgotten(MusiVaultError):
    """A thing that was read is not in the catalogue any more: whoever else had it erased their library meanwhile."""

    template = "Something that was just read was erased meanwhile. Nothing was lost; run the sync again."
    passing = "Something that was just read was erased meanwhile."
    next_step = NextStep.LATER


class AlreadyRunning(MusiVaultError):
    """One job of a kind at a time for each person."""

    template = "This is already under way for you, since {when}. `/vault status` shows how far it is."
    next_step = NextStep.STATUS

    def __init__(self, since: datetime) -> None:
        self.since = since
        super().__init__(when=f"<t:{int(since.timestamp())}:R>")
