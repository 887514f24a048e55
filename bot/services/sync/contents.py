"""Reads the contents of one playlist with no request too many, and proves that they belong to one state of it."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.services.sync.together import settled
from storage.records import ItemKey, PlaylistDetails, StagedPage

PAGE = 50
ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Opened:
    """A playlist as it was opened: details, total, and the first items that came along; None where it is closed."""

    details: PlaylistDetails
    total: int = 0
    keys: tuple[ItemKey, ...] | None = None


@dataclass(frozen=True, slots=True)
class ItemSlice:
    """A page of items, reduced to their keys; `whole` is False where it ended before it should."""

    offset: int
    total: int
    keys: tuple[ItemKey, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Contents:
    """Every item of one state of a playlist; `keys` is None where its contents are closed to us."""

    details: PlaylistDetails
    keys: tuple[ItemKey, ...] | None
    total: int


class Stash(Protocol):
    """Where pages are put aside when a sync has to wait, so that none is asked for twice."""

    async def load(self, proof: str) -> Sequence[StagedPage]:
        """The pages that were read of this very state."""

    async def keep(self, page: StagedPage) -> None:
        """Put one aside."""


@dataclass(slots=True)
class ContentsReader:
    """Opens a playlist last, after the pages behind the first one: its snapshot then vouches for all of them.

    An edit gives a playlist a new snapshot id, so where it is still the one that was known before the first page was
    read, nothing changed in between. Costs exactly one request for every fifty items.
    """

    open: Callable[[], Awaitable[Opened]]
    page: Callable[[int], Awaitable[ItemSlice]]
    stash: Stash
    _pages: dict[int, ItemSlice] = field(default_factory=dict)

    async def read(self, snapshot_id: str | None, items: int | None) -> Contents | None:
        """The contents as they are now; None where they change faster than they can be read.

        `snapshot_id` and `items` are what the list of playlists said.
        """
        snapshot, total, first = snapshot_id, items or 0, PAGE
        before: tuple[ItemKey, ...] | None = None
        for _ in range(ATTEMPTS):
            await self._take_up(snapshot)
            await self._fetch(first, total, snapshot)
            opened = await self.open()
            if opened.keys is None:
                return Contents(opened.details, None, opened.total)
            keys = self._assembled(opened.keys, opened.total)
            same = snapshot is not None and opened.details.snapshot_id == snapshot
            # Twice the same proves it too: some playlists are said to get another snapshot id with every look.
            if keys is not None and (same or opened.total <= len(opened.keys) or keys == before):
                return Contents(opened.details, keys, opened.total)
            self._pages = {at: page for at, page in self._pages.items() if same and page.total == opened.total}
            snapshot, total, first, before = opened.details.snapshot_id, opened.total, len(opened.keys) or PAGE, keys
        return None

    async def _take_up(self, snapshot: str | None) -> None:
        """Pages of this very state that were put aside by a sync which had to wait."""
        if snapshot is not None and not self._pages:
            for page in await self.stash.load(snapshot):
                self._pages[page.offset] = ItemSlice(page.offset, page.total, page.keys)

    async def _fetch(self, first: int, total: int, snapshot: str | None) -> None:
        async def fetch(offset: int) -> None:
            page = self._pages[offset] = await self.page(offset)
            if snapshot is not None and page.whole:
                await self.stash.keep(StagedPage(offset, snapshot, page.total, page.keys))

        await settled([fetch(offset) for offset in self._gaps(first, total)])

    def _gaps(self, position: int, total: int) -> Iterator[int]:
        """Where pages have to begin so that nothing is missing from `position` on."""
        while position < total:
            page = self._covering(position)
            if page is None:
                yield position
                position += PAGE
            else:
                position = page.offset + len(page.keys)

    def _assembled(self, first: tuple[ItemKey, ...], total: int) -> tuple[ItemKey, ...] | None:
        """The first items and the pages behind them as one list; None where they do not fit together."""
        keys = list(first)
        while len(keys) < total:
            page = self._covering(len(keys))
            if page is None or page.total != total or not page.whole:
                return None
            keys += page.keys[len(keys) - page.offset :]
        return tuple(keys) if len(keys) == total else None

    def _covering(self, position: int) -> ItemSlice | None:
        return next(
            (page for page in self._pages.values() if page.offset <= position < page.offset + len(page.keys)), None
        )
