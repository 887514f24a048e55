"""The drill's copy of the database, fetched from the operator's own Drive."""

from pathlib import Path

from bot.check import is_current
from bot.config import Config
from bot.drive_link import desk_of
from storage.copies import FOLDER, Copy
from storage.errors import MusiVaultError
from storage.records import AccountState

IN_DRIVE = f"MusiVault/{FOLDER}/"


class NoLinkHere(MusiVaultError):
    """The link is kept in the database, so it is lost with it."""

    template = (
        "none can be fetched from a Google Drive, since no database here has a link to one that Google accepts: after "
        "a lost machine fetch the newest file of {there} at https://drive.google.com into {folder}, else run "
        "`python -m bot drive link`"
    )


class NoneInDrive(MusiVaultError):
    """Nothing was uploaded yet, or all of it was removed by hand."""

    template = "there is none in {there} of your Google Drive: look for copy.not_uploaded in the log, or start the bot"


async def fetched(config: Config, folder: Path) -> Copy:
    """The newest that the Drive lists, its file in `folder`; raises where none can be had, and says why."""
    if not config.drive.offered or not await is_current(config.storage.database_url):
        raise _no_link(config)
    async with desk_of(config) as desk:
        link = await desk.links.get()
        if link is None or link.state is not AccountState.LINKED:
            raise _no_link(config)
        drive = desk.door.copies_of()(link)
        newest = next(iter(await drive.listed()), None)
        if newest is None:
            raise NoneInDrive(there=IN_DRIVE)
        copy = Copy(folder / newest.file.name, newest.taken_at)
        await drive.fetch(newest, copy.path)
        return copy


def _no_link(config: Config) -> NoLinkHere:
    return NoLinkHere(there=IN_DRIVE, folder=config.backup.folder / FOLDER)
