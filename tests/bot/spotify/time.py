"""Time for tests: moves when somebody sleeps, and never by itself."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


class Time:
    """The clock and the sleep that product code is given."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
