"""Which of the operator's Spotify apps Spotify turns down at the moment, and why."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Refusal
from bot.time import Clock

log = logging.getLogger(__name__)

TROUBLES = frozenset({Refusal.OWNER_PREMIUM, Refusal.APP_REJECTED})
"""Refusals that are about the app and not about who asks."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An app that Spotify turns down since a moment."""

    client_id: str
    name: str
    since: datetime
    reason: Refusal


class AppHealth:
    """Told of every refusal and every success; the log hears of each change once. `names` are the operator's own."""

    def __init__(self, clock: Clock, names: Mapping[str, str] | None = None) -> None:
        self._clock = clock
        self._names = dict(names or {})
        self._troubles: dict[str, Trouble] = {}

    def refused(self, client_id: str, reason: Refusal) -> None:
        """Spotify said no; whether that is about the app is seen here."""
        known = self._troubles.get(client_id)
        if reason not in TROUBLES or (known is not None and known.reason is reason):
            return
        since = known.since if known else self._clock()
        self._troubles[client_id] = Trouble(client_id, self._names.get(client_id, client_id), since, reason)
        log.warning("app.troubled app=%s reason=%s", self._names.get(client_id, client_id), reason.value)

    def worked(self, client_id: str) -> None:
        """Spotify said yes."""
        if self._troubles.pop(client_id, None) is not None:
            log.info("app.recovered app=%s", self._names.get(client_id, client_id))

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """The apps in trouble, the longest first."""
        return tuple(sorted(self._troubles.values(), key=lambda trouble: trouble.since))

    @property
    def troubled(self) -> frozenset[str]:
        """Their client ids."""
        return frozenset(self._troubles)
