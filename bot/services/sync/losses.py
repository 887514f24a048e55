"""A great loss is not believed at once: an empty answer on a bad day looks just like an empty library."""

from collections.abc import Sequence
from functools import partial

from bot.services.sync.visit import Visit
from storage.records import SavedKey

GREAT = 40
"""More entries gone at once than this are asked about; as many as one question takes."""


async def are_gone(visit: Visit, section: str, known: Sequence[SavedKey], now: Sequence[SavedKey]) -> bool:
    """Whether what a list lacks is really gone: if much is, or all, Spotify is asked for some of it by name.

    Where every one of those is still there, the list was wrong. Entries that Spotify has lost stand in it without their
    address, and are not gone.
    """
    here, lost = {uri for uri, _ in now}, {added_at for uri, added_at in now if uri is None}
    gone = [uri for uri, added_at in known if uri is not None and uri not in here and added_at not in lost]
    if not gone or (now and len(gone) <= GREAT):
        return True
    still_there = await visit.ask(section, partial(visit.spotify.saved, gone[:GREAT]))
    return not all(still_there)
