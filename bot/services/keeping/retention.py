"""How long each person's backups are kept: what they chose, or what the operator did."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.services.keeping.policy import plan_keeping
from storage.archives import ArchiveRepository
from storage.people import PeopleRepository
from storage.records import Archive, ArchiveState, Policy, StoreKind


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for, before it holds. `policy` is None for the operator's choice, `rules` what that means.

    `going` of their `backups` would go to the trash, and `sooner` of them only because of this wish.
    """

    policy: Policy | None
    rules: Policy
    backups: int
    going: int
    sooner: int


def plan_wish(archives: Iterable[Archive], now: Policy, policy: Policy | None, default: Policy) -> Wish:
    """Compares what goes under the rules of `now` with what would go; each store is judged by itself. Pure."""
    rules = default if policy is None else policy
    good = [archive for archive in archives if archive.state is ArchiveState.VERIFIED]
    going, anyway = _going(good, rules), _going(good, now)
    return Wish(policy, rules, len(good), len(going), len(going - anyway))


def _going(archives: list[Archive], policy: Policy) -> set[str]:
    stores = ([archive for archive in archives if archive.store is kind] for kind in StoreKind)
    return {archive.id for mine in stores for archive in plan_keeping(mine, policy).let_go}


@dataclass(frozen=True, slots=True)
class Retention:
    """Answers for how long, and keeps what a person chose."""

    people: PeopleRepository
    archives: ArchiveRepository
    default: Policy

    async def of(self, discord_id: int) -> Policy:
        """What holds for this person."""
        chosen = (await self.people.get(discord_id)).keeping
        return self.default if chosen is None else chosen

    async def ask(self, discord_id: int, policy: Policy | None) -> Wish:
        """What it would mean; nothing is kept of it."""
        return plan_wish(await self.archives.of(discord_id), await self.of(discord_id), policy, self.default)

    async def wish(self, discord_id: int, policy: Policy | None) -> Wish:
        """Keeps it at once where no backup goes because of it; where one would, they are asked first."""
        wish = await self.ask(discord_id, policy)
        if not wish.sooner:
            await self.choose(discord_id, policy)
        return wish

    async def choose(self, discord_id: int, policy: Policy | None) -> None:
        """From the next backup on."""
        await self.people.set_keeping(discord_id, policy)
