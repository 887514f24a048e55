"""What a person chose, and how they can be reached."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.zones import Zones, clock_of
from bot.time import Clock
from storage.people import PeopleRepository
from storage.records import Person


@dataclass(frozen=True, slots=True)
class Settings:
    """Reads and keeps a person's choices."""

    people: PeopleRepository
    zones: Zones
    clock: Clock

    async def of(self, discord_id: int) -> Person:
        """The person with everything they chose; defaults for somebody new."""
        return await self.people.get(discord_id)

    async def choose(
        self,
        discord_id: int,
        *,
        wants_dms: bool | None = None,
        nightly: bool | None = None,
        nightly_hour: int | None = None,
        keeps_plays: bool | None = None,
        zone: str | None = None,
    ) -> Person:
        """Keep what is given, leave the rest. `zone` is what was typed; raises where no zone is meant by it."""
        return await self.people.choose(
            discord_id,
            wants_dms=wants_dms,
            nightly=nightly,
            nightly_hour=nightly_hour,
            keeps_plays=keeps_plays,
            time_zone=None if zone is None else self.zones.find(zone, self.clock()),
        )

    def zones_like(self, typed: str) -> Sequence[tuple[str, str]]:
        """The names of zones that may be meant, each with what its clocks show now."""
        now = self.clock()
        return [(name, clock_of(name, now)) for name in self.zones.suggest(typed)]

    async def keep_dm_channel(self, discord_id: int, channel_id: int | None) -> None:
        """Where their DMs go; None where it has to be opened again."""
        await self.people.set_dm_channel(discord_id, channel_id)

    async def mark_dms(self, discord_id: int, *, is_open: bool) -> None:
        """Whether DMs reach them."""
        await self.people.mark_dms(discord_id, is_open)
