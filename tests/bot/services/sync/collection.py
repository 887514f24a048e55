"""A saved list as Spotify keeps it: the newest on top, edited between requests, in seconds that several may share."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hypothesis import strategies as st

from bot.services.sync.newest import Key, Slice
from tests.builders import NOON

Edit = tuple[str, int]
"""What is done, and where or how many."""

LIKES = ("add", "add", "remove", "remove", "again", "wait")
"""What a person can do."""
LOSSES = (*LIKES, "lose", "find")
"""And what Spotify can do to it."""


class BusyError(Exception):
    """Spotify refuses."""


def edits(kinds: Sequence[str] = LIKES, most: int = 12) -> st.SearchStrategy[list[Edit]]:
    """Some edits; each is drawn as one number, which is quick."""
    numbers = st.lists(st.integers(0, 100 * len(kinds) - 1), max_size=most)
    return numbers.map(lambda drawn: [(kinds[number // 100], number % 100) for number in drawn])


@dataclass
class Collection:
    """What stands there, and what was asked for."""

    page: int = 5
    keys: list[Key] = field(default_factory=list)
    second: int = 0
    asked: list[int] = field(default_factory=list)
    before: dict[int, list[Edit]] = field(default_factory=dict)  # edits right before the n-th request is answered
    short: frozenset[int] = frozenset()  # offsets whose page ends early
    patience: int | None = None  # so many requests are answered, then none
    mixed: random.Random | None = None  # those of one second stand in another order with every request
    states: list[tuple[Key, ...]] = field(default_factory=list)
    _names: "count[int]" = field(default_factory=count)
    _lost: list[Key] = field(default_factory=list)

    @classmethod
    def of(cls, size: int, page: int = 5, *, apart: int = 60) -> "Collection":
        made = cls(page)
        for _ in range(size):
            made.second += apart
            made.add(1)
        return made

    async def read(self, offset: int) -> Slice:
        if self.patience is not None and len(self.asked) >= self.patience:
            raise BusyError
        for edit in self.before.get(len(self.asked), ()):
            self.second += 1
            self.edit(*edit)
        self.asked.append(offset)
        if self.mixed:
            self.mix(self.mixed)
        keys = tuple(self.keys[offset : offset + self.page])
        return Slice(offset, len(self.keys), keys[:-1], whole=False) if offset in self.short else self.slice(offset)

    def slice(self, offset: int) -> Slice:
        return Slice(offset, len(self.keys), tuple(self.keys[offset : offset + self.page]))

    def edit_all(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            self.edit(*edit)

    def edit(self, kind: str, number: int) -> None:
        if kind == "wait":
            self.second += number % 4
        elif kind == "add":
            self.add(number % 5 + 1)
        elif self.keys:
            getattr(self, kind)(number % len(self.keys))
        self.states.append(tuple(self.keys))

    def add(self, many: int) -> None:
        for _ in range(many):
            self.keys.insert(0, (f"song {next(self._names)}", self.now))

    def remove(self, *places: int) -> None:
        for place in sorted(places, reverse=True):
            del self.keys[place]

    def again(self, place: int) -> None:
        uri, _ = self.keys.pop(place)
        self.second += 1
        self.keys.insert(0, (uri or f"song {next(self._names)}", self.now))

    def lose(self, place: int) -> None:
        uri, at = self.keys[place]
        if uri is not None:
            self.keys[place] = (None, at)
            self._lost.append((uri, at))

    def find(self, place: int) -> None:
        """One that was lost comes back."""
        uri, at = self._lost.pop(place % len(self._lost)) if self._lost else (None, None)
        if (None, at) in self.keys:
            self.keys[self.keys.index((None, at))] = (uri, at)

    def mix(self, rng: random.Random) -> None:
        ranks = {id(key): rng.random() for key in self.keys}
        self.keys.sort(key=lambda key: (key[1] or NOON, ranks[id(key)]), reverse=True)

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.second)


def same(one: Sequence[Key], other: Sequence[Key]) -> bool:
    """Whether two lists are one but for the order of those of one second."""
    return Counter(one) == Counter(other) and [at for _, at in one] == [at for _, at in other]


def same_but_for_losses(said: Sequence[Key], true: Sequence[Key]) -> bool:
    """Whether nothing but an entry that was lost, or came back, where nobody looked, is told otherwise."""
    told, hidden = Counter(said) - Counter(true), Counter(true) - Counter(said)
    named, found = (Counter(at for uri, at in keys.elements() if uri is not None) for keys in (told, hidden))
    lost, nameless = (Counter(at for uri, at in keys if uri is None) for keys in (true, said))
    return [at for _, at in said] == [at for _, at in true] and named <= lost and found <= nameless


@dataclass
class Drawer:
    """A stash in memory."""

    pages: list[Slice] = field(default_factory=list)

    async def load(self) -> Sequence[Slice]:
        return list(self.pages)

    async def keep(self, page: Slice) -> None:
        self.pages.append(page)

    async def clear(self) -> None:
        self.pages.clear()
