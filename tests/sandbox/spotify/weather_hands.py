"""Bad days at Spotify: failures, noise, slowness, and lists that change while somebody reads them."""

from collections.abc import Sequence
from functools import partial

from tests.sandbox.spotify.gate import Backstage
from tests.sandbox.spotify.mishaps import NOISE, Meanwhile, Mishap, Moment, Noise


class WeatherHands:
    """Mishaps strike in the order they were asked for; noise strikes where no mishap does."""

    def __init__(self, stage: Backstage) -> None:
        self._switches = stage.switches
        self._random = stage.state.weather

    async def latency(self, seconds: float) -> None:
        """How long each answer takes; several requests wait at once."""
        self._switches.latency = seconds

    async def fail_next(
        self,
        times: int,
        status: int,
        method: str | None = None,
        path_contains: str | None = None,
        before_or_after: str = "before",
        body: str = "json",
    ) -> None:
        """The next requests fail, "before" anything was done or "after".

        `body` is "json", "html", "empty", "empty_object" ({}) or "empty_page" (a list of nothing), with that status; or
        the right answer, done and with its own status, that breaks off: "truncated" (half of the JSON, as if it were
        whole) or "half" (the connection is lost in the middle). The token endpoint fails only when `path_contains`
        names it; a 400 there is an `invalid_grant`.
        """
        moment = Moment(before_or_after)
        self._switches.mishaps.append(Mishap(times, status, moment, method, path_contains, body=body))

    async def rate_limit_next(
        self, times: int, retry_after: int, quota: bool | None = None, path_contains: str | None = None
    ) -> None:
        """The next requests get 429; above an hour it is the quota's unless said otherwise."""
        used_up = retry_after > 3600 if quota is None else quota
        self._switches.mishaps.append(
            Mishap(times, 429, path_contains=path_contains, retry_after=retry_after, quota=used_up)
        )

    async def drop_connection_next(
        self,
        times: int = 1,
        before_or_after: str = "after",
        method: str | None = None,
        path_contains: str | None = None,
    ) -> None:
        """The next requests get no answer, although "after" means that what they asked for was done."""
        self._switches.mishaps.append(Mishap(times, None, Moment(before_or_after), method, path_contains))

    async def stall_next(
        self, times: int, seconds: float, method: str | None = None, path_contains: str | None = None
    ) -> None:
        """The next requests are done at once and answered so much later (real seconds), for time limits to end."""
        self._switches.mishaps.append(Mishap(times, None, Moment.AFTER, method, path_contains, stall=seconds))

    async def noise(
        self,
        rate: float,
        kinds: Sequence[int | str] = NOISE,
        method: str | None = None,
        path_contains: str | None = None,
    ) -> None:
        """That share of requests goes wrong at random, the same for the same seed; a rate of 0 ends it.

        Kinds: a status (5xx: done or not; others: not done), "cut" (no answer; done or not), "truncated", "half".
        """
        self._switches.noise = Noise(self._random, rate, tuple(kinds), method, path_contains) if rate else None

    async def meanwhile(
        self, after: int, path_contains: str, door_method: str, user: str | None = None, **given: object
    ) -> None:
        """Run another hand right before the (after + 1)-th request from now on whose path contains that; once."""
        act = getattr(self, door_method, None)
        if door_method.startswith("_") or act is None:
            raise LookupError(f"there is no hand called {door_method}")
        if user is not None:
            given["user"] = user
        self._switches.meanwhile.append(Meanwhile(after, path_contains, partial(act, **given)))

    async def fair_weather(self) -> None:
        """No mishaps left, no noise, no latency, and nobody acts meanwhile."""
        self._switches.mishaps.clear()
        self._switches.meanwhile.clear()
        self._switches.noise = None
        self._switches.latency = 0.0
