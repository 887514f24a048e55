"""What Spotify closed to new apps: which app still may is tried once and remembered."""

import asyncio
from collections import defaultdict
from datetime import timedelta
from enum import StrEnum

from bot.errors import Refusal, SpotifyRefused
from bot.time import Clock
from storage.errors import NextStep
from storage.ledger import LedgerRepository, Verdict

TRUSTED = timedelta(days=90)
"""How long a verdict holds; then the app is tried again."""


class Feature(StrEnum):
    """Closed to apps made after November 2024 or February 2026; the values are stored."""

    SEVERAL_TRACKS = "several_tracks"
    AUDIO_FEATURES = "audio_features"
    AUDIO_ANALYSIS = "audio_analysis"
    USER_PLAYLISTS = "user_playlists"
    FOLLOWED_CONTENTS = "followed_contents"
    SEARCH = "search"


_NAMES = {
    Feature.SEVERAL_TRACKS: "several tracks at once",
    Feature.AUDIO_FEATURES: "the measured sound of tracks",
    Feature.AUDIO_ANALYSIS: "the analysis of a track",
    Feature.USER_PLAYLISTS: "other people's playlists",
    Feature.FOLLOWED_CONTENTS: "what is in playlists of others",
    Feature.SEARCH: "what it finds in its catalogue",
}


class ClosedToApp(SpotifyRefused):
    """Spotify does not show this to apps as new as ours; nothing that is done here can change that."""

    def __init__(self, feature: Feature) -> None:
        super().__init__(Refusal.FORBIDDEN, _NAMES[feature])
        self.feature = feature
        self.template = (
            "Spotify no longer shows {detail} to newer apps, and this bot's app is one of those. There is nothing to "
            "set right: everything else works as it did."
        )
        self.next_step = NextStep.NONE
        self.args = (self.sentence,)


class Features:
    """The verdicts on each app. Without a repository they last as long as this process."""

    def __init__(self, clock: Clock, kept: LedgerRepository | None = None) -> None:
        self._clock = clock
        self._kept = kept
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._trials: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def load(self) -> None:
        """Take up what was learnt before."""
        if self._kept is not None:
            self._verdicts = {(one.client_id, one.feature): one for one in await self._kept.verdicts()}

    def may(self, client_id: str, feature: Feature) -> bool | None:
        """Whether the app may use it; None where that is not known, or no longer trusted."""
        verdict = self._verdicts.get((client_id, feature.value))
        if verdict is None or verdict.checked_at + TRUSTED <= self._clock():
            return None
        return verdict.allowed

    async def learn(self, client_id: str, feature: Feature, allowed: bool) -> None:
        """Remember what came of trying."""
        verdict = Verdict(client_id, feature.value, allowed, self._clock())
        self._verdicts[client_id, feature.value] = verdict
        if self._kept is not None:
            await self._kept.learn(verdict)

    def trial(self, client_id: str, feature: Feature) -> asyncio.Lock:
        """To be held while trying, so that an app is tried once and not by everybody who waits."""
        return self._trials[client_id, feature.value]
