"""One call to the Web API: in its turn, on a thread, read into records there, and its errors in our own words."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.errors import Refusal, SpotifyRefused
from bot.spotify.app_health import AppHealth
from bot.spotify.features import ClosedToApp, Feature, Features
from bot.spotify.images import Images
from bot.spotify.ledger import Ledger
from bot.spotify.pacing import Pacing
from bot.spotify.session import Sessions, SpotifyClient
from bot.spotify.translate import translated
from bot.spotify.turns import Request
from storage.records import Image

T = TypeVar("T")
Ask = Callable[[SpotifyClient], Any]
Read = Callable[[Any], T]

_DOUBTS = 2
_DOUBTS_WHERE_CLOSED = 1


@dataclass(frozen=True, slots=True)
class Access:
    """In whose name and through which app a request goes; `background` lets people's own requests go first."""

    client_id: str
    access_token: str = field(repr=False)
    background: bool = False


class Wire:
    """What reads and writes share. JSON is decoded and made into records on the executor, never on the event loop."""

    def __init__(
        self,
        api_url: str,
        pacing: Pacing,
        executor: Executor,
        timeout: float = 20.0,
        *,
        features: Features | None = None,
        images: Executor | None = None,
    ) -> None:
        self.features = features or Features(pacing.clock)
        self._pacing = pacing
        self._executor = executor
        self._sessions = Sessions(api_url, timeout)
        self._images = Images(images or executor, timeout)

    async def flush(self) -> None:
        """Write down what was asked since the last time; called every now and then, and before the end."""
        await self._pacing.flush()

    def close(self) -> None:
        """Close the connections; nothing is asked afterwards."""
        self._pacing.close()
        self._sessions.close()
        self._images.close()

    @property
    def ledger(self) -> Ledger:
        """What was asked in the last 24 hours, and what is blocked."""
        return self._pacing.ledger

    @property
    def health(self) -> AppHealth:
        """Which apps Spotify turns down at the moment."""
        return self._pacing.health

    async def image(self, url: str) -> Image:
        """A picture as it is. Raises `SpotifyGone` where its address has ended, `SpotifyDown` where none comes."""
        return await self._images.fetch(url)

    async def _read(self, access: Access, family: str, what: str, ask: Ask, read: Read[T]) -> T:
        return await self._send(_request(access, family, doubts=_DOUBTS), access, what, ask, read)

    async def _read_closed(
        self, access: Access, feature: Feature, family: str, what: str, ask: Ask, read: Read[T]
    ) -> T:
        """Read what is closed to new apps. Of one that is not known yet, only the first request is sent to find out."""
        if self.features.may(access.client_id, feature) is None:
            async with self.features.trial(access.client_id, feature):
                return await self._try_closed(access, feature, family, what, ask, read)
        return await self._try_closed(access, feature, family, what, ask, read)

    async def _try_closed(self, access: Access, feature: Feature, family: str, what: str, ask: Ask, read: Read[T]) -> T:
        known = self.features.may(access.client_id, feature)
        if known is False:
            raise ClosedToApp(feature)
        request = _request(access, family, doubts=_DOUBTS_WHERE_CLOSED)
        try:
            answer = await self._send(request, access, what, ask, read)
        except SpotifyRefused as refused:
            if refused.reason is not Refusal.FORBIDDEN:
                raise
            await self.features.learn(access.client_id, feature, allowed=False)
            raise ClosedToApp(feature) from refused
        if known is None:
            await self.features.learn(access.client_id, feature, allowed=True)
        return answer

    async def _change(self, access: Access, family: str, what: str, ask: Ask, read: Read[T], *, repeatable: bool) -> T:
        return await self._send(_request(access, family, repeatable=repeatable), access, what, ask, read)

    async def _send(self, request: Request, access: Access, what: str, ask: Ask, read: Read[T]) -> T:
        def send() -> T:
            return translated(lambda: read(ask(self._sessions.client(access.access_token))), what)

        async def on_thread() -> T:
            return await asyncio.get_running_loop().run_in_executor(self._executor, send)

        return await self._pacing.run(request, on_thread)


def _request(access: Access, family: str, *, repeatable: bool = True, doubts: int = 0) -> Request:
    return Request(access.client_id, family, access.background, repeatable, doubts)


def as_it_is(raw: object) -> object:
    """For changes, whose answers say nothing."""
    return raw


def snapshot_of(raw: object) -> str:
    """The snapshot id that a change of items answers with."""
    return str(raw.get("snapshot_id") or "") if isinstance(raw, Mapping) else ""
