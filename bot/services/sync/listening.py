"""What a person listens to: the last plays with every sync, their favourites and their profile once a day."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.sync.together import settled
from bot.services.sync.vault import Vault
from bot.services.sync.visit import DAY, Visit
from storage.records import Play, TopKind, TopTerm

PLAYS, TOPS, PROFILE = "plays", "tops", "profile"


async def sync_plays(visit: Visit) -> None:
    """The last fifty plays, which are all that Spotify remembers."""
    visit.explain(PLAYS, "Spotify remembers the last fifty only")
    plays = await visit.ask(PLAYS, visit.spotify.recently_played)
    await keep_plays(visit.vault, visit.discord_id, plays, visit.clock())


async def keep_plays(vault: Vault, discord_id: int, plays: Sequence[Play], now: datetime) -> None:
    """Merges them into those kept, without doubles."""
    new = await vault.listening.keep_plays(discord_id, plays)
    await vault.states.mark_section(discord_id, PLAYS, now, total=new)


async def sync_tops(visit: Visit) -> None:
    """The favourite tracks and artists of four weeks, half a year and a year."""
    if not visit.due(TOPS, DAY):
        visit.explain(TOPS, "read within a day")
        return
    visit.explain(TOPS, "once a day")

    async def read(kind: TopKind, term: TopTerm) -> None:
        top = await visit.ask(TOPS, lambda: visit.spotify.top(kind, term))
        await visit.vault.listening.keep_top(visit.discord_id, top, visit.clock())

    await settled([read(kind, term) for kind in TopKind for term in TopTerm])
    await visit.mark(TOPS)


async def sync_profile(visit: Visit) -> None:
    """What the account is called now."""
    if not visit.due(PROFILE, DAY):
        visit.explain(PROFILE, "read within a day")
        return
    visit.explain(PROFILE, "once a day")
    profile = await visit.ask(PROFILE, visit.spotify.profile)
    await visit.spotify.keep_profile(profile)
    await visit.mark(PROFILE)
