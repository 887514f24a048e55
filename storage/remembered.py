"""What was read and is asked for again and again: kept in memory until this process writes it anew."""

from collections import Counter
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by key. One process owns the database, so nothing changes behind it.

    A reader takes a `ticket` before it reads; what was written meanwhile makes the ticket void, and with it the value
    that may be from before the write.
    """

    def __init__(self) -> None:
        self._values: dict[K, V] = {}
        self._writes: Counter[K] = Counter()

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def __getitem__(self, key: K) -> V:
        return self._values[key]

    def ticket(self, key: K) -> int:
        """Taken before reading."""
        return self._writes[key]

    def keep(self, key: K, value: V, ticket: int) -> None:
        """Remembers what was read, if nobody wrote since the ticket was taken."""
        if self._writes[key] == ticket:
            self._values[key] = value

    def forget(self, key: K) -> None:
        """Called after every write, whether it went well or not."""
        self._writes[key] += 1
        self._values.pop(key, None)
