"""Time as an argument: what tells it and what waits for it are passed in, so nothing patches or sleeps in tests."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]


def utc_now() -> datetime:
    """The real clock, aware UTC."""
    return datetime.now(UTC)
