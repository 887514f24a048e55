"""One track at a time: what a link names, where it stands in somebody's vault, and how it sounds."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import SpotifyGone
from bot.services.accounts import Accounts, PersonalSpotify
from bot.spotify.features import ClosedToApp
from bot.spotify.gateway import Access
from bot.spotify.parse import AudioAnalysis, AudioFeatures
from storage.errors import MusiVaultError
from storage.places import Places, PlacesRepository
from storage.records import Track

T = TypeVar("T")

ID = r"(?P<id>[0-9A-Za-z]{22})"
FORMS = (
    re.compile(ID),
    re.compile(f"spotify:track:{ID}"),
    re.compile(
        rf"(?:https?://)?open\.spotify\.com/(?:intl-[a-z-]+/)?(?:embed/)?track/{ID}/?(?:[?#]\S*)?",
        re.ASCII | re.IGNORECASE,
    ),
)


class NotATrack(MusiVaultError):
    """What was pasted names no track."""

    template = (
        "That is no track I can look up. In Spotify, open a song's menu, choose *Share* and *Copy link*, and paste "
        "that: `https://open.spotify.com/track/…`. Its URI (`spotify:track:…`) or the 22 characters of its id work too."
    )


def track_id_of(pasted: str) -> str:
    """The id in a link, a URI or alone; raises `NotATrack`."""
    bare = pasted.strip().removeprefix("<").removesuffix(">").strip()
    for form in FORMS:
        if (match := form.fullmatch(bare)) is not None:
            return match["id"]
    raise NotATrack


@dataclass(frozen=True, slots=True)
class Look:
    """A track; `places` is None where the person's vault never had it, and Spotify said what it is."""

    track_id: str
    track: Track
    places: Places | None


@dataclass(frozen=True, slots=True)
class Sound:
    """How a track sounds, as far as Spotify has it; `closed` says what it does not show to the person's app."""

    features: AudioFeatures | None
    analysis: AudioAnalysis | None
    closed: tuple[ClosedToApp, ...] = ()


@dataclass(frozen=True, slots=True)
class Tracks:
    """Looks into the vault first: Spotify allows few requests for single tracks a day (reference 4.1)."""

    kept: PlacesRepository
    accounts: Accounts

    async def look(self, discord_id: int, pasted: str) -> Look:
        """Where a track stands. Spotify is asked only for one the vault never had; raises `NotATrack`."""
        track_id = track_id_of(pasted)
        places = await self.kept.places(discord_id, f"spotify:track:{track_id}")
        if places is not None:
            return Look(track_id, places.track, places)
        spotify = await self.accounts.spotify(discord_id)
        return Look(track_id, await spotify.use(spotify.gateway.track, track_id), None)

    async def sound(self, discord_id: int, track_id: str) -> Sound:
        """Two requests, none for what the app is known not to be shown; raises where Spotify has nothing at all."""
        spotify = await self.accounts.spotify(discord_id)
        features, no_features = await _shown(spotify, spotify.gateway.audio_feature, track_id)
        analysis, no_analysis = await _shown(spotify, spotify.gateway.audio_analysis, track_id)
        refusals = [refusal for refusal in (no_features, no_analysis) if refusal is not None]
        if features is None and analysis is None:
            raise refusals[0]
        return Sound(features, analysis, tuple(one for one in refusals if isinstance(one, ClosedToApp)))


async def _shown(
    spotify: PersonalSpotify, ask: Callable[[Access, str], Awaitable[T]], track_id: str
) -> tuple[T | None, ClosedToApp | SpotifyGone | None]:
    """What Spotify shows, or why it shows nothing."""
    try:
        return await spotify.use(ask, track_id), None
    except (ClosedToApp, SpotifyGone) as refusal:
        return None, refusal
