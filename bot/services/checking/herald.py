"""Tells people what checking found of their backups, once for each finding."""

from dataclasses import dataclass

from bot.notices import BackupsInTrouble, Post
from storage.archives import ArchiveRepository
from storage.people import PeopleRepository


@dataclass(frozen=True, slots=True)
class Herald:
    """Brings news to everybody but those who said no to DMs: unheard, somebody would rely on what is not there.

    `/vault status` and `/vault backups` say it to all.
    """

    archives: ArchiveRepository
    people: PeopleRepository
    post: Post

    async def tell(self, discord_id: int) -> bool:
        """Whether there was news and it arrived. Written down before it is sent, so nobody has it twice."""
        news = tuple(archive for archive in await self.archives.of(discord_id) if archive.untold)
        if not news or (await self.people.get(discord_id)).wants_dms is False:
            return False
        ids = [archive.id for archive in news]
        await self.archives.mark_told(discord_id, ids, told=True)
        if await self.post(BackupsInTrouble(discord_id, news)):
            return True
        if (await self.people.get(discord_id)).dms_open:
            # Not a closed door but Discord's own trouble: the next look tries again.
            await self.archives.mark_told(discord_id, ids, told=False)
        return False
