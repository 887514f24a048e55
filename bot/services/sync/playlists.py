"""The playlists: one list of all of them, then the contents of those that this list does not prove unchanged."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.errors import Refusal, SpotifyGone, SpotifyRefused
from bot.services.sync.contents import PAGE, Contents, ContentsReader, ItemSlice, Opened
from bot.services.sync.covers import Covers, cover_due, fetching
from bot.services.sync.plan import PlaylistsPlan, Reader, Wanted, Why, may_read, plan_playlists
from bot.services.sync.stash import stashing
from bot.services.sync.together import settled
from bot.services.sync.visit import Visit
from bot.spotify.features import Feature
from bot.spotify.parse import Listed, Page
from storage.records import ItemKey, PlaylistItem

log = logging.getLogger(__name__)
LIST, ITEMS = "playlists", "playlist items"
ATTEMPTS = 3
ASKED_AT_ONCE = 40
TRIALS = 3


async def sync_playlists(visit: Visit) -> None:
    """Each playlist is written as soon as it is read whole, so a sync that has to wait goes on where it was."""
    listed = await _list(visit)
    if listed is None:
        visit.skip("the list of playlists")
        return
    heads = await visit.vault.library.playlist_heads(visit.discord_id)
    reader = await _reader(visit, listed)
    plan = plan_playlists(heads, listed, reader)
    visit.explain(ITEMS, explained(plan.read))
    visit.expect(sum(max(1, -(-(wanted.listed.items or 0) // PAGE)) for wanted in plan.read))
    known = {head.details.spotify_id: head for head in heads}
    due = [entry for entry in listed if cover_due(known.get(entry.details.spotify_id), entry)]
    async with fetching(visit, due) as covers:
        await settled(
            [*(_sync_contents(visit, wanted, covers) for wanted in plan.read), _keep_details(visit, plan, covers)]
        )
        await covers.flush()
    await _mark_gone(visit, plan.missing)
    if plan.order is not None:
        await visit.vault.library.put_in_order(visit.discord_id, plan.order)
    await visit.mark(LIST, total=len(listed))


async def _list(visit: Visit) -> list[Listed] | None:
    """The whole list, or None where it kept changing.

    One that is there twice was moved between two pages while they were read, and another one is missing.
    """
    for _ in range(ATTEMPTS):
        first = await visit.ask(LIST, partial(visit.spotify.playlists, 0))
        rest = await settled([_page(visit, offset) for offset in range(PAGE, first.total, PAGE)])
        pages = [first, *rest]
        listed = [entry for page in pages for entry in page.items]
        whole = all(page.whole and page.total == first.total for page in pages)
        if whole and len({entry.details.spotify_id for entry in listed}) == len(listed):
            visit.explain(LIST, "names the snapshot of each; the same snapshot means the same contents")
            return listed
    return None


async def _page(visit: Visit, offset: int) -> Page[Listed]:
    return await visit.ask(LIST, partial(visit.spotify.playlists, offset))


async def _reader(visit: Visit, listed: Sequence[Listed]) -> Reader:
    """Whether this app is one of old, which sees what others put into their playlists, is tried once and remembered."""
    reader = Reader(visit.spotify.spotify_id, visit.clock(), visit.full_every, full=visit.full)
    followed = [entry for entry in listed if not may_read(entry.details, reader)]
    sees = await visit.spotify.may(Feature.FOLLOWED_CONTENTS) if followed else False
    if sees is None:
        sees = await _try(visit, followed[:TRIALS])
        if sees is not None:
            await visit.spotify.learn(Feature.FOLLOWED_CONTENTS, sees)
    return replace(reader, sees_followed=bool(sees))


async def _try(visit: Visit, followed: Sequence[Listed]) -> bool | None:
    """Whether one of these shows what is in it; None where they are gone, or refused, which says nothing of the app."""
    for entry in followed:
        try:
            opened = await visit.ask(ITEMS, partial(visit.spotify.playlist, entry.details.spotify_id), chained=True)
        except SpotifyGone:
            continue
        except SpotifyRefused as refused:
            if refused.reason is not Refusal.FORBIDDEN:
                raise
            continue
        return opened.items is not None
    return None


async def _keep_details(visit: Visit, plan: PlaylistsPlan, covers: Covers) -> None:
    """What the list alone says: renamed, back on Spotify, or somebody else's; and pictures of what is not read."""

    async def keep(entry: Listed, *, closed: bool) -> None:
        await visit.vault.library.keep_playlist(
            visit.discord_id, entry.details, None, visit.clock(), closed=closed, listed_items=entry.items
        )

    entries = [*((entry, False) for entry in plan.details), *((entry, True) for entry in plan.closed)]
    read = {wanted.listed.details.spotify_id for wanted in plan.read}
    bare = [spotify_id for spotify_id in covers.coming if spotify_id not in read]
    await settled([keep(entry, closed=closed) for entry, closed in entries])
    await settled([covers.keep(spotify_id) for spotify_id in bare])


async def _sync_contents(visit: Visit, wanted: Wanted, covers: Covers) -> None:
    """One playlist, from its first page to its cover."""
    listed = wanted.listed
    contents = await _contents(visit, listed)
    if contents is None:
        visit.skip(listed.details.name)
        return
    if wanted.why is Why.WEEKLY and contents.keys is not None:
        await _compare(visit, wanted, contents)
    unedited = contents.details.snapshot_id == listed.details.snapshot_id
    details = listed.details if unedited else contents.details
    await visit.vault.library.keep_playlist(
        visit.discord_id,
        details,
        contents.keys,
        visit.clock(),
        closed=contents.keys is None,
        listed_items=contents.total,
    )
    await covers.keep(listed.details.spotify_id)


async def _contents(visit: Visit, listed: Listed) -> Contents | None:
    playlist_id = listed.details.spotify_id

    async def open_playlist() -> Opened:
        opened = await visit.spotify.playlist(playlist_id)
        if opened.items is None:
            return Opened(opened.details, listed.items or 0, None)
        return Opened(opened.details, opened.items.total, await _kept(visit, opened.items.items))

    async def read_page(offset: int) -> ItemSlice:
        read = await visit.spotify.items(playlist_id, offset)
        return ItemSlice(offset, read.total, await _kept(visit, read.items), read.whole)

    async def open_it() -> Opened:
        return await visit.ask(ITEMS, open_playlist)

    async def page(offset: int) -> ItemSlice:
        return await visit.ask(ITEMS, partial(read_page, offset))

    async with stashing(visit, f"{ITEMS}:{playlist_id}") as stash:
        try:
            reader = ContentsReader(open_it, page, stash)
            contents = await reader.read(listed.details.snapshot_id, listed.items)
        except SpotifyGone:
            return None
        except SpotifyRefused as refused:
            if refused.reason is not Refusal.FORBIDDEN:
                raise
            contents = await _closed(listed, open_it)
    own = listed.details.owner_id == visit.spotify.spotify_id
    return None if contents is not None and contents.keys is None and own else contents


async def _closed(listed: Listed, open_it: Callable[[], Awaitable[Opened]]) -> Contents | None:
    """A no may be noise; only a playlist that opens and shows nothing is closed to us."""
    try:
        opened = await open_it()
    except (SpotifyGone, SpotifyRefused):
        return None
    return Contents(listed.details, None, listed.items or 0) if opened.keys is None else None


async def _kept(visit: Visit, items: Sequence[PlaylistItem]) -> tuple[ItemKey, ...]:
    """The catalogue has the tracks now; what goes on is their keys."""
    await visit.vault.library.keep_things([item.track for item in items if item.track is not None])
    return tuple((item.track.uri if item.track else None, item.added_at, item.added_by) for item in items)


async def _compare(visit: Visit, wanted: Wanted, contents: Contents) -> None:
    """An unchanged snapshot must mean unchanged contents; where it does not, that is a defect worth knowing."""
    playlist_id = wanted.listed.details.spotify_id
    stored = await visit.vault.library.playlist_keys(visit.discord_id, playlist_id)
    if stored != contents.keys and contents.details.snapshot_id == wanted.listed.details.snapshot_id:
        log.error("sync.defect person=%d section=%s playlist=%s", visit.discord_id, ITEMS, playlist_id)


async def _mark_gone(visit: Visit, missing: Sequence[str]) -> None:
    """A list may be wrong for a moment; each playlist it lacks is asked for by name before it is called removed."""
    for start in range(0, len(missing), ASKED_AT_ONCE):
        batch = missing[start : start + ASKED_AT_ONCE]
        uris = [f"spotify:playlist:{playlist_id}" for playlist_id in batch]
        here = await visit.ask(LIST, partial(visit.spotify.saved, uris))
        gone = [playlist_id for playlist_id, still in zip(batch, here, strict=True) if not still]
        await visit.vault.library.mark_removed(visit.discord_id, gone, visit.clock())


def explained(wanted: Sequence[Wanted]) -> str:
    """Why contents were read, in numbers."""
    if not wanted:
        return "every snapshot is the one that is stored"
    reasons = Counter(one.why.value for one in wanted)
    return ", ".join(f"{number} {why}" for why, number in reasons.items())
