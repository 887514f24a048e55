"""Group commit: work that waits for the writer's thread goes into one transaction, each piece whole or not at all."""

import asyncio
from collections.abc import Callable, Sequence
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
