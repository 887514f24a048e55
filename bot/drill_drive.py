"""The drill's copy of the database, fetched from the operator's own Drive."""

from pathlib import Path

from bot.check import absent_file, is_current
from bot.config import Config
from bot.drive_link import desk_of
from storage.copies import FOLDER, Copy
from storage.errors import MusiVaultError
from storage.records import AccountState

IN_DRIVE = f"MusiVault/{FOLDER}/"


class NoLinkHere(MusiVaultError):
    """The link is kept in the database, so it is lost with it."""

    template = (
        "none can be fetched from your Google Drive, because {why}. After a lost machine, download the newest file of "
        "{there} at https://drive.google.com into {folder}, and drill again"
    )


class NoneInDrive(MusiVaultError):
    """Nothing was uploaded yet, or all of it was removed by hand."""

    template = "there is none in {there} of your Google Drive: look for copy.not_uploaded in the log, or start the bot"


async def fetched(config: Config, folder: Path) -> Copy:
    """The newest that the Drive lists, its file in `folder`; raises where none can be had, and says why."""
    if (why := await _why_no_link(config)) is not None:
        raise _no_link(config, why)
    async with desk_of(config) as desk:
        link = await desk.links.get()
        if link is None or link.state is not AccountState.LINKED:
            raise _no_link(config, "the database here has no link that Google accepts (`python -m bot drive link`)")
        drive = desk.door.copies_of()(link)
        newest = next(iter(await drive.listed()), None)
        if newest is None:
            raise NoneInDrive(there=IN_DRIVE)
        copy = Copy(folder / newest.file.name, newest.taken_at)
        await drive.fetch(newest, copy.path)
        return copy


async def _why_no_link(config: Config) -> str | None:
    """Why none can be read here."""
    if not config.drive.offered:
        return "drive.client_id and drive.client_secret are empty"
    if absent_file(config.storage.database_url) is not None:
        return "the link to it is kept in the database, and there is none here"
    if not await is_current(config.storage.database_url):
        return "the link to it is kept in the database, and this one cannot be read as it is (`python -m bot check`)"
    return None


def _no_link(config: Config, why: str) -> NoLinkHere:
    return NoLinkHere(why=why, there=IN_DRIVE, folder=config.backup.folder / FOLDER)
