import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.sync.contents import PAGE, ContentsReader, ItemSlice, Opened
from storage.records import ItemKey, PlaylistDetails, StagedPage
from tests.builders import NOON


def keys(*names: str) -> tuple[ItemKey, ...]:
    return tuple((name, NOON, "ada") for name in names)


def many(count: int) -> tuple[ItemKey, ...]:
    return keys(*(f"song {number}" for number in range(count)))


@dataclass
class Spotify:
    """A playlist that may be edited right before the n-th request is answered."""

    items: tuple[ItemKey, ...]
    embedded: int = PAGE
    closed: bool = False
    restless: bool = False  # another snapshot id with every look
    edits: dict[int, Callable[[tuple[ItemKey, ...]], tuple[ItemKey, ...]]] = field(default_factory=dict)
    requests: int = 0
    revision: int = 1
    states: list[tuple[ItemKey, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states = [self.items]

    @property
    def snapshot(self) -> str:
        return f"{self.revision}:{self.requests if self.restless else 0}"

    def _answer(self) -> None:
        self.requests += 1
        edit = self.edits.get(self.requests)
        if edit is not None:
            self.items = edit(self.items)
            self.states.append(self.items)
            self.revision += 1

    async def open(self) -> Opened:
        self._answer()
        details = PlaylistDetails("id", "Road", "ada", snapshot_id=self.snapshot)
        return Opened(details, len(self.items), None if self.closed else self.items[: self.embedded])

    async def page(self, offset: int) -> ItemSlice:
        self._answer()
        return ItemSlice(offset, len(self.items), self.items[offset : offset + PAGE])


@dataclass
class Shelf:
    pages: list[StagedPage] = field(default_factory=list)

    async def load(self, proof: str) -> Sequence[StagedPage]:
        return [page for page in self.pages if page.proof == proof]

    async def keep(self, page: StagedPage) -> None:
        self.pages.append(page)


def reader(spotify: Spotify, shelf: Shelf | None = None) -> ContentsReader:
    return ContentsReader(spotify.open, spotify.page, shelf or Shelf())


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3), (1000, 20)])
async def test_a_playlist_costs_one_request_for_every_fifty_items(count: int, requests: int) -> None:
    spotify = Spotify(many(count))
    contents = await reader(spotify).read(spotify.snapshot, count)
    assert contents is not None
    assert contents.keys == many(count)
    assert spotify.requests == requests


async def test_a_closed_playlist_has_no_contents() -> None:
    spotify = Spotify(many(30), closed=True)
    contents = await reader(spotify).read(spotify.snapshot, 30)
    assert contents is not None
    assert contents.keys is None


@pytest.mark.parametrize("embedded", [20, 50, 100])
async def test_however_many_items_come_along_none_is_missing(embedded: int) -> None:
    spotify = Spotify(many(130), embedded=embedded)
    contents = await reader(spotify).read(spotify.snapshot, 130)
    assert contents is not None
    assert contents.keys == many(130)


async def test_a_list_that_did_not_say_how_many_is_read_whole() -> None:
    spotify = Spotify(many(130))
    contents = await reader(spotify).read(None, None)
    assert contents is not None
    assert contents.keys == many(130)


async def test_an_edit_between_two_pages_makes_it_read_again() -> None:
    spotify = Spotify(many(130), edits={2: lambda items: items[1:]})
    contents = await reader(spotify).read(spotify.snapshot, 130)
    assert contents is not None
    assert contents.keys == many(130)[1:]


async def test_what_changes_with_every_request_is_given_up() -> None:
    spotify = Spotify(many(130), edits={number: lambda items: items[1:] for number in range(1, 99)})
    assert await reader(spotify).read(spotify.snapshot, 130) is None


async def test_a_snapshot_that_never_stays_the_same_is_proven_by_reading_twice() -> None:
    spotify = Spotify(many(130), restless=True)
    contents = await reader(spotify).read(spotify.snapshot, 130)
    assert contents is not None
    assert contents.keys == many(130)
    assert spotify.requests <= 9


async def test_pages_put_aside_are_not_asked_for_again() -> None:
    spotify, shelf = Spotify(many(330)), Shelf()
    first = reader(spotify, shelf)

    async def tired() -> Opened:
        raise ConnectionError

    first.open = tired
    with pytest.raises(ConnectionError):
        await first.read(spotify.snapshot, 330)
    assert spotify.requests == 6
    contents = await reader(spotify, shelf).read(spotify.snapshot, 330)
    assert contents is not None
    assert contents.keys == many(330)
    assert spotify.requests == 7


async def test_pages_put_aside_of_another_state_are_not_used() -> None:
    spotify, shelf = Spotify(many(130)), Shelf()
    shelf.pages.append(StagedPage(50, "an older one", 130, many(99)[:50]))
    contents = await reader(spotify, shelf).read(spotify.snapshot, 130)
    assert contents is not None
    assert contents.keys == many(130)


EDITS = (
    lambda items: items[1:],
    lambda items: items[:-1],
    lambda items: (*items, *keys("new")),
    lambda items: (*keys("new"), *items),
    lambda items: items[::-1],
    lambda items: (),
)


@settings(max_examples=300)
@given(
    count=st.integers(0, 180),
    embedded=st.sampled_from([20, 50, 100]),
    edits=st.dictionaries(st.integers(1, 12), st.sampled_from(EDITS), max_size=3),
)
def test_what_is_read_is_a_state_the_playlist_was_really_in(
    count: int, embedded: int, edits: dict[int, Callable[[tuple[ItemKey, ...]], tuple[ItemKey, ...]]]
) -> None:
    spotify = Spotify(many(count), embedded=embedded, edits=edits)
    contents = asyncio.run(reader(spotify).read(spotify.snapshot, count))
    assert contents is None or contents.keys in spotify.states
