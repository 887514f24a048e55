"""Saving likes in order, although nobody documents in which order Spotify files the tracks of one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from bot.services.accounts import PersonalSpotify
from bot.time import Sleep
from storage.records import SavedKind

SETTLE_SECONDS = 1.0
LOOKS = 3


class CallOrder(Enum):
    """What a call with several tracks turned out to do."""

    KEPT = "kept"
    REVERSED = "reversed"
    SHUFFLED = "shuffled"


@dataclass(slots=True)
class LikesWriter:
    """Saves batches oldest first, looks at what came of each, and learns from it how to send the next."""

    spotify: PersonalSpotify
    sleep: Sleep
    order: CallOrder = CallOrder.KEPT

    async def had(self, uris: Sequence[str]) -> tuple[str, ...]:
        """Those that are liked already: the person was faster, and their date is worth keeping."""
        saved = await self.spotify.use(self.spotify.gateway.saved, uris)
        return tuple(uri for uri, is_saved in zip(uris, saved, strict=True) if is_saved)

    async def save(self, uris: Sequence[str], *, resumed: bool) -> tuple[str, ...]:
        """Afterwards the last of `uris` is the newest like; returns those that Spotify no longer takes.

        A batch of an interrupted run is taken back first, unless it is right already.
        """
        if not uris:
            return ()
        if resumed:
            now = await self._seen(uris)
            if now == list(reversed(uris)):
                return ()
            await self.remove(now)
        for attempt in range(len(CallOrder)):
            await self._send(uris)
            now = await self._settled(uris)
            wanted = [uri for uri in reversed(uris) if uri in now]
            if now == wanted or self.order is CallOrder.SHUFFLED:
                break
            self.order = self._learn(wanted, now) if attempt == 0 else CallOrder.SHUFFLED
            await self.remove(now)
        return await self._refused([uri for uri in uris if uri not in now])

    async def remove(self, uris: Sequence[str]) -> None:
        """Unlike; doing it twice is doing it once."""
        if uris:
            await self.spotify.use(self.spotify.gateway.unsave, uris)

    async def _send(self, uris: Sequence[str]) -> None:
        save = self.spotify.gateway.save
        match self.order:
            case CallOrder.KEPT:
                await self.spotify.use(save, uris)
            case CallOrder.REVERSED:
                await self.spotify.use(save, list(reversed(uris)))
            case CallOrder.SHUFFLED:
                for uri in uris:
                    await self.spotify.use(save, [uri])

    async def _settled(self, uris: Sequence[str]) -> list[str]:
        """What of `uris` stands at the head, newest first; Spotify may need a moment to show a write."""
        now = await self._seen(uris)
        for look in range(1, LOOKS):
            if len(now) == len(uris):
                break
            await self.sleep(SETTLE_SECONDS * look)
            now = await self._seen(uris)
        return now

    async def _seen(self, uris: Sequence[str]) -> list[str]:
        wanted = set(uris)
        head = await self.spotify.saved_list(SavedKind.TRACK, 0)
        return [like.thing.uri for like in head.items if like.thing and like.thing.uri in wanted]

    async def _refused(self, unseen: Sequence[str]) -> tuple[str, ...]:
        """Spotify says yes to a track it no longer has, and saves nothing; one further down was liked before."""
        if not unseen:
            return ()
        had = await self.had(unseen)
        return tuple(uri for uri in unseen if uri not in had)

    def _learn(self, wanted: Sequence[str], now: Sequence[str]) -> CallOrder:
        """The opposite of what was assumed, or no order at all."""
        if list(now) == list(reversed(wanted)):
            return CallOrder.REVERSED if self.order is CallOrder.KEPT else CallOrder.KEPT
        return CallOrder.SHUFFLED
