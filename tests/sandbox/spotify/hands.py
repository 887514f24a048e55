"""Both pairs of hands at Spotify as one object for the control door."""

from collections.abc import Mapping

from tests.sandbox.spotify.app_hands import AppHands
from tests.sandbox.spotify.apps import App
from tests.sandbox.spotify.fate_hands import FateHands
from tests.sandbox.spotify.journal import Journal
from tests.sandbox.spotify.state import SpotifyState
from tests.sandbox.spotify.switches import Switches
from tests.sandbox.spotify.tokens import Tokens


class SpotifyHands(AppHands, FateHands):
    """What a person does in the Spotify app, and what fate does; JSON values in and out."""

    def __init__(
        self,
        state: SpotifyState,
        apps: Mapping[str, App],
        tokens: Tokens,
        switches: Switches,
        journal: Journal,
    ) -> None:
        AppHands.__init__(self, state)
        FateHands.__init__(self, state, apps, tokens, switches, journal)
