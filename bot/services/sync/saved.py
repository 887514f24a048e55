"""Liked songs, albums, shows and episodes: lists with the newest on top, read with as few pages as can be."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.services.sync.contents import PAGE
from bot.services.sync.losses import are_gone
from bot.services.sync.newest import Reading, Slice, Way, read_full, read_newest
from bot.services.sync.stash import ListStash, stashing
from bot.services.sync.visit import Visit
from storage.records import Saved, SavedKey, SavedKind

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SavedPart:
    """One of these lists: its kind, and what people call it."""

    kind: SavedKind
    name: str


async def sync_saved(visit: Visit, part: SavedPart) -> None:
    """Makes the vault's list equal to Spotify's; a list that cannot be proven whole stays as it was."""
    section = part.kind.value
    known = await visit.vault.library.saved_keys(visit.discord_id, part.kind)
    async with stashing(visit, section) as stash:
        reading = await _read(visit, part, known, ListStash(stash))
        visit.explain(section, reading.why)
        if reading.keys is None or not await are_gone(visit, section, known, reading.keys):
            visit.skip(part.name)
            return
        await visit.vault.library.apply_saved(visit.discord_id, part.kind, reading.keys, visit.clock())
    await visit.mark(section, full=reading.way is Way.FULL, total=len(reading.keys))


async def _read(visit: Visit, part: SavedPart, known: Sequence[SavedKey], stash: ListStash) -> Reading:
    section = part.kind.value
    state = visit.states.get(section)
    first_time = state is None or state.full_at is None

    async def fetch(offset: int) -> Slice:
        page = await visit.spotify.saved_list(part.kind, offset)
        if first_time and offset == 0:
            visit.expect(-(-page.total // PAGE))
        await visit.vault.library.keep_things([saved.thing for saved in page.items if saved.thing is not None])
        return Slice(offset, page.total, tuple(key_of(saved) for saved in page.items), page.whole)

    async def read(offset: int) -> Slice:
        return await visit.ask(section, partial(fetch, offset))

    if first_time:
        why = "the first time" if state is None else "a restore wrote what was known of it"
        return await read_full(read, stash=stash, why=why)
    clever = await read_newest(known, read, stash=stash)
    if clever.way is Way.FULL or not visit.full_due(section):
        return clever
    full = await read_full(read, stash=stash, why="the weekly check of the quick way")
    _compare(visit, section, clever.keys, full.keys)
    return full


def _compare(visit: Visit, section: str, clever: Sequence[SavedKey] | None, full: Sequence[SavedKey] | None) -> None:
    """The quick way must never differ from the full pass; where it does, that is a defect of ours."""
    if clever is None or full is None:
        return
    missing, extra = differing(full, clever), differing(clever, full)
    if missing or extra:
        log.error("sync.defect person=%d section=%s missing=%d extra=%d", visit.discord_id, section, missing, extra)


def differing(these: Sequence[SavedKey], those: Sequence[SavedKey]) -> int:
    """How many of these are not among those; what Spotify has lost meanwhile stands there without its address."""
    lost = {added_at for uri, added_at in (*these, *those) if uri is None}
    return len({key for key in these if key[1] not in lost} - set(those))


def key_of(saved: Saved) -> SavedKey:
    """What tells an entry apart."""
    return (None if saved.thing is None else saved.thing.uri, saved.added_at)
