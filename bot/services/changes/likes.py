"""Saving likes in order, although nobody documents in which order Spotify files the tracks of one call."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.errors import SpotifyDown, SpotifyUnclear
from bot.services.accounts import PersonalSpotify
from bot.spotify.gateway import Access
from bot.time import Sleep

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

    async def save(self, uris: Sequence[str], *, resumed: bool) -> None:
        """Afterwards the last of `uris` is the newest like. A resumed batch is taken back first unless it is right."""
        wanted = list(reversed(uris))
        if resumed:
            now = await self._seen(uris)
            if now == wanted:
                return
            await self._take_back(now)
        await self._send(uris)
        now = await self._settled(uris)
        if now == wanted:
            return
        self.order = self._learn(wanted, now)
        await self._take_back(uris)
        await self._send(uris)
        if await self._settled(uris) != wanted:
            self.order = CallOrder.SHUFFLED
            await self._take_back(uris)
            await self._send(uris)

    async def remove(self, uris: Sequence[str]) -> None:
        """Unlike; doing it twice is doing it once."""
        await self._surely(self.spotify.gateway.unsave, uris)

    async def _send(self, uris: Sequence[str]) -> None:
        if self.order is CallOrder.SHUFFLED:
            for uri in uris:
                await self._surely(self.spotify.gateway.save, [uri])
        else:
            in_call_order = list(uris) if self.order is CallOrder.KEPT else list(reversed(uris))
            await self._surely(self.spotify.gateway.save, in_call_order)

    async def _surely(self, write: Callable[[Access, Sequence[str]], Awaitable[None]], uris: Sequence[str]) -> None:
        """Liking and unliking are the same done twice, so an unclear answer is simply asked again, once."""
        try:
            await self.spotify.use(write, uris)
        except SpotifyUnclear:
            await self.spotify.use(write, uris)

    async def _take_back(self, uris: Sequence[str]) -> None:
        if uris:
            await self._surely(self.spotify.gateway.unsave, uris)

    async def _settled(self, uris: Sequence[str]) -> list[str]:
        """What of `uris` stands at the head, newest first; Spotify may need a moment to show a write."""
        for look in range(LOOKS):
            now = await self._seen(uris)
            if len(now) == len(uris):
                return now
            await self.sleep(SETTLE_SECONDS * (look + 1))
        raise SpotifyDown

    async def _seen(self, uris: Sequence[str]) -> list[str]:
        wanted = set(uris)
        head = await self.spotify.likes(0)
        return [like.track.uri for like in head.items if like.track and like.track.uri in wanted]

    def _learn(self, wanted: Sequence[str], now: Sequence[str]) -> CallOrder:
        """The opposite of what was assumed, or no order at all."""
        if list(now) == list(reversed(wanted)) and self.order is not CallOrder.SHUFFLED:
            return CallOrder.REVERSED if self.order is CallOrder.KEPT else CallOrder.KEPT
        return CallOrder.SHUFFLED
