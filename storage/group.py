"""What waits for the writer is written together: work in one transaction, and things of one kind in one piece of work.

Each piece is written whole or not at all, and none suffers from another.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

LARGEST = 16
"""Pieces in one transaction; other writers wait no longer than these take."""


@dataclass(eq=False, slots=True)
class Piece(Generic[T]):
    """Something to write, and what came of it."""

    work: Callable[[Connection], T]
    outcome: asyncio.Future[T] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


Outcome = tuple[Any, Exception | None]


def perform(engine: Engine, pieces: Sequence[Piece[Any]]) -> list[Outcome]:
    """Runs them in order on the calling thread; one that fails leaves nothing and takes no other with it."""
    with engine.begin() as connection:
        if len(pieces) == 1:
            return [(pieces[0].work(connection), None)]
        return [_perform(connection, piece) for piece in pieces]


def _perform(connection: Connection, piece: Piece[Any]) -> Outcome:
    try:
        with connection.begin_nested():
            return piece.work(connection), None
    except Exception as error:  # noqa: BLE001 - it is raised again where this piece came from
        return None, error


def tell(pieces: Sequence[Piece[Any]], outcomes: Sequence[Outcome]) -> None:
    """Hands everybody what came of theirs, once all of it is committed."""
    for piece, (result, error) in zip(pieces, outcomes, strict=True):
        if piece.outcome.done():
            continue
        if error is None:
            piece.outcome.set_result(result)
        else:
            piece.outcome.set_exception(error)


class Gathered(Generic[T]):
    """Things that come while others are written are written at once: a few statements serve for all of them."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._write = write
        self._turn = asyncio.Lock()
        self._batch = _Batch[T]()

    async def put(self, things: Sequence[T]) -> None:
        """Back once they are written. Where all of a batch at once fails, everybody writes their own."""
        batch = self._batch
        batch.things += things
        async with self._turn:
            if batch is self._batch:
                self._batch = _Batch[T]()
                batch.written = len(batch.things) > len(things) and await self._tried(batch.things)
            if not batch.written:
                await self._write(things)

    async def _tried(self, things: Sequence[T]) -> bool:
        try:
            await self._write(things)
        except Exception:  # noqa: BLE001 - whose it is comes out when everybody writes their own
            return False
        return True


@dataclass(slots=True)
class _Batch(Generic[T]):
    things: list[T] = field(default_factory=list)
    written: bool = False
