"""All hands at Spotify as one object for the control door."""

from tests.sandbox.spotify.app_hands import AppHands
from tests.sandbox.spotify.fate_hands import FateHands
from tests.sandbox.spotify.gate import Backstage
from tests.sandbox.spotify.keeping_hands import KeepingHands
from tests.sandbox.spotify.pictures import Pictures
from tests.sandbox.spotify.town_hands import TownHands
from tests.sandbox.spotify.weather_hands import WeatherHands


class SpotifyHands(AppHands, KeepingHands, FateHands, WeatherHands, TownHands):
    """What a person does in the Spotify app, and what fate does; JSON values in and out."""

    def __init__(self, stage: Backstage, pictures: Pictures) -> None:
        AppHands.__init__(self, stage.state)
        KeepingHands.__init__(self, stage, pictures)
        FateHands.__init__(self, stage)
        WeatherHands.__init__(self, stage)
        TownHands.__init__(self, stage)
