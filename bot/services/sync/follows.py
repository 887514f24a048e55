"""The followed artists: their number with every sync, all of them once a day."""

from collections.abc import Sequence

from bot.services.sync.losses import are_gone
from bot.services.sync.visit import DAY, Visit
from bot.spotify.parse import Follows
from storage.records import Artist, SavedKey, SavedKind

SECTION = SavedKind.ARTIST.value


async def sync_follows(visit: Visit) -> None:
    """Artists carry no dates, so within a day an unchanged number is taken for an unchanged list."""
    state = visit.states.get(SECTION)
    first = await _page(visit, None)
    if state is not None and not visit.due(SECTION, DAY) and first.total == state.total:
        visit.explain(SECTION, "their number is the same, and all were read within a day")
        return
    visit.explain(SECTION, "the first time" if state is None else "once a day, and when their number changes")
    read, proven = await _read_all(visit, first)
    known = await visit.vault.library.saved_keys(visit.discord_id, SavedKind.ARTIST)
    found: list[SavedKey] = [(artist.uri, None) for artist in read]
    keys = merged(known, found, proven=proven and await are_gone(visit, SECTION, known, found))
    await visit.vault.library.apply_saved(visit.discord_id, SavedKind.ARTIST, keys, visit.clock())
    await visit.mark(SECTION, full=True, total=first.total)


async def _page(visit: Visit, after: str | None) -> Follows:
    async def fetch() -> Follows:
        page = await visit.spotify.followed_artists(after)
        await visit.vault.library.keep_things(page.artists)
        return page

    return await visit.ask(SECTION, fetch, chained=True)


async def _read_all(visit: Visit, first: Follows) -> tuple[list[Artist], bool]:
    """All artists, and whether that is proven: as many different ones as every page said there are."""
    pages = [first]
    while pages[-1].after is not None:
        pages.append(await _page(visit, pages[-1].after))
    artists = {artist.uri: artist for page in pages for artist in page.artists}
    agreed = all(page.total == first.total for page in pages)
    return list(artists.values()), agreed and len(artists) == first.total


def merged(known: Sequence[SavedKey], read: Sequence[SavedKey], *, proven: bool) -> tuple[SavedKey, ...]:
    """New ones on top of those known, which keep their order; without proof nobody is taken away."""
    here, before = set(read), set(known)
    new = [key for key in read if key not in before]
    return (*new, *(key for key in known if not proven or key in here))
