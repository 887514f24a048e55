"""How many requests an app may make in half a minute, and a developer's apps together in a day; kept by the clock."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.clock import Clock
from tests.sandbox.spotify.apps import App
from tests.sandbox.spotify.errors import ApiError

RATE_SPAN = 30.0  # seconds
QUOTA_SPAN = 86_400.0
ANY = "*"


@dataclass
class Window:
    """The requests of the last so many seconds that were let through."""

    span: float
    times: deque[float] = field(default_factory=deque)
    highest: int = 0
    refused: int = 0
    total: int = 0

    def wait(self, now: float, limit: int | None) -> int | None:
        """Whole seconds until there is room for one more; None where there is."""
        while self.times and self.times[0] <= now - self.span:
            self.times.popleft()
        if limit is None or len(self.times) < limit:
            return None
        room_at = self.times[-limit] + self.span if limit else now + self.span
        return max(1, math.ceil(room_at - now))

    def count(self, now: float) -> None:
        """One more was let through."""
        self.times.append(now)
        self.total += 1
        self.highest = max(self.highest, len(self.times))

    def as_json(self) -> dict[str, int]:
        """The most in any window, how many in all, and how many were refused."""
        return {"highest": self.highest, "total": self.total, "refused": self.refused}


class Limits:
    """Both limits, off until they are set, and the ledger of what was asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._apps: dict[str, Window] = {}
        self._families: dict[tuple[str, str], Window] = {}
        self.rates: dict[str, int] = {}  # by client id or ANY
        self.quotas: dict[str, dict[str, int]] = {}  # by developer or ANY, by family or ANY

    def pass_through(self, app: App, path: str) -> ApiError | None:
        """Count a request with a good token, or the 429 it gets; refused ones use nothing up."""
        now, family = self._clock.now().timestamp(), family_of(path)
        rate = self._apps.setdefault(app.client_id, Window(RATE_SPAN))
        quota = self._families.setdefault((app.developer, family), Window(QUOTA_SPAN))
        if (seconds := quota.wait(now, self._quota(app.developer, family))) is not None:
            quota.refused += 1
            return too_many(seconds, quota=True)
        if (seconds := rate.wait(now, self.rates.get(app.client_id, self.rates.get(ANY)))) is not None:
            rate.refused += 1
            return too_many(seconds, quota=False)
        rate.count(now)
        quota.count(now)
        return None

    def ledger(self) -> dict[str, Any]:
        """What each app and each developer asked."""
        developers: dict[str, dict[str, Any]] = {}
        for (developer, family), window in self._families.items():
            developers.setdefault(developer, {})[family] = window.as_json()
        return {"apps": {one: window.as_json() for one, window in self._apps.items()}, "developers": developers}

    def forget(self) -> None:
        """An empty ledger; the limits stay."""
        self._apps.clear()
        self._families.clear()

    def _quota(self, developer: str, family: str) -> int | None:
        by_family = self.quotas.get(developer) or self.quotas.get(ANY) or {}
        return by_family.get(family, by_family.get(ANY))


def family_of(path: str) -> str:
    """The part of the Web API that has a quota of its own: the first word after /v1."""
    return path.removeprefix("/v1/").split("/", 1)[0]


def too_many(seconds: int, *, quota: bool) -> ApiError:
    """Either kind of 429."""
    headers = {"Retry-After": str(seconds)}
    if quota:
        return ApiError(429, "Too many requests", reason="QUOTA_EXCEEDED", headers=headers)
    return ApiError(429, "API rate limit exceeded", headers=headers)
