"""What every tick asks for, in order; what is due follows from the database and the clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.jobs import Jobs
from bot.schedule import Duty
from bot.services.carrier import CopyCarrier
from bot.services.checking.watch import CheckWatch
from bot.services.copies import NightlyCopy
from bot.services.countdown import Countdown
from bot.services.exports.ready import Ready
from bot.services.night import NightWatch
from bot.services.plays import PlaysWatch
from bot.spotify.gateway import SpotifyGateway


@dataclass(frozen=True, slots=True)
class Duties:
    """Who has something to do now and then."""

    jobs: Jobs
    nights: NightWatch
    countdown: Countdown
    plays: PlaysWatch
    copy: NightlyCopy
    carrier: CopyCarrier | None
    exports: Ready
    checks: CheckWatch
    gateway: SpotifyGateway

    @property
    def all(self) -> Sequence[Duty]:
        """All of them; each is quick and waits for no service."""
        return (
            self.jobs.tend,
            self.nights.enqueue_due,
            self.countdown.tell_due,
            self.plays.poll_due,
            self.copy.copy_due,
            *([self.carrier.carry_due] if self.carrier else []),
            self.exports.tidy,
            self.checks.enqueue_due,
            self.gateway.flush,
        )

    async def stop(self) -> None:
        """End what a tick began and nobody waits for."""
        await self.plays.stop()
        await self.copy.stop()
        if self.carrier is not None:
            await self.carrier.stop()
