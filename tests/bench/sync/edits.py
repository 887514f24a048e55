"""What a sync costs after a day's edits, over many seeds; after each the vault has to equal Spotify exactly."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import mean, median

from bot.services.progress import ignore
from bot.services.sync import SyncReport
from tests.bench.sync.agreement import at_spotify, check, in_vault
from tests.bench.sync.product import Product, product
from tests.bench.sync.town import Guest, Town

BETWEEN = timedelta(seconds=20)
"""From one sync to the next: all of them stay within the hours in which what moves slowly is not read again."""
REMOVED = 3


@dataclass(frozen=True)
class Edited:
    """Requests of each sync, and the plan of the one that took the most as the engine explains it."""

    requests: tuple[int, ...]
    plan: tuple[str, ...]

    def figures(self) -> dict[str, float]:
        """The worst case is the one that counts."""
        return {
            "edits_requests": max(self.requests),
            "edits_requests_mean": float(mean(self.requests)),
            "edits_requests_median": float(median(self.requests)),
        }


async def edited(town: Town, folder: Path, guest: Guest, seeds: Sequence[int]) -> Edited:
    """A first sync, then one after each seed's edits."""
    await town.latency(0.0)
    requests: list[int] = []
    plan: tuple[str, ...] = ()
    async with product(town.checked(folder), town.world.clock) as bot:
        await bot.link(guest, town.world.control)
        await bot.rooms.engine.sync(guest.discord_id, ignore)
        await _compare(town, bot, guest, "after the first sync")
        for seed in seeds:
            await _edit(town, guest, random.Random(seed))
            town.world.clock.advance(BETWEEN)
            await town.hand("reset_requests")
            report = await bot.rooms.engine.sync(guest.discord_id, ignore)
            requests.append((await town.hand("counts"))["api"])
            await _compare(town, bot, guest, f"seed {seed}")
            if requests[-1] == max(requests):
                plan = explained(report)
    return Edited(tuple(requests), plan)


async def _edit(town: Town, guest: Guest, rng: random.Random) -> None:
    """One like added, three removed anywhere, one playlist appended to, one reordered, one renamed."""
    user = guest.key
    library = await town.hand("library", user=user)
    owned = [one for one in library["playlists"] if one["owned"] and len(one["items"]) > 1]
    longer, dragged, renamed = rng.sample(owned, 3)
    new = rng.sample(await town.hand("new_songs", user=user, count=50), 2)
    await town.hand("like", user=user, uri=new[0])
    await town.hand("unlike", user=user, uris=[one["uri"] for one in rng.sample(library["likes"], REMOVED)])
    await town.hand("add_to_playlist", user=user, name=longer["id"], uris=[new[1]])
    start, to = rng.sample(range(len(dragged["items"])), 2)
    await town.hand("reorder", user=user, name=dragged["id"], start=start, to=to)
    await town.hand("rename_playlist", user=user, name=renamed["id"], new_name=f"Mix {rng.randrange(10**6)}")


async def _compare(town: Town, bot: Product, guest: Guest, when: str) -> None:
    there = at_spotify(await town.hand("library", user=guest.key))
    check(there, await in_vault(bot.rooms.kept.library, guest.discord_id), when)


def explained(report: SyncReport) -> tuple[str, ...]:
    """What was read, with how many requests, and why."""
    return tuple(f"{one.requests:>3}  {one.section:<16}{one.why}" for one in report.asked)
