"""Saving into the library in order, although nobody documents in which order Spotify files the things of one call."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from bot.errors import Refusal, SpotifyGone, SpotifyRefused
from bot.services.accounts import PersonalSpotify
from bot.time import Sleep
from storage.records import SavedKind

SETTLE_SECONDS = 1.0
LOOKS = 3


class CallOrder(Enum):
    """What a call with several things turned out to do."""

    KEPT = "kept"
    REVERSED = "reversed"
    SHUFFLED = "shuffled"


@dataclass(slots=True)
class LibraryWriter:
    """Saves batches oldest first, looks at what came of each, and learns from it how to send the next of that list."""

    spotify: PersonalSpotify
    sleep: Sleep
    orders: dict[SavedKind, CallOrder] = field(default_factory=dict)

    async def had(self, uris: Sequence[str]) -> tuple[str, ...]:
        """Those that are saved already: the person was faster, and their date is worth keeping."""
        saved = await self.spotify.use(self.spotify.gateway.saved, uris)
        return tuple(uri for uri, is_saved in zip(uris, saved, strict=True) if is_saved)

    async def save(self, kind: SavedKind, uris: Sequence[str], *, resumed: bool) -> tuple[str, ...]:
        """Afterwards the last of `uris` is the newest of its list; returns those that Spotify no longer takes."""
        if not uris:
            return ()
        if kind is SavedKind.ARTIST:
            # Followed artists have no dates, hence no order, and following twice is following once.
            await self._put(uris)
            return await self._refused(uris)
        now = await self._in_order(kind, uris, resumed=resumed)
        return await self._refused([uri for uri in uris if uri not in now])

    async def remove(self, uris: Sequence[str]) -> None:
        """Take out of the library; doing it twice is doing it once."""
        if uris:
            await self.spotify.use(self.spotify.gateway.unsave, uris)

    async def _in_order(self, kind: SavedKind, uris: Sequence[str], *, resumed: bool) -> list[str]:
        """What came of it. A batch of an interrupted run is taken back first, unless it is right already."""
        if resumed:
            now = await self._seen(kind, uris)
            if now == list(reversed(uris)):
                return now
            await self.remove(now)
        for attempt in range(len(CallOrder)):
            await self._send(self._order(kind), uris)
            now = await self._settled(kind, uris)
            wanted = [uri for uri in reversed(uris) if uri in now]
            if now == wanted or self._order(kind) is CallOrder.SHUFFLED:
                break
            self.orders[kind] = self._learn(kind, wanted, now) if attempt == 0 else CallOrder.SHUFFLED
            await self.remove(now)
        return now

    def _order(self, kind: SavedKind) -> CallOrder:
        return self.orders.get(kind, CallOrder.KEPT)

    async def _send(self, order: CallOrder, uris: Sequence[str]) -> None:
        match order:
            case CallOrder.KEPT:
                await self._put(uris)
            case CallOrder.REVERSED:
                await self._put(list(reversed(uris)))
            case CallOrder.SHUFFLED:
                for uri in uris:
                    await self._put([uri])

    async def _put(self, uris: Sequence[str]) -> None:
        """One thing that Spotify no longer knows must not keep thirty-nine others out."""
        try:
            await self.spotify.use(self.spotify.gateway.save, uris)
        except (SpotifyGone, SpotifyRefused) as error:
            if isinstance(error, SpotifyRefused) and error.reason is not Refusal.BAD_REQUEST:
                raise
            for uri in uris if len(uris) > 1 else ():
                await self._put([uri])

    async def _settled(self, kind: SavedKind, uris: Sequence[str]) -> list[str]:
        """What of `uris` stands at the head, newest first; Spotify may need a moment to show a write."""
        now = await self._seen(kind, uris)
        for look in range(1, LOOKS):
            if len(now) == len(uris):
                break
            await self.sleep(SETTLE_SECONDS * look)
            now = await self._seen(kind, uris)
        return now

    async def _seen(self, kind: SavedKind, uris: Sequence[str]) -> list[str]:
        wanted = set(uris)
        head = await self.spotify.saved_list(kind, 0)
        here = (entry.thing.uri for entry in head.items if entry.thing is not None)
        return [uri for uri in here if uri is not None and uri in wanted]

    async def _refused(self, unseen: Sequence[str]) -> tuple[str, ...]:
        """Spotify says yes to what it no longer has, and saves nothing; one further down was saved before."""
        if not unseen:
            return ()
        had = await self.had(unseen)
        return tuple(uri for uri in unseen if uri not in had)

    def _learn(self, kind: SavedKind, wanted: Sequence[str], now: Sequence[str]) -> CallOrder:
        """The opposite of what was assumed, or no order at all."""
        if list(now) == list(reversed(wanted)):
            return CallOrder.REVERSED if self._order(kind) is CallOrder.KEPT else CallOrder.KEPT
        return CallOrder.SHUFFLED
