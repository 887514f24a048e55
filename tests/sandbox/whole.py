"""The whole sandbox: Discord, Spotify and Google with the same people."""

from tests.sandbox.clock import Clock
from tests.sandbox.discord.door import DiscordDoor
from tests.sandbox.google.door import GoogleDoor
from tests.sandbox.people import PEOPLE
from tests.sandbox.sandbox import Door, Sandbox
from tests.sandbox.spotify.door import SpotifyDoor


def whole(clock: Clock) -> Sandbox:
    """All doors on one clock."""
    doors: dict[str, Door] = {
        "discord": DiscordDoor(clock, PEOPLE),
        "spotify": SpotifyDoor(clock, PEOPLE),
        "google": GoogleDoor(clock, PEOPLE),
    }
    return Sandbox(doors, clock)
