"""The operator's Google Drive as the place of those who have none of their own."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.errors import DriveChanged
from storage.operator_drive import OperatorDrive, OperatorDriveRepository
from storage.people import PeopleRepository
from storage.records import AccountState
from storage.stores.drive.operators import OperatorDriveRefused, OperatorDriveStore

log = logging.getLogger(__name__)
Open = Callable[[OperatorDrive, int, str], OperatorDriveStore]
"""link, person, name of their folder -> their store."""


@dataclass(frozen=True, slots=True)
class OperatorRoom:
    """`takes_new`: the configuration sends new backups there. What lies there is reached either way."""

    links: OperatorDriveRepository
    people: PeopleRepository
    open: Open
    takes_new: bool

    async def link(self) -> OperatorDrive:
        """The one that can be used; raises `OperatorDriveRefused` where there is none."""
        link = await self.links.get()
        if link is None or link.state is not AccountState.LINKED:
            raise OperatorDriveRefused
        return link

    async def store_for(self, discord_id: int) -> OperatorDriveStore:
        """One person's; raises `OperatorDriveRefused` where the operator has to link it first, or again."""
        link = await self.link()
        name = (await self.people.get(discord_id)).name
        return self.open(link, discord_id, f"{name} ({discord_id})" if name else str(discord_id))

    async def refused(self, linked_at: datetime) -> None:
        """The link of then is ended: said in the log once for each; the health page and `check` go on saying it."""
        if await self.links.mark_refused(linked_at):
            log.warning("drive.operator_refused: Google no longer accepts the link; run `python -m bot drive link`")

    async def check_same(self, linked_at: datetime) -> None:
        """Raises `DriveChanged` where it was linked anew since, maybe to another account."""
        link = await self.links.get()
        if link is None or link.linked_at != linked_at:
            raise DriveChanged

    async def trouble(self) -> str:
        """For the health page: why backups cannot go there; empty where they can or need not."""
        link = await self.links.get() if self.takes_new else None
        if not self.takes_new or (link is not None and link.state is AccountState.LINKED):
            return ""
        return "not linked" if link is None else "refused"
